"""The command: `python -m pipeline debug FILE.py|DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import single
from pipeline.debugging.session import Session
from pipeline.shards.traces import TraceStore, decompress
from pipeline.strict import ConfigError
from pipeline.viewing.command import count
from tracing.debugger import Debugger
from tracing.rejection import Rejection
from tracing.trace import Trace
from tracing.trajectories.trajectory import Direction


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("debug", help="walk through one program by a debugger's actions")
    command.add_argument("path", metavar="FILE.py|DIR", type=Path)
    command.add_argument("--program", metavar="ID", help="a program of the built directory DIR")
    single.add_call(command)
    command.add_argument("--inverse", action="store_true", help="backwards, from the entry's end")
    command.add_argument("--start", metavar="N", type=count, help="the event to start on")
    command.add_argument(
        "--activation", metavar="N", type=count, default=0, help="the call to keep to; 0: the entry"
    )
    command.add_argument("--raw", action="store_true", help="states exactly as in documents")
    command.add_argument("--watch", action="store_true", help="show the source at each state")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    found = _recorded(options)
    if isinstance(found, Rejection):
        return single.rejected(found)
    direction = Direction.INVERSE if options.inverse else Direction.FORWARD
    try:
        debugger = Debugger(found, direction, options.start, options.activation)
    except ValueError as error:
        raise ConfigError(_place(options), str(error)) from None
    for line in Session(debugger, options.raw, options.watch).run(_typed()):
        sys.stdout.buffer.write(f"{line}\n".encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    return 0


def _place(options: argparse.Namespace) -> str:
    """Where a session was to begin, as it was said."""
    said = {"--activation": options.activation, "--start": options.start is not None}
    return ", ".join(option for option, is_said in said.items() if is_said) or "--inverse"


def _recorded(options: argparse.Namespace) -> Trace | Rejection:
    """The trace of a file, or of a program of a built directory."""
    if options.program is None:
        return single.run(options.path, options)
    try:
        record = TraceStore.open(options.path).get(options.program)
    except KeyError:
        raise ConfigError("--program", f"{options.program!r} has no trace there") from None
    return decompress(record.trace, record.program)


def _typed() -> Iterator[str]:
    """The lines of standard input; on a terminal with a prompt and line editing."""
    prompt = ""
    if sys.stdin.isatty():
        import readline  # noqa: F401 - gives `input` its line editing

        prompt = "(debug) "
    while True:
        try:
            yield input(prompt)
        except EOFError:
            return
