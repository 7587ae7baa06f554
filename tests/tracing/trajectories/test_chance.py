"""Chance: the same everywhere, and for nothing else the same."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.trajectories.chance import Chance, bounds_of, key_of

PARTS = st.lists(st.text(st.characters(), max_size=3), max_size=3)
PLACES = st.tuples(st.integers(), PARTS, st.integers(0, 20), st.integers(0, 3))
LARGEST = 2**32 - 1


def words(seed: int, parts: list[str], number: int, attempt: int, count: int = 4) -> list[int]:
    return list(islice(Chance(key_of(seed, *parts), number, attempt).words, count))


def test_the_stream_is_that_of_all_earlier_builds() -> None:
    chance = Chance(key_of(0, "p", "forward", ""), 1)
    assert [chance.index(1000) for _ in range(6)] == [375, 246, 675, 926, 896, 898]


@settings(deadline=None)
@given(PLACES)
def test_the_stream_is_digests_of_where_it_is(place: tuple[int, list[str], int, int]) -> None:
    """The same, written one number at a time."""
    seed, parts, *rest = place
    key = hashlib.blake2b(digest_size=32)
    for part in (str(seed), *parts):
        data = part.encode("utf-8", "surrogatepass")
        key.update(f"{len(data)}:".encode() + data)
    expected = []
    for k in range(40):
        where = b"".join(n.to_bytes(8, "little") for n in (*rest, k // 16))
        digest = hashlib.blake2b(key.digest() + where).digest()
        expected.append(int.from_bytes(digest[k % 16 * 4 :][:4], "little"))
    assert words(*place, count=40) == expected


@settings(deadline=None)
@given(PLACES, PLACES)
def test_another_place_has_another_stream(
    one: tuple[int, list[str], int, int], other: tuple[int, list[str], int, int]
) -> None:
    assert (words(*one) == words(*other)) == (one == other)


def test_indices_are_uniform() -> None:
    chance = Chance(key_of(7, "indices"), 0)
    counts = [0] * 5
    for _ in range(10_000):
        counts[chance.index(5)] += 1
    assert all(1_850 < count < 2_150 for count in counts)


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_things_happen_as_often_as_is_likely(probability: float) -> None:
    chance = Chance(key_of(7, "certain"), 0)
    happened = sum(chance.happens(probability) for _ in range(10_000))
    assert (
        abs(happened - probability * 10_000)
        <= 4 * (10_000 * probability * (1 - probability)) ** 0.5
    )


@given(st.lists(st.one_of(st.just(0.0), st.floats(0, 1e6)), min_size=1, max_size=6))
def test_bounds_give_each_choice_its_weight(weights: list[float]) -> None:
    bounds = bounds_of(weights)
    edges = [0, *bounds, 2**32]
    total = sum(weights)
    shares = [w / total for w in weights] if total else [1 / len(weights)] * len(weights)
    for k, share in enumerate(shares):
        assert (edges[k + 1] - edges[k]) / 2**32 == pytest.approx(share, abs=1e-9)
    for word in (0, LARGEST, *(bound - 1 for bound in bounds), *bounds):
        if not 0 <= word <= LARGEST:
            continue
        k = bisect_right(bounds, word)
        assert edges[k] <= word < edges[k + 1]
        assert weights[k] > 0 or not total
