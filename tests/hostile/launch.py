"""Runs hostile programs against the sandbox, in an outer namespace that this makes first.

    python tests/hostile/launch.py [--level LEVEL] [--only NAME|CATEGORY ...] [--sample N] [--json]

Without a level all are run, one after the other, and what comes of a program is compared.

Exit status: 0 all is well, 1 something is to be complained of, 2 it cannot be told, 77 an outer
namespace or the level cannot be had here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
sys.path[:0] = [str(_ROOT), str(_HERE)]

import manifest  # noqa: E402
import outer  # noqa: E402

from tracing.trace import Outcome  # noqa: E402

LEVELS = ("strict", "container", "unsafe")


class Report:
    """Takes what the runner prints at one level, and tells people."""

    def __init__(self, as_json: bool) -> None:
        self.results: dict[str, dict[str, Any]] = {}
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
            print(line, file=sys.stderr, flush=True)
            return
        if self._as_json:
            print(line, flush=True)
        if "program" in told:
            self.results[told["program"]] = told
            if not self._as_json:
                _tell(told)
        elif "unavailable" in told:
            print(f"{told['level']}: not to be had here: {told['unavailable']}", file=sys.stderr)
        else:
            print(f"{told['level']}: {told['isolation']}", file=sys.stderr, flush=True)

    def failed(self) -> list[str]:
        """The programs that are complained of."""
        return [name for name, told in self.results.items() if told["complaints"]]


def _tell(told: dict[str, Any]) -> None:
    state = "FAILED" if told["complaints"] else "ok"
    print(f"{state:6} {told['program']:45} {told['seconds']:5.1f} s  {told['verdict']}", flush=True)
    for complaint in told["complaints"]:
        print(f"       {complaint}", flush=True)


def launch(level: str, options: argparse.Namespace, report: Report) -> int:
    """Run the selection at a level, inside; the exit status.

    Raises outer.OuterError.
    """
    executable = getattr(sys, "_base_executable", sys.executable)
    command = [executable, "-P", "-S", "-B", str(_HERE / "run.py"), level, str(options.sample)]
    command.append(" ".join(options.only))
    readable, copied = [Path(sys.base_prefix)], [_ROOT / "tracing", _HERE]
    started = time.monotonic()
    status = outer.run_inside(command, readable, copied, report.take)
    if status == outer.UNAVAILABLE:
        return status
    failed = report.failed()
    print(
        f"{level}: {len(report.results)} hostile programs, {len(failed)} failed,",
        f"{time.monotonic() - started:.0f} s",
        *failed,
        file=sys.stderr,
    )
    return status if status in (0, 1) and report.results else 2


def differing(reports: Iterable[Report]) -> list[str]:
    """The programs whose traces are not the same at all levels that traced them."""
    found: dict[str, set[str]] = {}
    for report in reports:
        for name, told in report.results.items():
            if told["verdict"] in list(Outcome):
                found.setdefault(name, set()).add(told["digest"])
    return [name for name, digests in found.items() if len(digests) > 1]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--level", choices=(*LEVELS, "none"), help="none: no sandbox, as a control")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME|CATEGORY")
    parser.add_argument("--sample", type=int, default=0, help="programs of each category")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each program")
    parser.add_argument("--list", action="store_true", help="tell the manifest, run nothing")
    options = parser.parse_args()
    if options.list:
        return _list()
    reports = {
        level: Report(options.json) for level in ([options.level] if options.level else LEVELS)
    }
    try:
        statuses = [launch(level, options, report) for level, report in reports.items()]
    except outer.OuterError as error:
        print(f"no outer namespace here: {error}", file=sys.stderr)
        return outer.UNAVAILABLE
    if others := differing(reports.values()):
        print("not the same at all levels:", *others, file=sys.stderr)
        statuses.append(1)
    ran = [status for status in statuses if status != outer.UNAVAILABLE]
    return max(ran, default=outer.UNAVAILABLE)


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
