from __future__ import annotations

import re
from itertools import islice

from hypothesis import given, settings
from support.walks import segments, walks

from tokenization.grammar import Document
from tokenization.render import Renderer, render
from tracing.states.actions import Action, ActionKind
from tracing.states.view import Visit
from tracing.trace import Kind
from tracing.trajectories.trajectory import Direction, Trajectory

INTO = Action(ActionKind.STEP_INTO)
INV_INTO = Action(ActionKind.INV_STEP_INTO)


def frames(text: str) -> list[str]:
    """The frames of a document, each without its markers' bars, separators and action."""
    found = re.findall(r"<\|frame_sep\|>(.*?)(?:<\|action_sep\|>|<\|trace_end\|>)", text, re.DOTALL)
    return [re.sub(r"<\|(\w+?)(?:_sep)?\|>", r" \1 ", frame).strip() for frame in found]


@given(walks())
def test_documents_are_what_the_language_says(walk):
    parts = tuple(Renderer(walk.tree).parts(walk.visits, walk.actions, walk.direction))
    assert list(Document("p", parts).segments) == segments(walk)


@settings(max_examples=30)
@given(walks())
def test_a_renderer_remembers_nothing_that_changes_a_document(walk):
    renderer = Renderer(walk.tree)
    first, second = (
        list(renderer.parts(walk.visits, walk.actions, walk.direction)) for _ in range(2)
    )
    assert first == second


@settings(max_examples=30)
@given(walks())
def test_parts_are_made_as_they_are_asked_for(walk):
    unread = (*walk.visits[:2], None)
    parts = Renderer(walk.tree).parts(unread, walk.actions, walk.direction)
    assert len(list(islice(parts, min(2, len(walk.actions))))) == min(2, len(walk.actions))


def test_a_variable_that_disappears_brings_all_others(tree_of, always):
    tree = tree_of("def f(a, b):\n    c = 1\n    del b\n    b = 2\n    return c\n", "f", "1, 2")
    assert frames(render(tree, always(tree, 0, INTO)).text)[2:8] == [
        'call  src def f(a, b): arg {"a": "1", "b": "2"}',
        'line  arg {"..": ".."} src     c = 1',
        'line  arg {"..": "..", "c": "1"} src     del b',
        'line  arg {"a": "1", "c": "1"} src     b = 2',
        'line  arg {"..": "..", "b": "2"} src     return c',
        'return  src     return c arg "1"',
    ]


def test_all_is_shown_on_coming_from_elsewhere_and_at_a_breakpoint(tree_of):
    source = "def g():\n    return 0\n\ndef f(a):\n    g()\n    g()\n    return a\n"
    tree = tree_of(source, "f", "1")
    over = Action(ActionKind.STEP_OVER)
    actions = (INTO,) * 6 + (over, Action(ActionKind.BREAKPOINT, "    return a"), over, over)
    document = render(tree, Trajectory("p", Direction.FORWARD, 0, 0, actions))
    assert frames(document.text)[3:9] == [
        'line  arg {"..": ".."} src     g()',
        "call  src def g(): arg {}",
        "line  arg {} src     return 0",
        'return  src     return 0 arg "0"',
        'line  arg {"a": "1"} src     g()',
        'line  arg {"a": "1"} src     return a',
    ]


def test_an_exception_does_not_show_locals(tree_of, always):
    source = "def f(a):\n    try:\n        1 / a\n    except ZeroDivisionError:\n        a = 2\n"
    tree = tree_of(source, "f", "0")
    assert frames(render(tree, always(tree, 0, INTO)).text)[4:8] == [
        'line  arg {"..": ".."} src         1 / a',
        "exception  src         1 / a arg \"ZeroDivisionError('division by zero')\"",
        'line  arg {"..": ".."} src     except ZeroDivisionError:',
        'line  arg {"..": ".."} src         a = 2',
    ]


def test_backwards_calls_are_met_as_copies(tree_of, always):
    source = "def g(x):\n    x += 1\n    return x\n\ndef f(a):\n    b = g(a)\n    return b\n"
    tree = tree_of(source, "f", "1")
    closing = tree.closing[1]
    assert frames(render(tree, always(tree, closing, INV_INTO)).text) == [
        'inv_return  src     return b arg "2"',
        'inv_line  src     return b arg {"..": ".."}',
        'inv_line_call  src     b = g(a) arg {"..": ".."}',
        'inv_return  src     return x arg "2"',
        'inv_line  src     return x arg {"..": ".."}',
        'inv_line  src     x += 1 arg {"x": "1"}',
        'inv_call  src def g(x): arg {"x": "1"}',
        'inv_line  src     b = g(a) arg {"..": ".."}',
        'inv_call  src def f(a): arg {"a": "1"}',
        "inv_exit_entry",
    ]


def test_backwards_only_an_exception_that_ends_its_level_counts_as_having_shown_locals(tree_of):
    source = "def f(a):\n    try:\n        1 / a\n    except ZeroDivisionError:\n        a = 2\n"
    tree = tree_of(source, "f", "0")
    raised = bytes(tree.trace.kinds).index(Kind.EXCEPTION)
    closing = tree.closing[1]
    assert tree.trace.scope(raised) == tree.trace.scope(raised - 1) == {"a": "0"}
    assert tree.trace.scope(closing) == {"a": "2"}
    visits = tuple(map(Visit, (closing, raised, raised - 1, 0)))
    parts = tuple(Renderer(tree).parts(visits, (INV_INTO,) * 3, Direction.INVERSE))
    assert frames(Document("p", parts).text)[1:] == [
        "inv_exception  src         1 / a arg \"ZeroDivisionError('division by zero')\"",
        'inv_line  src         1 / a arg {"a": "0"}',
    ]


def test_a_trajectory_that_ends_before_the_exit(tree_of):
    tree = tree_of("x = 1\ny = 2\n")
    document = render(tree, Trajectory("p", Direction.FORWARD, 0, 0, (INTO, INTO)))
    assert document.text == (
        "<|begin_of_text|><|trace_context_start|>x = 1\ny = 2\n"
        "<|frame_sep|><|call_sep|><|src_sep|><module><|arg_sep|>{}<|action_sep|><|step_into|>"
        "<|frame_sep|><|line_sep|><|arg_sep|>{}<|src_sep|>x = 1<|action_sep|><|step_into|>"
        "<|end_of_text|>"
    )


def test_errors_are_an_exit_of_their_own(tree_of, always):
    tree = tree_of("1 / 0\n")
    assert frames(render(tree, always(tree, 0, INTO)).text)[-1] == "exit_error"
