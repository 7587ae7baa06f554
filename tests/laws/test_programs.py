"""Every construct of the language has a program, and all that is made of each is right."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from support import documents, laws
from support.audit.run import record
from support.cases import DISAGREES, NAMES, read
from support.programs import Runner

from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.trajectories.policy import Policy
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction

# The audit sees the numbers that the system gives threads, which are pinned in the sandbox.
UNPINNED = {"calls/threads"}
SOURCES = {name: read(name).source for name in NAMES}
CONSTRUCTS = {
    "recursion": "calls/recursion",
    "mutual recursion": "calls/mutual_recursion",
    "several calls on one line": "calls/siblings",
    "calls in arguments": "calls/multi_line_call",
    "raised and caught by a caller": "exceptions/unwind_frames",
    "caught in the same frame": "scopes/except_as",
    "re-raised": "exceptions/bare_raise",
    "chained": "exceptions/raise_from",
    "raised in finally": "exceptions/nested_finally",
    "raised in with": "exceptions/with_reraise",
    "raised in a generator": "generators/throw_uncaught",
    "exception groups": "exceptions/except_group",
    "generators: for": "generators/for_loop",
    "generators: next": "generators/next_and_end",
    "generators: send and close": "generators/send_and_close",
    "generators: throw": "generators/throw_caught",
    "generators: yield from": "generators/yield_from",
    "generators: dropped half-way": "generators/dropped",
    "generators: never started": "generators/flatten_nested_never_started",
    "coroutines": "coroutines/coroutine_by_hand",
    "async generators": "coroutines/agen_asend",
    "async for": "coroutines/async_for_stmt",
    "async with": "coroutines/async_with",
    "several tasks": "coroutines/asyncio_run",
    "comprehensions": "calls/comprehensions",
    "lambdas": "calls/lambdas",
    "class bodies": "calls/class_body",
    "decorators": "calls/decorator",
    "metaclasses": "calls/init_subclass_meta",
    "properties and descriptors": "calls/property_descriptor",
    "__del__": "calls/del_method",
    "nonlocal": "calls/closures",
    "callbacks from C": "calls/sorted_key",
    "callbacks from library code": "calls/reduce_lib",
    "exec and eval": "calls/exec_eval",
    "multi-line statements": "calls/multi_line_call",
    "one-line loops": "calls/one_line_loops",
    "match": "calls/match_statement",
    "walrus": "calls/walrus",
    "star-expressions": "calls/starred_and_keyword_calls",
    "module-level code": "calls/script_calls",
    "threads": "calls/threads",
}
# Statements and clauses that make events of their own kind, and expressions that make frames.
NODES = {
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Return, ast.Delete, ast.Assign),
    *(ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.While, ast.If, ast.With),
    *(ast.AsyncWith, ast.Match, ast.Raise, ast.Try, ast.TryStar, ast.Assert, ast.Import),
    *(ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Expr, ast.Pass, ast.Break, ast.Continue),
    *(ast.NamedExpr, ast.Lambda, ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp),
    *(ast.GeneratorExp, ast.Await, ast.Yield, ast.YieldFrom, ast.Starred, ast.JoinedStr),
}


def nodes() -> Counter[type[ast.AST]]:
    trees = [ast.parse(source) for source in SOURCES.values()]
    return Counter(type(node) for tree in trees for node in ast.walk(tree))


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_has_a_program(construct: str) -> None:
    assert CONSTRUCTS[construct] in NAMES


def test_every_statement_has_a_program() -> None:
    assert NODES - nodes().keys() == set()
    statements = set(ast.stmt.__subclasses__())
    assert statements <= NODES  # a statement that a later Python adds is missed here


def assert_right(runner: Runner, name: str) -> None:
    """Tree, moves both ways, rendering and parsing of one program; the audit where it can tell."""
    case = read(name)
    trace = runner.trace(case.source, case.entry, case.args)
    tree = StateTree.of(trace)
    laws.assert_tree(tree)
    called = {"source": case.source, "entry": case.entry, "args": case.args}
    recording = None if name in DISAGREES | UNPINNED else record(called)
    for direction in Direction:
        for trajectory in draw(ScopeTrees(tree), Policy(), direction, 3, seed=0).trajectories:
            laws.assert_replays(tree, trajectory)
            documents.assert_reads_back(tree, trajectory)
            documents.assert_follows_again(tree, trajectory)
            if recording is not None:
                documents.assert_audited(recording, tree, trajectory)


@pytest.mark.parametrize("name", NAMES[::6])
def test_some_programs(runner: Runner, name: str) -> None:
    assert_right(runner, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_all_programs(runner: Runner, name: str) -> None:
    assert_right(runner, name)


def test_threads_are_counted_and_only_the_entrys_is_recorded(runner: Runner) -> None:
    case = read("calls/threads")
    trace = runner.trace(case.source, case.entry, case.args)
    assert trace.threads == 1
    assert "work" not in {trace.functions[owner].qualname for owner in trace.owners}
