"""Where breakpoints stop, and which lines are still to come."""

from __future__ import annotations

from array import array
from dataclasses import replace

from hypothesis import given, settings
from support.programs import Runner
from support.reference import Reference
from support.traces import LAMBDA, MAIN, MODULE, SOURCE, WRAPPER, F, G, Recording, recordings

from tracing.states.tree import StateTree


@settings(deadline=None)
@given(recordings())
def test_the_lines_still_to_come_are_a_tail(recording: Recording) -> None:
    trace = recording.finish()
    tree, reference = StateTree.of(trace), Reference(recording, trace)
    places, lines = tree.places, trace.code_lines()
    assert set(places.texts) == {line for line in lines[1:] if line.strip()}
    for state in range(-1, len(trace)):
        coming = {
            lines[trace.lines[later]]
            for later in range(state + 1, len(trace))
            if reference.stops_breakpoints(later)
        }
        texts = places.texts[places.first_coming(state) :]
        assert set(texts) == coming
        firsts = [places.next(src, state) for src in texts]
        assert places.coming(state) == firsts
        assert all(
            lines[trace.lines[first]] == src for src, first in zip(texts, firsts, strict=True)
        )


def test_calls_of_functions_stop_breakpoints_but_not_resumptions_or_lambdas() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.line(0)
    recording.call(LAMBDA)
    recording.leave()
    recording.call(G)
    recording.leave(yields=True)
    recording.call(G, resume=True)
    recording.leave()
    recording.leave()
    recording.leave()
    places = StateTree.of(recording.finish()).places
    counted = sorted(state for states in places.occurrences.values() for state in states[:-1])
    assert counted == [0, 1, 2, 5]


def test_lines_of_equal_text_are_one_source_line() -> None:
    assert (SOURCE + WRAPPER).split("\n").count("    y = x") == 2
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.line(0)  # y = x, in f
    recording.call(G)
    recording.line(2)  # y = x, in g
    places = StateTree.of(recording.finish()).places
    assert list(places.occurrences["    y = x"]) == [2, 4, 5]
    assert places.next("    y = x", 2) == 4
    assert places.next("    y = x", 4) == 5  # the number of states: none


def test_what_an_empty_module_shows_is_no_line_of_the_code(runner: Runner) -> None:
    trace = runner.trace("")
    assert "<module>" not in StateTree.of(trace).places.texts
    assert StateTree.of(trace).places.final == -1


def test_lines_that_never_run_have_no_last_state() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.leave()
    places = StateTree.of(recording.finish()).places
    assert set(places.lasts[:-1]) == {-1}
    assert places.lasts[-1] == 0


def test_a_blank_line_that_runs_and_a_line_of_the_code_that_says_module() -> None:
    recording = Recording(entry=None)
    recording.call(MODULE)
    recording.line()
    recording.line()
    recording.leave()
    trace = recording.finish()
    trace = replace(trace, lines=array("I", [0, 0, 4, 4]))
    assert trace.code_lines()[4] == ""
    assert "<module>" not in StateTree.of(trace).places.texts
    assert StateTree.of(trace).places.next("", 0) == 2
    assert "" in StateTree.of(trace).places.texts
    spelled = replace(trace, code=trace.code.replace("    return y", "<module>"))
    places = StateTree.of(spelled).places
    assert places.lasts[places.texts.index("<module>")] == 1
