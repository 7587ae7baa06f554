"""The host: a process that has secrets, and gives programs to a sandbox. Started by `run.py`.

Reads names of programs, a line each, and answers with what came of them, a line of JSON each; the
first answer tells the level of isolation.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import canary
import manifest

from tracing import codec
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Rejection
from tracing.sandbox import ForkServer
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


class Host:
    """Sandboxes of one level, one for each set of limits: they are few."""

    def __init__(self, make: Callable[[Limits], ForkServer]) -> None:
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


def _sandbox(level: str) -> Callable[[Limits], ForkServer]:
    if level == "unsafe":
        return ForkServer
    raise NotImplementedError(f"level {level}")


def main() -> None:
    """Serve until the standard input ends."""
    secret = Path("/srv/secrets/open").read_text()  # in memory from now on
    os.environ["HOSTILE_SECRET"] = secret
    programs = {hostile.path: hostile for hostile in manifest.read()}
    host = Host(_sandbox(sys.argv[1]))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        if name == canary.NAME:
            answer = host.run(canary.PROGRAM, {})
        else:
            answer = host.run(programs[name].program, programs[name].limits)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
