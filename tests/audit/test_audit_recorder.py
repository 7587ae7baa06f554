"""The recorder of the auditor does what sections 2, 3 and 6.1 say."""

from __future__ import annotations

import math
import sys
import types
from collections import OrderedDict, defaultdict, deque
from typing import Any

import pytest
from support.audit.recorder import Renderer, build_code, normalised, wrapper_name
from support.audit.run import run_recorder


def build(source: str) -> dict[str, Any]:
    """Return the names that a source defines in a module named ``prog``."""
    names: dict[str, Any] = {"__name__": "prog"}
    exec(source, names)
    return names


OBJECTS = build(
    """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
class Slotted:
    __slots__ = ("a", "__b", "c")
    def __init__(self):
        self.c, self.__b = 3, 2
class Both(Slotted):
    __slots__ = ("d", "__dict__")
    def __init__(self):
        super().__init__()
        self.e, self.d = 5, 4
class Named:
    def __repr__(self):
        return f"<Named at 0x7f00 {object.__repr__(self)}>"
class Broken:
    def __repr__(self):
        raise LookupError
class Items(list):
    pass
class Outer:
    class Inner:
        pass
    def method(self):
        yield
class Meta(type):
    def __repr__(cls):
        return "meta"
class Made(metaclass=Meta):
    pass
class Asked(type(__import__("sys"))):
    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked for")
async def wait():
    pass
def outer():
    return lambda: 0
"""
)
LOOP: list[object] = [1]
LOOP.append(LOOP)
KNOT = OBJECTS["Point"](1, None)
KNOT.y = [KNOT]
WAIT = OBJECTS["wait"]()
WAIT.close()


def nested(levels: int) -> list[object]:
    """Return lists inside one another."""
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


VALUES: list[tuple[object, str]] = [
    ([1, "a", b"b", None, ..., 1.5, 2j], "[1, 'a', b'b', None, Ellipsis, 1.5, 2j]"),
    ((1,), "(1,)"),
    ((), "()"),
    ({"a": (1, 2), (3,): {}}, "{'a': (1, 2), (3,): {}}"),
    ({10, 9, "x"}, "{'x', 10, 9}"),
    (set(), "set()"),
    (frozenset({2, 1}), "frozenset({1, 2})"),
    (frozenset(), "frozenset()"),
    ("at 0x7f is text", "'at 0x7f is text'"),
    (["in at 0x7f"], "['in at 0x7f']"),
    (LOOP, "[1, <cycle>]"),
    (KNOT, "Point(x=1, y=[<cycle>])"),
    ([LOOP[0], [2], [2]], "[1, [2], [2]]"),
    (nested(8), "[[[[[[[[]]]]]]]]"),
    (nested(9), "[[[[[[[[<depth>]]]]]]]]"),
    (list(range(201)), f"[{', '.join(map(str, range(200)))}, <+1 items>]"),
    (dict.fromkeys(range(237), 0), f"{{{', '.join(f'{i}: 0' for i in range(200))}, <+37 items>}}"),
    ("a" * 2510, "'" + "a" * 1999 + "<+512 chars>"),
    (10**5000, "<ValueError in __repr__>"),
    (OBJECTS["Slotted"](), "Slotted(_Slotted__b=2, c=3)"),
    (OBJECTS["Both"](), "Both(e=5, _Slotted__b=2, c=3, d=4)"),
    (OBJECTS["Named"](), "<Named <prog.Named object>>"),
    ([OBJECTS["Broken"]()], "[<LookupError in __repr__>]"),
    (OBJECTS["Items"]([OBJECTS["Point"](1, 2)]), "[<prog.Point object>]"),
    (OBJECTS["Outer"].Inner, "<class 'Outer.Inner'>"),
    (OBJECTS["Made"], "meta"),
    (OBJECTS["Outer"]().method, "<bound method Outer.method>"),
    (OBJECTS["Outer"]().method(), "<generator Outer.method>"),
    (OBJECTS["outer"](), "<function outer.<locals>.<lambda>>"),
    (WAIT, "<coroutine wait>"),
    (math, "<module 'math'>"),
    (OBJECTS["Asked"]("asked"), "<module 'asked'>"),
    (len, "<built-in function len>"),
    ([].append, "<built-in method append of list object>"),
    (object(), "<object object>"),
    (iter([1]), "<list_iterator object>"),
    (int, "<class 'int'>"),
    (OrderedDict, "<class 'collections.OrderedDict'>"),
    (defaultdict(list, {1: [2]}), "defaultdict(<class 'list'>, {1: [2]})"),
    (deque([1], 2), "deque([1], maxlen=2)"),
    (KeyError("x"), "KeyError('x')"),
    (types.SimpleNamespace(a=1), "namespace(a=1)"),
]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[text[:40] for _, text in VALUES])
def test_values(value: object, text: str) -> None:
    """Section 3, value by value."""
    assert Renderer("prog").text(value) == text


def test_code() -> None:
    """Section 6.1: breaks, the byte-order mark, the wrapper and its name."""
    assert normalised("\ufeffa = 1\r\nb = 2\rc = 3\x0c\n\n\n") == "a = 1\nb = 2\nc = 3\x0c\n"
    assert build_code("def f(): pass", "f", "") == (
        "def f(): pass\n\ndef main():\n    return f()\n",
        "main",
    )
    assert build_code("x = 1\n\n", None, None) == ("x = 1\n", "")
    assert wrapper_name("'main' # main\nmainly = 1\n") == "main"
    assert wrapper_name("def g(main_1): return x.main\n") == "main_2"


def run(source: str, entry: str | None = None, args: str = "", **more: object) -> dict[str, Any]:
    """Record one program."""
    return run_recorder({"source": source, "entry": entry, "args": args, **more})


def kinds(recorded: dict[str, Any], activation: int) -> list[str]:
    """Return the kinds of the states of an activation, a letter each; a yield is ``y``."""
    return [
        "y" if event["yield_"] else "resume" if event["resume"] else event["kind"][0]
        for event in recorded["events"]
        if event["activation"] == activation
    ]


def test_unwinding_is_not_a_state() -> None:
    """An exception is the last state of every level that it leaves."""
    recorded = run("def f(x):\n    return 1 / x\n", "f", "0")
    assert (recorded["outcome"], recorded["error"]) == ("error", "ZeroDivisionError")
    assert kinds(recorded, 1) == ["c", "l", "e"]
    assert kinds(recorded, 0) == ["c", "l", "e"]
    assert recorded["closed"] == [1, 0]
    assert recorded["events"][-1]["arg"] == "ZeroDivisionError('division by zero')"


def test_a_bare_raise_leaves_a_line_state() -> None:
    """There is no second exception event in the same frame."""
    source = "def f():\n    try:\n        1 / 0\n    finally:\n        x = 1\n"
    assert kinds(run(source, "f"), 1) == ["c", "l", "l", "e", "l"]


def test_a_closed_generator_does_not_yield() -> None:
    """It sits on YIELD_VALUE, but an exception brought it there."""
    source = "def g():\n    yield 1\ndef f():\n    for k in g():\n        break\n    return k\n"
    recorded = run(source, "f")
    assert kinds(recorded, 2) == ["c", "l", "y"]
    assert kinds(recorded, 3) == ["resume", "e"]


def test_a_generator_that_goes_on_after_throw_yields() -> None:
    """An exception that was handled does not count."""
    source = (
        "def g():\n    while True:\n        try:\n            yield 1\n"
        "        except KeyError:\n            pass\n"
        "def f():\n    k = g()\n    next(k)\n    k.throw(KeyError)\n    return 0\n"
    )
    assert kinds(run(source, "f"), 3) == ["resume", "e", *"lllll", "y"]


def test_await_and_delegation() -> None:
    """They are yields too; their resumptions are told by the opcode."""
    source = (
        "def h():\n    return (yield 1)\n"
        "def g():\n    return (yield from h())\n"
        "def f():\n    return list(g())\n"
    )
    recorded = run(source, "f")
    levels = range(1, recorded["events"][-1]["activation"] + 6)
    assert [kinds(recorded, level) for level in levels] == [
        ["c", "l", "r"],
        ["c", "l", "y"],
        ["c", "l", "y"],
        ["resume", "r"],
        ["resume", "r"],
    ]


def test_the_budget_and_the_limit() -> None:
    """Past the budget the events are only counted, past the limit not even that."""
    source = "def f(n):\n    while n:\n        n -= 1\n    return n\n"
    recorded = run(source, "f", "100", budget=50)
    assert (len(recorded["events"]), recorded["cut"], recorded["count"]) == (50, True, 207)
    assert (recorded["outcome"], recorded["closed"]) == ("normal", [])
    recorded = run(source, "f", "-1", budget=50, limit=1000)
    assert (len(recorded["events"]), recorded["outcome"]) == (50, "never")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f():\n    f()\n", "the tracer was lost"),
        ("import sys\ndef f():\n    sys.settrace(None)\n", "the tracer was lost"),
        ("def f(): pass\n1 / 0\n", "before the recording: ZeroDivisionError"),
        ("def f(: pass\n", "before the recording: SyntaxError"),
    ],
)
def test_problems(source: str, reason: str) -> None:
    """A recording that is not whole says why."""
    assert (run(source, "f")["problem"] or "").startswith(reason)


def test_locals() -> None:
    """Slots for functions; module and class bodies in the order of insertion."""
    source = (
        "y = 1\nclass C:\n    b = 1\n    a = 2\n"
        "def f(p, q):\n    z = [p for _ in 'a']\n    def g(): return z, q\n    return g()\n"
        "f(1, 2)\n"
    )
    recorded = run(source)
    names = [[name for name, _ in event["locals"]] for event in recorded["events"]]
    inner = next(i for i, event in enumerate(recorded["events"]) if event["line"] == 7)
    assert names[-1] == ["y", "C", "f"]
    assert ["b", "a"] in names
    assert ["p", "q", "g", "z"] in names
    assert ["q", "z"] in names[inner:]
    assert [".0", "_", "p"] in names


def test_a_mutation_in_a_callee_shows_in_the_caller() -> None:
    """Everything is rendered anew at every event."""
    source = "def g(x):\n    x.append(1)\ndef f():\n    a = []\n    g(a)\n    return 0\n"
    assert ["a", "[1]"] in run(source, "f")["events"][-2]["locals"]


def test_standard_streams() -> None:
    """The program reads its input and prints into a file."""
    source = "import sys\nprint(input(), sys.stdin.read(), open(0).read() == '')\n"
    recorded = run(source, stdin="a\nb\n")
    assert recorded["stdout"] == "a b\n True\n"
    assert run("import sys\nsys.exit()\n")["outcome"] == "normal"
    assert run("import sys\nsys.exit('no')\n")["outcome"] == "error"


def test_the_module_is_the_program() -> None:
    """``prog`` for a function, ``__main__`` for a script; no future statement is inherited."""
    source = "import sys\ndef f(x: int = 1):\n    return __name__, f.__annotations__, sys.argv\n"
    assert run(source, "f")["returned"] == "('prog', {'x': <class 'int'>}, ['prog.py'])"
    assert run("class A: pass\nx = A()\nprint(A)\n")["stdout"] == "<class '__main__.A'>\n"


def test_deep_recursion_is_recorded() -> None:
    """Recording takes no more of the stack than the call of the trace function."""
    depth = sys.getrecursionlimit() - 30
    source = f"def f(n={depth}):\n    return n and f(n - 1)\n"
    assert run(source, "f")["problem"] is None
