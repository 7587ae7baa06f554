"""Slots: how many programs run at once on this machine, whichever process they belong to.

A runner gives each worker process its share of the work before any is done, and one program may
take as long as thousands of others. So a worker that has come to its end leaves its slot to those
that have not: they run that many more programs at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS = 0.005  # between two looks for a slot, for each that there is


class Slots:
    """So many slots, for the processes that are forked from the one that makes this. Those of a
    process that ends are free again, however it ends."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._file = os.memfd_create("slots")  # of which a byte is locked for each that is taken
        self._lock = threading.Lock()
        self._taken: set[int] = set()  # by this process
        self._own = threading.Lock()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """A slot that this process has for the body, for one of its threads at a time."""
        while (slot := self._take()) is None:
            time.sleep(_SECONDS * self.count)
        try:
            yield
        finally:
            self._give(slot)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A slot for the body, which waits for one: that of the process, or one that is free."""
        slot = None
        while not self._own.acquire(blocking=False):
            if (slot := self._take()) is not None:
                break
            time.sleep(_SECONDS * self.count)
        try:
            yield
        finally:
            if slot is None:
                self._own.release()
            else:
                self._give(slot)

    def _take(self) -> int | None:
        with self._lock:
            for slot in set(range(self.count)) - self._taken:
                try:
                    fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
                except OSError:
                    continue
                self._taken.add(slot)
                return slot
        return None

    def _give(self, slot: int) -> None:
        with self._lock:
            self._taken.remove(slot)
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, slot)


class WorkerError(Exception):
    """A worker process that was ended by somebody else."""


HERE: Slots | None = None  # those of this process, if it is a worker of a build on this machine
