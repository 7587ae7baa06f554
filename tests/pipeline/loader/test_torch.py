from __future__ import annotations

import json
import pickle
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from support.built_directories import FORMAT, build, made_up, made_up_documents

from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import DamagedFileError

torch = pytest.importorskip("torch")

from torch.nn.attention.flex_attention import create_mask, flex_attention  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

from pipeline.loader.torch import (  # noqa: E402
    TokenBatches,
    TokenLoader,
    batches,
    block_mask,
    document_ids,
    document_mask,
    tensors,
)

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
        "position_ids": torch.int32,
        "cu_seqlens": torch.int32,
        "max_seqlen": None,
    }
    batch = tensors(TokenDataset(root, learn={"state": 1.0}).batch([3, 1]))
    assert batch["loss_weights"].dtype == torch.float32


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


def test_a_mixture_is_resumed_with_other_workers_and_ranks(root: Path, tmp_path: Path) -> None:
    build(tmp_path, {"train": [made_up(100 + k, 30) for k in range(7)]})
    weights = {str(root): 0.75, str(tmp_path): 0.25}
    loader = batches(weights, "train", 2)
    whole = [taken(loader) for _ in range(2)]
    first = batches(weights, "train", 2, workers=3)
    assert taken(islice(first, 4)) == whole[0][:4]
    resumed = [batches(weights, "train", 2, workers=w, rank=w, world_size=2) for w in range(2)]
    for loader in resumed:
        loader.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert [taken(loader) for loader in resumed] == [whole[0][4::2], whole[0][5::2]]
    assert taken(resumed[0]) == whole[1][::2]


@pytest.mark.parametrize("workers", [0, 2])
def test_in_torch_s_own_loader(root: Path, workers: int) -> None:
    plain = Batches(TokenDataset(root), 4)
    dataset = TokenBatches(Batches(TokenDataset(root), 4))
    loader = DataLoader(dataset, batch_size=None, num_workers=workers)
    assert len(loader) == 6
    for epoch in range(2):
        dataset.set_epoch(epoch)
        assert taken(loader) == [batch.input_ids.tolist() for batch in plain]


def test_workers_that_live_on_go_through_the_epochs(root: Path) -> None:
    plain = Batches(TokenDataset(root), 4)
    dataset = TokenBatches(Batches(TokenDataset(root), 4))
    loader = DataLoader(dataset, batch_size=None, num_workers=2, persistent_workers=True)
    for _ in range(3):
        assert taken(loader) == [batch.input_ids.tolist() for batch in plain]


@pytest.mark.parametrize("workers", [0, 2])
def test_in_a_stateful_loader(root: Path, workers: int) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader

    def make() -> Any:
        dataset = TokenBatches(Batches(TokenDataset(root), 2))
        return stateful(dataset, batch_size=None, num_workers=workers)

    whole = [taken(batches(root, "train", 2))]
    loader = batches(root, "train", 2)
    loader.set_epoch(1)
    whole.append(taken(loader))
    for steps in (1, 5, 11):
        first = make()
        assert taken(islice(first, steps)) == whole[0][:steps]
        resumed = make()
        resumed.load_state_dict(json.loads(json.dumps(first.state_dict())))
        assert taken(resumed) == whole[0][steps:]
        resumed.dataset.set_epoch(1)
        assert taken(resumed) == whole[1]


def test_workers_that_are_spawned_map_the_files_themselves(root: Path) -> None:
    dataset = TokenBatches(Batches(TokenDataset(root), 4))
    expected = taken(dataset)
    dataset.batches.set_epoch(0)
    pickled = pickle.dumps(dataset)
    assert len(pickled) < 4_000
    assert taken(pickle.loads(pickled)) == expected


@pytest.mark.parametrize("flat", [False, True])
def test_masks_keep_documents_apart(tmp_path: Path, flat: bool) -> None:
    documents = made_up_documents(30, longest=20)
    build(tmp_path, {"train": documents}, packed=not flat)
    numpy_batch = TokenDataset(tmp_path, flat=flat).batch(range(4))
    batch = tensors(numpy_batch)
    assert document_ids(batch).tolist() == numpy_batch.document_ids.tolist()
    dense = document_mask(batch)
    rows, length = numpy_batch.input_ids.shape
    assert dense.shape == (rows, 1, length, length)
    bounds = numpy_batch.cu_seqlens.tolist()
    expected = torch.zeros(rows, 1, length, length, dtype=torch.bool)
    for begin, end in pairwise(bounds):
        row, at, size = begin // length, begin % length, end - begin
        expected[row, 0, at : at + size, at : at + size] = torch.ones(size, size).tril().bool()
    assert torch.equal(dense, expected)
    blocks = block_mask(batch)
    made = create_mask(blocks.mask_mod, rows, None, length, length, device="cpu")
    assert torch.equal(made, expected)


def test_attention_by_blocks_is_that_by_the_dense_mask(tmp_path: Path) -> None:
    form = replace(FORMAT, sequence_length=512)
    build(tmp_path, {"train": made_up_documents(60, longest=300)}, form)
    batch = tensors(TokenDataset(tmp_path).batch([0, 1]))
    rows, length = batch["input_ids"].shape
    generator = torch.Generator().manual_seed(0)
    q, k, v = torch.randn(3, rows, 2, length, 16, generator=generator)
    mask = document_mask(batch)
    dense = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    blocks = block_mask(batch)
    assert blocks.sparsity() > 0
    found = flex_attention(q, k, v, block_mask=blocks)
    assert torch.allclose(dense, found, atol=1e-5)
    causal = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    assert not torch.allclose(dense, causal, atol=1e-2)


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
