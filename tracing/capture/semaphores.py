"""Semaphores as `multiprocessing` has them, for threads alone: they need no file that processes
would share, and there are no other processes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from . import hidden
from .turns import Turns

_OWNED, _COUNTED = 0, 1  # kinds
_NS = 10**9
_TOO_OFTEN = "semaphore or lock released too many times"
_NOT_OWN = "attempt to release recursive lock not owned by thread"


def put(turns: Turns) -> None:
    """Put a class of semaphores in the place of the real one."""
    module = importlib.import_module("_multiprocessing")
    real = module.SemLock
    body = {name: hidden.seal(method) for name, method in _methods(turns).items()}
    constants = {"__module__": real.__module__, "SEM_VALUE_MAX": real.SEM_VALUE_MAX}
    vars(module)[real.__name__] = type(real.__name__, (), {**body, **constants})


def _methods(turns: Turns) -> dict[str, Callable[..., Any]]:
    def begin(self: Any, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        if kind not in (_OWNED, _COUNTED):
            raise ValueError("unrecognized kind")
        self.kind, self.maxvalue, self.handle, self.name = kind, maxvalue, 0, None
        self._left, self._held, self._owner = value, 0, 0

    def _is_mine(self: Any) -> bool:
        return bool(self._held > 0 and self._owner == turns.number())

    def take(self: Any) -> bool:
        if self.kind == _OWNED and _is_mine(self):
            self._held += 1
            return True
        if self._left <= 0:
            return False
        self._left -= 1
        self._held += 1
        self._owner = turns.number()
        return True

    def acquire(self: Any, block: Any = True, timeout: float | None = None) -> bool:
        nanoseconds = None if timeout is None else max(0, int(timeout * _NS))
        if not block:
            return take(self)
        return bool(turns.retry(lambda: take(self), self, nanoseconds))

    def release(self: Any) -> None:
        if self.kind == _OWNED and not _is_mine(self):
            raise AssertionError(_NOT_OWN)
        self._held -= 1
        if self.kind == _COUNTED and self._left >= self.maxvalue:
            self._held += 1
            raise ValueError(_TOO_OFTEN)
        if self.kind == _COUNTED or not self._held:
            self._left += 1
            turns.wake(self)

    return {
        "__init__": begin,
        "__enter__": acquire,
        "__exit__": lambda self, *error: release(self),
        "acquire": acquire,
        "release": release,
        "_is_mine": _is_mine,
        "_count": lambda self: self._held,
        "_get_value": lambda self: self._left,
        "_is_zero": lambda self: self._left == 0,
        "_after_fork": lambda self: None,
    }
