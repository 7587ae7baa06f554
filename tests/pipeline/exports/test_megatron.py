"""The files are those that Megatron's own builder writes, and its reader gives the documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.built_directories import FORMAT, MadeUp, build, made_up

from pipeline.exports.export import export
from pipeline.shards.reader import Split

LENGTHS = (3, 30, 17, 1, 32, 9, 9, 12, 28, 5, 2)


def made(root: Path, vocabulary_size: int, packed: bool = True) -> list[MadeUp]:
    """A built directory, and its documents in the order of its rows."""
    documents = [made_up(k, length, vocabulary_size) for k, length in enumerate(LENGTHS)]
    form = replace(FORMAT, vocabulary_size=vocabulary_size)
    build(root, {"train": documents, "test": documents[:2], "validation": []}, form, packed=packed)
    by_id = {document.id: document for document in documents}
    return [by_id[name] for row in Split.open(root, "train") for name in row.documents]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("vocabulary_size", [1000, 70_000])
def test_megatron_reads_the_documents(tmp_path: Path, vocabulary_size: int, packed: bool) -> None:
    reader = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    documents = made(tmp_path / "in", vocabulary_size, packed)
    content = export(tmp_path / "in", tmp_path / "out", "megatron", {})
    assert content["counts"] == {
        "train": {"documents": len(documents), "tokens": sum(LENGTHS)},
        "test": {"documents": 2, "tokens": sum(LENGTHS[:2])},
        "validation": {"tokens": 0},
    }
    tokens = reader.IndexedDataset(str(tmp_path / "out" / "train"))
    roles = reader.IndexedDataset(str(tmp_path / "out" / "train-roles"))
    assert len(tokens) == len(roles) == len(documents)
    assert tokens.document_indices.tolist() == list(range(len(documents) + 1))
    for number, document in enumerate(documents):
        assert tokens[number].tolist() == document.ids.tolist()
        assert roles[number].tolist() == document.roles.tolist()


@pytest.mark.parametrize("vocabulary_size", [1000, 70_000])
def test_the_files_are_those_of_megatron_s_builder(tmp_path: Path, vocabulary_size: int) -> None:
    writer = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    torch = pytest.importorskip("torch")
    documents = made(tmp_path / "in", vocabulary_size)
    export(tmp_path / "in", tmp_path / "out", "megatron", {})
    kind = np.uint16 if vocabulary_size < 1 << 16 else np.int32
    for name, attribute, dtype in (("train", "ids", kind), ("train-roles", "roles", np.uint8)):
        builder = writer.IndexedDatasetBuilder(str(tmp_path / "theirs.bin"), dtype=dtype)
        for document in documents:
            values = getattr(document, attribute).astype(np.int64)
            builder.add_document(torch.from_numpy(values), [len(values)])
        builder.finalize(str(tmp_path / "theirs.idx"))
        for suffix in (".bin", ".idx"):
            ours = (tmp_path / "out" / f"{name}{suffix}").read_bytes()
            assert ours == (tmp_path / f"theirs{suffix}").read_bytes()


def test_the_files_by_hand(tmp_path: Path) -> None:
    """Where Megatron is not installed."""
    documents = made(tmp_path / "in", 1000)
    export(tmp_path / "in", tmp_path / "out", "megatron", {})
    index = (tmp_path / "out" / "train.idx").read_bytes()
    count = len(documents)
    assert index[:34] == (
        b"MMIDIDX\0\0" + (1).to_bytes(8, "little") + b"\x08"
        + count.to_bytes(8, "little") + (count + 1).to_bytes(8, "little")
    )  # fmt: skip
    lengths = np.frombuffer(index, "<i4", count, 34)
    begins = np.frombuffer(index, "<i8", count, 34 + 4 * count)
    assert lengths.tolist() == [len(document.ids) for document in documents]
    data = (tmp_path / "out" / "train.bin").read_bytes()
    for document, begin, length in zip(documents, begins, lengths, strict=True):
        assert np.frombuffer(data, "<u2", length, begin).tolist() == document.ids.tolist()
    assert len(index) == 34 + 12 * count + 8 * (count + 1)
