"""Aim: actions that lead as far as a distance that is drawn, or nearest to it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from tracing.states.actions import Action
from tracing.states.moves import Forward, Inverse
from tracing.states.tree import StateTree
from tracing.trajectories.biases import Horizons
from tracing.trajectories.breakpoints import breakpoint_on
from tracing.trajectories.chance import Chance, bounds_of
from tracing.trajectories.coverage import bucket, distance
from tracing.trajectories.policy import Policy
from tracing.trajectories.trajectory import Direction
from tracing.trajectories.walks import SOME_BREAKPOINT, Table, tables

_BUCKETS = 33
_NOWHERE = 255
# For each distance (a `bucket`) all of them, the nearest first, and the shorter of two as near.
_NEAREST = [
    sorted(range(_BUCKETS), key=lambda far: (abs(far - wanted), far)) for wanted in range(_BUCKETS)
]


class Aim:
    """Aims over one tree in one direction, at the distances of `horizons`."""

    def __init__(
        self, tree: StateTree, policy: Policy, direction: Direction, horizons: Horizons
    ) -> None:
        self.share = horizons.share
        self._tree, self._direction = tree, direction
        self._distances = bounds_of(horizons.weights)
        self._tables = tables(policy, direction)
        self._last_line = tree.places.final if direction == Direction.FORWARD else 0
        # By start and position. Walks of one program begin alike, so they ask again.
        self._known: dict[tuple[int, int], tuple[Table, bytes]] = {}

    def draw(self, moves: Forward | Inverse, position: int, chance: Chance) -> Action:
        """An action at a position, among those that the policy gives weight."""
        place = moves.start, position
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._reach(moves, position)
        (actions, weights, _), reach = known
        wanted = bisect_right(self._distances, next(chance.words))
        far = next(far for far in _NEAREST[wanted] if far in reach)
        near = [k for k, other in enumerate(reach) if other == far]
        lines = near[bisect_left(near, len(actions)) :]
        choices = near[: len(near) - len(lines)]
        if lines:
            choices.append(actions.index(SOME_BREAKPOINT))
        k = choices[chance.choose([weights[k] for k in choices]) if len(choices) > 1 else 0]
        if actions[k] is not SOME_BREAKPOINT:
            return actions[k]
        # The lines to come are the last ones.
        line = lines[chance.index(len(lines))] - len(reach)
        return breakpoint_on(self._tree.places.texts[line])

    def _reach(self, moves: Forward | Inverse, position: int) -> tuple[Table, bytes]:
        """The actions with weight at a position, and how far (as a `bucket`) each of them leads,
        after which come, where a breakpoint is among them, the lines to come."""
        table = self._tables[position < self._last_line][moves.available(position)]
        fars = [self._far(moves, position, action) for action in table.actions]
        if SOME_BREAKPOINT in table.actions:
            fars += [bucket(state - position) for state in self._tree.places.coming(position)]
        return table, bytes(fars)

    def _far(self, moves: Forward | Inverse, position: int, action: Action) -> int:
        if action is SOME_BREAKPOINT:
            return _NOWHERE
        target = moves.target(position, action)
        return bucket(distance(self._tree, self._direction, position, target))
