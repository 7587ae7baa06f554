"""Large sets that change between looks: what is told is what a renderer tells that has seen nothing
before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.digits import under_limits

from tracing.capture import quirks, sets
from tracing.capture.values import Look, renderer

Step = tuple[str, Any]
Bounds = tuple[int, int]
TOLD: list[Any] = [
    *(0, 1, True, 1.0, -0.0, "1", b"1", None, 2j, (1,), (True,), (), ("a", 2), "é' at 0x1f"),
    *(10**639, "x" * 300, (1,) * 40, float("nan"), -1),
]
UNTOLD: list[Any] = [10**640, (10**700,), (1, (2,)), frozenset({1}), len]
SETS: dict[str, Callable[[], set[Any]]] = {
    "numbers": lambda: {*range(90)},
    "texts": lambda: {*map(str, range(90))},
    "pairs": lambda: {(k % 9, str(k)) for k in range(90)},
    "spread": lambda: {k * 7919 for k in range(300)},
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(["add", "discard"]), st.sampled_from(TOLD + UNTOLD)),
    st.tuples(st.sampled_from(["grow", "shrink", "pop"]), st.sampled_from([1, 5, 70])),
    st.tuples(st.sampled_from(["nothing", "copy", "clear", "turn"]), st.none()),
)


def take(held: set[Any], step: Step) -> set[Any]:
    """The set after one change of it, or another in its place."""
    what, value = step
    if what == "add":
        held.add(value)
    elif what == "discard":
        held.discard(value)
    elif what == "grow":
        held |= {("new", len(held) + k) for k in range(value)}
    elif what == "shrink":
        held.difference_update([*held][:value])
    elif what == "pop":
        for _ in range(min(value, len(held))):
            held.pop()
    elif what == "copy":
        return held.copy()
    elif what == "clear":
        held.clear()
        held |= {*range(50)}
    elif what == "turn":
        item = held.pop()
        held.add(item if type(item) is not int else item % 1000 + 0.5)
    return held


def looker(bounds: Bounds) -> Look:
    return renderer("prog", 8, *bounds, lambda on: None)


def in_another(held: set[Any]) -> list[Any]:
    """A set where it is told as part of something else."""
    return [{"s": held}]


def differences(bounds: Bounds, held: set[Any], steps: list[Step]) -> int:
    """How often a set is told wrong, by itself and in another container."""
    look, wrong = looker(bounds), 0
    for step in [("nothing", None)] * 3 + steps:
        if len(held) > 1:
            held = take(held, step)
        for value in (held, in_another(held)):
            wrong += look(value, None) != looker(bounds)(value, None)
    return wrong


@settings(max_examples=300)
@given(
    st.tuples(st.sampled_from([5, 45, 200]), st.sampled_from([9, 90, 2000])),
    st.sampled_from([*SETS]),
    st.lists(STEPS, max_size=12),
)
@example((200, 2000), "numbers", [("discard", 1), ("add", True), ("add", -1), ("discard", -1)])
@example((45, 2000), "texts", [("add", len), ("nothing", None), ("discard", len)])
@example((5, 9), "texts", [("shrink", 70), ("add", 10**639), ("turn", None)])
def test_sets_are_told_as_by_a_renderer_that_knows_nothing(
    bounds: Bounds, name: str, steps: list[Step]
) -> None:
    assert differences(bounds, SETS[name](), steps) == 0


@pytest.mark.parametrize("name", SETS)
def test_one_value_after_the_other(name: str) -> None:
    steps = [
        step
        for value in TOLD + UNTOLD
        for step in (("add", value), ("nothing", None), ("discard", value), ("nothing", None))
    ]
    assert differences((39, 2000), SETS[name](), steps) == 0


def test_an_address_that_is_used_again() -> None:
    look, held = looker((200, 2000)), {*range(70)}
    for k in range(20):
        held.add(k + 0.5)
        assert look(held, None) == looker((200, 2000))(held, None)
        held.remove(k + 0.5)  # the next one may come to lie where it was


@pytest.mark.parametrize("value", [10**700, (10**700,)])
def test_integers_of_which_the_text_depends_on_a_limit(value: object) -> None:
    look, held = looker((200, 2000)), {value, *range(70)}
    for _ in under_limits(20):
        assert look(held, None) == looker((200, 2000))(held, None)


def test_what_is_known_is_used() -> None:
    tell, held = sets.teller(200, 2000), {*range(100)}
    assert tell(held) is None
    answer = tell(held)
    assert answer is tell(held)
    held.add(1000)
    told = tell(held)
    assert told is not None
    assert told == looker((200, 2000))(held, None)
    assert told is tell(held) is not answer


def test_one_that_cannot_be_told_is_told_when_it_can() -> None:
    tell, held = sets.teller(200, 2000), {len, *range(100)}
    assert [tell(held) for _ in range(4)] == [None] * 4
    held.discard(len)
    assert tell(held) == looker((200, 2000))(held, None)


def test_items_end_with_the_set_where_they_are_the_program_s_own() -> None:
    ended: list[int] = []

    class Item:
        def __del__(self) -> None:
            ended.append(1)

    look, held = looker((200, 2000)), {*range(70)}
    for _ in range(4):
        look(held, None)
    held.add(Item())  # type: ignore[arg-type]
    look(held, None)
    held.clear()
    assert ended == [1]


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("is_steady", lambda value, widest: True),
        ("_is_item", lambda place: place[:8] != bytes(8)),
        ("differing", lambda old, new, size, most: []),
    ],
)
def test_who_takes_no_notice_is_found_out(
    name: str, instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative controls."""
    monkeypatch.setattr(sets, name, instead)
    look, held, wrong = looker((200, 2000)), SETS["numbers"](), 0
    numbers = (held, *[held - {k} | {frozenset(map(str, range(9 + k)))} for k in range(3)])
    for value in numbers:
        for k in range(4):
            value.discard(k)
            try:
                wrong += look(value, None) != looker((200, 2000))(value, None)
            except (KeyError, ValueError):
                wrong += 1
    assert wrong > 0


def test_the_table_of_a_set() -> None:
    held = {*range(50)}
    held.discard(7)
    first, places = quirks.set_table(id(held) >> 4)
    words = quirks.bytes_at(first, 2 * places)
    found = [
        quirks.held_at(first + 2 * k)
        for k in range(places)
        if sets._is_item(words[16 * k : 16 * k + 16])
    ]
    assert found == [*held]
