"""Sample: trajectories drawn by a policy. The same seed gives the same ones on every machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.breakpoints import Breakpoints
from tracing.trajectories.chance import Chance
from tracing.trajectories.coverage import Coverage
from tracing.trajectories.guide import ACTIONS, Guide
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import moves_from, positions
from tracing.trajectories.starts import closing_start, line_starts
from tracing.trajectories.trajectory import Direction, Trajectory

_SOME_BREAKPOINT = ACTIONS[ActionKind.BREAKPOINT]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of one program in one direction. Together, as many as were asked for."""

    trajectories: tuple[Trajectory, ...]  # by number; all different
    dropped: int  # the same as an earlier one, however often drawn again
    unavailable: int  # without a state to start on


def draw(
    tree: StateTree | ScopeTrees,
    policy: Policy,
    direction: Direction,
    count: int,
    seed: int,
    redraws: int = 8,
    name: str = "",
    others: Sequence[Trajectory] = (),
) -> Drawn:
    """Draws the trajectories number 0 to `count` - 1 of a whole trace, by a policy of a name.

    One that is the same as an earlier one (same scope, start and actions), or as one of `others`,
    is drawn again up to `redraws` times, and then dropped.
    """
    sampler = Sampler(tree, policy, direction, seed, name)
    kept: list[Trajectory] = []
    dropped = unavailable = 0
    for number in range(count):
        for attempt in range(redraws + 1):
            trajectory = sampler.sample(number, attempt)
            if trajectory is None:
                unavailable += 1
                break
            if not any(_same(trajectory, earlier) for earlier in (*others, *kept)):
                kept.append(trajectory)
                sampler.remember(trajectory)
                break
        else:
            dropped += 1
    return Drawn(tuple(kept), dropped, unavailable)


class Sampler:
    """Draws trajectories of one whole trace in one direction; keeps what they have in common."""

    def __init__(
        self,
        tree: StateTree | ScopeTrees,
        policy: Policy,
        direction: Direction,
        seed: int,
        name: str = "",
    ) -> None:
        self._trees = tree if isinstance(tree, ScopeTrees) else ScopeTrees(tree)
        self._policy, self._name = policy, name
        self._direction = direction
        # What chance depends on, beside the number and the attempt.
        self._parts = (self._trees.whole.trace.program, direction, *filter(None, [name]))
        self._seed = seed
        self._coverage = Coverage()
        self._scopes: dict[int, _Scope] = {}
        entries = policy.entries
        self._entries: list[list[int]] = []  # activations to start at, by function
        if entries is not None and entries.share:
            found = self._trees.entries(entries.least_depth, entries.most_depth)
            self._entries = list(found.values())
        self._guide = (
            None if policy.is_plain else Guide(self._trees, policy, direction, self._coverage)
        )
        self._tables = _tables(policy, direction)

    def sample(self, number: int, attempt: int = 0) -> Trajectory | None:
        """Draws a trajectory, from its start to the exit; None where there is no state to start on.

        `attempt` tells apart what is drawn for the same number.
        """
        program = self._trees.whole.trace.program
        chance = Chance(self._seed, *self._parts, number, attempt)
        activation = self._activation(chance)
        scope = self._scope(activation)
        start = self._start(scope, chance)
        if start is None:
            return None
        moves = moves_from(scope.tree, self._direction, start)
        if self._guide is None:
            actions = tuple(self._walk(moves, scope.breakpoints, chance))
        else:
            actions = tuple(self._guide.walk(activation, moves, chance))
        return Trajectory(program, self._direction, number, start, actions, activation, self._name)

    def remember(self, trajectory: Trajectory) -> None:
        """Counts a trajectory among those that were drawn, if the policy asks for that."""
        if self._policy.unvisited != 1.0:
            tree, base = (
                self._trees.tree(trajectory.activation),
                self._trees.base(trajectory.activation),
            )
            self._coverage.add(base, len(tree), positions(tree, trajectory), trajectory.actions)

    def _activation(self, chance: Chance) -> int:
        entries = self._policy.entries
        if entries is None or not self._entries or chance.uniform() >= entries.share:
            return 0
        activations = self._entries[chance.index(len(self._entries))]
        return activations[chance.index(len(activations))]

    def _scope(self, activation: int) -> _Scope:
        scope = self._scopes.get(activation)
        if scope is None:
            tree, policy = self._trees.tree(activation), self._policy
            inverse = self._direction == Direction.INVERSE
            scope = self._scopes[activation] = _Scope(
                tree,
                usual_start=closing_start(tree) if inverse else 0,
                lines=line_starts(tree) if inverse and policy.line_starts else [],
                breakpoints=Breakpoints(tree, self._direction, policy.absent_breakpoints),
            )
        return scope

    def _start(self, scope: _Scope, chance: Chance) -> int | None:
        share = 0.0 if self._direction == Direction.FORWARD else self._policy.line_starts
        if not share or chance.uniform() >= share:
            return scope.usual_start
        return scope.lines[chance.index(len(scope.lines))] if scope.lines else None

    def _walk(
        self, moves: Forward | Inverse, breakpoints: Breakpoints, chance: Chance
    ) -> Iterator[Action]:
        uniform = chance.uniform
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
            actions=tuple(ACTIONS[kind] for kind in probabilities),
            bounds=tuple(accumulate(probabilities.values()))[:-1],
        )
        return table


@dataclass(frozen=True, slots=True)
class _Scope:
    """A tree to walk over, and where walks can start."""

    tree: StateTree
    usual_start: int | None
    lines: list[int]  # for inverse walks that start on any line
    breakpoints: Breakpoints


@dataclass(frozen=True, slots=True)
class _Table:
    """A distribution over actions; the line of a breakpoint is still to be drawn."""

    actions: tuple[Action, ...]
    bounds: tuple[float, ...]  # cumulative, without the last, which is 1


_Tables = dict[tuple[ActionKind, ...], _Table]


@lru_cache(maxsize=16)
def _tables(policy: Policy, direction: Direction) -> tuple[_Tables, _Tables]:
    """By the actions available, without and with a line for a breakpoint: what programs share."""
    return {}, {}


def _same(one: Trajectory, other: Trajectory) -> bool:
    here, there = (one.activation, one.start), (other.activation, other.start)
    return here == there and one.actions == other.actions
