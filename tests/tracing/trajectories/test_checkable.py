"""Checkable: pure functions, literal arguments, and nothing that only looks like it."""

from __future__ import annotations

import pytest
from support.programs import Runner

from tracing.states.syntax import Syntax
from tracing.trajectories.checkable import is_checkable, pure_functions

PURE = '''\
"""Text."""
import math
from collections import Counter


def f(x, y=1, *, z="a"):
    """More text."""
    found = Counter(x)
    found.update(x)
    return [math.pi, sorted(found), g(x)]


def g(x):
    return [k for k in x if (lambda: k)()]
'''


def pure(source: str) -> set[str]:
    syntax = Syntax.of(source)
    assert syntax is not None
    return set(pure_functions(source, syntax))


def test_pure_functions() -> None:
    assert pure(PURE) == {"f", "g"}


@pytest.mark.parametrize(
    "more",
    [
        "seen = []",
        "import random",
        "import math, random",
        "from os import *",
        "if x: pass",
        "class C: pass",
        "@wrap\ndef h(x):\n    return x",
        "def h(x):\n    global y\n    return x",
        "def h(x):\n    yield x",
        "async def h(x):\n    return x",
        "def h(x, seen=[]):\n    return x",
        "def h(x):\n    return input()",
        "def h(x):\n    return id(x)",
        "def h(x):\n    h.calls = 1",
        "def h(x):\n    h.calls, y = 1, 2",
        "def h(x):\n    return x.__class__",
        "def h(x):\n    import time",
        "def len(x):\n    return x",
        "x: int = 1",
    ],
)
def test_what_may_keep_something_makes_nothing_pure(more: str) -> None:
    assert pure(PURE) != set() == pure(f"{PURE}\n\n{more}\n")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("[1, 'a', None]", True),
        ("{'a': (-1, 2.5)}, True", True),
        ("[1j + 1, b'x']", True),
        ("float('nan')", False),
        ("[sum]", False),
        ("list(range(1000))", False),  # cut
        ("'a' * 5000", False),  # cut
        ("...", False),
    ],
)
def test_arguments_can_be_written_down_again(runner: Runner, args: str, expected: bool) -> None:
    source = "def f(x, y=1):\n    return x\n"
    trace = runner.trace(source, "f", args)
    assert is_checkable(trace, frozenset({"f"}), 2) == expected
    assert not is_checkable(trace, frozenset(), 2)
    assert not is_checkable(trace, frozenset({"f"}), 1)
