from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from support.built_directories import build, made_up_documents

from pipeline.shards.writer import write_bytes, write_stream

SCHEMA = pa.schema([("a", pa.int32())])


def test_an_entry_tells_what_is_on_the_disk(tmp_path: Path) -> None:
    batches = [pa.record_batch({"a": pa.array([1, 2, 3], pa.int32())}, schema=SCHEMA)] * 2
    entry = write_stream(tmp_path, "train/a.arrow", SCHEMA, batches)
    data = (tmp_path / "train/a.arrow").read_bytes()
    assert (entry.path, entry.bytes, entry.rows) == ("train/a.arrow", len(data), 6)
    assert entry.sha256 == hashlib.sha256(data).hexdigest()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    documents = made_up_documents(50)
    first = build(tmp_path / "a", {"train": documents, "test": []})
    second = build(tmp_path / "b", {"train": documents, "test": []})
    assert first == second
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in "ab"]
    assert manifests[0] == manifests[1]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"a": pa.array([1], pa.int32())}, schema=SCHEMA)
        raise RuntimeError("full")

    write_bytes(tmp_path, "a.arrow", b"old")
    with pytest.raises(RuntimeError, match="full"):
        write_stream(tmp_path, "a.arrow", SCHEMA, batches())
    assert [path.name for path in tmp_path.iterdir()] == ["a.arrow"]
    assert (tmp_path / "a.arrow").read_bytes() == b"old"
