from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.built_directories import FORMAT, build, made_up

from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset
from pipeline.loader.mixture import Mixture, Schedule
from pipeline.shards.schema import RowFormat

SIZES = (5, 11, 2)
WEIGHTS = (0.5, 0.3, 0.2)


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> list[TokenDataset]:
    """A row for each document; its first token tells them all apart."""
    found, number = [], 0
    for size in SIZES:
        root = tmp_path_factory.mktemp("part")
        build(root, {"train": [made_up(number + k, 30) for k in range(size)]}, rows_per_shard=3)
        found.append(TokenDataset(root))
        number += size
    return found


@pytest.fixture(scope="module")
def owners(datasets: list[TokenDataset]) -> dict[tuple[int, ...], int]:
    """Which dataset a row is of, by its first tokens."""
    found = {
        tuple(dataset.batch([row]).input_ids[0, :3].tolist()): number
        for number, dataset in enumerate(datasets)
        for row in range(len(dataset))
    }
    assert len(found) == sum(SIZES)
    return found


def mixture_of(datasets: list[TokenDataset], weights: tuple[float, ...] = WEIGHTS) -> Mixture:
    return Mixture(list(zip(datasets, weights, strict=True)))


def rows_of(batches: Any) -> list[tuple[int, ...]]:
    return [tuple(row) for batch in batches for row in batch.input_ids[:, :3].tolist()]


# the schedule


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9))
def test_counts_are_within_one_of_their_share_at_every_row(shares: list[int]) -> None:
    schedule = Schedule(shares)
    total = sum(shares)
    rows = 2 * schedule.period + 7
    sources, before = schedule(np.arange(rows))
    counts = [0] * len(shares)
    for row, (source, given_before) in enumerate(
        zip(sources.tolist(), before.tolist(), strict=True)
    ):
        assert given_before == counts[source]
        assert schedule.given(row) == counts
        counts[source] += 1
        for share, count in zip(shares, counts, strict=True):
            assert abs(Fraction(share * (row + 1), total) - count) < 1


def test_taking_the_largest_deficit_would_not_do() -> None:
    """The negative control: the usual way is a whole row off, for these weights."""
    shares, worst = [8, 30, 30, 30, 1], 0
    counts, total = [0] * len(shares), sum(shares)
    for row in range(1, total + 1):
        deficits = [
            share * row - count * total for share, count in zip(shares, counts, strict=True)
        ]
        counts[deficits.index(max(deficits))] += 1
        left = [share * row - count * total for share, count in zip(shares, counts, strict=True)]
        worst = max(worst, *map(abs, left))
    assert worst >= total


def test_weights_are_taken_as_they_are_written() -> None:
    assert Schedule([0.1, 0.2, 0.7]).shares == [1, 2, 7]
    assert Schedule([3, 6]).shares == [1, 2]
    assert Schedule([Fraction(1, 3), Fraction(2, 3)]).shares == [1, 2]
    assert Schedule([0.7, 0.3])(np.arange(10))[0].tolist() == [0, 0, 1, 0, 0, 1, 0, 0, 0, 1]


def test_weights_that_are_too_fine() -> None:
    with pytest.raises(ValueError, match=r"too fine; expected such as 0\.333, 0\.667"):
        Schedule([0.3333333333, 0.6666666667])


# the mixture


def test_each_dataset_goes_through_epochs_of_its_own(
    datasets: list[TokenDataset], owners: dict[tuple[int, ...], int]
) -> None:
    batches = Batches(mixture_of(datasets), 4, seed=3)
    rows = [row for _ in range(10) for row in rows_of(batches)]
    assert len(rows) == 10 * sum(SIZES)
    for number, size in enumerate(SIZES):
        own = [row for row in rows if owners[row] == number]
        assert abs(len(own) - WEIGHTS[number] * len(rows)) < 1
        whole = {row for row, owner in owners.items() if owner == number}
        epochs = [own[at : at + size] for at in range(0, len(own) - size + 1, size)]
        assert all(set(epoch) == whole for epoch in epochs)
        assert size < 4 or epochs[0] != epochs[1]
    given_rows = [entry["rows"] for entry in batches.state_dict()["datasets"]]
    assert given_rows == [Counter(map(owners.get, rows))[number] for number in range(3)]


@given(
    batch_size=st.integers(1, 9),
    before=st.integers(0, 30),
    world_size=st.integers(1, 4),
    workers=st.integers(1, 3),
    drop_last=st.booleans(),
)
def test_ranks_and_workers_share_one_order_from_any_state(
    datasets: list[TokenDataset],
    batch_size: int,
    before: int,
    world_size: int,
    workers: int,
    drop_last: bool,
) -> None:
    mixture = mixture_of(datasets)
    alone = Batches(mixture, batch_size)
    for _ in range(before):
        next(iter(alone))
    state = json.loads(json.dumps(alone.state_dict()))
    whole = [rows_of([batch]) for batch in alone.share()]
    shares = []
    for rank in range(world_size):
        part = Batches(mixture, batch_size, rank=rank, world_size=world_size, drop_last=drop_last)
        part.load_state_dict(state)
        shares.append([[rows_of([batch]) for batch in part.share(w, workers)]
                       for w in range(workers)])  # fmt: skip
    steps = max(len(share) for rank in shares for share in rank)
    found = [
        rank[worker][step]
        for step in range(steps)
        for worker in range(workers)
        for rank in shares
        if step < len(rank[worker])
    ]
    left = sum(map(len, whole))
    kept = left // (batch_size * world_size) * world_size if drop_last else len(whole)
    assert found == whole[:kept]


def test_a_state_of_other_weights_is_refused(datasets: list[TokenDataset]) -> None:
    state = Batches(mixture_of(datasets), 4).state_dict()
    with pytest.raises(ValueError, match="a state of weight 5, not 1"):
        Batches(mixture_of(datasets, (1, 1, 1)), 4).load_state_dict(state)
    with pytest.raises(ValueError, match="a state of number of datasets 3, not 1"):
        Batches(datasets[0], 4).load_state_dict(state)


def test_one_dataset_is_a_mixture_of_one(datasets: list[TokenDataset]) -> None:
    alone, mixed = Batches(datasets[1], 4), Batches(Mixture([(datasets[1], 0.3)]), 4)
    for _ in range(2):
        assert rows_of(islice(alone, 99)) == rows_of(islice(mixed, 99))
    assert alone.state_dict() == mixed.state_dict()


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (replace(FORMAT, vocabulary="0" * 64), "do not mix: vocabulary 000"),
        (replace(FORMAT, sequence_length=64), "do not mix: sequence_length 64, not 32"),
        (replace(FORMAT, pad_id=0), "do not mix: pad_id 0, not 2"),
    ],
)
def test_what_does_not_mix(
    datasets: list[TokenDataset], tmp_path: Path, form: RowFormat, message: str
) -> None:
    build(tmp_path, {"train": [made_up(0, 30)]}, form)
    with pytest.raises(ValueError, match=f"{tmp_path} and .*{message}"):
        Mixture([(datasets[0], 1), (TokenDataset(tmp_path), 1)])


def test_options_that_do_not_mix(datasets: list[TokenDataset]) -> None:
    other = TokenDataset(datasets[1].directory, learn=["action"])
    with pytest.raises(ValueError, match="do not mix: Collator"):
        Mixture([(datasets[0], 1), (other, 1)])


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_weights_that_are_none(datasets: list[TokenDataset], weight: float) -> None:
    with pytest.raises(ValueError, match=f"weight {weight}; expected more than 0"):
        mixture_of(datasets, (1, weight, 1))


def test_nothing_to_mix(datasets: list[TokenDataset], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no directories"):
        Mixture([])
    build(tmp_path, {"train": []})
    with pytest.raises(ValueError, match="no rows in train"):
        Mixture([(datasets[0], 1), (TokenDataset(tmp_path), 1)])
