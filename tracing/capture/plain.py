"""A run that is not recorded: what a program gives and prints where nobody looks."""

from __future__ import annotations

import sys
import types

from . import hidden
from .program import PLAIN, Run, dumped, outcome_of
from .recursion import LIMIT

_set, _get = sys.setrecursionlimit, sys.getrecursionlimit


class PlainRun(Run):
    """Tells, as JSON, the outcome, the text of what the entry gave or of the exception that left it
    (null: a script that gave nothing), and what was printed, in hexadecimal digits."""

    _kind = PLAIN

    def _prepare(self) -> None:
        self._look = self._renderer()
        self._gave: str | None = None

    def _begin(self, code: types.CodeType) -> None:
        below = hidden.depth() + 1  # and `exec`, or what calls the entry
        _set(LIMIT + below)
        hidden.seal_as(sys, "getrecursionlimit", lambda: _get() - below)
        hidden.seal_as(sys, "setrecursionlimit", lambda limit, /: _set(limit + below))

    def _start(self) -> None:
        pass

    def _take(self, value: object) -> None:
        self._gave = self._look(value, None)[0]

    def _end(self, error: BaseException | None) -> str:
        if error is not None:
            self._judge(error)
            self._take(error)
        return outcome_of(error)

    def _record(self, outcome: str, printed: bytes) -> bytes:
        return dumped([outcome, self._gave, printed.hex()]).encode()
