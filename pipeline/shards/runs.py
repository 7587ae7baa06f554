"""Runs: what running each program came to, by a digest of what was run, so that it need not be run
again. Those that have a trace have it in the file of the same number in the store of traces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pyarrow as pa

from pipeline.shards.places import Place
from pipeline.shards.reader import open_table
from pipeline.shards.rejected import rejection_of, storable
from pipeline.shards.schema import RUN_SCHEMA, RUNS, TRACES, shard_name
from pipeline.shards.stores import Store
from pipeline.shards.traces import TraceRecord, TraceStore, write_traces
from pipeline.shards.writer import FileEntry, write_stream
from tracing.program import Program
from tracing.rejection import Rejection

_BATCH_RECORDS = 1 << 16


@dataclass(frozen=True, slots=True)
class Run:
    """One program's run: its record where it has a trace."""

    digest: str  # `digest_of` the program
    outcome: TraceRecord | Rejection

    @property
    def program(self) -> str:
        """The id of the program."""
        return self.outcome.program


def digest_of(program: Program) -> str:
    """32 hexadecimal digits that tell what runs, whatever it is called and wherever it is from."""
    digest = hashlib.blake2b(digest_size=16)
    entry = "\0" if program.entry is None else program.entry
    for part in (program.source, entry, program.args, program.stdin):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def write_runs(root: Place, number: int, files: int, runs: Iterable[Run]) -> list[FileEntry]:
    """Write file `number` of `files` of the runs and, where there are any, of the traces."""
    ordered = sorted(runs, key=attrgetter("program"))
    table = pa.Table.from_pylist([_row(run) for run in ordered], RUN_SCHEMA)
    name = shard_name(RUNS, number, files)
    entries = [write_stream(root, name, RUN_SCHEMA, table.to_batches(_BATCH_RECORDS))]
    records = [run.outcome for run in ordered if isinstance(run.outcome, TraceRecord)]
    if records:
        entries.append(write_traces(root, shard_name(TRACES, number, files), records))
    return entries


def read_runs(
    root: Place, pair: Sequence[FileEntry], wanted: Callable[[str], bool]
) -> Iterator[Run]:
    """The runs of the programs that are `wanted`, of a file of runs and, where there is one, the
    file of their traces. Raises DamagedFileError."""
    runs, *traces = pair
    store = TraceStore(root, traces)
    for row in open_table(root / runs.path, RUN_SCHEMA).to_pylist():
        if wanted(row["program"]):
            is_traced = row["reason"] is None
            yield Run(row["digest"], store.get(row["program"]) if is_traced else rejection_of(row))


def pairs(store: Store) -> list[tuple[FileEntry, ...]]:
    """The files of runs, each with the file of their traces where there is one."""
    traces = {entry.path.partition("/")[2]: entry for entry in store.files_in(TRACES)}
    runs = store.files_in(RUNS)
    found = [(entry, traces.get(entry.path.partition("/")[2])) for entry in runs]
    return [tuple(filter(None, pair)) for pair in found]


def _row(run: Run) -> dict[str, Any]:
    row = {"program": run.program, "digest": run.digest, "reason": None, "detail": ""}
    if isinstance(run.outcome, Rejection):
        plain = storable(run.outcome)
        row |= {"reason": str(plain.reason), "detail": plain.detail}
    return row
