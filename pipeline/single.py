"""Single: one program that the command line names, run here and now."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.strict import ConfigError
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Rejection
from tracing.sandbox import ForkServer
from tracing.trace import Trace


def add_call(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is run, and how, to the parser of a command."""
    command.add_argument("--entry", help="the function to call; without it the file is a script")
    command.add_argument("--args", default="", help="the text between the call's parentheses")
    command.add_argument("--stdin", metavar="FILE", type=Path, help="what the program can read")
    command.add_argument("--isolation", choices=[*Level], default=Level.BEST)


def run(path: Path, options: argparse.Namespace) -> Trace | Rejection:
    """The trace of a file, by the options. Raises ConfigError, SandboxError."""
    if options.args and options.entry is None:
        raise ConfigError("--args", "arguments of no function; expected --entry too")
    stdin = _read(options.stdin) if options.stdin else ""
    program = Program(path.name, _read(path), options.entry, options.args, stdin)
    sandbox = ForkServer(Limits(), level=Level(options.isolation))
    try:
        return sandbox.run(program)
    finally:
        sandbox.close()


def rejected(found: Rejection) -> int:
    """Say why there is no trace; the exit status of that."""
    print(f"rejected: {found.reason}: {found.detail}", file=sys.stderr)
    return 1


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(str(path), error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "not UTF-8") from None
