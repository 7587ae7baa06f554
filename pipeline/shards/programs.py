"""Programs: everything that a corpus holds, with what selection made of it.

The files are compressed Arrow streams sorted by program id. A record that is no program has its
rejection alone. A block is such a file of a part of the corpus, on which selection has yet to
decide; a file of fates says why rows of a block are not selected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import compress
from typing import Any

import pyarrow as pa

from pipeline.corpus.candidate import Candidate
from pipeline.shards.places import Place
from pipeline.shards.reader import open_table
from pipeline.shards.rejected import rejection_of, storable
from pipeline.shards.schema import FATE_SCHEMA, PROGRAM_SCHEMA
from pipeline.shards.writer import FileEntry, write_stream
from tracing.program import Program
from tracing.rejection import Reason, Rejection

_BATCH_RECORDS = 1024

Fate = tuple[int, str, str]  # row, reason, detail


def write_programs(root: Place, name: str, found: Iterable[Candidate | Rejection]) -> FileEntry:
    """Write one file of the store; the order in which they come does not matter."""
    rows = sorted(map(_row, found), key=lambda row: (row["program"], repr(row)))
    parts = (rows[at : at + _BATCH_RECORDS] for at in range(0, len(rows), _BATCH_RECORDS))
    batches = (pa.RecordBatch.from_pylist(part, PROGRAM_SCHEMA) for part in parts)
    return write_stream(root, name, PROGRAM_SCHEMA, batches, compression="zstd")


def read_programs(root: Place, name: str) -> Iterator[Candidate | Rejection]:
    """What one file of the store holds. Raises DamagedFileError."""
    for batch in open_table(root / name, PROGRAM_SCHEMA).to_batches():
        yield from map(_found, batch.to_pylist())


def write_fates(root: Place, name: str, fates: Iterable[Fate]) -> FileEntry:
    """Write the fates of one block; the order in which they come does not matter."""
    rows = [dict(zip(FATE_SCHEMA.names, fate, strict=True)) for fate in sorted(fates)]
    batch = pa.RecordBatch.from_pylist(rows, FATE_SCHEMA)
    return write_stream(root, name, FATE_SCHEMA, [batch], compression="zstd")


def read_selected(
    root: Place, block: str, fates: str | None, wanted: Callable[[str], bool]
) -> Iterator[Candidate | Rejection]:
    """What selection made of the programs of a block whose ids are `wanted`; `fates` is the file of
    those that it has.

    Raises DamagedFileError.
    """
    table = open_table(root / block, PROGRAM_SCHEMA)
    ids = table["program"].to_pylist()
    mask = [wanted(program) for program in ids]
    told = open_table(root / fates, FATE_SCHEMA).to_pylist() if fates else []
    known = {fate["row"]: (Reason(fate["reason"]), fate["detail"]) for fate in told}
    some = table.filter(pa.array(mask, pa.bool_())).to_pylist()
    for row, found in zip(compress(range(len(ids)), mask), map(_found, some), strict=True):
        yield Rejection(ids[row], *known[row]) if row in known else found


def _row(found: Candidate | Rejection) -> dict[str, Any]:
    if isinstance(found, Rejection):
        plain = storable(found)
        return {"program": plain.program, "reason": str(plain.reason), "detail": plain.detail}
    program = found.program
    return {
        "program": program.id,
        "reason": None,
        "normal": found.normal,
        "call": found.call,
        "source": program.source.encode("utf-8", "surrogatepass"),
        "entry": program.entry,
        "args": program.args.encode("utf-8", "surrogatepass"),
        "stdin": program.stdin,
        "licence": program.licence,
        "origin": program.origin,
        "extra": [{"name": name, "value": value} for name, value in program.extra],
    }


def _found(row: dict[str, Any]) -> Candidate | Rejection:
    if row["reason"] is not None:
        return rejection_of(row)
    program = Program(
        id=row["program"],
        source=row["source"].decode("utf-8", "surrogatepass"),
        entry=row["entry"],
        args=row["args"].decode("utf-8", "surrogatepass"),
        stdin=row["stdin"],
        licence=row["licence"],
        origin=row["origin"],
        extra=tuple((pair["name"], pair["value"]) for pair in row["extra"]),
    )
    return Candidate(program, row["normal"], row["call"])
