"""Plain data becomes dataclasses by their hints, or one line says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.strict import ConfigError, plain, read


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    number: float
    flag: bool = False

    def __post_init__(self) -> None:
        if self.number == 13:
            raise ValueError("13 is\nunlucky")


@dataclass(frozen=True)
class Outer:
    count: int = 0
    name: str | None = None
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    names: list[str] = field(default_factory=list)
    weights: Mapping[Colour, float] = field(default_factory=dict)


inners = st.builds(
    Inner, st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x != 13)
)
outers = st.builds(
    Outer,
    count=st.integers(),
    name=st.none() | st.text(),
    inner=st.none() | inners,
    inners=st.lists(inners).map(tuple),
    names=st.lists(st.text()),
    weights=st.dictionaries(st.sampled_from(Colour), st.floats(0, 1)),
)


@given(outers)
def test_read_is_the_inverse_of_plain(outer: Outer) -> None:
    assert read(Outer, plain(outer)) == outer


def test_a_whole_number_stands_for_a_number() -> None:
    inner = read(Inner, {"number": 2})
    assert inner.number == 2.0
    assert type(inner.number) is float


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"cuont": 1}, "cuont: 1; no such key; the nearest is count"),
        ({7: 1}, "7: 1; no such key; the nearest is "),
        ({"count": True}, "count: true; expected a whole number"),
        ({"count": 1.0}, "count: 1.0; expected a whole number"),
        ({"count": None}, "count: null; expected a whole number"),
        ({"name": 3}, "name: 3; expected text"),
        (
            {"count": list(range(999))},
            "count: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...",
        ),
        ({"inner": {"number": "x"}}, 'inner.number: "x"; expected a number'),
        ({"inner": {"number": True}}, "inner.number: true; expected a number"),
        ({"inner": {"number": float("nan")}}, "inner.number: NaN; expected a number"),
        ({"inner": {"number": float("inf")}}, "inner.number: Infinity; expected a number"),
        ({"inner": {"number": 10**400}}, "inner.number: "),
        ({"inner": {"number": 1, "flag": 1}}, "inner.flag: 1; expected true or false"),
        ({"inner": {}}, "inner.number: is missing"),
        ({"inner": {"number": 13}}, "inner: 13 is unlucky"),
        ({"inner": 5}, "inner: 5; expected keys such as number"),
        ({"inners": [{"number": 1}, {"nubmer": 1}]}, "inners.1.nubmer: 1; no such key"),
        ({"names": "a"}, 'names: "a"; expected a list'),
        ({"names": ["a", 1]}, "names.1: 1; expected text"),
        ({"weights": {"green": 1}}, 'weights.green: "green"; expected one of red, blue'),
        ({"weights": {"red": "x"}}, 'weights.red: "x"; expected a number'),
        ({"weights": []}, "weights: []; expected a mapping"),
        (None, "null; expected keys such as count"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(data: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(Outer, data)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
