"""Large dictionaries that change between looks: what is told is what a renderer tells that has seen
nothing before."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.digits import under_limits

from tracing.capture import entries
from tracing.capture.inert import INERT
from tracing.capture.values import Look, renderer

Step = tuple[str, Any, Any]
BASES: dict[str, list[Any]] = {
    "numbers": [*range(70)],
    "words": [*map(str, range(70))],
    "pairs": [(k % 9, k) for k in range(70)],
}
TOLD: list[Any] = [
    *(0, 1, True, 1.0, 0.0, -0.0, "1", b"1", None, 2j, (1,), (True,), (), ("a", 2)),
    *("é' at 0x1f", 10**639, "x" * 300, (1,) * 40),
]
UNTOLD: list[Any] = [10**640, (10**700,), (1, (2,)), [], {}]
VALUES = st.sampled_from(TOLD + UNTOLD)
KEYS = st.sampled_from(
    [key for base in BASES.values() for key in base[:4] + base[20:26] + base[-2:]]
    + [1.5, "new", (7, 7), 1e9, True, "' at 0x2f", 10**700, ("x", (1,))]
)
STEPS = st.one_of(
    st.tuples(st.just("set"), KEYS, VALUES),
    st.tuples(st.sampled_from(["take", "move"]), KEYS, st.none()),
    st.tuples(st.just("shorten"), st.sampled_from([1, 3, 30]), st.none()),
    st.tuples(st.just("factory"), st.sampled_from([int, str, print, None]), st.none()),
    st.tuples(st.just("grow"), st.sampled_from([1, 5, 80]), VALUES),
    st.tuples(st.sampled_from(["nothing", "many", "clear", "new", "copy"]), VALUES, st.none()),
)
LISTS = st.lists(STEPS, max_size=12)


def take(held: Any, step: Step) -> Any:
    """The dictionary after one change of it, or another in its place."""
    what, key, value = step
    if what == "set":
        held[key] = value
    elif what == "take":
        held.pop(key, None)
    elif what == "move" and key in held:
        held[key] = held.pop(key)
    elif what == "shorten":
        for _ in range(min(key, len(held))):
            held.popitem() if value else held.pop(next(iter(held)))
    elif what == "grow":
        held.update({(len(held), k): value for k in range(key)})
    elif what == "many":
        held.update(dict.fromkeys([*held][:66], key))
    elif what == "clear":
        held.clear()
    elif what in ("new", "copy"):
        return defaultdict(None, held) if what == "new" else dict(held)
    elif what == "factory" and type(held) is defaultdict:
        held.default_factory = key
    return held


def differences(bounds: tuple[int, int], held: Any, steps: Iterable[Step]) -> int:
    """How often a dictionary is told wrong."""
    look, wrong = looker(bounds), 0
    for step in (("nothing", 0, None), ("nothing", 0, None), *steps):
        held = take(held, step)
        wrong += shown(look, held) != shown(looker(bounds), held)
    return wrong


def shown(look: Look, held: Any) -> tuple[str, bool]:
    """The text, and whether the value is inert. Of another one it is not always known by which way
    it came to be shown, whether it may have run code."""
    text, nature = look(held, None)
    return text, nature == INERT


def looker(bounds: tuple[int, int]) -> Look:
    return renderer("prog", 8, *bounds, lambda on: None)


@settings(max_examples=300)
@given(
    st.tuples(st.sampled_from([5, 45, 200]), st.sampled_from([9, 90, 2000])),
    st.sampled_from([*BASES]),
    st.sampled_from([dict, lambda items: defaultdict(int, items)]),
    LISTS,
)
@example((200, 90), "words", dict, [("set", "1", True), ("set", "1", 1), ("set", 1, 1)])
@example((200, 90), "words", dict, [("shorten", 3, None), ("grow", 1, 0), ("grow", 80, 0)])
@example((45, 2000), "pairs", dict, [("shorten", 1, None), ("set", (2, 2), 0)])
@example((45, 2000), "words", dict, [("shorten", 30, None), ("grow", 5, 0), ("grow", 5, 0)])
def test_dictionaries_are_told_as_by_a_renderer_that_knows_nothing(
    bounds: tuple[int, int], base: str, make: Any, steps: list[Step]
) -> None:
    assert differences(bounds, make([(key, 0) for key in BASES[base]]), steps) == 0


@pytest.mark.parametrize("make", [dict, lambda items: defaultdict(int, items)])
@pytest.mark.parametrize("base", BASES)
def test_one_value_after_the_other(make: Any, base: str) -> None:
    key, nothing = BASES[base][3], ("nothing", 0, None)
    steps = [
        step
        for value in TOLD + UNTOLD
        for step in (("set", key, 0), nothing, nothing, ("set", key, value), nothing)
    ]
    assert differences((39, 2000), make([(key, 0) for key in BASES[base]]), steps) == 0


def test_an_address_that_is_used_again() -> None:
    look, held = looker((200, 2000)), dict.fromkeys(range(70), 0.5)
    for k in range(9):
        held[3] = 0
        held[3] = k + 0.5  # where the one before was
        assert look(held, None)[0] == repr(held)


@pytest.mark.parametrize("value", [10**700, (10**700,)])
def test_integers_of_which_the_text_depends_on_a_limit(value: object) -> None:
    look, held = looker((200, 2000)), {**dict.fromkeys(range(70)), 3: value}
    for _ in under_limits(3):
        assert look(held, None) == looker((200, 2000))(held, None)


def test_one_that_was_taken_out_of_as_many_as_are_shown() -> None:
    look, held = looker((45, 2000)), dict.fromkeys(range(45))
    del held[7]
    for k in (46, 47, 48):
        for _ in range(3):
            assert look(held, None) == looker((45, 2000))(held, None)
        held[k] = None


def test_what_is_known_is_used() -> None:
    tell, held = entries.teller(200, 2000), dict.fromkeys(range(100), 0)
    assert tell(held, dict) is None
    first = tell(held, dict)
    assert first is not None
    assert first[0] == repr(held)
    assert tell(held, dict) is first
    held[3], held["new"] = 5, ("x", None)
    assert tell(held, dict) == (repr(held), first[1])


def test_a_dictionary_of_which_all_changes_is_told_again() -> None:
    tell, held = entries.teller(200, 2000), dict.fromkeys(range(100), 0)
    tell(held, dict)
    tell(held, dict)
    held.update(dict.fromkeys(range(80), 1))
    assert tell(held, dict) is None
    told = tell(held, dict)
    assert told is not None
    assert told[0] == repr(held)


def test_attributes_that_share_their_names_are_not_known_in_this_way() -> None:
    class Many:
        def __init__(self) -> None:
            self.__dict__.update({f"a{k}": k for k in range(25)})
            for k in range(25):
                setattr(self, f"a{k}", k)

    tell, held = entries.teller(200, 2000), Many()
    attributes = vars(held)
    told = [tell(attributes, dict) for _ in range(3)][-1]
    assert told is None or told[0] == repr(attributes)


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    tell, marker = entries.teller(200, 2000), "one that is kept"
    held: list[dict[Any, Any]] = [{**dict.fromkeys(range(150)), k: marker} for k in range(1000)]
    before, most = sys.getrefcount(marker), 0
    for one in held:
        tell(one, dict)
        told = tell(one, dict)
        assert told is not None
        assert told[0] == repr(one)
        most = max(most, sys.getrefcount(marker) - before)
    assert 300 < most < 950


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("differing", lambda old, new, size, most: []),
        ("_version", lambda place: 7),
        ("is_steady", lambda value, widest: True),
    ],
)
def test_who_takes_no_notice_is_found_out(
    name: str, instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative controls."""
    monkeypatch.setattr(entries, name, instead)
    inner: list[int] = []
    steps = [("set", 3, 1), ("set", 3, inner), ("grow", 1, 0)]
    held = dict.fromkeys(range(70), 0)
    look, wrong = looker((200, 2000)), 0
    for step in (("nothing", 0, None), ("nothing", 0, None), *steps):
        take(held, step)
        inner.append(1)
        wrong += look(held, None) != looker((200, 2000))(held, None)
    assert wrong > 0
