"""Runs corpus records under the plain interpreter, with none of the project's code.

Standard input: a JSON list of index records, each with its `source` added. Standard output: a JSON
object, id to {"events", "path", "outcome", "printed"}. Run it as a script: programs may set what
they like, and the caller's tracer and coverage stay what they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypedDict


class Run(TypedDict):
    """What one run did, as far as the interpreter itself tells."""

    events: int  # events of the program's own frames, as `sys.settrace` sends them
    path: str  # digest over kind, function and line of these events, in order
    outcome: str  # "normal", or the name of the exception class that left the entry
    printed: str


class Recorder:
    """A trace function that counts and digests the events of one file's frames."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.events = 0
        self.digest = hashlib.sha256()

    def __call__(self, frame: FrameType, kind: str, argument: object) -> Recorder | None:
        """Note one event; follow the frame where its code is the program's."""
        if frame.f_code.co_filename != self.filename:
            return None
        self.events += 1
        self.digest.update(f"{kind} {frame.f_code.co_qualname} {frame.f_lineno}\n".encode())
        return self


def run(record: dict[str, Any]) -> Run:
    """Run one record to its end, whatever that is. Raises SyntaxError where it does not compile."""
    filename = f"<{record['id']}>"
    begin = _entry(record, filename)
    recorder, printed, outcome = Recorder(filename), io.StringIO(), "normal"
    sys.stdin = io.StringIO(record["stdin"] or "")
    with contextlib.redirect_stdout(printed):
        sys.settrace(recorder)
        try:
            begin()
        except BaseException as error:
            ended_well = isinstance(error, SystemExit) and error.code in (0, None)
            outcome = "normal" if ended_well else type(error).__name__
        finally:
            sys.settrace(None)
    return Run(
        events=recorder.events,
        path=recorder.digest.hexdigest(),
        outcome=outcome,
        printed=printed.getvalue(),
    )


def _entry(record: dict[str, Any], filename: str) -> Callable[[], object]:
    """What is to be recorded: the script, or the call, after the module's body has run."""
    code = compile(record["source"], filename, "exec", dont_inherit=True)
    if record["entry"] is None:
        return lambda: exec(code, {"__name__": "__main__"})
    namespace: dict[str, Any] = {"__name__": "prog"}
    exec(code, namespace)
    call = compile(f"{record['entry']}({record['args']})", filename, "eval", dont_inherit=True)
    return lambda: eval(call, namespace)


if __name__ == "__main__":
    records = json.load(sys.stdin)
    json.dump({record["id"]: run(record) for record in records}, sys.stdout)
