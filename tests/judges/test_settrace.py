"""CPython's own `test_sys_settrace`: the recorder hears what these tests expect to be heard.

Each test of its `TraceTestCase` runs as it stands, with the recorder as its trace function.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Iterator
from typing import Any

import pytest
from support.settrace_judge import RecorderTracer
from support.shipped import shipped

THEIRS = shipped("test_sys_settrace")

NOT_OURS = {
    "test_08_settrace_and_return": "the program sets the trace function itself: it is rejected",
    "test_09_settrace_and_raise": "the program sets the trace function itself: it is rejected",
    "test_16_blank_lines": "code of a text that `exec` is given is not the program's",
    "test_set_and_retrieve_func": "nothing is traced",
    "test_set_and_retrieve_none": "nothing is traced",
    "test_no_line_event_after_creating_generator": "the tracer is one of C",
    "test_very_large_function": "code of a text that `exec` is given is not the program's",
}


def names() -> list[str]:
    """Their tests that are ours too."""
    if THEIRS is None:
        return []
    found = unittest.TestLoader().getTestCaseNames(THEIRS.TraceTestCase)
    return [name for name in found if name not in NOT_OURS]


def run(name: str, change: str = "") -> unittest.TestResult:
    """Run one of their tests over the recorder; `change` is an event that it loses."""
    assert THEIRS is not None
    module, made = THEIRS, []

    class Case(module.TraceTestCase):  # type: ignore[misc, name-defined]
        @staticmethod
        def make_tracer() -> RecorderTracer:
            made.append(RecorderTracer(module))
            return made[-1]

        def compare_events(self, line_offset: int, events: Any, expected_events: Any) -> None:
            kept = [event for event in events if event[1] != change]
            super().compare_events(line_offset, kept, expected_events)
            for tracer in made:
                tracer.check()

    result = unittest.TestResult()
    Case(name).run(result)
    return result


@pytest.fixture(autouse=True)
def its_own_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The recorder keeps the recursion limit of its process, which is ours here: put it back."""
    get, put = sys.getrecursionlimit, sys.setrecursionlimit
    limit = get()
    monkeypatch.setattr(sys, "getrecursionlimit", get)
    monkeypatch.setattr(sys, "setrecursionlimit", put)
    yield
    put(limit)


@pytest.mark.skipif(THEIRS is None, reason="this interpreter does not ship its tests")
@pytest.mark.parametrize("name", names() or ["not shipped"])
def test_what_they_expect_is_recorded(name: str) -> None:
    result = run(name)
    assert [text for _, text in [*result.failures, *result.errors]] == []
    assert (result.testsRun, result.skipped) == (1, [])


@pytest.mark.skipif(THEIRS is None, reason="this interpreter does not ship its tests")
@pytest.mark.parametrize("event", ["call", "line", "return", "exception"])
def test_a_recorder_that_loses_an_event_is_found_out(event: str) -> None:
    assert run("test_07_raise", change=event).failures != []
