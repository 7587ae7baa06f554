from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.loader.permutation import Permutation


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(), st.integers(0, 100))
def test_it_is_a_bijection(size: int, seed: int, epoch: int) -> None:
    order = Permutation(size, seed, epoch)(np.arange(size))
    assert sorted(order.tolist()) == list(range(size))


@given(st.integers(1, 1 << 60), st.integers(), st.data())
def test_any_part_can_be_computed_by_itself(size: int, seed: int, data: st.DataObject) -> None:
    positions = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1)), np.int64)
    permutation = Permutation(size, seed)
    whole = permutation(positions)
    assert ((whole >= 0) & (whole < size)).all()
    assert whole.tolist() == [int(permutation(positions[k : k + 1])[0]) for k in range(len(whole))]
    assert len(set(whole.tolist())) == len(set(positions.tolist()))


def test_it_is_the_same_on_every_machine() -> None:
    assert Permutation(10, 0, 0)(np.arange(10)).tolist() == [3, 1, 9, 7, 2, 0, 6, 4, 5, 8]


def test_all_orders_of_few_things_occur_about_equally_often() -> None:
    orders = Counter(tuple(Permutation(4, key)(np.arange(4)).tolist()) for key in range(2_400))
    assert len(orders) == 24
    assert 60 < min(orders.values()) <= max(orders.values()) < 140


def test_neighbours_are_torn_apart() -> None:
    order = Permutation(10_000, 1)(np.arange(10_000))
    # In a random order |x - y| of two neighbours has mean n / 3 and hardly ever is 1.
    steps = np.abs(np.diff(order))
    assert 3_200 < steps.mean() < 3_470
    assert (steps == 1).sum() < 12
    assert abs(np.corrcoef(order, np.arange(10_000))[0, 1]) < 0.03
