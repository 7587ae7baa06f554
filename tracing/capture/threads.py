"""Threads that a program starts: they are counted, and bounded."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from . import hidden

_start, _alive = _thread.start_new_thread, _thread._count


class Threads:
    """`started` has an item for each thread that was started; `most` may be alive at a time, the
    first one among them. `refuse` is called with what is too much."""

    def __init__(self) -> None:
        self.started: list[None] = []
        self.most = 1
        self.refuse: Callable[[str], NoReturn]
        for module, name in (
            (_thread, "start_new_thread"),
            (_thread, "start_new"),
            (threading, "_start_new_thread"),
        ):
            hidden.seal_as(module, name, self._start_new_thread)

    def _start_new_thread(self, *args: Any, **named: Any) -> int:
        if _alive() + 1 >= self.most:
            self.refuse(f"more than {self.most} threads")
        self.started.append(None)
        try:
            return _start(*args, **named)
        except RuntimeError:  # anything else about its arguments is another error
            self.refuse("a thread that the system does not give")
