"""Replay: what fits a tree, and what does not."""

from __future__ import annotations

import pytest
from support.traces import MAIN, F, Recording

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.states.view import EXIT, Visit
from tracing.trajectories.replay import replay
from tracing.trajectories.trajectory import Direction, Trajectory, parse_id

INTO, OVER, RETURN = map(
    Action, (ActionKind.STEP_INTO, ActionKind.STEP_OVER, ActionKind.STEP_RETURN)
)
BACK, CALL = Action(ActionKind.INV_STEP_INTO), Action(ActionKind.INV_STEP_CALL)


def small_tree() -> StateTree:
    """main: call 0, line 1; f: call 2, line 3, return 4; main: return 5."""
    recording = Recording()
    recording.call(MAIN)
    recording.line()
    recording.call(F)
    recording.line(3)
    recording.leave()
    recording.leave()
    return StateTree.of(recording.finish())


def forward(*actions: Action) -> Trajectory:
    return Trajectory("p", Direction.FORWARD, 0, 0, actions)


def inverse(start: int, *actions: Action) -> Trajectory:
    return Trajectory("p", Direction.INVERSE, 3, start, actions)


def test_forward() -> None:
    visits = replay(small_tree(), forward(INTO, INTO, RETURN, OVER, INTO))
    assert visits == (Visit(0), Visit(1), Visit(2), Visit(4), Visit(5), EXIT)


def test_breakpoint() -> None:
    breakpoint_ = Action(ActionKind.BREAKPOINT, "    return y")
    assert replay(small_tree(), forward(breakpoint_, breakpoint_)) == (Visit(0), Visit(3), EXIT)


def test_inverse() -> None:
    visits = replay(small_tree(), inverse(5, BACK, BACK, CALL, BACK, BACK, BACK))
    copy = Visit(1, copy=True)
    assert visits == (Visit(5), copy, Visit(4), Visit(2), Visit(1), Visit(0), EXIT)


def test_an_inverse_walk_ends_with_the_level_it_began_in() -> None:
    assert replay(small_tree(), inverse(4, CALL, BACK)) == (Visit(4), Visit(2), EXIT)
    assert replay(small_tree(), inverse(3, CALL, BACK)) == (Visit(3), Visit(2), EXIT)


def test_an_inverse_walk_from_a_calling_line_stands_on_the_line() -> None:
    assert replay(small_tree(), inverse(1, BACK, BACK)) == (Visit(1), Visit(0), EXIT)


@pytest.mark.parametrize(
    ("trajectory", "message"),
    [
        (forward(INTO, INTO, INTO, INTO, RETURN), "step_return is not available at position 4"),
        (forward(BACK), "inv_step_into is not available at position 0"),
        (forward(OVER, OVER, OVER, OVER), "step_over is not available at position -1"),
        (inverse(4, CALL, CALL), "inv_step_call is not available at position 2"),
        (inverse(4, INTO), "step_into is not available at position 4"),
        (inverse(2, BACK), "state 2 is neither a closing state nor a line"),
        (inverse(6, BACK), "start 6 is not a state of p"),
        (inverse(-1, BACK), "start -1 is not a state of p"),
        (forward(INTO)._replace(start=1), "a forward trajectory starts on state 0, not 1"),
        (forward(INTO)._replace(program="q"), "q#forward.0 is no trajectory of p"),
    ],
)
def test_what_does_not_fit_is_refused(trajectory: Trajectory, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replay(small_tree(), trajectory)


def test_ids_are_read_back() -> None:
    trajectory = inverse(4, BACK)._replace(program="a#b.c")
    assert trajectory.id == "a#b.c#inverse.3"
    assert parse_id(trajectory.id) == ("a#b.c", Direction.INVERSE, 3)
