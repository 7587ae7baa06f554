"""Walks: actions drawn by the two distributions of a policy, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.breakpoints import Breakpoints
from tracing.trajectories.chance import Chance, bounds_of
from tracing.trajectories.policy import Policy
from tracing.trajectories.trajectory import Direction

ACTIONS = {kind: Action(kind) for kind in ActionKind}
SOME_BREAKPOINT = ACTIONS[ActionKind.BREAKPOINT]  # its line is still to be drawn


class Table(NamedTuple):
    """A distribution over actions."""

    actions: tuple[Action, ...]
    weights: tuple[float, ...]
    bounds: tuple[int, ...]  # of the weights, see `bounds_of`

    @classmethod
    def of(cls, weights: Mapping[ActionKind, float]) -> Table:
        """Kinds of actions by their weights."""
        actions = tuple(ACTIONS[kind] for kind in weights)
        return cls(actions, tuple(weights.values()), bounds_of(tuple(weights.values())))


class Walks:
    """Draws walks over one tree in one direction."""

    def __init__(self, tree: StateTree, policy: Policy, direction: Direction) -> None:
        self._breakpoints = Breakpoints(tree, direction, policy.absent_breakpoints)
        self._tables = tables(policy, direction)

    def walk(self, moves: Forward | Inverse, chance: Chance) -> tuple[Action, ...]:
        """The actions from where `moves` start to the exit."""
        drawn: list[Action] = []
        position, until = moves.start, self._breakpoints.until
        for word in chance.words:
            table = self._tables[position < until][moves.available(position)]
            action = table.actions[bisect_right(table.bounds, word)]
            if action is SOME_BREAKPOINT:
                action = self._breakpoints.draw(position, chance)
            drawn.append(action)
            position = moves.target(position, action)
            if position == EXIT_POSITION:
                break
        return tuple(drawn)


class _Tables(dict[tuple[ActionKind, ...], Table]):
    """The distribution by the actions available; made when it is first asked for."""

    def __init__(self, policy: Policy, direction: Direction, has_lines: bool) -> None:
        self._policy, self._direction, self._has_lines = policy, direction, has_lines

    def __missing__(self, available: tuple[ActionKind, ...]) -> Table:
        probabilities = self._policy.probabilities(self._direction, available, self._has_lines)
        self[available] = Table.of(probabilities)
        return self[available]


@lru_cache(maxsize=16)
def tables(policy: Policy, direction: Direction) -> tuple[_Tables, _Tables]:
    """Without and with a line for a breakpoint: what programs share."""
    return _Tables(policy, direction, False), _Tables(policy, direction, True)
