"""Containers of containers that change between looks: what is told is what a renderer tells that
has seen nothing before."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.digits import under_limits

from tracing.capture import nests
from tracing.capture.values import Look, renderer

Step = tuple[str, Any, Any]
TOLD: list[Any] = [
    *(0, 1, True, 1.0, -0.0, "1", b"1", None, 2j, (1,), (), ("a", 2), "é' at 0x1f", 10**639),
    "x" * 300,
]
UNTOLD: list[Any] = [10**640, (10**700,), (1, (2,)), [], {}, [[]], set(), object]
NESTS: dict[str, Callable[[], Any]] = {
    "lists": lambda: [[k, "é", 0.5] * 3 for k in range(12)],
    "tuples and lists": lambda: [(k, "a") if k % 2 else [k, None] for k in range(30)],
    "dictionaries": lambda: [{"a": k, k: "b"} for k in range(12)],
    "sets": lambda: [{k, str(k), (k, 1)} for k in range(12)],
    "frozen": lambda: {k: frozenset({k, 2 * k}) if k % 3 else {k} for k in range(12)},
    "of each kind": lambda: {k: [[k], {k}, {k: k}, (k,), k][k % 5] for k in range(40)},
    "by keys": lambda: {(k, str(k)): [*range(k)] for k in range(12)},
    "defaults": lambda: defaultdict(list, {k: [k] * 5 for k in range(12)}),
    "default sets": lambda: defaultdict(set, {k: {k, "a", 0.5, k + 70} for k in range(12)}),
}
WHAT = ["put", "take", "inner put", "inner take", "nothing", "swap", "alias", "new", "factory"]
VALUES = st.sampled_from([*TOLD, *UNTOLD])
STEPS = st.tuples(st.sampled_from(WHAT), st.integers(0, 11), VALUES)


def keys_of(held: Any) -> list[Any]:
    return [*range(len(held))] if type(held) is list else [*held]


def change(held: Any, step: Step) -> None:
    """Change a container, or one of those in it."""
    what, number, value = step
    keys = keys_of(held)
    key = keys[number % len(keys)]
    other = keys[(number * 7 + 3) % len(keys)]
    if what == "put":
        held[key] = value
    elif what == "take" and len(keys) > 8:
        del held[key]
    elif what in ("inner put", "inner take"):
        change_inner(held[key], what, value)
    elif what == "swap":
        held[key], held[other] = held[other], held[key]
    elif what == "alias":
        held[key] = held[other]
    elif what == "new":
        new = [value, number]
        held.append(new) if type(held) is list else held.__setitem__(f"new {number}", new)
    elif what == "factory" and type(held) is defaultdict:
        held.default_factory = [list, set, None, int][number % 4]


def change_inner(inner: Any, what: str, value: Any) -> None:
    is_put = what == "inner put"
    if type(inner) is list:
        if is_put:
            inner.append(value)
        elif inner:
            inner[0] = value
            inner.pop()
    elif type(inner) is dict:
        inner.__setitem__("a", value) if is_put else inner.clear()
    elif type(inner) is set:
        if not is_put and inner:
            inner.pop()
        elif is_put and value.__hash__:
            inner.add(value)


def looker(bounds: tuple[int, int, int]) -> Look:
    return renderer("prog", *bounds, lambda on: None)


def text_anew(held: object, bounds: tuple[int, int, int]) -> str:
    return looker(bounds)(held, None)[0]


def differences(
    held: Any, steps: list[Step], bounds: tuple[int, int, int], wrap: Callable[[Any], Any]
) -> int:
    """How often a container is told wrong, of which each change is looked at twice."""
    look, wrong, shown = looker(bounds), 0, wrap(held)
    for step in [("nothing", 0, 0)] * 3 + steps:
        change(held, step)
        wrong += sum(look(shown, None)[0] != text_anew(shown, bounds) for _ in range(2))
    return wrong


@settings(max_examples=300)
@given(
    st.tuples(st.integers(2, 6), st.sampled_from([6, 30, 200]), st.sampled_from([90, 2000])),
    st.sampled_from([*NESTS]),
    st.sampled_from([lambda held: held, lambda held: [held], lambda held: {"a": [0, held]}]),
    st.lists(STEPS, max_size=12),
)
@example((8, 200, 2000), "lists", lambda held: held, [("inner put", 3, True)] * 3)
@example((8, 200, 2000), "sets", lambda held: held, [("inner put", 3, 5), ("inner take", 3, 0)])
def test_nests_are_told_as_by_a_renderer_that_knows_nothing(
    bounds: tuple[int, int, int], name: str, wrap: Callable[[Any], Any], steps: list[Step]
) -> None:
    assert differences(NESTS[name](), steps, bounds, wrap) == 0


@pytest.mark.parametrize("name", NESTS)
@pytest.mark.parametrize("what", WHAT)
def test_one_change_after_the_other(what: str, name: str) -> None:
    steps = [(what, k, value) for value in TOLD for k in range(3)]
    assert differences(NESTS[name](), steps, (8, 200, 2000), lambda held: held) == 0


def told(held: Any) -> nests.Nests:
    """What is known of a container that was looked at twice."""
    known = nests.Nests(200, 2000)
    known.take(held, type(held))
    assert known.tell(held, type(held)) is known.tell(held, type(held)) is not None
    return known


@pytest.mark.parametrize("name", NESTS)
def test_what_is_known_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = NESTS[name]()
    known, made, part_of = told(held), 0, nests.part_of

    def counted(*arguments: Any) -> nests.Part | None:
        nonlocal made
        made += 1
        return part_of(*arguments)

    monkeypatch.setattr(nests, "part_of", counted)
    for step in [("inner put", 0, 77), ("swap", 2, 0), ("new", 1, 5), ("take", 4, 0)]:
        change(held, step)
        answer = known.tell(held, type(held))
        assert answer is not None
        assert answer[0] == text_anew(held, (8, 200, 2000))
    assert made <= 2


def test_what_cannot_be_told_is_left_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = [[1, 2], [3, [4]]]
    known, tried = nests.Nests(200, 2000), 0
    follow = nests.Nest.follow

    def counted(nest: nests.Nest, *arguments: Any) -> bool:
        nonlocal tried
        tried += 1
        return follow(nest, *arguments)

    monkeypatch.setattr(nests.Nest, "follow", counted)
    known.take(held, list)
    assert [known.tell(held, list) for _ in range(30)] == [None] * 30
    assert tried == 1
    held[1] = [3, 4]
    assert [known.tell(held, list) for _ in range(60)][-1] == ("[[1, 2], [3, 4]]", 0)


def test_an_address_that_is_used_again() -> None:
    held = [[k + 0.5] for k in range(30)]
    known = told(held)
    for k in range(20):
        held[3][0] = 0
        held[3][0] = k + 0.25  # where the one before was
        assert known.tell(held, list) == (repr(held), 0)
        held[4] = None  # type: ignore[call-overload]
        held[4] = [k + 0.75]  # and where the list before was
        assert known.tell(held, list) == (repr(held), 0)


def test_another_type_at_the_same_address() -> None:
    held: list[Any] = [[k] for k in range(30)]
    known, places = told(held), set()
    for k in range(60):
        places.add(id(held[5]))
        held[5] = None
        held[5] = {k: 1} if k % 2 else {k}
        assert known.tell(held, list) == (repr(held), 0)
    assert len(places) < 30


@pytest.mark.parametrize("value", [10**700, (10**700,)])
def test_integers_of_which_the_text_depends_on_a_limit(value: object) -> None:
    look, held = looker((8, 200, 2000)), [[value], *([k] * 10 for k in range(20))]
    for _ in under_limits(20):
        assert look(held, None)[0] == text_anew(held, (8, 200, 2000))


def test_nothing_of_the_program_lives_on_but_atoms() -> None:
    marker = object()
    before = sys.getrefcount(marker)
    inner: list[Any] = [1]
    held = [[k] * 9 for k in range(20)]
    held[3] = inner
    count = sys.getrefcount(inner)
    known = told(held)
    assert sys.getrefcount(inner) == count
    inner.append(marker)
    assert known.tell(held, list) is None
    inner.pop()
    assert sys.getrefcount(marker) == before


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    known, marker = nests.Nests(200, 2000), "one that is kept"
    held = [[[*range(k, k + 149), marker] for _ in range(9)] for k in range(300)]
    before, most = sys.getrefcount(marker), 0
    for one in held:
        known.take(one, list)
        assert known.tell(one, list) is not None
        most = max(most, sys.getrefcount(marker) - before)
    assert 300 < most < 950


@pytest.mark.parametrize(
    ("name", "instead", "inner"),
    [
        ("_equal", lambda old, new: True, lambda: [1, 2]),
        ("is_inert", lambda value, widest: True, lambda: [[]]),
        ("is_steady", lambda value, widest: True, lambda: [10**700, 1]),
    ],
)
def test_who_takes_no_notice_is_found_out(
    name: str, instead: Any, inner: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative controls."""
    monkeypatch.setattr(nests, name, instead)
    held: list[Any] = [[k] * 5 for k in range(30)]
    held[3] = changing = inner()
    look, wrong = looker((8, 200, 9000)), 0
    for k in under_limits(30):
        if name == "is_inert":
            changing[0].append(k)
        elif name == "_equal":
            changing[1] *= 7
        wrong += look(held, None)[0] != text_anew(held, (8, 200, 9000))
    assert wrong > 0
