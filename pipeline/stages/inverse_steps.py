"""Find what is known of inverse steps, as Beam stages; the twin of `pipeline.inverse_steps`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.inverse_steps import InverseSteps, write_inverse_steps, write_steps
from pipeline.progress import Ticker
from pipeline.shards.placing import place, share_out
from pipeline.shards.schema import INVERSE_STEPS, shard_name
from pipeline.shards.traces import TraceRecord
from pipeline.shards.writer import FileEntry
from tokenization.ambiguity import Steps, steps
from tracing.states.tree import StateTree

_STEPS = 1 << 20  # that a worker holds, about
_ROWS_PER_FILE = 1 << 16


class CollectSteps(beam.PTransform):
    """Trace records to files of their steps: the files' names."""

    def __init__(self, folder: Path, ticker: Ticker) -> None:
        super().__init__()
        self._collect = _Collect(folder, ticker)

    def expand(self, records: Any) -> Any:
        return records | beam.ParDo(self._collect)


class _Collect(beam.DoFn):
    def __init__(self, folder: Path, ticker: Ticker) -> None:
        self._folder, self._ticker = folder, ticker

    def start_bundle(self) -> None:
        self._found: list[Steps] = []
        self._count = 0

    def process(self, record: TraceRecord) -> Iterator[str]:
        found = steps(StateTree.of(record.load()))
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


class WriteInverseSteps(beam.PTransform):
    """`InverseSteps` to the files of their store: file entries."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def expand(self, rows: Any) -> Any:
        count = beam.pvalue.AsSingleton(rows | "Count" >> beam.combiners.Count.Globally())
        return (
            rows
            | "Place" >> beam.Map(_placed, count)
            | "ByFile" >> beam.GroupByKey()
            | "Write" >> beam.Map(_write, self._root)
        )


def _placed(row: InverseSteps, count: int) -> tuple[str, InverseSteps]:
    files = share_out(count, _ROWS_PER_FILE)
    return shard_name(INVERSE_STEPS, place(row.document, files), files), row


def _write(file: tuple[str, Iterable[InverseSteps]], root: Path) -> FileEntry:
    name, rows = file
    return write_inverse_steps(root, name, rows)
