"""Sample: trajectories drawn by a policy. The same seed gives the same ones on every machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.chance import Chance
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import moves_from
from tracing.trajectories.starts import closing_start, line_starts
from tracing.trajectories.trajectory import Direction, Trajectory

_ACTIONS = {kind: Action(kind) for kind in ActionKind}
_SOME_BREAKPOINT = _ACTIONS[ActionKind.BREAKPOINT]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of one program in one direction. Together, as many as were asked for."""

    trajectories: tuple[Trajectory, ...]  # by number; all different
    dropped: int  # the same as an earlier one, however often drawn again
    unavailable: int  # without a state to start on


def draw(
    tree: StateTree, policy: Policy, direction: Direction, count: int, seed: int, redraws: int = 8
) -> Drawn:
    """Draws the trajectories number 0 to `count` - 1.

    One that is the same as an earlier one (same start and actions) is drawn again up to `redraws`
    times, and then dropped.
    """
    sampler = Sampler(tree, policy, direction, seed)
    kept: list[Trajectory] = []
    dropped = unavailable = 0
    for number in range(count):
        for attempt in range(redraws + 1):
            trajectory = sampler.sample(number, attempt)
            if trajectory is None:
                unavailable += 1
                break
            if not any(_same(trajectory, earlier) for earlier in kept):
                kept.append(trajectory)
                break
        else:
            dropped += 1
    return Drawn(tuple(kept), dropped, unavailable)


class Sampler:
    """Draws trajectories of one tree in one direction; keeps what they have in common."""

    def __init__(self, tree: StateTree, policy: Policy, direction: Direction, seed: int) -> None:
        self._tree = tree
        self._policy = policy
        self._direction = direction
        self._seed = seed
        forward = direction == Direction.FORWARD
        self._line_share = 0.0 if forward else policy.line_starts
        self._lines = line_starts(tree) if self._line_share else []
        self._usual_start = 0 if forward else closing_start(tree)
        self._breakpoints = _Breakpoints(tree, policy.absent_breakpoints)
        # By the actions available, without and with a line for a breakpoint.
        self._tables: tuple[_Tables, _Tables] = ({}, {})

    def sample(self, number: int, attempt: int = 0) -> Trajectory | None:
        """Draws a trajectory, from its start to the exit; None where there is no state to start on.

        `attempt` tells apart what is drawn for the same number.
        """
        program = self._tree.trace.program
        chance = Chance(self._seed, program, self._direction, number, attempt)
        start = self._start(chance)
        if start is None:
            return None
        actions = tuple(self._walk(moves_from(self._tree, self._direction, start), chance))
        return Trajectory(program, self._direction, number, start, actions)

    def _start(self, chance: Chance) -> int | None:
        if not self._line_share or chance.uniform() >= self._line_share:
            return self._usual_start
        return self._lines[chance.index(len(self._lines))] if self._lines else None

    def _walk(self, moves: Forward | Inverse, chance: Chance) -> Iterator[Action]:
        uniform, breakpoints = chance.uniform, self._breakpoints
        position = moves.start
        while position != EXIT_POSITION:
            available, has_lines = moves.available(position), position < breakpoints.until
            table = self._tables[has_lines].get(available) or self._table(available, has_lines)
            action = table.actions[bisect_right(table.bounds, uniform())]
            if action is _SOME_BREAKPOINT:
                action = breakpoints.draw(position, chance)
            yield action
            position = moves.target(position, action)

    def _table(self, available: tuple[ActionKind, ...], has_lines: bool) -> _Table:
        kinds = [k for k in available if has_lines or k != ActionKind.BREAKPOINT]
        probabilities = self._policy.probabilities(self._direction, kinds)
        table = self._tables[has_lines][available] = _Table(
            actions=tuple(_ACTIONS[kind] for kind in probabilities),
            bounds=tuple(accumulate(probabilities.values()))[:-1],
        )
        return table


@dataclass(frozen=True, slots=True)
class _Table:
    """A distribution over actions; the line of a breakpoint is still to be drawn."""

    actions: tuple[Action, ...]
    bounds: tuple[float, ...]  # cumulative, without the last, which is 1


class _Breakpoints:
    """Draws the source lines of breakpoints: uniformly from those still to come, or, with
    probability `absent`, from those of the context that do not come any more."""

    def __init__(self, tree: StateTree, absent: float) -> None:
        # In a cut trace nobody knows which lines do not come any more.
        self._absent = 0.0 if tree.trace.cut else absent
        self._places = tree.places
        # From this state on there is no line to draw.
        self.until = len(tree) if self._absent and tree.places.texts else tree.places.final

    def draw(self, position: int, chance: Chance) -> Action:
        """A breakpoint for a state before `until`."""
        places = self._places
        coming, count = places.first_coming(position), len(places.texts)
        is_absent = coming == count or (coming and chance.uniform() < self._absent)
        k = chance.index(coming) if is_absent else coming + chance.index(count - coming)
        return Action(ActionKind.BREAKPOINT, places.texts[k])


_Tables = dict[tuple[ActionKind, ...], _Table]


def _same(one: Trajectory, other: Trajectory) -> bool:
    return one.start == other.start and one.actions == other.actions
