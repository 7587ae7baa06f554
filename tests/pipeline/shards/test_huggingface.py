from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.built_directories import FORMAT, build, made_up_documents

from pipeline.shards.reader import Split

datasets = pytest.importorskip("datasets")


@pytest.mark.parametrize(("vocabulary_size", "dtype"), [(1000, "uint16"), (70_000, "uint32")])
def test_load_from_disk(tmp_path: Path, vocabulary_size: int, dtype: str) -> None:
    form = replace(FORMAT, vocabulary_size=vocabulary_size)
    build(tmp_path, {"train": made_up_documents(40), "validation": []}, form)
    loaded = datasets.load_from_disk(str(tmp_path))
    assert {name: len(split) for name, split in loaded.items()} == {
        "train": len(Split.open(tmp_path, "train")),
        "validation": 0,
    }
    train = datasets.load_from_disk(str(tmp_path / "train"))
    assert train.split == "train"
    assert train.features == loaded["validation"].features
    assert train.features["input_ids"] == datasets.List(datasets.Value(dtype))
    assert train.features["documents"] == datasets.List(datasets.Value("string"))
    for ours, theirs in zip(Split.open(tmp_path, "train"), train, strict=True):
        assert theirs == {
            "input_ids": ours.input_ids.tolist(),
            "roles": ours.roles.tolist(),
            "document_lengths": ours.document_lengths.tolist(),
            "documents": list(ours.documents),
        }


def test_what_is_saved_again_describes_the_same_columns(tmp_path: Path) -> None:
    build(tmp_path / "ours", {"train": made_up_documents(40)})
    loaded = datasets.load_from_disk(str(tmp_path / "ours" / "train"))
    loaded.save_to_disk(str(tmp_path / "theirs"))
    info = "dataset_info.json"
    ours = (tmp_path / "ours" / "train" / info).read_text()
    assert ours.strip() == (tmp_path / "theirs" / info).read_text().strip()


def test_streaming(tmp_path: Path) -> None:
    build(tmp_path / "out", {"train": made_up_documents(40)})
    files = sorted(map(str, (tmp_path / "out" / "train").glob("*.arrow")))
    stream = datasets.load_dataset(
        "arrow", data_files=files, split="train", streaming=True, cache_dir=str(tmp_path)
    )
    names = [tuple(row["documents"]) for row in stream]
    assert names == [row.documents for row in Split.open(tmp_path / "out", "train")]
