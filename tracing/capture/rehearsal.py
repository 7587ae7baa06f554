"""Rehearsal: a sample program, traced in the process that forks.

What runs once is ready to run again: the interpreter has adapted the recorder's code, and memory
that was written to here need not be copied for each program. A rehearsed start takes less than half
the time.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from . import streams
from .keepers import Keepers
from .program import Channel, Run, frame

_TIMES = 12  # the interpreter adapts code that ran eight times
_SAMPLE = """
class Point:
    def __init__(self, x, y=0):
        self.x, self.y = x, y

    def moved(self, by):
        return Point(self.x + by, self.y)


def squares(limit):
    for n in range(limit):
        yield n * n


def f(limit):
    total, seen, names = 0, {}, ["a", "b", "c"]
    point = Point(1)
    for n in squares(limit):
        total += n
        seen[str(n)] = [n, (n, total)]
        point = point.moved(n)
    try:
        names[limit]
    except IndexError as error:
        names.append(repr(error))
    return sorted(names, key=lambda name: -len(name)), {*seen}, point
"""
_KEPT = compile(_SAMPLE, "<sample>", "exec")  # and so its names
_REQUEST = {"source": _SAMPLE, "entry": "f", "args": "40", "stdin": ""}
_LIMITS: dict[str, Any] = {
    "events": 10_000,
    "never": 10_000_000,
    "nesting": 8,
    "items": 200,
    "characters": 2_000,
    "memory": 1 << 30,
    "cpu_seconds": 10,
    "output": 1 << 20,
    "processes": 64,
    "files": 64,
}


class _RehearsedError(BaseException):
    """The end of a rehearsal, in place of that of a process."""


class _NoChannel(Channel):
    """Goes all the way, but for the last step."""

    def send(self, kind: bytes, payload: bytes) -> NoReturn:
        frame(kind, payload, self.key)
        raise _RehearsedError

    def reject(self, reason: str, detail: str) -> NoReturn:
        raise RuntimeError(f"the sample is rejected: {reason}: {detail}")


def _leave_open() -> None:
    """In place of walls."""


def rehearse(keepers: Keepers) -> None:
    """Trace the sample, and put back what that changed of this process."""
    arguments, modules = sys.argv, set(sys.modules)
    # It keeps names of attributes alive, until addresses of others will have it let go of them.
    sys._clear_type_cache()
    with streams.kept():
        for _ in range(_TIMES):
            run = Run(_LIMITS, False, _NoChannel(-1, 1 << 20), keepers)
            run.bounds = []  # this process is to be as it was
            try:
                run.go(_REQUEST, _leave_open)
            except _RehearsedError:
                keepers.guard.open = True
    sys.argv = arguments
    for name in set(sys.modules) - modules:
        del sys.modules[name]
