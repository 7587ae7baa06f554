"""Sample: trajectories drawn by a policy. The same seed gives the same ones on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracing.states.actions import Action
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.trajectories.chance import Chance, key_of
from tracing.trajectories.guide import Guide, Guides
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import moves_from
from tracing.trajectories.starts import closing_start, line_starts
from tracing.trajectories.trajectory import Direction, Trajectory
from tracing.trajectories.walks import Walks


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
    known = [_choices(earlier) for earlier in others]
    dropped = unavailable = 0
    for number in range(count):
        for attempt in range(redraws + 1):
            trajectory = sampler.sample(number, attempt)
            if trajectory is None:
                unavailable += 1
                break
            if (choices := _choices(trajectory)) not in known:
                known.append(choices)
                kept.append(trajectory)
                sampler.remember(trajectory)
                break
        else:
            dropped += 1
    return Drawn(tuple(kept), dropped, unavailable)


def _choices(trajectory: Trajectory) -> tuple[int, int, tuple[Action, ...]]:
    return trajectory.activation, trajectory.start, trajectory.actions


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
        self._policy, self._direction, self._name = policy, direction, name
        self._program = self._trees.whole.trace.program
        self._key = key_of(seed, self._program, direction, name)
        self._line_starts = policy.line_starts if direction == Direction.INVERSE else 0.0
        self._entries: list[list[int]] = []  # activations to start at, by function
        if policy.entries is not None and policy.entries.share:
            found = self._trees.entries(policy.entries.least_depth, policy.entries.most_depth)
            self._entries = list(found.values())
        self._guides = None if policy.is_plain else Guides(self._trees, policy, direction)
        self._scopes: dict[int, _Scope] = {}

    def sample(self, number: int, attempt: int = 0) -> Trajectory | None:
        """Draws a trajectory, from its start to the exit; None where there is no state to start on.

        `attempt` tells apart what is drawn for the same number.
        """
        chance = Chance(self._key, number, attempt)
        activation = self._activation(chance) if self._entries else 0
        scope = self._scopes.get(activation) or self._scope(activation)
        start = self._start(scope, chance) if self._line_starts else scope.usual_start
        if start is None:
            return None
        actions = scope.walks.walk(scope.moves_from(start), chance)
        return Trajectory(
            self._program, self._direction, number, start, actions, activation, self._name
        )

    def remember(self, trajectory: Trajectory) -> None:
        """Counts a trajectory among those that were drawn, if the policy asks for that."""
        if self._guides is not None:
            self._guides.remember(trajectory)

    def _activation(self, chance: Chance) -> int:
        entries = self._policy.entries
        if entries is None or not chance.happens(entries.share):
            return 0
        activations = self._entries[chance.index(len(self._entries))]
        return activations[chance.index(len(activations))]

    def _scope(self, activation: int) -> _Scope:
        tree, direction = self._trees.tree(activation), self._direction
        scope = self._scopes[activation] = _Scope(
            tree,
            direction,
            usual_start=0 if direction == Direction.FORWARD else closing_start(tree),
            lines=line_starts(tree) if self._line_starts else [],
            walks=Guide(self._guides, activation)
            if self._guides
            else Walks(tree, self._policy, direction),
        )
        return scope

    def _start(self, scope: _Scope, chance: Chance) -> int | None:
        if not chance.happens(self._line_starts):
            return scope.usual_start
        return scope.lines[chance.index(len(scope.lines))] if scope.lines else None


@dataclass(slots=True)
class _Scope:
    """A tree to walk over, where walks can start, and what draws them."""

    tree: StateTree
    direction: Direction
    usual_start: int | None
    lines: list[int]  # for inverse walks that start on any line
    walks: Walks
    moves: dict[int, Forward | Inverse] = field(default_factory=dict)  # by start

    def moves_from(self, start: int) -> Forward | Inverse:
        """The moves of walks from a start."""
        moves = self.moves.get(start)
        if moves is None:
            moves = self.moves[start] = moves_from(self.tree, self.direction, start)
        return moves
