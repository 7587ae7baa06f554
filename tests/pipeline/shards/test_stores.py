from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.built_directories import FORMAT
from support.traces import Recording, recordings

from pipeline.shards import rejected as rejected_module
from pipeline.shards import traces as traces_module
from pipeline.shards.manifest import Manifest
from pipeline.shards.rejected import (
    count_reasons,
    merge_rejected,
    read_rejected,
    rejected_in,
    write_rejected,
)
from pipeline.shards.schema import REJECTED_SCHEMA, RUN_SCHEMA
from pipeline.shards.traces import TraceRecord, TraceStore, compress, write_traces
from pipeline.shards.verify import faults
from pipeline.shards.writer import FileEntry, write_stream
from tracing.rejection import Reason, Rejection

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
RECORDS = st.lists(
    st.builds(
        TraceRecord,
        program=TEXT,
        split=st.sampled_from(["train", "test"]),
        source_digest=TEXT,
        licence=TEXT,
        origin=TEXT,
        entry=st.none() | TEXT,
        args=TEXT,
        stdin=TEXT,
        extra=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
        trace=st.binary(max_size=20),
    ),
    unique_by=lambda record: record.program,
    max_size=12,
)


def finish(root: Path, entries: Sequence[FileEntry]) -> None:
    Manifest(FORMAT, {}, {}, {}, tuple(entries)).write(root)
    assert not list(faults(root, Manifest.read(root)))


@settings(max_examples=30, deadline=None)
@given(RECORDS)
def test_every_record_is_found(records: list[TraceRecord]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        halves = [write_traces(root, f"traces/{k}.arrow", records[k::2]) for k in (0, 1)]
        finish(root, halves)
        store = TraceStore.open(root)
        assert len(store) == len(records)
        assert {record.program: record for record in store} == {r.program: r for r in records}
        assert [store.get(record.program) for record in records] == records
        with pytest.raises(KeyError):
            store.get("no such program")


@settings(max_examples=30, deadline=None)
@given(recordings())
def test_a_trace_comes_back_from_its_record(recording: Recording) -> None:
    trace = replace(recording.finish(), program="p")
    record = TraceRecord("p", "train", "d", "", "", None, "", "", (), compress(trace))
    assert record.load() == trace


def test_records_are_sorted_and_batches_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces_module, "_BATCH_BYTES", 30)
    monkeypatch.setattr(traces_module, "_BATCH_RECORDS", 4)
    record = TraceRecord("", "train", "d", "mit", "o", None, "", "", (), b"0123456789")
    records = [replace(record, program=f"{number:03}") for number in range(11)]
    finish(tmp_path, [write_traces(tmp_path, "traces/a.arrow", reversed(records))])
    assert list(TraceStore.open(tmp_path)) == records


REJECTIONS = st.builds(Rejection, TEXT, st.sampled_from(Reason), TEXT)


@settings(max_examples=60, deadline=None)
@given(st.lists(REJECTIONS | TEXT, max_size=9), st.integers(1, 3), st.integers(1, 4))
def test_merging_rejections(rows: list[Rejection | str], files: int, batch: int) -> None:
    """Those of all files, among rows that are none, are in one file, sorted, in small batches."""
    rejections = [row for row in rows if isinstance(row, Rejection)]
    ordered = sorted((r.program, str(r.reason), r.detail) for r in rejections)
    columns = [*zip(*ordered, strict=True)] or [()] * 3
    whole = pa.table([pa.array(column, pa.string()) for column in columns], REJECTED_SCHEMA)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(rejected_module, "_BATCH_RECORDS", batch)
        root = Path(folder)
        names = [f"runs/{number}.arrow" for number in range(files)]
        for number, name in enumerate(names):
            table = pa.Table.from_pylist([_run(row) for row in rows[number::files]], RUN_SCHEMA)
            write_stream(root, name, RUN_SCHEMA, table.to_batches(2))
        merged = merge_rejected(root, "whole", rejected_in(root, names, RUN_SCHEMA))
        found = pa.ipc.open_stream((root / "whole").read_bytes()).read_all()
        assert found == whole
        sizes = [part.num_rows for part in found.to_batches()]
        assert sizes == [part.num_rows for part in whole.to_batches(batch)]
        assert write_rejected(root, "whole", rejections) == merged
        (table,) = rejected_in(root, ["whole"], REJECTED_SCHEMA)
        assert count_reasons(table) == Counter(str(item.reason) for item in rejections)


def _run(row: Rejection | str) -> dict[str, str | None]:
    if isinstance(row, str):
        return {"program": row, "reason": None, "detail": ""}
    return {"program": row.program, "reason": str(row.reason), "detail": row.detail}


@settings(max_examples=30, deadline=None)
@given(st.lists(REJECTIONS, max_size=9, unique_by=str))
def test_rejections_come_back_sorted(rejections: list[Rejection]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        finish(root, [write_rejected(root, "rejected/a.arrow", rejections)])
        found = list(read_rejected(root))
    assert set(found) == set(rejections)
    assert [r.program for r in found] == sorted(r.program for r in rejections)


def test_a_rejection_of_text_that_cannot_be_encoded(tmp_path: Path) -> None:
    entry = write_rejected(
        tmp_path, "rejected/a.arrow", [Rejection("p\ud800", Reason.BAD_RECORD, "\udfff")]
    )
    finish(tmp_path, [entry])
    assert list(read_rejected(tmp_path)) == [Rejection("p\\ud800", Reason.BAD_RECORD, "\\udfff")]
