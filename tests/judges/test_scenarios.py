"""Scenarios of CPython's `test_bdb` and `test_pdb`, replayed through the debugger."""

from __future__ import annotations

import re
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from support import doctest_scenarios
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


PDB: Any = shipped("test_pdb")
# How far the walks through `test_pdb` go: the stops that agree, and what ends them: nothing, a
# command that the language has not, or a stop that is not pdb's (`next` and `return` in generators
# and coroutines, as the table of differences has it).
PDB_REACHES = {
    "test_next_until_return_at_return_event": (7, "until"),
    "test_pdb_alias_command": (1, "alias"),
    "test_pdb_basic_commands": (5, "up"),
    "test_pdb_breakpoint_commands": (1, "break"),
    "test_pdb_display_command": (10, ""),
    "test_pdb_displayhook": (1, "foo"),
    "test_pdb_issue_43318": (1, "break"),
    "test_pdb_issue_gh_101517": (1, ""),
    "test_pdb_issue_gh_101673": (4, ""),
    "test_pdb_issue_gh_103225": (2, ""),
    "test_pdb_issue_gh_91742": (4, "jump"),
    "test_pdb_issue_gh_94215": (4, "jump"),
    "test_pdb_next_command_for_asyncgen": (3, "difference"),
    "test_pdb_next_command_for_coroutine": (3, "difference"),
    "test_pdb_next_command_for_generator": (5, "difference"),
    "test_pdb_next_command_in_generator_for_loop": (3, "difference"),
    "test_pdb_next_command_subiterator": (3, "difference"),
    "test_pdb_pp_repr_exc": (3, ""),
    "test_pdb_return_command_for_coroutine": (3, "difference"),
    "test_pdb_return_command_for_generator": (4, "difference"),
    "test_pdb_until_command_for_coroutine": (2, "until"),
    "test_pdb_until_command_for_generator": (2, "until"),
    "test_pdb_whatis_command": (7, ""),
    "test_pdb_where_command": (3, "u"),
    "test_post_mortem": (4, "down"),
}
PDB_NOT_EXPRESSIBLE = {
    "test_list_commands": "it does not stop once by itself",
    "test_pdb_breakpoints_preserved_across_interactive_sessions": "not one session",
    "test_pdb_continue_in_bottomframe": "it does not stop once by itself",
    "test_pdb_issue_20766": "it does not stop once by itself",
    "test_pdb_issue_gh_65052": "it does not stop once by itself",
    "test_pdb_run_with_code_object": "not one session",
    "test_pdb_run_with_incorrect_argument": "not a program",
    "test_pdb_skip_modules": "skipped modules",
    "test_pdb_skip_modules_with_callback": "skipped modules",
}


def pdb_names() -> list[str]:
    """The doctests of `test_pdb`."""
    if PDB is None:
        return ["not shipped"]
    return sorted(
        name for name, value in vars(PDB).items() if name[:5] == "test_" and callable(value)
    )


@pytest.mark.skipif(PDB is None, reason="this interpreter does not ship its tests")
@pytest.mark.parametrize("name", pdb_names())
def test_pdb_scenario(name: str, runner: Runner) -> None:
    if name in PDB_NOT_EXPRESSIBLE:
        with pytest.raises(NotExpressibleError, match=re.escape(PDB_NOT_EXPRESSIBLE[name])):
            doctest_scenarios.scenario_of(getattr(PDB, name))
    else:
        scenario = doctest_scenarios.scenario_of(getattr(PDB, name))
        assert doctest_scenarios.replay(scenario, runner) == PDB_REACHES[name]


@pytest.mark.skipif(PDB is None, reason="this interpreter does not ship its tests")
def test_a_wrong_line_is_found(runner: Runner) -> None:
    scenario = doctest_scenarios.scenario_of(PDB.test_pdb_whatis_command)
    first, second, *rest = scenario.stops
    wrong = [first, replace(second, line=second.line + 1), *rest]
    found = doctest_scenarios.replay(replace(scenario, stops=wrong), runner)
    assert found == (1, "difference")
