"""Timings: what a build measured of itself. It differs from run to run, so no manifest has it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from pipeline.shards.places import Place
from pipeline.shards.writer import write_bytes
from pipeline.workspace import TIMINGS

RUN = "run.json"
Metrics = Mapping[str, Mapping[str, Any]]  # by stage and name


class Timings:
    """Seconds of each stage, by the clock and of all processors together, and its metrics: numbers,
    or of a distribution `count`, `sum`, `min` and `max`.

    Of stages that are skipped, those of the build that made them; of one that was killed, those
    since: what it had committed is not run again, and not counted.
    """

    def __init__(self, root: Place, of_workers: Callable[[], float]) -> None:
        """`of_workers` gives the seconds of processes that are not children of this one."""
        self._root, self._of_workers = root, of_workers
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}  # of processes that are at their end, and of this
        self.metrics: dict[str, dict[str, Any]] = {}
        self._shown: dict[str, dict[str, Any]] = {}  # the same, and what a graph counts meanwhile
        for name in (RUN, TIMINGS):
            self._load(name)

    @contextmanager
    def stage(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Times the body, and gives it the stage's metrics, which grow."""
        started, cpu = time.monotonic(), self._cpu_seconds()
        self.metrics[name], self._shown[name] = {}, {}
        yield self._shown[name]
        self.seconds[name] = round(time.monotonic() - started, 3)
        self.cpu_seconds[name] = round(self._cpu_seconds() - cpu, 3)
        write_bytes(self._root, TIMINGS, orjson.dumps(self.as_data()))

    def add(self, metrics: Metrics) -> None:
        """Add what a graph counted."""
        merge(self.metrics, metrics)
        self.hear({})

    def hear(self, metrics: Metrics) -> None:
        """Show what a graph has counted so far, beside what others counted. It is not added."""
        shown = {stage: dict(found) for stage, found in self.metrics.items()}
        merge(shown, metrics)
        for stage, found in shown.items():
            self._shown.setdefault(stage, {}).update(found)

    def as_data(self) -> dict[str, Any]:
        """All of it as JSON values."""
        metrics = {stage: dict(sorted(found.items())) for stage, found in self.metrics.items()}
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "metrics": metrics}

    def _cpu_seconds(self) -> float:
        return cpu_seconds() + self._of_workers()

    def _load(self, name: str) -> None:
        try:
            found = orjson.loads((self._root / name).read_bytes())
            self.seconds |= found["seconds"]
            self.cpu_seconds |= found["cpu_seconds"]
            self.metrics |= found.get("metrics", {})
        except (OSError, ValueError, KeyError, TypeError):
            pass  # nothing was measured


def merge(metrics: dict[str, dict[str, Any]], more: Metrics) -> None:
    """Add metrics to others."""
    for stage, found in more.items():
        mine = metrics.setdefault(stage, {})
        for name, value in found.items():
            mine[name] = _both(mine[name], value) if name in mine else value


def _both(one: Any, other: Any) -> Any:
    if not isinstance(one, Mapping):
        return one + other
    return {
        "count": one["count"] + other["count"],
        "sum": one["sum"] + other["sum"],
        "min": min(one["min"], other["min"]),
        "max": max(one["max"], other["max"]),
    }


def cpu_seconds() -> float:
    """Of all processors, for this process and those of its children that are at their end."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
