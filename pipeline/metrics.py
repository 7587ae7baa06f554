"""Metrics: what the stages count, under the names that a console, the display and `run.json` show.

counters        programs   that a stage had in hand
                reused     programs of which a run is known, so that they are not run again
                sandbox.restarts
                rejected.REASON, trajectories.DIRECTION, repeated, without_start, without_room,
                unclassified, documents, cut, windows, rows       as in the manifest
distributions   events of a program, milliseconds of its run, tokens of a document, bytes of a file

They tell what was done, not what is there: work that a runner does again is counted again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache
from typing import Any

from apache_beam.metrics import Metrics, MetricsFilter
from apache_beam.metrics.cells import DistributionResult
from apache_beam.runners.runner import PipelineResult

from pipeline import log, timings
from pipeline.ledger import FOLDERS
from pipeline.shards.documents import Tokens
from pipeline.shards.writer import FileEntry
from tracing.rejection import Rejection

_SECONDS = 10.0  # from one question to the next: what a job has counted so far
_STAGES = {folder: stage for stage, folders in FOLDERS.items() for folder in folders}


class Meter:
    """The metrics of one stage (of `ledger.STAGES`), whose name is their namespace. What is counted
    outside of a pipeline goes nowhere."""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def count(self, name: str, number: int = 1) -> None:
        """So many more."""
        _counter(self.stage, name).inc(number)

    def count_all(self, numbers: Mapping[str, int]) -> None:
        """So many more of each name; what there is none of is not named."""
        for name, number in numbers.items():
            if number:
                self.count(name, number)

    def observe(self, name: str, value: int) -> None:
        """One more value of a distribution."""
        _distribution(self.stage, name).update(value)

    def document(self, document: Tokens) -> None:
        """One more document."""
        counts = document.counts()
        self.observe("tokens", counts.pop("tokens"))
        self.count_all(counts)

    def reject(self, rejection: Rejection) -> None:
        """One more rejection, under its reason."""
        self.count(f"rejected.{rejection.reason}")


def written(entries: Iterable[FileEntry]) -> Iterator[FileEntry]:
    """The same files, which their stage has written."""
    for entry in entries:
        Meter(_STAGES[entry.path.rpartition("/")[0]]).observe("bytes", entry.bytes)
        yield entry


@cache
def _counter(stage: str, name: str) -> Any:
    return Metrics.counter(stage, name)


@cache
def _distribution(stage: str, name: str) -> Any:
    return Metrics.distribution(stage, name)


def counted(result: PipelineResult, stage: str) -> timings.Metrics:
    """What the stages counted in a pipeline that has ended, by stage and name; nothing, and a
    warning, where its runner cannot tell."""
    try:
        return _told(result)
    except Exception as error:  # of whatever kind: the work is done
        log.warn(f"what was counted is not known: {type(error).__name__}: {error}", stage)
        return {}


@contextmanager
def heard(
    result: PipelineResult, stage: str, hear: Callable[[timings.Metrics], None]
) -> Iterator[None]:
    """While the body waits for a pipeline, `hear` now and then all that was counted so far. That
    its runner cannot tell is logged once."""
    ended = threading.Event()
    thread = threading.Thread(target=_ask, args=(result, stage, hear, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_SECONDS)


def _ask(
    result: PipelineResult,
    stage: str,
    hear: Callable[[timings.Metrics], None],
    ended: threading.Event,
) -> None:
    warned = False
    while not ended.wait(_SECONDS):
        try:
            found = _told(copy(result))  # that of a job service keeps the first answer
        except Exception as error:  # of whatever kind: the work goes on
            if not warned and not ended.is_set():
                problem = f"{type(error).__name__}: {error}"
                log.warn(f"what was counted so far is not known: {problem}", stage)
                warned = True
            continue
        if not ended.is_set():
            hear(found)


def _told(result: PipelineResult) -> timings.Metrics:
    """What a runner tells of a pipeline. Raises whatever it raises where it cannot."""
    found = result.metrics().query(MetricsFilter().with_namespaces(FOLDERS))
    metrics: dict[str, dict[str, Any]] = {}
    for item in [*found["counters"], *found["distributions"]]:
        name = item.key.metric
        timings.merge(metrics, {name.namespace: {name.name: _value(item.result)}})
    return metrics


def _value(found: Any) -> Any:
    """A number, or a distribution as JSON values."""
    if not isinstance(found, DistributionResult):
        return found
    return {name: getattr(found, name) for name in ("count", "sum", "min", "max")}
