"""Laws of trees and trajectories, each a function that a test calls on one example."""

from __future__ import annotations

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import INVERSE, Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT, EXIT_POSITION
from tracing.trajectories.replay import replay
from tracing.trajectories.starts import closing_start, line_starts
from tracing.trajectories.trajectory import Trajectory


def assert_step_into_replays(tree: StateTree) -> None:
    """step_into alone visits every state once, in recorded order."""
    assert _visited(tree, ActionKind.STEP_INTO) == list(range(len(tree)))


def assert_only_step_into_replays(tree: StateTree) -> None:
    """step_over alone never enters what hangs below a state: it visits those that are as deep as
    the first, so it replays the recording only where nothing does."""
    highest = [state for state, depth in enumerate(tree.depth) if depth == 1]
    assert _visited(tree, ActionKind.STEP_OVER) == highest


def _visited(tree: StateTree, kind: ActionKind) -> list[int]:
    """The positions that one action visits, taken from the first state on as long as it can be."""
    moves, position, visited = Forward(tree), 0, [0]
    while kind in moves.available(position):
        position = moves.move(position, Action(kind))
        if position == EXIT_POSITION:
            break
        visited.append(position)
    return visited


def assert_forward_advances(tree: StateTree) -> None:
    """Every forward move leads to a later state or to the exit; step_over to none that is deeper,
    step_return to one of the same activation."""
    moves = Forward(tree)
    breakpoints = [Action(ActionKind.BREAKPOINT, src) for src in tree.places.texts]
    for state in range(len(tree)):
        for kind in moves.available(state):
            actions = breakpoints if kind == ActionKind.BREAKPOINT else [Action(kind)]
            for target in (moves.target(state, action) for action in actions):
                if target == EXIT_POSITION:
                    continue
                assert target > state
                if kind == ActionKind.STEP_OVER:
                    assert tree.depth[target] <= tree.depth[state]
                if kind == ActionKind.STEP_RETURN:
                    assert tree.trace.activations[target] == tree.trace.activations[state]


def assert_inverse_goes_back(tree: StateTree, start: int) -> None:
    """From a start, every inverse move leads further on in the reversed order or to the exit;
    inv_step_over to no deeper state, inv_step_call to the call state of the same level."""
    moves, n = Inverse(tree, start), len(tree)
    order = inverse_walk(tree, start)
    for place, position in enumerate(order):
        for kind in moves.available(position):
            target = moves.move(position, Action(kind))
            if target == EXIT_POSITION:
                assert place == len(order) - 1
                continue
            assert order.index(target) > place
            if kind == ActionKind.INV_STEP_OVER:
                assert tree.depth[target % n] <= tree.depth[position % n]
            if kind == ActionKind.INV_STEP_CALL:
                assert target == tree.opening[tree.trace.activations[position % n]]


def assert_inverse_visits_all(tree: StateTree, start: int) -> None:
    """inv_step_into alone, from the closing state of a level, visits each state of its subtree once
    and each calling state twice."""
    activation = tree.trace.activations[start]
    opening, n = tree.opening[activation], len(tree)
    states = range(opening, tree.over[start])
    originals = [position for position in inverse_walk(tree, start) if position < n]
    copies = [position - n for position in inverse_walk(tree, start) if position >= n]
    assert originals == list(reversed(states))
    assert sorted(copies) == [state for state in states if tree.is_calling(state)]


def assert_call_undoes_return(tree: StateTree) -> None:
    """inv_step_call after step_return comes back to the call, and step_return from there again."""
    moves = Forward(tree)
    for state in range(len(tree)):
        if ActionKind.STEP_RETURN in moves.available(state):
            closing = moves.move(state, Action(ActionKind.STEP_RETURN))
            back = Inverse(tree, closing)
            call = back.move(back.start, Action(ActionKind.INV_STEP_CALL))
            assert call == tree.opening[tree.trace.activations[state]]
            assert moves.move(call, Action(ActionKind.STEP_RETURN)) == closing


def assert_tree(tree: StateTree) -> None:
    """All laws of a whole tree; those of the way back from the entry's end and from two lines."""
    assert_step_into_replays(tree)
    assert_only_step_into_replays(tree)
    assert_forward_advances(tree)
    assert_call_undoes_return(tree)
    closing = closing_start(tree)
    for start in [*([] if closing is None else [closing]), *line_starts(tree)[:2]]:
        assert_inverse_goes_back(tree, start)
    if closing is not None:
        assert_inverse_visits_all(tree, closing)


def assert_replays(tree: StateTree, trajectory: Trajectory) -> None:
    """A drawn trajectory fits its tree, ends in the exit and nowhere before."""
    visits = replay(tree, trajectory)
    assert len(visits) == len(trajectory.actions) + 1
    assert visits.index(EXIT) == len(visits) - 1


def inverse_walk(tree: StateTree, start: int) -> list[int]:
    """The positions that inv_step_into alone visits, from a start to before the exit."""
    moves, positions = Inverse(tree, start), []
    position = moves.start
    while position != EXIT_POSITION:
        positions.append(position)
        position = moves.move(position, Action(INVERSE[0]))
    return positions
