"""Ahead: work of a bundle that several threads do, while its elements are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

_MOST = 64  # items in hand: while one takes its time, the others go on

Item = TypeVar("Item")
Result = TypeVar("Result")


class Ahead(Generic[Item, Result]):
    """Calls `call` for each item in one of `threads`. Results come as they are ready; what a call
    raises is raised here, and no other call is begun."""

    def __init__(self, call: Callable[[Item], Result], threads: int) -> None:
        self._call = call
        self._threads = ThreadPoolExecutor(threads)
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._due = 0

    def add(self, item: Item) -> Iterator[Result]:
        """One more item; some results, where enough items are in hand."""
        self._threads.submit(self._call, item).add_done_callback(self._done.put)
        self._due += 1
        yield from self._results(_MOST - 1)

    def rest(self) -> Iterator[Result]:
        """The results that are left."""
        yield from self._results(0)
        self._threads.shutdown()

    def _results(self, most: int) -> Iterator[Result]:
        """Results until no more than so many items are in hand."""
        try:
            while self._due > most:
                future = self._done.get()
                self._due -= 1
                yield future.result()
        except BaseException:
            self._threads.shutdown(wait=False, cancel_futures=True)
            raise
