"""Where inverse trajectories can start, against the words of language section 5."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from support.reference import Reference
from support.traces import LAMBDA, MAIN, MODULE, F, G, H, Recording, recordings

from tracing.states.tree import StateTree
from tracing.states.view import EXIT, EXIT_POSITION, Visit, visit_of
from tracing.trace import Function, Kind, Trace
from tracing.trajectories.starts import closing_start, line_starts


def named(trace: Trace, function: int, qualname: str, is_def: bool) -> Trace:
    """The same trace with another name for a function."""
    functions = list(trace.functions)
    functions[function] = Function(qualname, functions[function].line, is_def)
    return replace(trace, functions=tuple(functions))


@given(recordings())
def test_closing_start_is_that_of_the_first_activation_of_the_entry(recording: Recording) -> None:
    trace = recording.finish()
    wanted = MODULE if trace.entry is None else F
    called = [k for k, owner in enumerate(trace.owners) if owner == wanted]
    expected = Reference(recording, trace).closing_state(called[0]) if called else None
    assert closing_start(StateTree.of(trace)) == expected


@given(recordings())
def test_line_starts_are_all_lines_but_the_wrappers(recording: Recording) -> None:
    trace = recording.finish()
    lines = [state for state in range(len(trace)) if trace.kinds[state] == Kind.LINE]
    if trace.entry is not None:
        lines = [state for state in lines if trace.activations[state] != 0]
    assert line_starts(StateTree.of(trace)) == lines


def test_the_entry_is_the_def_of_that_name() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.call(LAMBDA)
    recording.leave()
    recording.call(G)
    recording.leave()
    recording.leave()
    trace = recording.finish()
    assert closing_start(StateTree.of(trace)) is None
    assert closing_start(StateTree.of(named(trace, LAMBDA, "f", is_def=False))) is None
    assert closing_start(StateTree.of(named(trace, G, "f", is_def=True))) == 4
    both = named(named(trace, LAMBDA, "f", is_def=True), G, "f", is_def=True)
    assert closing_start(StateTree.of(both)) == 2


def test_a_script_that_is_not_whole_has_no_closing_start() -> None:
    recording = Recording(entry=None)
    recording.call(MODULE)
    recording.line()
    assert closing_start(StateTree.of(recording.finish())) is None
    assert line_starts(StateTree.of(recording.finish())) == [1]
    recording.call(H)
    recording.leave()
    recording.leave()
    assert closing_start(StateTree.of(recording.finish())) == 4


@pytest.mark.parametrize(
    ("position", "visit"),
    [(0, Visit(0)), (2, Visit(2)), (3, Visit(0, copy=True)), (5, Visit(2, copy=True)), (-1, EXIT)],
)
def test_positions_stand_for_states_and_copies(position: int, visit: Visit) -> None:
    assert visit_of(position, states=3) == visit
    assert (EXIT_POSITION, EXIT.copy) == (-1, False)
