"""Long lists that change between looks: what is told is what a renderer tells that has seen
nothing before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.digits import under_limits

from tracing.capture import rows
from tracing.capture.values import Look, renderer

Step = tuple[str, Any, Any]
Bounds = tuple[int, int]
TOLD: list[Any] = [
    *(0, 1, True, 1.0, 0.0, -0.0, "1", b"1", None, 2j, (1,), (True,), (), ("a", 2)),
    *("é' at 0x1f", 10**639, "x" * 300, (1,) * 40),
]
UNTOLD: list[Any] = [10**640, (10**700,), (1, (2,)), [], {}]
LISTS: dict[str, Callable[[], list[Any]]] = {
    "numbers": lambda: [*range(90)],
    "pairs": lambda: [(k % 9, str(k)) for k in range(90)],
    "alike": lambda: [0] * 90,
}
VALUES = st.sampled_from(TOLD + UNTOLD)
PLACES = st.sampled_from([0, 1, 10, 43, 44, 45, 46, 70, -2, -1])
STEPS = st.one_of(
    st.tuples(st.sampled_from(["set", "insert"]), PLACES, VALUES),
    st.tuples(st.sampled_from(["pop", "swap"]), PLACES, PLACES),
    st.tuples(st.just("grow"), st.sampled_from([1, 5, 30]), VALUES),
    st.tuples(st.just("cut"), PLACES, PLACES),
    st.tuples(st.sampled_from(["nothing", "copy", "reverse", "turn"]), st.none(), st.none()),
    st.tuples(st.just("many"), st.sampled_from([10, 40]), VALUES),
)


def take(held: list[Any], step: Step) -> list[Any]:
    """The list after one change of it, or another in its place."""
    what, at, value = step
    if what == "set":
        held[at] = value
    elif what == "insert":
        held.insert(at, value)
    elif what == "pop":
        held.pop(at)
    elif what == "swap":
        held[at], held[value] = held[value], held[at]
    elif what == "grow":
        held += [value] * at
    elif what == "cut":
        del held[max(at, 60) : max(value, 60)]
    elif what == "copy":
        return held[:]
    elif what == "reverse":
        held.reverse()
    elif what == "turn":
        held.append(held.pop(0))
    elif what == "many":
        held[3 : 3 + 2 * at : 2] = [value] * len(held[3 : 3 + 2 * at : 2])
    return held


def differences(bounds: Bounds, held: list[Any], steps: list[Step]) -> int:
    """How often a list is told wrong."""
    look, wrong = looker(bounds), 0
    for step in [("nothing", None, None)] * 10 + steps:
        if len(held) > 75:
            held = take(held, step)
        wrong += look(held, None) != looker(bounds)(held, None)
    return wrong


def looker(bounds: Bounds) -> Look:
    return renderer("prog", 8, *bounds, lambda on: None)


@settings(max_examples=300)
@given(
    st.tuples(st.sampled_from([5, 45, 200]), st.sampled_from([9, 90, 2000])),
    st.sampled_from([*LISTS]),
    st.lists(STEPS, max_size=12),
)
@example((200, 2000), "alike", [("set", 3, True), ("set", 3, 0.0), ("set", 3, 0)])
@example((45, 2000), "numbers", [("pop", 0, 0), ("insert", 0, 7), ("grow", 1, 0)])
def test_lists_are_told_as_by_a_renderer_that_knows_nothing(
    bounds: Bounds, name: str, steps: list[Step]
) -> None:
    assert differences(bounds, LISTS[name](), steps) == 0


@pytest.mark.parametrize("name", LISTS)
def test_one_value_after_the_other(name: str) -> None:
    nothing = ("nothing", None, None)
    steps = [
        step
        for value in TOLD + UNTOLD
        for step in (("set", 3, 0), *[nothing] * 10, ("set", 3, value), nothing)
    ]
    assert differences((39, 2000), LISTS[name](), steps) == 0


def test_an_address_that_is_used_again() -> None:
    look, held = looker((200, 2000)), [0.5] * 70
    for _ in range(20):
        look(held, None)
    for k in range(9):
        held[3] = 0
        held[3] = k + 0.5  # where the one before was
        assert look(held, None)[0] == repr(held)


@pytest.mark.parametrize("value", [10**700, (10**700,)])
def test_integers_of_which_the_text_depends_on_a_limit(value: object) -> None:
    look, held = looker((200, 2000)), [value, *range(70)]
    for _ in under_limits(20):
        assert look(held, None) == looker((200, 2000))(held, None)


CHANGES: dict[str, Callable[[list[Any]], object]] = {
    "append": lambda held: held.append(5),
    "pop": lambda held: held.pop(),
    "first": lambda held: held.pop(0),
    "set": lambda held: held.__setitem__(40, (1, "x")),
    "swap": lambda held: held.__setitem__(slice(0, 99, 98), [held[98], held[0]]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_known_is_used(name: str) -> None:
    tell, held = rows.teller(200, 2000), [*range(100)]
    told = [tell(held) for _ in range(20)]
    assert told[0] is None
    assert told[-1] is told[-2] is not None
    CHANGES[name](held)
    assert tell(held) == (repr(held), told[-1][1])


def test_a_list_of_which_all_changes_is_told_again() -> None:
    tell, held = rows.teller(200, 2000), [*range(100)]
    assert [tell(held) for _ in range(20)][-1]
    held[:] = range(100, 200)
    assert tell(held) is None
    assert [tell(held) for _ in range(200)][-1] == (repr(held), 0)


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    tell, marker = rows.teller(200, 2000), "one that is kept"
    before, most = sys.getrefcount(marker), 0
    held = [[*range(k, k + 149), marker] for k in range(1000)]
    before = sys.getrefcount(marker)
    for one in held:
        assert [tell(one) for _ in range(20)][-1] == (repr(one), 0)
        most = max(most, sys.getrefcount(marker) - before)
    assert 300 < most < 950


@pytest.mark.parametrize(
    ("name", "instead"),
    [("common", lambda old, new: len(new) // 8), ("is_steady", lambda value, widest: True)],
)
def test_who_takes_no_notice_is_found_out(
    name: str, instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative controls."""
    monkeypatch.setattr(rows, name, instead)
    inner: list[int] = []
    look, held, wrong = looker((200, 2000)), [*range(70)], 0
    for k in range(30):
        if k > 20:
            held[3] = inner  # type: ignore[call-overload]
            inner.append(k)
        wrong += look(held, None) != looker((200, 2000))(held, None)
    assert wrong > 0
