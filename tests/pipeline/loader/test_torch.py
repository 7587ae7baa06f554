from __future__ import annotations

import pickle
from itertools import islice
from pathlib import Path

import pytest
from support.built_directories import build, made_up, made_up_documents

from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import DamagedFileError

torch = pytest.importorskip("torch")

from pipeline.loader.torch import TokenBatches, TokenLoader, batches, tensors  # noqa: E402

ROWS = 23


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("torch")
    build(root, {"train": [made_up(k, 30) for k in range(ROWS)]}, rows_per_shard=5)
    return root


def taken(loader: object) -> list[list[list[int]]]:
    return [batch["input_ids"].tolist() for batch in loader]  # type: ignore[attr-defined]


def test_tensors(root: Path) -> None:
    batch = tensors(TokenDataset(root).batch([3, 1]))
    assert {name: getattr(value, "dtype", None) for name, value in batch.items()} == {
        "input_ids": torch.int64,
        "labels": torch.int64,
        "position_ids": torch.int64,
        "cu_seqlens": torch.int32,
        "max_seqlen": None,
    }


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_workers_do_not_change_what_comes(root: Path, workers: int) -> None:
    plain = Batches(TokenDataset(root), 4)
    loader = batches(root, "train", 4, workers=workers)
    assert len(loader) == 6
    for _ in range(2):
        assert taken(loader) == [batch.input_ids.tolist() for batch in plain]
        assert loader.state_dict() == plain.state_dict()


def test_a_run_is_resumed_with_other_workers_and_ranks(root: Path) -> None:
    whole = taken(batches(root, "train", 2))
    first = batches(root, "train", 2, workers=2)
    assert taken(islice(first, 4)) == whole[:4]
    resumed = [batches(root, "train", 2, workers=w, rank=w, world_size=2) for w in range(2)]
    for loader in resumed:
        loader.load_state_dict(first.state_dict())
    parts = [taken(loader) for loader in resumed]
    assert parts == [whole[4::2], whole[5::2]]


def test_workers_that_are_spawned_map_the_files_themselves(root: Path) -> None:
    dataset = TokenBatches(Batches(TokenDataset(root), 4))
    expected = taken(dataset)
    dataset.batches.set_epoch(0)
    pickled = pickle.dumps(dataset)
    assert len(pickled) < 4_000
    assert taken(pickle.loads(pickled)) == expected


def test_damage_that_a_worker_meets_names_the_file(tmp_path: Path) -> None:
    build(tmp_path, {"train": made_up_documents(20)})
    loader = TokenLoader(Batches(TokenDataset(tmp_path), 2), workers=1)
    path = next((tmp_path / "train").glob("data-00000-*"))
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DamagedFileError, match=path.name):
        list(loader)


def test_a_model_learns_from_a_batch(root: Path) -> None:
    batch = next(iter(batches(root, "train", 4)))
    labels = batch["labels"]
    assert isinstance(labels, torch.Tensor)
    logits = torch.zeros(*labels.shape, 1000, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
    loss.backward()
    assert loss.item() == pytest.approx(torch.log(torch.tensor(1000.0)).item())
