"""Texts of values: those of `repr` where the language says so, and defined ones for all others."""

from __future__ import annotations

import array
import asyncio
import collections
import decimal
import enum
import fractions
import functools
import hashlib
import http
import math
import re
import threading
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.audit import recorder

from tracing.capture.inert import FOREIGN, LIVE
from tracing.capture.values import renderer

Text = Callable[[object], str]


def text_of(
    nesting: int = 8, items: int = 200, characters: int = 2_000, module: str = "prog"
) -> Text:
    """The text that a new renderer gives."""
    look = renderer(module, nesting, items, characters, lambda on: None)
    return lambda value: look(value, None)[0]


TEXT = text_of()


def program(source: str) -> dict[str, Any]:
    """The names of a program, which is a module `prog`."""
    names: dict[str, Any] = {"__name__": "prog"}
    exec(source, names)
    return names


# What equals repr.

ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**4000), 10**4000),
    st.floats(),
    st.complex_numbers(),
    st.binary(max_size=6),
    st.text(max_size=6),
    st.text("\ud800\udfff\x00\n\\'\"\x7f\u2028 at 0xé", max_size=8),
)
HASHABLE = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=6)
VALUES = st.recursive(
    ATOMS | HASHABLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=12),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(HASHABLE, inner, max_size=10),
    ),
    max_leaves=20,
)


def levels(value: object) -> int:
    """How deep containers are in one another."""
    if isinstance(value, dict):
        return 1 + max(map(levels, [*value, *value.values()]), default=0)
    if isinstance(value, (list, tuple)):
        return 1 + max(map(levels, value), default=0)
    return 0


@given(VALUES)
@example([0.0, -0.0, float("nan"), True, 1, 1.0, 1 + 0j])
@example([" at 0x7f", b" at 0x7f"])
@example([[[[[[[[]]]]]]]])
def test_built_in_values_are_their_repr(value: object) -> None:
    whole = text_of(characters=10**9, nesting=levels(value))
    assert whole(value) == repr(value)
    assert TEXT(value) == cut(repr(value)) or levels(value) > 8


def cut(text: str) -> str:
    return text if len(text) <= 2000 else f"{text[:2000]}<+{len(text) - 2000} chars>"


@given(st.frozensets(HASHABLE, max_size=10))
def test_sets_are_sorted_by_their_texts(value: frozenset[object]) -> None:
    whole = text_of(characters=10**9)
    inner = ", ".join(sorted(map(whole, value)))
    assert whole(set(value)) == (f"{{{inner}}}" if value else "set()")
    assert whole(value) == (f"frozenset({{{inner}}})" if value else "frozenset()")


# Bounds.

SHAPES = st.recursive(
    st.integers(0, 9) | st.text("ab", max_size=3),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.lists(inner, max_size=6).map(tuple),
        st.dictionaries(st.integers(0, 9), inner, max_size=6),
        st.frozensets(st.integers(0, 9) | st.tuples(st.integers(0, 9)), max_size=6),
    ),
    max_leaves=12,
)


@given(SHAPES, st.integers(0, 4), st.integers(1, 4), st.integers(0, 30))
@example((1, 2, 3), 4, 1, 30)
@example([()], 1, 4, 30)
def test_bounds(value: object, nesting: int, items: int, characters: int) -> None:
    """As an independent renderer has them, which takes no short cuts."""
    bounds = {"DEPTH": nesting, "ITEMS": items, "CHARS": characters}
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in bounds.items():
            patch.setattr(recorder, name, bound)
        expected = recorder.Renderer("prog").text(value)
    assert text_of(nesting, items, characters)(value) == expected


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


CYCLE: list[Any] = [1]
CYCLE.append((CYCLE, {"k": CYCLE}))
MARKED = [
    (nested(8), "[[[[[[[[]]]]]]]]"),
    (nested(9), "[[[[[[[[<depth>]]]]]]]]"),
    (list(range(237)), f"[{', '.join(map(str, range(200)))}, <+37 items>]"),
    (tuple(range(201)), f"({', '.join(map(str, range(200)))}, <+1 items>)"),
    (dict.fromkeys(range(201), 0), f"{{{', '.join(f'{k}: 0' for k in range(200))}, <+1 items>}}"),
    ("a" * 2510, "'" + "a" * 1999 + "<+512 chars>"),
    (CYCLE, "[1, (<cycle>, {'k': <cycle>})]"),
    ([CYCLE[0], [2], [2]], "[1, [2], [2]]"),
    (10**5000, "<ValueError in __repr__>"),
    ([10**5000, {1: -(10**5000)}], "[<ValueError in __repr__>, {1: <ValueError in __repr__>}]"),
]


@pytest.mark.parametrize(("value", "text"), MARKED, ids=range(len(MARKED)))
def test_what_is_left_out_is_marked(value: object, text: str) -> None:
    assert TEXT(value) == text


def test_sets_are_cut_after_they_are_sorted() -> None:
    assert text_of(items=2)({3, 1, 2, 0}) == "{0, 1, <+2 items>}"


# Other built-in objects: no addresses.


class Colour(enum.Enum):
    RED = 1


class Pair(NamedTuple):
    a: int
    b: object


def generator() -> Any:
    yield


async def coroutine() -> None:
    pass


WAITING = coroutine()
WAITING.close()
LOCKED = threading.RLock()
LOCKED.acquire()
OTHERS = [
    (..., "Ellipsis"),
    (range(3), "range(0, 3)"),
    (slice(1, None), "slice(1, None, None)"),
    (bytearray(b"a"), "bytearray(b'a')"),
    (memoryview(b"a"), "<memory>"),
    (object(), "<object object>"),
    (len, "<built-in function len>"),
    ([].append, "<built-in method append of list object>"),
    (str.join, "<method 'join' of 'str' objects>"),
    (iter([1]), "<list_iterator object>"),
    (iter({1: 1}.items()), "<dict_itemiterator object>"),
    (iter("é"), "<str_iterator object>"),
    (zip([1], strict=False), "<zip object>"),
    (int, "<class 'int'>"),
    (OrderedDict, "<class 'collections.OrderedDict'>"),
    (http.HTTPStatus, "<enum 'HTTPStatus'>"),
    (math, "<module 'math'>"),
    (cut, "<function cut>"),
    (lambda: 0, "<function <lambda>>"),
    (Pair(1, 2)._asdict, "<bound method Pair._asdict>"),
    (types.MethodType(len, []), "<bound method len>"),
    (types.MethodType(functools.lru_cache(cut), ""), "<bound method cut>"),
    (types.MethodType(functools.partial(cut), ""), "<bound method ?>"),
    (generator(), "<generator generator>"),
    (WAITING, "<coroutine coroutine>"),
    (Colour.RED, "<Colour.RED: 1>"),
    (Pair(1, [2]), "Pair(a=1, b=[2])"),
    (deque([1, (2,)], 3), "deque([1, (2,)], maxlen=3)"),
    (defaultdict(list, {1: [2]}), "defaultdict(<class 'list'>, {1: [2]})"),
    (defaultdict(lambda: 1), "defaultdict(<function <lambda>>, {})"),
    (OrderedDict(a=1), "OrderedDict([('a', 1)])"),
    (collections.Counter("aab"), "Counter({'a': 2, 'b': 1})"),
    ({1: 2}.keys(), "dict_keys([1])"),
    (decimal.Decimal("1.10"), "Decimal('1.10')"),
    (fractions.Fraction(1, 2), "Fraction(1, 2)"),
    (array.array("i", [1]), "array('i', [1])"),
    (KeyError("x", 1), "KeyError('x', 1)"),
    (ExceptionGroup("g", [ValueError(1)]), "ExceptionGroup('g', [ValueError(1)])"),
    (re.compile("a"), "re.compile('a')"),
    (types.SimpleNamespace(a=object()), "namespace(a=<object object>)"),
    (functools.partial(cut, object()), "functools.partial(<function cut>, <object object>)"),
    (list[int], "list[int]"),
    (asyncio.Event, "<class 'asyncio.locks.Event'>"),
    (hashlib.sha256(), "<sha256 _hashlib.HASH object>"),
    (threading.RLock(), "<unlocked _thread.RLock object owner=0 count=0>"),
    (LOCKED, "<locked _thread.RLock object count=1>"),
]


@pytest.mark.parametrize(("value", "text"), OTHERS, ids=[text for _, text in OTHERS])
def test_other_objects(value: object, text: str) -> None:
    assert TEXT(value) == text
    assert TEXT([value, (value,)]) == f"[{text}, ({text},)]"


# Instances of the program's classes.

NAMES = program(
    """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
class Slotted:
    __slots__ = ("a", "__b", "c")
    def __init__(self):
        self.c, self.__b = 3, 2
class Both(Slotted):
    __slots__ = ("d", "__dict__", "__weakref__")
    def __init__(self):
        super().__init__()
        self.e, self.d = 5, 4
class OneSlot:
    __slots__ = "only"
    def __init__(self):
        self.only = 1
class OddSlots:
    __slots__ = ["b", "a"]
    def __init__(self):
        self.a, self.b = 1, 2
OddSlots.__slots__ += ["x", 3]
class Borrowed:
    __slots__ = ()
class Owner:
    __slots__ = ("x",)
Borrowed.x = Owner.x
Borrowed.__slots__ = ("x",)
class Named:
    def __repr__(self):
        return f"<Named at 0x7f00 {object.__repr__(self)}>"
class Failing:
    def __repr__(self):
        raise LookupError
class Leaving:
    def __repr__(self):
        raise SystemExit(3)
class Endless:
    def __repr__(self):
        return repr(self)
class NotText:
    def __repr__(self):
        return 3
class NoRepr:
    __repr__ = None
class Text(str):
    def __str__(self): raise RuntimeError
    def __format__(self, spec): raise RuntimeError
    def __len__(self): raise RuntimeError
    def __getitem__(self, i): raise RuntimeError
    def __contains__(self, other): raise RuntimeError
class SaysText:
    def __repr__(self):
        return Text("said")
class Inherits(list):
    pass
class Error(Exception):
    pass
class Outer:
    class Inner:
        def method(self):
            yield
        async def wait(self):
            yield
class Meta(type):
    def __hash__(cls): raise RuntimeError
    def __eq__(cls, other): raise RuntimeError
    def __getattribute__(cls, name): raise RuntimeError
    def __instancecheck__(cls, other): raise RuntimeError
    def __call__(cls): return object.__new__(cls)
class Made(metaclass=Meta):
    x = 1
class Saying(type):
    def __repr__(cls): return f"<{cls.__name__} at 0x12>"
class Said(metaclass=Saying):
    pass
class Lying:
    __class__ = property(lambda self: list)
    __dict__ = {"a": 1}
    def __getattribute__(self, name): raise RuntimeError
    def __eq__(self, other): raise RuntimeError
    def __bool__(self): raise RuntimeError
    def __len__(self): raise RuntimeError
class Module(__import__("types").ModuleType):
    def __repr__(self): raise RuntimeError
def outer():
    return lambda: 0
nameless = {}
exec("Nameless = type('Nameless', (), {'x': 1})", nameless)
class Elsewhere:
    __module__ = "elsewhere"
class Property:
    __module__ = property(lambda self: "prog")
"""
)


def made(name: str, **attributes: object) -> Any:
    value = object.__new__(NAMES[name])
    for attribute, what in attributes.items():
        object.__setattr__(value, attribute, what)
    return value


KNOT = made("Point", x=1)
KNOT.y = [KNOT, {KNOT: KNOT}]
ODD = made("Point")
vars(ODD).update({1: 2, "a b": 3, NAMES["Text"]("t"): 4, None: ODD})
RENAMED = type("Old", (), {"__module__": "prog", "__qualname__": "Old"})
RENAMED.__name__ = NAMES["Text"]("New")
ACTIVE = NAMES["Outer"].Inner().method()
INSTANCES = [
    (NAMES["Point"](1, [2]), "Point(x=1, y=[2])"),
    (made("Point"), "Point()"),
    (KNOT, "Point(x=1, y=[<cycle>, {<cycle>: <cycle>}])"),
    (ODD, "Point(1=2, a b=3, t=4, None=<cycle>)"),
    (NAMES["Slotted"](), "Slotted(_Slotted__b=2, c=3)"),
    (NAMES["Both"](), "Both(e=5, _Slotted__b=2, c=3, d=4)"),
    (NAMES["OneSlot"](), "OneSlot(only=1)"),
    (NAMES["OddSlots"](), "OddSlots(b=2, a=1)"),
    (NAMES["Borrowed"](), "Borrowed()"),
    (NAMES["Named"](), "<Named <prog.Named object>>"),
    (NAMES["Failing"](), "<LookupError in __repr__>"),
    (NAMES["Leaving"](), "<SystemExit in __repr__>"),
    (NAMES["Endless"](), "<RecursionError in __repr__>"),
    (NAMES["NotText"](), "<TypeError in __repr__>"),
    (NAMES["NoRepr"](), "<TypeError in __repr__>"),
    (NAMES["Text"]("a"), "'a'"),
    (NAMES["SaysText"](), "said"),
    (NAMES["Inherits"]([NAMES["Point"](1, 2)]), "[<prog.Point object>]"),
    (NAMES["Error"](1, "x"), "Error(1, 'x')"),
    (NAMES["Outer"].Inner, "<class 'Outer.Inner'>"),
    (NAMES["Outer"].Inner().method, "<bound method Outer.Inner.method>"),
    (ACTIVE, "<generator Outer.Inner.method>"),
    (NAMES["Outer"].Inner().wait(), "<async_generator object Outer.Inner.wait>"),
    (NAMES["Made"], "<class 'Made'>"),
    (made("Made"), "Made()"),
    (NAMES["Said"], "<Said>"),
    (program("from enum import Enum\nclass Sort(Enum):\n    A = 1\n")["Sort"], "<enum 'Sort'>"),
    (made("Lying"), "Lying()"),
    (NAMES["Module"]("m"), "<module 'm'>"),
    (NAMES["outer"](), "<function outer.<locals>.<lambda>>"),
    (NAMES["nameless"]["Nameless"](), "<Nameless object>"),
    (NAMES["Elsewhere"](), "<elsewhere.Elsewhere object>"),
    (NAMES["Elsewhere"], "<class 'elsewhere.Elsewhere'>"),
    (RENAMED(), "New()"),
]


@pytest.mark.parametrize(("value", "text"), INSTANCES, ids=[text for _, text in INSTANCES])
def test_objects_of_the_program(value: object, text: str) -> None:
    shown = TEXT(value), TEXT({"k": (value,)})  # not in the assertion, which shows its values too
    assert shown == (text, f"{{'k': ({text},)}}")


def test_no_code_is_run_for_the_types_of_the_interpreter() -> None:
    look = renderer("prog", 8, 200, 2_000, lambda on: None)
    assert look(defaultdict, None) == ("<class 'collections.defaultdict'>", LIVE)
    assert look(int, None) == ("<class 'int'>", LIVE)
    assert look(collections.Counter, None) == ("<class 'collections.Counter'>", FOREIGN)


def test_modules_are_known_whatever_becomes_of_their_type(monkeypatch: pytest.MonkeyPatch) -> None:
    look = renderer("prog", 8, 200, 2_000, lambda on: None)
    monkeypatch.setattr(types, "ModuleType", int)
    assert look(math, None) == ("<module 'math'>", LIVE)


def test_sets_of_which_an_item_has_no_text() -> None:
    failed = "<ValueError in __repr__>"
    assert TEXT({(1, 10**5000), (0, 1)}) == f"{{(0, 1), (1, {failed})}}"


def test_only_classes_of_the_program_show_their_state() -> None:
    assert text_of(module="__main__")(NAMES["Point"](1, 2)) == "<prog.Point object>"


def test_bounds_of_instances() -> None:
    value = made("Point", **{f"a{k}": k for k in range(4)})
    assert text_of(items=2)(value) == "Point(a0=0, a1=1, <+2 items>)"
    assert text_of(nesting=1)([value]) == "[<depth>]"
    assert text_of(nesting=2)([made("Point", x=[1])]) == "[Point(x=<depth>)]"


def test_no_code_of_the_program_runs_for_what_it_does_not_represent() -> None:
    names = program(
        "log = []\n"
        "class Meta(type):\n"
        "    def __getattribute__(cls, name): log.append(name)\n"
        "class Spy(metaclass=Meta):\n"
        "    def __init__(self): object.__setattr__(self, 'x', 1)\n"
        "    def __getattribute__(self, name): log.append(name)\n"
        "    def __getattr__(self, name): log.append(name)\n"
        "    def __hash__(self): log.append('hash'); return 1\n"
        "    def __eq__(self, other): log.append('eq')\n"
        "    def __iter__(self): log.append('iter')\n"
        "    def __len__(self): log.append('len')\n"
        "    def __bool__(self): log.append('bool')\n"
        "    def __str__(self): log.append('str')\n"
        "    def __format__(self, spec): log.append('format')\n"
        "    def __del__(self): pass\n"
        "spies = [Spy()]\n"
        "spies += [(spies[0], Spy), {1: spies[0]}]\n"
    )
    names["log"].clear()
    assert TEXT(names["spies"]) == "[Spy(x=1), (Spy(x=1), <class 'Spy'>), {1: Spy(x=1)}]"
    assert names["log"] == []


def test_output_is_muted_around_a_repr_only() -> None:
    heard: list[bool] = []
    look = renderer("prog", 8, 200, 2000, heard.append)
    look([1, "a", {2: (3,)}, NAMES["Point"](1, 2), {4}], None)
    assert heard == []
    look([NAMES["Failing"](), 1, NAMES["Named"]()], None)
    assert heard == [True, False, True, False]


# A renderer remembers containers: what it says later is what a new one would say.

REPLACEMENTS: list[Any] = [
    0,
    False,
    0.0,
    -0.0,
    0j,
    "",
    "0",
    None,
    (),
    (0,),
    (0.0,),
    (False,),
    [],
    [0],
]
CHOICE = st.integers(0, len(REPLACEMENTS) - 1)
CHANGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 6), CHOICE), max_size=40)


@given(CHANGES)
def test_a_renderer_that_was_used_is_as_good_as_a_new_one(
    changes: list[tuple[int, int, int]],
) -> None:
    used = text_of()
    kept: list[Any] = REPLACEMENTS[:10]
    pairs = dict(enumerate(REPLACEMENTS[:10]))
    factories = [int, None, list, lambda: 0]
    default, ordered = defaultdict(int, pairs), OrderedDict(pairs)
    queue = deque(kept, 10)
    for position, what, choice in changes:
        value = REPLACEMENTS[choice]
        kept[position % len(kept)] = value
        pairs[position] = value
        default[position % 10] = value
        queue.append(value)
        if what == 1:
            pairs[position] = pairs.pop(position)
            ordered.move_to_end(position % len(ordered), last=choice % 2 == 0)
        elif what == 2:
            kept = list(kept) if choice % 2 else kept[: 8 + choice]
            queue = deque(queue, 10 + choice % 2)
        elif what == 3:
            default.default_factory = factories[choice % 4]
        elif what == 4:
            ordered[position % 10] = value
        elif what == 5 and len(pairs) > 9:
            pairs.pop(next(iter(pairs)))
        for shown in (kept, tuple(kept), pairs, default, ordered, queue, [kept, (pairs,)]):
            assert used(shown) == text_of()(shown)


def test_classes_that_change_while_they_are_looked_at() -> None:
    class P:
        def __init__(self) -> None:
            self.x = 1

    class Rude(P):
        def __repr__(self) -> str:
            P.__name__ = "Changed"
            return "rude"

    P.__module__ = Rude.__module__ = "prog"
    assert TEXT([P(), Rude(), P()]) == "[P(x=1), rude, Changed(x=1)]"
