"""The paper's listings, byte for byte, from their programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenization.grammar import Marker, spelled
from tokenization.render import render
from tracing.states.actions import Action, ActionKind
from tracing.trajectories.starts import closing_start
from tracing.trajectories.trajectory import Direction, Trajectory

GOLDEN = Path(__file__).parents[1] / "golden"
COUNT = """\
def count(s, t):
    n = 0
    for c in s:
        n += int(c == t)
    return n
"""
DIGITS = """\
def f(single_digit):
    result = []
    for c in range(1, 11):
        if c != single_digit:
            result.append(c)
    return result
"""
INTO = Action(ActionKind.STEP_INTO)


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text()


def test_stepping_forward(tree_of, always):
    tree = tree_of(COUNT, "count", '"berry", "r"')
    assert render(tree, always(tree, 0, INTO)).text == golden("count_forward")


def test_stepping_backward(tree_of, always):
    tree = tree_of(COUNT, "count", '"berry", "r"')
    trajectory = always(tree, closing_start(tree), Action(ActionKind.INV_STEP_INTO))
    assert render(tree, trajectory).text == golden("count_inverse")


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("output_breakpoint", (INTO, INTO, Action(ActionKind.BREAKPOINT, "    return result"))),
        ("output_step_return", (INTO, INTO, Action(ActionKind.STEP_RETURN))),
        ("input_inv_step_call", (Action(ActionKind.INV_STEP_CALL),)),
    ],
)
def test_prompts_and_completions(tree_of, name, actions):
    tree = tree_of(DIGITS, "f", "5")
    inverse = name.startswith("input")
    next_ = Action(ActionKind.INV_STEP_INTO if inverse else ActionKind.STEP_INTO)
    direction = Direction.INVERSE if inverse else Direction.FORWARD
    start = closing_start(tree) if inverse else 0
    document = render(tree, Trajectory("p", direction, 0, start, (*actions, next_)))
    prompt = spelled(c for part in document.parts[: len(actions) + 1] for c in part.contents)
    frame_sep, *completion = document.parts[len(actions) + 1].contents[:6]
    assert prompt + frame_sep.value == golden(f"cruxeval_{name}.prompt")
    assert spelled(completion) == golden(f"cruxeval_{name}.completion")
    assert frame_sep is Marker.FRAME_SEP
