from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.built_directories import build, made_up

from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.manifest import ManifestError

ROWS = 23


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> TokenDataset:
    """A row for each document; its first token tells them apart."""
    root = tmp_path_factory.mktemp("rows")
    build(root, {"train": [made_up(k, 30) for k in range(ROWS)], "test": []}, rows_per_shard=5)
    return TokenDataset(root)


def taken(batches: Any) -> list[list[int]]:
    """The first tokens of the rows of each batch: which rows they are."""
    return [batch.input_ids[:, :3].tolist() for batch in batches]


def by_all(make: Any, world_size: int, workers: int) -> list[list[int]]:
    """What all workers of all ranks read, put together in the order of the steps."""
    ranks = []
    for rank in range(world_size):
        shares = [taken(make(rank, world_size).share(w, workers)) for w in range(workers)]
        ranks.append(interleaved(shares))
    return interleaved(ranks)


def interleaved(parts: list[list[Any]]) -> list[Any]:
    steps = range(max(map(len, parts)))
    return [part[step] for step in steps for part in parts if step < len(part)]


@settings(deadline=None)
@given(
    batch_size=st.integers(1, ROWS + 2),
    seed=st.none() | st.integers(),
    before=st.integers(0, 12),
    world_size=st.integers(1, 5),
    workers=st.integers(1, 4),
)
def test_ranks_and_workers_share_one_order_from_any_state(
    dataset: TokenDataset,
    batch_size: int,
    seed: int | None,
    before: int,
    world_size: int,
    workers: int,
) -> None:
    alone = Batches(dataset, batch_size, seed=seed)
    every_row = [row for batch in taken(alone.share()) for row in batch]
    assert sorted(every_row) == sorted(dataset.batch(range(ROWS)).input_ids[:, :3].tolist())
    for _ in islice(alone, before):
        pass
    state = json.loads(json.dumps(alone.state_dict()))

    def make(rank: int, world_size: int) -> Batches:
        part = Batches(dataset, batch_size, seed=seed, rank=rank, world_size=world_size)
        part.load_state_dict(state)
        return part

    assert by_all(make, world_size, workers) == taken(alone)


@pytest.mark.parametrize("world_size", [1, 2, 3])
def test_a_state_is_that_of_all_ranks(dataset: TokenDataset, world_size: int) -> None:
    whole = taken(Batches(dataset, 2).share())
    ranks = [Batches(dataset, 2, rank=r, world_size=world_size) for r in range(world_size)]
    for part in ranks:
        list(islice(part, 3))
    state = ranks[0].state_dict()
    assert [part.state_dict() for part in ranks] == [state] * world_size
    other = Batches(dataset, 4)
    other.load_state_dict(state)
    rows = [row for batch in taken(other) for row in batch]
    assert rows == [row for batch in whole[3 * world_size :] for row in batch]


def test_epochs_differ_and_come_again(dataset: TokenDataset) -> None:
    batches = Batches(dataset, 4)
    epochs = [taken(batches) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]
    state = batches.state_dict()
    assert (state["epoch"], state["rows"], state["datasets"][0]["rows"]) == (3, 0, 3 * ROWS)
    batches.set_epoch(1)
    assert taken(batches) == epochs[1]
    assert taken(Batches(dataset, 4, seed=1)) != epochs[0]


def test_the_state_after_the_last_batch_begins_the_next_epoch(dataset: TokenDataset) -> None:
    batches = Batches(dataset, 4)
    *_, _last = (batches.state_dict() for _ in batches)
    assert (_last["epoch"], _last["rows"]) == (1, 0)


@pytest.mark.parametrize("world_size", [1, 2, 3])
def test_what_does_not_fill_every_rank_is_left_out_if_asked(
    dataset: TokenDataset, world_size: int
) -> None:
    whole = taken(Batches(dataset, 4))
    ranks = [
        Batches(dataset, 4, rank=rank, world_size=world_size, drop_last=True)
        for rank in range(world_size)
    ]
    full = ROWS // 4 // world_size
    assert [len(part) for part in ranks] == [full] * world_size
    assert interleaved([taken(part) for part in ranks]) == whole[: full * world_size]
    assert [part.state_dict()["epoch"] for part in ranks] == [1] * world_size


def test_without_a_seed_rows_come_as_they_are_stored(dataset: TokenDataset) -> None:
    rows = [row for batch in taken(Batches(dataset, 4, seed=None)) for row in batch]
    assert rows == dataset.batch(range(ROWS)).input_ids[:, :3].tolist()


def test_an_empty_split_has_no_batches(dataset: TokenDataset) -> None:
    root = dataset._rows.root
    batches = Batches(TokenDataset(root, "test"), 4)
    assert (len(batches), list(batches)) == (0, [])


@pytest.mark.parametrize("other", [{"fingerprint": "0"}, {"split": "test"}, {"weight": 2}])
def test_a_state_of_other_data_is_refused(dataset: TokenDataset, other: dict[str, Any]) -> None:
    state = Batches(dataset, 4).state_dict()
    state["datasets"][0] |= other
    with pytest.raises(ValueError, match=f"a state of {next(iter(other))}"):
        Batches(dataset, 4).load_state_dict(state)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"datasets": []},
        {"epoch": -1},
        {"epoch": "1"},
        {"rows": ROWS + 1},
        {"rows": 1.5},
        {"rows": None},
    ],
)
def test_a_state_that_is_none_of_these_rows_is_refused(
    dataset: TokenDataset, other: dict[str, Any]
) -> None:
    state = Batches(dataset, 4).state_dict() | other
    with pytest.raises(ValueError, match="a state of"):
        Batches(dataset, 4).load_state_dict(state)


@pytest.mark.parametrize(("batch_size", "rank", "world_size"), [(0, 0, 1), (1, 2, 2), (1, -1, 1)])
def test_what_is_out_of_range(
    dataset: TokenDataset, batch_size: int, rank: int, world_size: int
) -> None:
    with pytest.raises(ValueError, match=r"batch_size 0; expected|rank -?[12] of world_size [12]"):
        Batches(dataset, batch_size, rank=rank, world_size=world_size)


def test_a_directory_that_is_not_finished(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="not finished"):
        TokenDataset(tmp_path)


def test_importing_the_loader_imports_neither_beam_nor_torch() -> None:
    code = (
        "import sys, pipeline.loader.batches\n"
        "print({'torch', 'apache_beam', 'sentencepiece'} & sys.modules.keys())"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("set()\n", "")
