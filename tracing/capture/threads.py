"""Threads that a program starts: they are counted, bounded, and run in turns."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from . import hidden
from .turns import Turns, Waits

# Of what makes threads wait: a program that has one of them is prepared, as it may keep methods.
NAMES = ("threading", "_thread", "multiprocessing", "concurrent")
_start, _alive = _thread.start_new_thread, _thread._count


class Threads:
    """`started` has an item for each thread that was started; `most` may be alive at a time, the
    first one among them. `refuse` is called with what is too much."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._waits = Waits(turns, hidden.seal)
        self.started: list[None] = []
        self.most = 1
        self.refuse: Callable[[str], NoReturn]
        for module, name in (
            (_thread, "start_new_thread"),
            (_thread, "start_new"),
            (threading, "_start_new_thread"),
        ):
            hidden.seal_as(module, name, self._start_new_thread)

    def pause(self) -> None:
        """Let others run, from time to time."""
        self._turns.pause()

    def make_waits(self) -> None:
        """Have all that makes threads wait ask whose turn it is."""
        self._waits.make()

    def _start_new_thread(self, *given: Any, **named: Any) -> int:
        if _alive() + 1 >= self.most:
            self.refuse(f"more than {self.most} threads")
        if named or not _is_start(*given):
            return _start(*given, **named)  # which refuses it
        self.started.append(None)
        self.make_waits()
        function, *rest = given
        turns = self._turns
        thread = turns.add()

        def run(*arguments: Any, **named: Any) -> None:
            turns.live(thread, lambda: function(*arguments, **named))

        try:
            _start(hidden.seal(run), *rest)
            return thread.number
        except RuntimeError:
            self.refuse("a thread that the system does not give")


def _is_start(*given: Any) -> bool:
    """Whether a thread can be started with these arguments."""
    return (
        2 <= len(given) <= 3
        and callable(given[0])
        and all(map(isinstance, given[1:], (tuple, dict)))
    )
