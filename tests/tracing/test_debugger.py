"""Debugger: a session is a trajectory in the making."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.programs import Runner
from support.traces import F, Recording, recordings

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.states.view import EXIT, Visit
from tracing.trace import Kind
from tracing.trajectories.replay import replay
from tracing.trajectories.starts import line_starts
from tracing.trajectories.trajectory import Direction


def _session(recording: Recording, inverse: bool, number: int) -> Debugger:
    trace = recording.finish()
    forward = Debugger(trace)
    starts = line_starts(forward.tree)
    if not inverse or not starts:
        return forward
    return Debugger(trace, Direction.INVERSE, starts[number % len(starts)])


@given(recordings(), st.booleans(), st.binary(max_size=30))
def test_a_session_replays_and_undoes(recording: Recording, inverse: bool, choices: bytes) -> None:
    debugger = _session(recording, inverse, sum(choices))
    seen = [debugger.state]
    for choice in choices:
        kinds = [k for k in debugger.available() if k is not ActionKind.BREAKPOINT]
        if not kinds:
            break
        seen.append(debugger.act(Action(kinds[choice % len(kinds)])))
    assert debugger.visits == tuple(seen) == replay(debugger.tree, debugger.trajectory)
    assert debugger.ended == (seen[-1] == EXIT) == (not debugger.available())
    for before in reversed(seen[:-1]):
        assert debugger.undo() == before
    with pytest.raises(ValueError, match="no action to undo"):
        debugger.undo()


def test_step_into_replays_the_recording() -> None:
    recording = Recording()
    recording.call(0)
    recording.line()
    recording.call(F)
    recording.line()
    recording.leave()
    recording.leave()
    debugger = Debugger(recording.finish())
    visits = [debugger.act(Action(ActionKind.STEP_INTO)) for _ in range(6)]
    assert visits == [*map(Visit, range(1, 6)), EXIT]


def test_what_is_not_available_changes_nothing() -> None:
    recording = Recording()
    recording.call(0)
    recording.leave()
    debugger = Debugger(recording.finish())
    with pytest.raises(ValueError, match="inv_step_into is not available"):
        debugger.act(Action(ActionKind.INV_STEP_INTO))
    assert debugger.visits == (Visit(0),)


def test_where_no_session_can_start() -> None:
    recording = Recording()
    recording.call(0)
    recording.leave()
    trace = recording.finish()
    assert trace.kinds[1] == Kind.RETURN
    with pytest.raises(ValueError, match="the end of its entry is not recorded"):
        Debugger(trace, Direction.INVERSE)
    with pytest.raises(ValueError, match="starts on state 0"):
        Debugger(trace, start=1)


def test_a_session_in_the_scope_of_a_call(runner: Runner) -> None:
    source = """
        def double(x):
            y = x + x
            return y
        def f():
            a = double(1)
            b = double(a)
            return b
        """
    trace = runner.trace(source, "f")
    second = [a for a, owner in enumerate(trace.owners) if trace.functions[owner].line == 1][1]
    debugger = Debugger(trace, activation=second)
    assert debugger.tree.trace.code == "def double(x):\n    y = x + x\n    return y\n"
    while not debugger.ended:
        debugger.act(Action(ActionKind.STEP_INTO))
    assert debugger.visits == (*map(Visit, range(4)), EXIT)
    assert debugger.trajectory.activation == second
    assert debugger.trajectory.id.endswith(f"#forward.0:{second}")
    assert replay(debugger.tree, debugger.trajectory) == debugger.visits
    backwards = Debugger(trace, Direction.INVERSE, activation=second)
    assert backwards.act(Action(ActionKind.INV_STEP_CALL)) == Visit(0)
    with pytest.raises(ValueError, match="activation 99 of p has no scope"):
        Debugger(trace, activation=99)
