"""Chance: the same everywhere, and for nothing else the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.trajectories.chance import Chance

PARTS = st.lists(st.one_of(st.text(max_size=3), st.integers(0, 20)), max_size=3)


def test_the_stream_is_that_of_all_earlier_builds() -> None:
    chance = Chance(0, "p", "forward", 1, 0)
    assert [chance.index(1000) for _ in range(6)] == [478, 973, 16, 589, 125, 310]


@settings(deadline=None)
@given(PARTS, PARTS)
def test_other_parts_give_another_stream(one: list[str | int], other: list[str | int]) -> None:
    same = Chance(0, *one).uniform() == Chance(0, *other).uniform()
    assert same == ([(type(x), x) for x in one] == [(type(x), x) for x in other])


def test_seeds_and_surrogates() -> None:
    assert Chance(1, "p").uniform() != Chance(2, "p").uniform()
    assert Chance(0, "\udcff").uniform() == Chance(0, "\udcff").uniform()


def test_indices_are_uniform() -> None:
    chance = Chance(7, "indices")
    counts = [0] * 5
    for _ in range(10_000):
        counts[chance.index(5)] += 1
    assert all(1_850 < count < 2_150 for count in counts)
