"""Rejected: the programs that are not used, each with its reason, sorted by program id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place, overlapped
from pipeline.shards.reader import open_table
from pipeline.shards.schema import REJECTED, REJECTED_SCHEMA
from pipeline.shards.writer import FileEntry, write_stream
from tracing.rejection import Reason, Rejection

_BATCH_RECORDS = 1 << 16
# In memory: 2 GiB of texts, all that a column of `string` can hold, may be too few.
_LARGE = pa.schema([(name, pa.large_string()) for name in REJECTED_SCHEMA.names])


def write_rejected(root: Place, name: str, rejections: Iterable[Rejection]) -> FileEntry:
    """Write one file of rejections; the order in which they come does not matter."""
    rows = [(r.program, str(r.reason), r.detail) for r in map(storable, rejections)]
    columns = [
        pa.array([row[number] for row in rows], pa.string())
        for number in range(len(REJECTED_SCHEMA))
    ]
    return merge_rejected(root, name, [pa.Table.from_arrays(columns, schema=REJECTED_SCHEMA)])


def merge_rejected(root: Place, name: str, parts: Iterable[pa.Table]) -> FileEntry:
    """Write one file of the rejections in `parts` (of REJECTED_SCHEMA), sorted as all such files.

    Holds all of their texts in memory, and a sorted copy: of a million programs 0.3 GB."""
    whole = pa.concat_tables([part.cast(_LARGE) for part in parts] or [_LARGE.empty_table()])
    whole = whole.sort_by([(column, "ascending") for column in _LARGE.names])
    starts = range(0, len(whole), _BATCH_RECORDS)
    batches = (_batch(whole.slice(start, _BATCH_RECORDS)) for start in starts)
    return write_stream(root, name, REJECTED_SCHEMA, batches)


def rejected_in(root: Place, names: Iterable[str], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rejections of each of some files of any schema that has the columns of REJECTED_SCHEMA,
    the reason null where a row is none. Raises DamagedFileError."""

    def rejected(name: str) -> pa.Table:
        table = open_table(root / name, schema).select(REJECTED_SCHEMA.names)
        return table.filter(pc.is_valid(table["reason"]))

    return overlapped(rejected, names)


def count_reasons(rejected: pa.Table) -> Counter[str]:
    """How many rejections there are of each reason."""
    counts = pc.value_counts(rejected["reason"]).to_pylist()
    return Counter({item["values"]: item["counts"] for item in counts})


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


def _batch(rows: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [column.combine_chunks() for column in rows.cast(REJECTED_SCHEMA).columns],
        schema=REJECTED_SCHEMA,
    )
