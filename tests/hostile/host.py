"""The host: a process that has a secret, and gives programs to a sandbox. Started by `run.py`.

Reads names of programs, a line each, and answers with what came of them, a line of JSON each. The
first line tells the isolation, or why there is none of that level.
"""

from __future__ import annotations

import base64
import functools
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import canary
import manifest

from tracing import codec
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, SandboxError
from tracing.trace import Trace

LIMITS = Limits(
    events=2_000,
    never=300_000,
    wall_seconds=3.0,
    cpu_seconds=1,
    memory=256 << 20,
    output=64 << 10,
    trace=4 << 20,
    processes=16,
    files=32,
)


AnySandbox = "ForkServer | Unprotected"


class Host:
    """Sandboxes of one level, one for each set of limits: they are few."""

    def __init__(self, make: Callable[[Limits], AnySandbox]) -> None:
        self._make = make
        self._limits = LIMITS
        self._sandbox = make(LIMITS)

    def run(self, program: Program, limits: dict[str, int]) -> dict[str, Any]:
        """Run a program; what came of it, as JSON data."""
        wanted = replace(LIMITS, **limits)
        if wanted != self._limits:
            self._sandbox.close()
            self._limits, self._sandbox = wanted, self._make(wanted)
        restarts = self._sandbox.restarts
        result = self._sandbox.run(program)
        return {"replaced": self._sandbox.restarts > restarts, **_told(result)}


def _told(result: Trace | Rejection) -> dict[str, Any]:
    if isinstance(result, Rejection):
        return {"id": result.program, "verdict": result.reason, "detail": result.detail}
    data = codec.encode(result)
    if codec.decode(data, result.program) != result:
        raise AssertionError("a trace that does not come back")
    return {
        "id": result.program,
        "verdict": result.outcome,
        "detail": "",
        "trace": base64.b64encode(data).decode(),
    }


class Unprotected:
    """No sandbox at all, for a negative control: what it lets through has to be noticed."""

    restarts = 0

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def run(self, program: Program) -> Rejection:
        """Run a program as anybody would."""
        try:
            done = subprocess.run(
                [sys.executable, "-c", program.source],
                input=program.stdin.encode(),
                stdout=subprocess.PIPE,
                cwd="/tmp",
                timeout=self._limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Rejection(program.id, Reason.TIME)
        return Rejection(program.id, Reason.KILLED, " ".join(repr(done.stdout).split())[:300])

    def close(self) -> None:
        """Nothing is to be ended."""


def _isolated(level: str) -> tuple[Callable[[Limits], AnySandbox], str, str]:
    """What makes sandboxes of a level, the isolation that they have, and why there is none."""
    if level == "none":
        return Unprotected, "none", ""
    wanted = Level(level)
    server = ForkServer(LIMITS, level=wanted)
    try:
        server.start()
    except SandboxError as error:
        return ForkServer, "", str(error)
    finally:
        server.close()
    return functools.partial(ForkServer, level=wanted), server.description, ""


def main() -> None:
    """Serve until the standard input ends."""
    programs = {hostile.path: hostile for hostile in manifest.read()}
    make, isolation, trouble = _isolated(sys.argv[1])
    print(json.dumps({"isolation": isolation, "trouble": trouble}), flush=True)
    host = Host(make)
    for line in sys.stdin:
        name = line.strip()
        if name == canary.NAME:
            answer = host.run(canary.PROGRAM, {})
        else:
            answer = host.run(programs[name].program, programs[name].limits)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
