"""Find what is known of inverse steps, as Beam stages; the twin of `pipeline.inverse_steps`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from pipeline import log
from pipeline.inverse_steps import (
    InverseSteps,
    read_inverse_steps,
    write_inverse_steps,
    write_steps,
)
from pipeline.metrics import Meter
from pipeline.progress import Ticker
from pipeline.shards.places import Place
from pipeline.shards.placing import share_out
from pipeline.shards.schema import INVERSE_STEPS, shard_name
from pipeline.shards.traces import TraceRecord
from pipeline.shards.writer import FileEntry
from pipeline.stages.spread import Spread
from tokenization.ambiguity import Steps, steps
from tracing.states.tree import StateTree

_METER = Meter("steps")
_STEPS = 1 << 20  # that a worker holds, about
_ROWS_PER_FILE = 1 << 16


class CollectSteps(beam.PTransform):
    """Trace records to files of their steps: the files' names."""

    def __init__(self, folder: Place, ticker: Ticker) -> None:
        super().__init__()
        self._collect = _Collect(folder, ticker)

    def expand(self, records: Any) -> Any:
        return records | beam.ParDo(self._collect)


class _Collect(beam.DoFn):
    def __init__(self, folder: Place, ticker: Ticker) -> None:
        self._folder, self._ticker = folder, ticker

    def start_bundle(self) -> None:
        self._found: list[Steps] = []
        self._count = 0

    def process(self, record: TraceRecord) -> Iterator[str]:
        with log.errors(_METER.stage, record.program):
            found = steps(StateTree.of(record.load()))
        _METER.count("programs")
        self._found.append(found)
        self._count += len(found)
        self._ticker.tick()
        if self._count > _STEPS:
            yield write_steps(self._folder, self._found)
            self.start_bundle()

    def finish_bundle(self) -> Iterator[Any]:
        if self._found:
            name = write_steps(self._folder, self._found)
            yield WindowedValue(name, 0, [GlobalWindow()])


class ReadInverseSteps(beam.PTransform):
    """`InverseSteps` from files of them."""

    def __init__(self, root: Place, entries: Sequence[FileEntry]) -> None:
        super().__init__()
        self._root, self._entries = root, entries

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | Spread(self._entries)
            | beam.FlatMap(lambda entry, root: read_inverse_steps(root, entry), self._root)
        )


def step_files(rows: int) -> int:
    """How many files hold what is known of so many documents."""
    return share_out(rows, _ROWS_PER_FILE)


def document_of(row: InverseSteps) -> str:
    """The key of what is known of a document."""
    return row.document


def steps_file(
    root: Place, number: int, files: int, rows: Iterable[InverseSteps]
) -> list[FileEntry]:
    """Writes one file of the directory."""
    return [write_inverse_steps(root, shard_name(INVERSE_STEPS, number, files), rows)]
