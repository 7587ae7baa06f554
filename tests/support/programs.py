"""Programs run for real, and what they did as text that a test can spell out.

An event is one line, indented by depth: what happened, the function's last name, the line, and what
came out. `line f 3` is about to run line 3 of `f`; `yield g 2 7` suspends `g` on line 2 with 7.
"""

from __future__ import annotations

from textwrap import dedent, indent

from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer
from tracing.trace import NO_TEXT, Kind, Mark, Trace

WORDS = {Kind.CALL: "call", Kind.LINE: "line", Kind.RETURN: "return", Kind.EXCEPTION: "raise"}


class Runner:
    """Runs sources, each as one program, in one server."""

    def __init__(self, server: ForkServer) -> None:
        self._server = server

    def run(
        self, source: str, entry: str | None = None, args: str = "", stdin: str = ""
    ) -> Trace | Rejection:
        """What came of a source whose first line break and common indentation do not count."""
        text = dedent(source.removeprefix("\n"))
        return self._server.run(Program("p", text, entry, args, stdin))

    def trace(
        self, source: str, entry: str | None = None, args: str = "", stdin: str = ""
    ) -> Trace:
        """As `run`, of a program that is traced."""
        result = self.run(source, entry, args, stdin)
        assert isinstance(result, Trace), result
        return result

    def rejection(
        self, source: str, entry: str | None = None, args: str = "", stdin: str = ""
    ) -> tuple[Reason, str]:
        """Reason and detail, of a program that is rejected."""
        result = self.run(source, entry, args, stdin)
        assert isinstance(result, Rejection), show(result)
        return result.reason, result.detail

    def under(self, limits: Limits, source: str, entry: str | None = None) -> Trace | Rejection:
        """As `run`, with limits of its own: they travel with each request."""
        before, self._server._limits = self._server._limits, limits
        try:
            return self.run(source, entry)
        finally:
            self._server._limits = before


def show(trace: Trace, scopes: bool = False) -> str:
    """The events, one a line; those of a wrapper `main` are left out.

    With `scopes`, the local variables follow behind a bar.
    """
    hidden = 0 if trace.entry is None else 1
    lines = []
    for event in range(len(trace)):
        depth = trace.depths[event] - hidden
        if depth > 0:
            lines.append(indent(_event(trace, event, scopes), "  " * (depth - 1)))
    return "\n".join(lines)


def _event(trace: Trace, event: int, scopes: bool) -> str:
    function = trace.functions[trace.owners[trace.activations[event]]]
    parts = [_word(trace, event), function.qualname.rpartition(".")[2], str(trace.lines[event])]
    if trace.arguments[event] != NO_TEXT:
        parts.append(trace.texts[trace.arguments[event]])
    if scopes:
        parts.append("| " + ", ".join(f"{k}={v}" for k, v in trace.scope(event).items()))
    return " ".join(parts).rstrip()


def _word(trace: Trace, event: int) -> str:
    if trace.marks[event] == Mark.RESUME:
        return "resume"
    return "yield" if trace.marks[event] == Mark.YIELD else WORDS[Kind(trace.kinds[event])]


def returned(trace: Trace) -> list[str]:
    """The texts that activations returned, in the order of their returns."""
    return [
        trace.texts[trace.arguments[event]]
        for event in range(len(trace))
        if trace.kinds[event] == Kind.RETURN
    ]


def spell(expected: str) -> str:
    """An expectation as `show` writes it, from an indented literal."""
    return dedent(expected.removeprefix("\n")).rstrip()
