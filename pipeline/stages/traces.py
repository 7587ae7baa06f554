"""Run programs and write the trace store, as Beam stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics

from pipeline.config import TracingConfig, Unstable
from pipeline.corpus.candidate import Candidate
from pipeline.corpus.config import Splits
from pipeline.corpus.splits import split_of
from pipeline.progress import Ticker
from pipeline.shards.placing import place, share_out
from pipeline.shards.schema import TRACES, shard_name
from pipeline.shards.traces import RECORDS_PER_FILE, TraceRecord, compress, write_traces
from pipeline.shards.writer import FileEntry
from tracing.checks import CheckedServer
from tracing.rejection import Rejection
from tracing.sandbox import ForkServer
from tracing.trace import Trace

DETERMINISTIC = "deterministic"  # an extra field of programs that are found not to be


class TracePrograms(beam.PTransform):
    """Candidates to trace records and rejections, as one collection."""

    def __init__(self, config: TracingConfig, splits: Splits, ticker: Ticker) -> None:
        super().__init__()
        self._trace = _Trace(config, splits, ticker)

    def expand(self, candidates: Any) -> Any:
        return candidates | beam.Reshuffle() | beam.ParDo(self._trace)


def sandbox(config: TracingConfig) -> ForkServer:
    """The sandbox of a configuration."""
    level, scratch = config.isolation, config.scratch
    return ForkServer(config.limits, config.packages, level, scratch)


class _Trace(beam.DoFn):
    """Runs programs in a sandbox of its own."""

    def __init__(self, config: TracingConfig, splits: Splits, ticker: Ticker) -> None:
        self._config, self._splits, self._ticker = config, splits, ticker
        self._events = Metrics.counter("traces", "events")
        self._traced = Metrics.counter("traces", "programs")

    def setup(self) -> None:
        config = self._config
        marks = config.unstable is Unstable.MARK
        self._sandbox = CheckedServer(sandbox(config), config.check, marks)

    def process(self, candidate: Candidate) -> Iterator[TraceRecord | Rejection]:
        checked = self._sandbox.run(candidate.program)
        found = checked.found
        self._ticker.tick()
        if isinstance(found, Rejection):
            Metrics.counter("rejected", found.reason).inc()
            yield found
        else:
            self._traced.inc()
            self._events.inc(len(found))
            yield _record(candidate, found, checked.is_stable, self._splits)

    def teardown(self) -> None:
        self._sandbox.close()


def _record(
    candidate: Candidate, trace: Trace, is_stable: bool | None, splits: Splits
) -> TraceRecord:
    program = candidate.program
    mark = (DETERMINISTIC, "false")
    return TraceRecord(
        program=program.id,
        split=split_of(candidate.normal, splits),
        source_digest=candidate.normal,
        licence=program.licence,
        origin=program.origin,
        entry=program.entry,
        args=program.args,
        stdin=program.stdin,
        extra=tuple(sorted([*program.extra, mark])) if is_stable is False else program.extra,
        trace=compress(trace),
    )


class WriteTraces(beam.PTransform):
    """Trace records to the files of the store: file entries."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def expand(self, records: Any) -> Any:
        count = beam.pvalue.AsSingleton(records | "Count" >> beam.combiners.Count.Globally())
        return (
            records
            | "Place" >> beam.Map(_placed, count)
            | "ByFile" >> beam.GroupByKey()
            | "Write" >> beam.Map(_write, self._root)
        )


def _placed(record: TraceRecord, count: int) -> tuple[str, TraceRecord]:
    files = share_out(count, RECORDS_PER_FILE)
    return shard_name(TRACES, place(record.program, files), files), record


def _write(file: tuple[str, Iterable[TraceRecord]], root: Path) -> FileEntry:
    name, records = file
    return write_traces(root, name, records)
