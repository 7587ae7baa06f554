"""Scenarios of CPython's `test_bdb`, replayed through the debugger."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.bdb_differences import DIFFERENCES
from support.programs import Runner
from support.scenarios import Interpreter, NotExpressibleError
from support.shipped import shipped

THEIRS: Any = shipped("test_bdb")
CASES = ("StateTestCase", "BreakpointTestCase", "RunTestCase", "IssuesTestCase")
NOT_SHIPPED = pytest.mark.skipif(THEIRS is None, reason="this interpreter does not ship its tests")

# What the language has not: no command for it, or nothing to tell apart.
NOT_EXPRESSIBLE = {
    "test_down": "down",
    "test_up": "up",
    "test_next_in_caller_frame": "up",
    "test_return_in_caller_frame": "up",
    "test_until_in_caller_frame": "up",
    "test_until": "until",
    "test_until_with_too_large_count": "until",
    "test_skip": "skipped modules",
    "test_bp_condition": "conditions",
    "test_bp_exception_on_condition_evaluation": "conditions",
    "test_bp_ignore_count": "ignore",
    "test_ignore_count_on_disabled_bp": "ignore",
    "test_disabled_temporary_bp": "disable",
    "test_bp_on_non_existent_module": "several modules",
    "test_clear_at_no_bp": "several modules",
    "test_step_at_return_with_no_trace_in_caller": "several modules",
    "test_run_step": "a code object",
}
# What the language does otherwise, and why.
DIFFERENT = {
    "test_next_until_return_in_generator": "next in a generator",
    "test_next_command_in_generator_for_loop": "next in a generator",
    "test_next_command_in_generator_with_subiterator": "next in a generator",
    "test_return_command_in_generator_with_subiterator": "return in a generator",
}
# What is no scenario: an error in setting a breakpoint, and an import in the test itself.
NO_SCENARIO = {"test_bp_after_last_statement", "test_runeval_step"}


def names() -> list[tuple[str, str]]:
    """Their tests, each with its class."""
    if THEIRS is None:
        return [("", "not shipped")]
    load = unittest.TestLoader().getTestCaseNames
    found = [(case, name) for case in CASES for name in load(getattr(THEIRS, case))]
    return [(case, name) for case, name in found if name not in NO_SCENARIO]


def replay(case: str, name: str, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run one of their tests with the debugger in the place of bdb."""
    modules: dict[str, str] = {}

    @contextmanager
    def create_modules(sources: dict[str, str]) -> Iterator[None]:
        modules.clear()
        modules.update(sources)
        yield

    def interpret(test_case: Any, skip: Any = None) -> Interpreter:
        interpreter = Interpreter(THEIRS, runner, test_case.expect_set, skip)
        interpreter.modules = modules
        return interpreter

    monkeypatch.setattr(THEIRS, "create_modules", create_modules)
    monkeypatch.setattr(THEIRS, "TracerRun", interpret)
    getattr(getattr(THEIRS, case)(name), name)()


@NOT_SHIPPED
@pytest.mark.parametrize(("case", "name"), names())
def test_scenario(case: str, name: str, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in NOT_EXPRESSIBLE:
        with pytest.raises(NotExpressibleError, match=NOT_EXPRESSIBLE[name]):
            replay(case, name, runner, monkeypatch)
    elif name in DIFFERENT:
        assert DIFFERENT[name] in {row.name for row in DIFFERENCES}
        with pytest.raises(AssertionError):
            replay(case, name, runner, monkeypatch)
    else:
        replay(case, name, runner, monkeypatch)
