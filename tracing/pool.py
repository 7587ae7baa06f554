"""Pool: the sandboxes of one process. Its threads share them; each is used by one at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

_GROUP = Path("/sys/fs/cgroup/memory.max")  # what a container may take
_SHARE = 0.75  # of the memory of a machine, for programs: the rest is for those who run them


class _Closing(Protocol):
    def close(self) -> None: ...


Item = TypeVar("Item", bound=_Closing)


class Pool(Generic[Item]):
    """As many of what `make` makes as are used at once, and never more than `most`."""

    def __init__(self, make: Callable[[], Item], most: int) -> None:
        self._make = make
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[Item] = []
        self._users = 0

    def enter(self) -> None:
        """There is another user."""
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        """There is one user less; with the last all are closed."""
        with self._lock:
            self._users -= 1
            closed, self._idle = ([], self._idle) if self._users else (self._idle, [])
        for item in closed:
            item.close()

    @contextmanager
    def lease(self) -> Iterator[Item]:
        """One for the body alone; waits where `most` are in use. What the body fails with is not
        used again."""
        with self._places:
            with self._lock:
                item = self._idle.pop() if self._idle else None
            item = item or self._make()
            try:
                yield item
            except BaseException:
                item.close()
                raise
            self._give_back(item)

    def _give_back(self, item: Item) -> None:
        with self._lock:
            is_kept = self._users > 0
            if is_kept:
                self._idle.append(item)
        if not is_kept:
            item.close()


def at_once(memory: int) -> int:
    """How many programs that may take so many bytes fit the share of this machine's memory that a
    process has, where there is one for each core."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        whole = min(whole, int(_GROUP.read_text()))
    except (OSError, ValueError):  # there is no group, or it has no limit
        pass
    return max(1, int(whole * _SHARE) // (os.cpu_count() or 1) // memory)
