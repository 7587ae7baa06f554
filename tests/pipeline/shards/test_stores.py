from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.built_directories import FORMAT
from support.traces import Recording, recordings

from pipeline.shards import traces as traces_module
from pipeline.shards.manifest import Manifest
from pipeline.shards.rejected import read_rejected, write_rejected
from pipeline.shards.traces import TraceRecord, TraceStore, compress, write_traces
from pipeline.shards.verify import faults
from pipeline.shards.writer import FileEntry
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


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.builds(Rejection, TEXT, st.sampled_from(Reason), TEXT), max_size=9, unique_by=str)
)
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
