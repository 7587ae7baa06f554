from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenization.packing import pack

CAPACITY = 64


def best_fit(lengths: list[int], capacity: int) -> list[list[int]]:
    """The same by trying every row."""
    rows: list[list[int]] = []
    filled: list[tuple[int, int]] = []  # for each row: tokens, and when it was filled last
    for time, document in enumerate(sorted(range(len(lengths)), key=lambda k: -lengths[k])):
        fits = [
            (tokens, last, row)
            for row, (tokens, last) in enumerate(filled)
            if tokens + lengths[document] <= capacity
        ]
        if fits:
            tokens, _, row = max(fits)
        else:
            tokens, row = 0, len(rows)
            rows.append([])
            filled.append((0, 0))
        rows[row].append(document)
        filled[row] = (tokens + lengths[document], time)
    return sorted(sorted(row) for row in rows)


@given(st.lists(st.integers(1, CAPACITY)))
def test_every_document_is_in_one_row_and_rows_hold_it(lengths):
    rows = pack(lengths, CAPACITY)
    assert sorted(document for row in rows for document in row) == list(range(len(lengths)))
    assert all(sum(lengths[document] for document in row) <= CAPACITY for row in rows)
    assert rows == sorted(sorted(row) for row in rows)


@given(st.lists(st.integers(1, CAPACITY)))
def test_finds_the_best_row(lengths):
    assert pack(lengths, CAPACITY) == best_fit(lengths, CAPACITY)


@given(st.lists(st.integers(1, CAPACITY)))
def test_no_two_rows_could_be_one(lengths):
    fills = sorted(sum(lengths[document] for document in row) for row in pack(lengths, CAPACITY))
    assert len(fills) < 2 or fills[0] + fills[1] > CAPACITY


def test_rows_are_nearly_full():
    chance = random.Random(0)
    lengths = [min(16_384, int(chance.lognormvariate(6.5, 1.2)) + 1) for _ in range(20_000)]
    rows = pack(lengths, 16_384)
    assert sum(lengths) / (len(rows) * 16_384) > 0.99


@pytest.mark.parametrize("lengths", [[0], [65], [1, -1]])
def test_refuses_what_does_not_fit(lengths):
    with pytest.raises(ValueError, match="between 1 and the capacity 64"):
        pack(lengths, CAPACITY)


def test_nothing_gives_no_rows():
    assert pack([], CAPACITY) == []
