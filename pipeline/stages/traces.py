"""Run programs and write the trace store, as Beam stages."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from pipeline import log, slots
from pipeline.config import TracingConfig, Unstable
from pipeline.corpus.candidate import Candidate
from pipeline.corpus.config import Splits
from pipeline.corpus.splits import split_of
from pipeline.metrics import Meter
from pipeline.progress import Ticker
from pipeline.shards.places import Place
from pipeline.shards.placing import place
from pipeline.shards.programs import read_programs
from pipeline.shards.runs import Run, digest_of, pairs, read_runs
from pipeline.shards.stores import Store
from pipeline.shards.traces import TraceRecord, compress
from pipeline.shards.writer import FileEntry
from pipeline.stages.ahead import Ahead
from pipeline.stages.spread import Spread
from tracing.checks import Checked, CheckedServer
from tracing.pool import Pool, at_once
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, SandboxError
from tracing.trace import Trace

_METER = Meter("traces")
_THREADS = 4  # of a worker: its own, and those that take up what other workers leave
# Reasons that a machine can be behind which has too much to do, or too little memory.
_TROUBLE = {Reason.KILLED, Reason.LOST_TRACER, Reason.MEMORY, Reason.TIME}
_MARK = ("deterministic", "false")  # an extra field of programs that are found not to be


class TracePrograms(beam.PTransform):
    """Candidates to their runs."""

    def __init__(self, config: TracingConfig, splits: Splits, ticker: Ticker) -> None:
        super().__init__()
        self._trace = _Trace(config, splits, ticker)

    def expand(self, candidates: Any) -> Any:
        return candidates | beam.Reshuffle() | beam.ParDo(self._trace)


def sandbox(config: TracingConfig) -> ForkServer:
    """The sandbox of a configuration."""
    level, scratch = config.isolation, config.scratch
    return ForkServer(config.limits, config.packages, level, scratch)


@cache
def _pool(config: TracingConfig) -> Pool[CheckedServer]:
    """The sandboxes of this process: as many as it works on elements at once."""
    marks = config.unstable is Unstable.MARK
    make = partial(_server, config, marks)
    return Pool(make, at_once(config.limits.memory))


def _server(config: TracingConfig, marks: bool) -> CheckedServer:
    return CheckedServer(sandbox(config), config.check, marks)


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a program, and of its run; the trace as bytes."""

    candidate: Candidate
    checked: Checked
    trace: bytes
    milliseconds: int
    restarts: int


class _Trace(beam.DoFn):
    """Runs programs in the sandboxes of its process: one at a time, or with `slots` as many as
    there are."""

    def __init__(self, config: TracingConfig, splits: Splits, ticker: Ticker) -> None:
        self._config, self._splits, self._ticker = config, splits, ticker
        self._python = platform.python_version()  # of who began the build

    def setup(self) -> None:
        if self._python != platform.python_version():
            problem = f"a worker has Python {platform.python_version()}, the build {self._python}"
            raise SandboxError(f"{problem}: programs would run otherwise; they must be the same")
        self._pool = _pool(self._config)
        self._pool.enter()

    def start_bundle(self) -> None:
        shared = slots.HERE
        self._ahead = Ahead(self._run, min(shared.count, _THREADS) if shared else 1)
        self._kept = shared.kept() if shared else nullcontext()
        self._kept.__enter__()

    def process(self, candidate: Candidate) -> Iterator[Run]:
        yield from map(self._settled, self._ahead.add(candidate))

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for done in self._ahead.rest():
            yield GlobalWindows.windowed_value(self._settled(done))
        self._kept.__exit__(None, None, None)

    def teardown(self) -> None:
        self._pool.leave()

    def _run(self, candidate: Candidate) -> _Done:
        """Run a program, in any thread."""
        program = candidate.program
        with self._pool.lease() as server, slots.HERE.one() if slots.HERE else nullcontext():
            started, restarts = time.monotonic(), server.restarts
            with log.errors(_METER.stage, program.id):
                checked = server.run(program)
            milliseconds = round(1000 * (time.monotonic() - started))
            restarts = server.restarts - restarts
        trace = compress(checked.found) if isinstance(checked.found, Trace) else b""
        return _Done(candidate, checked, trace, milliseconds, restarts)

    def _settled(self, done: _Done) -> Run:
        """The run of a program; it is counted, in the bundle's thread, which Beam's metrics need,
        and logged where it is trouble."""
        candidate, found = done.candidate, done.checked.found
        self._ticker.tick()
        _METER.count("programs")
        _METER.observe("milliseconds", done.milliseconds)
        if done.restarts:
            _METER.count("sandbox.restarts", done.restarts)
            message = "the sandbox had to be started again"
            log.warn(message, _METER.stage, candidate.program.id)
        digest = digest_of(candidate.program)
        if isinstance(found, Rejection):
            _rejected(found)
            return Run(digest, found)
        _METER.observe("events", len(found))
        return Run(digest, _record(candidate, done.trace, done.checked.is_stable, self._splits))


def _rejected(rejection: Rejection) -> None:
    _METER.reject(rejection)
    if rejection.reason in _TROUBLE:
        message = f"rejected: {rejection.reason}: {rejection.detail}"
        log.warn(message, _METER.stage, rejection.program)


def _record(
    candidate: Candidate, trace: bytes, is_stable: bool | None, splits: Splits
) -> TraceRecord:
    program = candidate.program
    return TraceRecord(
        program=program.id,
        split=split_of(candidate.normal, splits),
        source_digest=candidate.normal,
        licence=program.licence,
        origin=program.origin,
        entry=program.entry,
        args=program.args,
        stdin=program.stdin,
        extra=tuple(sorted([*program.extra, _MARK])) if is_stable is False else program.extra,
        trace=trace,
    )


class ReadCandidates(beam.PTransform):
    """The selected programs of some files of their store."""

    def __init__(self, root: Place, entries: Sequence[FileEntry]) -> None:
        super().__init__()
        self._root, self._entries = root, entries

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | Spread(self._entries)
            | beam.FlatMap(lambda entry, root: read_programs(root, entry.path), self._root)
            | beam.Filter(lambda found: isinstance(found, Candidate))
        )


class ReadRuns(beam.PTransform):
    """What earlier stores of traces know of the programs of some shards, by program: (level, Run),
    the level being how many amendments the store had."""

    def __init__(self, stores: Sequence[tuple[Place, Store]], files: int, shards: range) -> None:
        super().__init__()
        self._stores, self._files, self._shards = stores, files, shards

    def expand(self, pipeline: Any) -> Any:
        found = [
            (folder, len(store.recipe.config["amendments"]), pair)
            for folder, store in self._stores
            for pair in pairs(store)
        ]
        return pipeline | Spread(found) | beam.FlatMap(_read_runs, self._files, self._shards)


class Settle(beam.PTransform):
    """Candidates and earlier runs, both by program, to what is known (Run) and what is to be run:
    (number, candidate), number 0 for the first time and k for the amendment k - 1."""

    def __init__(self, splits: Splits, reasons: Sequence[str]) -> None:
        super().__init__()
        self._splits, self._reasons = splits, reasons

    def expand(self, both: Any) -> Any:
        return (
            both
            | "Both" >> beam.CoGroupByKey()
            | "Settle" >> beam.FlatMap(_settled, self._splits, self._reasons)
        )


def _read_runs(
    part: tuple[Place, int, tuple[FileEntry, ...]], files: int, shards: range
) -> Iterator[tuple[str, tuple[int, Run]]]:
    folder, level, pair = part
    for run in read_runs(folder, pair, lambda program: place(program, files) in shards):
        yield run.program, (level, run)


def _settled(
    both: tuple[str, Mapping[str, Iterable[Any]]], splits: Splits, reasons: Sequence[str]
) -> Iterator[Run | tuple[int, Candidate]]:
    _, found = both
    for candidate in found["candidates"]:
        settled = settle(candidate, found["runs"], splits, reasons)
        _METER.count_all({"reused": isinstance(settled, Run)})
        yield settled


def settle(
    candidate: Candidate,
    known: Iterable[tuple[int, Run]],
    splits: Splits,
    reasons: Sequence[str],
) -> Run | tuple[int, Candidate]:
    """The run of a program that was run before, as it stands in the corpus now, or what to run."""
    digest = digest_of(candidate.program)
    same = [item for item in known if item[1].digest == digest]
    if not same:
        return 0, candidate
    level, run = max(same, key=lambda item: (item[0], isinstance(item[1].outcome, TraceRecord)))
    outcome = run.outcome
    if isinstance(outcome, TraceRecord):
        is_stable = False if _MARK in outcome.extra else None
        return Run(digest, _record(candidate, outcome.trace, is_stable, splits))
    due = [k for k in range(level, len(reasons)) if reasons[k] == outcome.reason]
    return (due[-1] + 1, candidate) if due else run
