"""Replay: from the choices of a trajectory back to the states it visits."""

from __future__ import annotations

from tracing.states.moves import Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import Visit, visit_of
from tracing.trajectories.trajectory import Direction, Trajectory


def moves_from(tree: StateTree, direction: Direction, start: int) -> Forward | Inverse:
    """The moves of a trajectory that starts on a state.

    Raises ValueError where none of that direction can start there.
    """
    if not 0 <= start < len(tree):
        raise ValueError(f"start {start} is not a state of {tree.trace.program}")
    if direction == Direction.INVERSE:
        return Inverse(tree, start)
    if start != 0:
        raise ValueError(f"a forward trajectory starts on state 0, not {start}")
    return Forward(tree)


def replay(tree: StateTree, trajectory: Trajectory) -> tuple[Visit, ...]:
    """The visits of a trajectory: its start, then where each action leads; `EXIT` can be the last.

    `tree` is that of its scope. Raises ValueError where the trajectory does not fit it: another
    program's, a start where none can be, an action that is not available where it is taken.
    """
    return tuple(visit_of(position, len(tree)) for position in positions(tree, trajectory))


def positions(tree: StateTree, trajectory: Trajectory) -> list[int]:
    """The same as positions (see `tracing.states.view`). Raises as `replay` does."""
    if trajectory.program != tree.trace.program:
        raise ValueError(f"{trajectory.id} is no trajectory of {tree.trace.program}")
    moves = moves_from(tree, trajectory.direction, trajectory.start)
    visited = [moves.start]
    for action in trajectory.actions:
        visited.append(moves.move(visited[-1], action))
    return visited
