"""Traces: the runs of all programs, from which trajectories can be drawn again without running.

The files are Arrow streams sorted by program id, each trace one zstd frame.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Self

import pyarrow as pa

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.reader import open_table
from pipeline.shards.schema import TRACE_SCHEMA, TRACES
from pipeline.shards.writer import FileEntry, write_stream
from tracing.codec import decode, encode
from tracing.trace import Trace

RECORDS_PER_FILE = 2048  # of the store, about
_LEVEL = 3  # of zstd: about 2 bytes an event for 0.04 microseconds
_BATCH_BYTES = 8 << 20  # of compressed traces in a record batch, about
_BATCH_RECORDS = 1024


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """One program's run and where the program came from.

    `entry`, `args`, `stdin`, `licence`, `origin` and `extra` are those of the Program; its source
    is in the trace.
    """

    program: str
    split: str
    source_digest: str  # by which splits are made
    licence: str
    origin: str
    entry: str | None
    args: str
    stdin: str
    extra: tuple[tuple[str, str], ...]
    trace: bytes  # `compress` of the trace

    def load(self) -> Trace:
        """The trace itself. Raises CodecError; OSError where the zstd frame is damaged."""
        return decompress(self.trace, self.program)


def compress(trace: Trace) -> bytes:
    """A trace as one zstd frame."""
    codec = pa.Codec("zstd", compression_level=_LEVEL)
    return bytes(codec.compress(encode(trace), asbytes=True))


def decompress(data: bytes, program: str) -> Trace:
    """The trace of `program` that `compress` made into `data`. Raises CodecError, OSError."""
    with pa.input_stream(pa.py_buffer(data), compression="zstd") as stream:
        return decode(stream.read(), program)


def write_traces(root: Place, name: str, records: Iterable[TraceRecord]) -> FileEntry:
    """Write one file of the store; the order in which the records come does not matter."""
    ordered = sorted(records, key=attrgetter("program"))
    return write_stream(root, name, TRACE_SCHEMA, map(_batch, _bounded(ordered)))


class TraceStore:
    """The files of a trace store, mapped into memory; only the records asked for are read."""

    def __init__(self, root: Place, entries: Sequence[FileEntry]) -> None:
        """Raises DamagedFileError."""
        self._tables = [open_table(root / entry.path, TRACE_SCHEMA) for entry in entries]

    @classmethod
    def open(cls, root: Place) -> Self:
        """The store of a finished directory. Raises ManifestError, DamagedFileError."""
        return cls(root, Manifest.read(root).files_in(TRACES))

    def __len__(self) -> int:
        return sum(table.num_rows for table in self._tables)

    def __iter__(self) -> Iterator[TraceRecord]:
        """All records, by file and within a file by program id."""
        for table in self._tables:
            for index in range(table.num_rows):
                yield _record(table, index)

    def records(self, start: int, stop: int) -> Iterator[TraceRecord]:
        """Some records by their place in that order; those of them that there are."""
        for table in self._tables:
            for index in range(max(0, start), min(stop, table.num_rows)):
                yield _record(table, index)
            start, stop = start - table.num_rows, stop - table.num_rows

    def get(self, program: str) -> TraceRecord:
        """The record of one program, by bisection. Raises KeyError."""
        for table in self._tables:
            ids = table.column("program")
            index = bisect_left(range(len(ids)), program, key=lambda i: ids[i].as_py())
            if index < len(ids) and ids[index].as_py() == program:
                return _record(table, index)
        raise KeyError(program)


def _bounded(records: Iterable[TraceRecord]) -> Iterator[list[TraceRecord]]:
    """Runs of records that are small enough for one record batch."""
    run: list[TraceRecord] = []
    size = 0
    for record in records:
        run.append(record)
        size += len(record.trace)
        if size >= _BATCH_BYTES or len(run) == _BATCH_RECORDS:
            yield run
            run, size = [], 0
    if run:
        yield run


def _batch(records: list[TraceRecord]) -> pa.RecordBatch:
    columns = [pa.array(map(attrgetter(field.name), records), field.type) for field in TRACE_SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=TRACE_SCHEMA)


def _record(table: pa.Table, index: int) -> TraceRecord:
    fields: dict[str, Any] = table.slice(index, 1).to_pylist()[0]
    extra = tuple((pair["name"], pair["value"]) for pair in fields.pop("extra"))
    return TraceRecord(**fields, extra=extra)
