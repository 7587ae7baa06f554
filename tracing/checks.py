"""Checks: a program is run a second time, to see whether what was recorded is what it does.

A program that is not the same untraced, or under other hashes of strings and other addresses, is
not one to learn from: its trace tells of how it was run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, Plain
from tracing.trace import NO_TEXT, Kind, Outcome, Trace

_SEED = 1  # of the hashes of the second run; the first has 0


class Check(StrEnum):
    """What is checked by a second run."""

    NONE = "none"
    RESULT = "result"  # untraced: the same outcome, result and output
    DETERMINISM = "determinism"  # traced with other hashes and addresses: the same trace
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a program, and whether its trace came out the same a second time; None where
    that was not looked at."""

    found: Trace | Rejection
    is_stable: bool | None = None


class CheckedServer:
    """Runs programs in `server`, and by `check` a second time. One that is not deterministic is
    rejected, or, with `mark`, said to be so."""

    def __init__(self, server: ForkServer, check: Check, mark: bool) -> None:
        self._server = server
        self._is_plain_run = check in (Check.RESULT, Check.BOTH)
        self._other = server.with_seed(_SEED) if check in (Check.DETERMINISM, Check.BOTH) else None
        self._mark = mark

    def run(self, program: Program) -> Checked:
        """What the program did, or why that cannot be used."""
        found = self._server.run(program)
        if isinstance(found, Trace) and self._is_plain_run and found.outcome is not Outcome.NEVER:
            found = _compared(found, self._server.run_plain(program))
        if isinstance(found, Rejection) or self._other is None:
            return Checked(found)
        again = self._other.run(program)
        if again == found:
            return Checked(found, is_stable=True)
        if self._mark:
            return Checked(found, is_stable=False)
        return Checked(Rejection(program.id, Reason.UNSTABLE, _difference(found, again)))

    @property
    def restarts(self) -> int:
        """How often a server had to be started again."""
        return self._server.restarts + (self._other.restarts if self._other else 0)

    def close(self) -> None:
        """End everything that was started."""
        self._server.close()
        if self._other is not None:
            self._other.close()


def _compared(trace: Trace, plain: Plain | Rejection) -> Trace | Rejection:
    """The trace, where the untraced run did the same."""
    if isinstance(plain, Rejection):
        detail = f"untraced: {plain.reason}: {plain.detail}"
    elif plain.outcome != trace.outcome:
        detail = f"untraced, it ends as {plain.outcome}, not {trace.outcome}"
    elif plain.stdout != trace.stdout:
        detail = "untraced, it prints something else"
    elif (gave := _given(trace)) is not None and gave != plain.gave:
        detail = f"untraced, it gives {plain.gave}, not {gave}"
    else:
        return trace
    return Rejection(trace.program, Reason.CHANGED, detail[:500])


def _given(trace: Trace) -> str | None:
    """The text of what the entry gave, or of the exception that left it; None where the trace does
    not say, as that of a script that came to its end."""
    last = len(trace) - 1
    if trace.cut or trace.arguments[last] == NO_TEXT:
        return None
    if trace.entry is None and trace.kinds[last] == Kind.RETURN:
        return None
    return trace.texts[trace.arguments[last]]


def _difference(trace: Trace, again: Trace | Rejection) -> str:
    """The first event that is another one, in a few words."""
    if isinstance(again, Rejection):
        return f"the second time {again.reason}: {again.detail}"
    for event in range(min(len(trace), len(again))):
        if trace.lines[event] != again.lines[event]:
            return f"event {event}: line {trace.lines[event]}, then {again.lines[event]}"
        one, other = trace.scope(event), again.scope(event)
        for name in one:
            if one[name] != other.get(name):
                return f"event {event}: {name} = {one[name]}, then {other.get(name)}"[:500]
    return "what it gives or prints"
