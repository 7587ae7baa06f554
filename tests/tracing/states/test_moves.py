"""The moves against the rules written out naively, and their laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from support import laws
from support.reference import Reference
from support.traces import MAIN, F, H, Recording, recordings, run_at_random

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import FORWARD, INVERSE, Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION, Visit, visit_of
from tracing.trace import Kind

Move = Callable[[int, Action], int]


def every_action(tree: StateTree) -> Iterator[Action]:
    for kind in FORWARD:
        if kind == ActionKind.BREAKPOINT:
            yield from (Action(kind, src) for src in tree.places.texts)
        else:
            yield Action(kind)


def inverse_starts(tree: StateTree) -> list[int]:
    closing = {state for state in tree.closing if state < len(tree)}
    lines = {state for state, kind in enumerate(tree.trace.kinds) if kind == Kind.LINE}
    return sorted(closing | lines)


def outcome(move: Move, position: int, action: Action, states: int) -> Visit | None:
    """Where a move leads, None where it is not available."""
    try:
        return visit_of(move(position, action), states)
    except ValueError:
        return None


def assert_forward_is(recording: Recording, move_of: Callable[[StateTree], Move]) -> None:
    trace = recording.finish()
    tree, reference = StateTree.of(trace), Reference(recording, trace)
    move = move_of(tree)
    for state in range(len(tree)):
        for action in every_action(tree):
            expected = reference.forward(state, action)
            assert outcome(move, state, action, len(tree)) == expected, (state, action)


def assert_inverse_is(recording: Recording, move_of: Callable[[StateTree, int], Move]) -> None:
    trace = recording.finish()
    tree, reference = StateTree.of(trace), Reference(recording, trace)
    order = list(reference.reversed_order())
    for start in inverse_starts(tree):
        assert visit_of(Inverse(tree, start).start, len(tree)) == reference.inverse_start(start)
        move = move_of(tree, start)
        for position in laws.inverse_walk(tree, start):
            visit = visit_of(position, len(tree))
            for action in map(Action, INVERSE):
                expected = reference.inverse(order, start, visit, action)
                assert outcome(move, position, action, len(tree)) == expected, (visit, action)


@settings(deadline=None)
@given(recordings())
def test_forward_moves_follow_the_rules(recording: Recording) -> None:
    assert_forward_is(recording, lambda tree: Forward(tree).move)


@settings(deadline=None)
@given(recordings(max_size=30))
def test_inverse_moves_follow_the_rules(recording: Recording) -> None:
    assert_inverse_is(recording, lambda tree, start: Inverse(tree, start).move)


@settings(deadline=None)
@given(recordings())
def test_available_is_what_can_be_moved(recording: Recording) -> None:
    tree = StateTree.of(recording.finish())
    moves = Forward(tree)
    for state in range(len(tree)):
        actions = [a for a in every_action(tree) if outcome(moves.move, state, a, len(tree))]
        assert moves.available(state) == tuple(dict.fromkeys(action.kind for action in actions))


@settings(deadline=None)
@given(recordings())
def test_forward_laws(recording: Recording) -> None:
    tree = StateTree.of(recording.finish())
    laws.assert_step_into_replays(tree)
    laws.assert_forward_advances(tree)
    laws.assert_call_undoes_return(tree)


@settings(deadline=None)
@given(recordings(max_size=30))
def test_inverse_laws(recording: Recording) -> None:
    tree = StateTree.of(recording.finish())
    for start in inverse_starts(tree):
        laws.assert_inverse_goes_back(tree, start)
    for closing in set(tree.closing) - {len(tree)}:
        laws.assert_inverse_visits_all(tree, closing)


def swap(move: Move, kind: ActionKind, other: ActionKind) -> Move:
    """A debugger that is wrong about one action."""
    return lambda position, action: move(position, Action(other) if action.kind == kind else action)


SOME_RUN = run_at_random(bytes([3, 8, 27, 16, 5, 35, 3, 14, 0, 5, 7, 0, 6, 1, 5, 2]), cut=False)


@pytest.mark.parametrize("kind", FORWARD)
def test_the_judge_of_forward_moves_notices_each_wrong_one(kind: ActionKind) -> None:
    other = ActionKind.STEP_OVER if kind == ActionKind.STEP_INTO else ActionKind.STEP_INTO
    with pytest.raises(AssertionError):
        assert_forward_is(SOME_RUN, lambda tree: swap(Forward(tree).move, kind, other))


@pytest.mark.parametrize("kind", INVERSE)
def test_the_judge_of_inverse_moves_notices_each_wrong_one(kind: ActionKind) -> None:
    other = INVERSE[1] if kind == INVERSE[0] else INVERSE[0]
    with pytest.raises(AssertionError):
        assert_inverse_is(
            SOME_RUN, lambda tree, start: swap(Inverse(tree, start).move, kind, other)
        )


def nested_unwinding() -> Recording:
    """main calls f, whose last line calls h; h's last state calls h again; both h and f are left
    by an exception without a further state."""
    recording = Recording()
    recording.call(MAIN)  # 0
    recording.call(F)  # 1
    recording.line()  # 2
    recording.call(H)  # 3
    recording.line()  # 4
    recording.call(H)  # 5
    recording.exception()  # 6
    recording.unwind()
    recording.unwind()
    recording.unwind()
    recording.exception()  # 7
    recording.leave()  # 8
    return recording


def test_copies_of_levels_that_close_together_come_outermost_first() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    n = len(tree)
    walk = laws.inverse_walk(tree, 8)
    assert walk == [8, 7, n + 0, n + 2, n + 4, 6, 5, 4, 3, 2, 1, 0]


def test_an_inverse_walk_begins_on_the_copy_of_a_calling_closing_state() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    assert Inverse(tree, 2).start == len(tree) + 2
    assert Inverse(tree, 6).start == 6


def test_no_inverse_walk_begins_inside_a_level_but_on_a_line() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    with pytest.raises(ValueError, match="state 3 is neither a closing state nor a line"):
        Inverse(tree, 3)


def test_from_the_exit_there_is_no_move() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    with pytest.raises(ValueError, match="not available"):
        Forward(tree).move(EXIT_POSITION, Action(ActionKind.CONTINUE))
    with pytest.raises(ValueError, match="not available"):
        Inverse(tree, 8).move(EXIT_POSITION, Action(ActionKind.INV_STEP_INTO))


def test_no_breakpoint_on_a_line_that_the_context_does_not_have() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    for src in ("    nothing()", "", None):
        with pytest.raises(ValueError, match="breakpoint"):
            Forward(tree).move(0, Action(ActionKind.BREAKPOINT, src))


def test_what_cannot_be_done_is_named() -> None:
    tree = StateTree.of(nested_unwinding().finish())
    with pytest.raises(ValueError, match=r"^breakpoint '    x' is not available at position 2$"):
        Forward(tree).move(2, Action(ActionKind.BREAKPOINT, "    x"))
    with pytest.raises(ValueError, match=r"^step_return is not available at position 8$"):
        Forward(tree).move(8, Action(ActionKind.STEP_RETURN))
