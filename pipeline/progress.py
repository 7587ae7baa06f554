"""Progress: how far a build is, shown while it runs.

Work is done in several processes; each appends a byte for each finished item to a file of its own,
and whoever started the build looks at the sizes. Of work on other machines it hears what they
count. Nothing of a result depends on it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline import log

_SECONDS = 0.5
_PLAIN_SECONDS = 10.0


class Ticker:
    """Counts finished items of one stage, from any process; `folder` is shared by all of them."""

    def __init__(self, folder: Path, stage: str) -> None:
        self._folder, self._stage = folder, stage
        self._file: int | None = None

    def tick(self, count: int = 1) -> None:
        """So many more items are finished."""
        if self._file is None:
            here = self._folder.is_dir()  # not on a machine that does not share it
            path = self._folder / f"{self._stage}.{uuid4().hex}" if here else os.devnull
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(self._file, b"." * count)

    def total(self) -> int:
        """The items finished so far."""
        return sum(path.stat().st_size for path in self._folder.glob(f"{self._stage}.*"))

    def __reduce__(self) -> tuple[type[Ticker], tuple[Path, str]]:
        return Ticker, (self._folder, self._stage)


class Display:
    """Shows the stages of a build: bars in a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def note(self, text: str) -> None:
        """Say something."""
        self._console.print(text, highlight=False)

    def warn(self, text: str) -> None:
        """Say something that should not be overlooked, in the log too."""
        log.warn(text)
        self._console.print(f"warning: {text}", style="yellow", highlight=False)

    @contextmanager
    def stage(
        self,
        title: str,
        ticker: Ticker,
        unit: str,
        total: int | None,
        metrics: Mapping[str, Any] | None = None,
    ) -> Iterator[None]:
        """Show a stage while the body runs it; `total` is the number of items, where known.
        `metrics` may grow meanwhile: numbers, or distributions, of which the `sum` is shown."""
        work = _Work(title, ticker, unit, total, {} if metrics is None else metrics)
        started = time.monotonic()
        done = threading.Event()
        show = self._bar if self._console.is_terminal else self._lines
        thread = threading.Thread(target=show, args=(work, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
        told = ", ".join([f"{title}: {work.finished():,} {unit}", *work.counted()])
        self._print(f"{told} in {time.monotonic() - started:.1f} s")

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)

    def _bar(self, work: _Work, done: threading.Event) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} " + work.unit),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(work.title, total=work.total, rate=0.0, left="")

            def show(count: int, rate: float) -> None:
                left = "".join(work.left(count, rate))
                progress.update(task, completed=count, rate=rate, left=left)

            _watch(work, done, _SECONDS, show)

    def _lines(self, work: _Work, done: threading.Event) -> None:
        of = f" of {work.total:,}" if work.total else ""

        def show(count: int, rate: float) -> None:
            line = f"{work.title}: {count:,}{of} {work.unit}"
            told = [*work.counted(), f"{rate:,.0f}/s", *work.left(count, rate)]
            self._print(", ".join([line, *told]))

        _watch(work, done, _PLAIN_SECONDS, show)


@dataclass(frozen=True, slots=True)
class _Work:
    """A stage that is shown."""

    title: str
    ticker: Ticker
    unit: str
    total: int | None
    metrics: Mapping[str, Any]

    def finished(self) -> int:
        """The items finished so far, here or elsewhere."""
        return max(self.ticker.total(), _number(self.metrics.get(self.unit, 0)))

    def left(self, count: int, rate: float) -> list[str]:
        """The time that the rest takes, where that is known, if it goes on like this."""
        if not self.total or not rate:
            return []
        seconds = max(0, self.total - count) / rate
        return [f"{timedelta(seconds=round(seconds))} left"]

    def counted(self) -> list[str]:
        """What was counted beside the items."""
        found = sorted(dict(self.metrics).items())  # a copy, for it may grow
        return [f"{_number(value):,} {name}" for name, value in found if name != self.unit]


def _number(value: Any) -> int:
    number: int = value["sum"] if isinstance(value, Mapping) else value
    return number


def _watch(
    work: _Work, done: threading.Event, seconds: float, show: Callable[[int, float], None]
) -> None:
    started = time.monotonic()
    while not done.wait(seconds):
        count = work.finished()
        show(count, count / (time.monotonic() - started))
