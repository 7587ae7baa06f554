"""Runs hostile programs against the sandbox, in an outer namespace that this makes first.

    python tests/hostile/launch.py [--level LEVEL] [--only NAME|CATEGORY ...] [--sample N] [--json]

Exit status: 0 all is well, 1 something is to be complained of, 2 it cannot be told, 77 an outer
namespace cannot be had here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
sys.path[:0] = [str(_ROOT), str(_HERE)]

import manifest  # noqa: E402
import outer  # noqa: E402

LEVELS = ("strict", "container", "unsafe")
UNAVAILABLE = 77


class Report:
    """Takes what the runner prints, line by line, and tells people."""

    def __init__(self, as_json: bool) -> None:
        self.results: list[dict[str, Any]] = []
        self.other: list[str] = []
        self._rest = b""
        self._as_json = as_json

    def take(self, data: bytes) -> None:
        """Some bytes of it."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.decode(errors="replace"))

    def _line(self, line: str) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            if line:
                self.other.append(line)
                print(line, file=sys.stderr, flush=True)
            return
        self.results.append(told)
        if self._as_json:
            print(line, flush=True)
        else:
            _tell(told)


def _tell(told: dict[str, Any]) -> None:
    state = "FAILED" if told["complaints"] else "ok"
    print(f"{state:6} {told['program']:45} {told['seconds']:5.1f} s  {told['verdict']}", flush=True)
    for complaint in told["complaints"]:
        print(f"       {complaint}", flush=True)


def launch(level: str, only: list[str], sample: int, take: Callable[[bytes], None]) -> int:
    """Run the selection at a level, inside; the runner's exit status.

    Raises outer.OuterError.
    """
    executable = getattr(sys, "_base_executable", sys.executable)
    command = [executable, "-P", "-S", "-B", str(_HERE / "run.py"), level, str(sample)]
    readable = [Path(sys.base_prefix), _ROOT / "tracing", _HERE]
    return outer.run_inside([*command, " ".join(only)], readable, take)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--level", choices=LEVELS, default="strict")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME|CATEGORY")
    parser.add_argument("--sample", type=int, default=0, help="programs of each category")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each program")
    parser.add_argument("--list", action="store_true", help="tell the manifest, run nothing")
    options = parser.parse_args()
    if options.list:
        return _list()
    report = Report(options.json)
    started = time.monotonic()
    try:
        status = launch(options.level, options.only, options.sample, report.take)
    except outer.OuterError as error:
        print(f"no outer namespace here: {error}", file=sys.stderr)
        return UNAVAILABLE
    failed = [told["program"] for told in report.results if told["complaints"]]
    seconds = time.monotonic() - started
    print(
        f"{options.level}: {len(report.results)} hostile programs, {len(failed)} failed, "
        f"{seconds:.0f} s",
        *failed,
        file=sys.stderr,
    )
    return status if status in (0, 1) and report.results else 2


def _list() -> int:
    programs = manifest.read()
    for hostile in programs:
        accepted = ", ".join(sorted(hostile.accepts))
        print(f"{hostile.category:11} {hostile.name:32} {accepted:24} {hostile.holds}")
    counts = Counter(hostile.category for hostile in programs)
    print(len(programs), "programs:", ", ".join(f"{name} {n}" for name, n in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
