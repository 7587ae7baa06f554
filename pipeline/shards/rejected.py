"""Rejected: the programs that are not used, each with its reason, sorted by program id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.reader import open_table
from pipeline.shards.schema import REJECTED, REJECTED_SCHEMA
from pipeline.shards.writer import FileEntry, write_stream
from tracing.rejection import Reason, Rejection

_BATCH_RECORDS = 1 << 16


def write_rejected(root: Place, name: str, rejections: Iterable[Rejection]) -> FileEntry:
    """Write one file of rejections; the order in which they come does not matter."""
    plain = map(storable, rejections)
    rows = sorted((r.program, str(r.reason), r.detail) for r in plain)
    columns = [
        pa.array([row[number] for row in rows], pa.string())
        for number in range(len(REJECTED_SCHEMA))
    ]
    table = pa.Table.from_arrays(columns, schema=REJECTED_SCHEMA)
    return write_stream(root, name, REJECTED_SCHEMA, table.to_batches(_BATCH_RECORDS))


def read_rejected(root: Place) -> Iterator[Rejection]:
    """The rejections of a finished directory. Raises ManifestError, DamagedFileError."""
    for entry in Manifest.read(root).files_in(REJECTED):
        yield from read_file(root, entry.path)


def read_file(root: Place, name: str) -> Iterator[Rejection]:
    """What one file of rejections holds. Raises DamagedFileError."""
    for batch in open_table(root / name, REJECTED_SCHEMA).to_batches():
        yield from map(rejection_of, batch.to_pylist())


def rejection_of(row: Mapping[str, Any]) -> Rejection:
    """The rejection in a row of any file that has `program`, `reason` and `detail`."""
    return Rejection(row["program"], Reason(row["reason"]), row["detail"])


def storable(rejection: Rejection) -> Rejection:
    """A rejection with lone surrogates, which no Arrow string can hold, as `\\udxxx`: what is wrong
    with a program may be just that."""
    return Rejection(_text(rejection.program), rejection.reason, _text(rejection.detail))


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
