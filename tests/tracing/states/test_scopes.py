"""Scopes: what lies below a call is what the whole trace has there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from support.programs import Runner
from support.traces import Recording, recordings

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import FORWARD, Forward
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trace import Outcome


@settings(deadline=None)
@given(recordings())
def test_moves_inside_a_scope_are_those_of_the_whole(recording: Recording) -> None:
    trees = ScopeTrees(StateTree.of(recording.finish()))
    whole, outer = trees.whole, Forward(trees.whole)
    for activation in (a for found in trees.entries(2, None).values() for a in found):
        tree, base, inner = trees.tree(activation), trees.base(activation), None
        inner = Forward(tree)
        assert whole.trace.depths[base + len(tree) - 1] >= whole.trace.depths[base]
        for state in range(len(tree)):
            assert tree.trace.scope(state) == whole.trace.scope(base + state)
            assert source_line(tree, state) == source_line(whole, base + state)
            for action in actions(tree):
                assert inside(inner, state, action, 0, len(tree)) == inside(
                    outer, base + state, action, base, len(tree)
                )


def actions(tree: StateTree) -> list[Action]:
    kinds = [Action(kind) for kind in FORWARD[:3]]
    return [*kinds, *(Action(ActionKind.BREAKPOINT, src) for src in tree.places.texts)]


def inside(moves: Forward, state: int, action: Action, base: int, size: int) -> int | None:
    """Where a move leads in a scope; None beyond it, or where it is not available."""
    try:
        target = moves.move(state, action)
    except ValueError:
        return None
    return target - base if target != EXIT_POSITION and target - base < size else None


def source_line(tree: StateTree, state: int) -> str:
    return tree.trace.code_lines()[tree.trace.lines[state]]


@settings(deadline=None)
@given(recordings())
def test_a_scope_is_all_that_ends_before_its_caller_goes_on(recording: Recording) -> None:
    trees = ScopeTrees(StateTree.of(recording.finish()))
    found = {a for some in trees.entries(2, None).values() for a in some}
    ended = {a for a in recording.ends if a and not a_is_open(recording, a)}
    assert found <= ended
    for activation in found:
        tree = trees.tree(activation)
        assert trees.base(activation) + len(tree) == recording.ends[activation]


def a_is_open(recording: Recording, activation: int) -> bool:
    return activation in recording.open


PROGRAM = """
def outer(n):
    def inner(k):
        if k < 0:
            raise ValueError(k)
        return k + 1

    return [inner(k) for k in range(n)]


unused = 1


def gen(n):
    yield n


def f(n):
    try:
        outer(n)[0] + next(gen(n))
        (lambda: missing)()
    except NameError:
        return outer(1)
"""


def test_code_is_the_lines_of_the_functions_visited(runner: Runner) -> None:
    trace = runner.trace(PROGRAM, "f", "2")
    trees = ScopeTrees(StateTree.of(trace))
    names = {
        trace.functions[owner].qualname: trees.tree(activations[0]).trace
        for owner, activations in trees.entries(2, None).items()
    }
    assert names["outer.<locals>.inner"].code.startswith("    def inner(k):\n        if k < 0:\n")
    assert names["outer.<locals>.inner"].code.count("\n") == 4
    assert names["outer"].code.startswith("def outer(n):\n")
    assert names["outer"].code.count("\n") == 7
    assert "unused" not in names["f"].code
    assert "def gen" in names["f"].code
    assert names["gen"].code == "def gen(n):\n    yield n\n"
    assert names["gen"].outcome is Outcome.NORMAL
    assert names["f.<locals>.<lambda>"].outcome is Outcome.ERROR
    assert names["f.<locals>.<lambda>"].code.startswith("def f(n):\n")
    assert names["f"].scope(0) == {"n": "2"}
    assert names["f"].source() == names["f"].code


def test_depth_and_what_is_cut(runner: Runner) -> None:
    trees = ScopeTrees(StateTree.of(runner.trace(PROGRAM, "f", "2")))
    depths = trees.whole.trace.depths
    shallow = [a for found in trees.entries(2, 2).values() for a in found]
    assert shallow == [1]
    for found in trees.entries(3, 4).values():
        assert all(3 <= depths[trees.base(activation)] <= 4 for activation in found)
    with pytest.raises(ValueError, match="activation 99 of p has no scope"):
        trees.tree(99)


def test_what_visits_a_function_of_the_wrapper_is_no_entry(runner: Runner) -> None:
    source = "def f(g):\n    h()\n    return g()\n\ndef h():\n    return 1\n"
    trees = ScopeTrees(StateTree.of(runner.trace(source, "f", "lambda: 2")))
    names = [trees.whole.trace.functions[owner].qualname for owner in trees.entries(2, None)]
    assert names == ["h"]


def test_a_level_that_was_cut_is_no_entry() -> None:
    recording = Recording()
    for function in (0, 1, 2):
        recording.call(function)
    recording.leave()
    recording.call(3)
    trees = ScopeTrees(StateTree.of(recording.finish()))
    assert trees.entries(2, None) == {2: [2]}
    with pytest.raises(ValueError, match="activation 1 of p does not end"):
        trees.tree(1)
