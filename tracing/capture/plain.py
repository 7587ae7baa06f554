"""A run that is not recorded: what a program gives and prints where nobody looks."""

from __future__ import annotations

import types

from .program import PLAIN, Run, dumped, outcome_of


class PlainRun(Run):
    """Tells, as JSON, the outcome, the text of what the entry gave or of the exception that left it
    (null: a script that gave nothing), and what was printed, in hexadecimal digits."""

    _kind = PLAIN

    def _prepare(self) -> None:
        self._look = self._renderer()
        self._gave: str | None = None

    def _begin(self, code: types.CodeType) -> None:
        pass

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
