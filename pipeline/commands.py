"""The commands about finished directories: `report DIR`, `compare A B`, `plan DIR`."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from pipeline import comparing, planning
from pipeline.report.write import write_report
from pipeline.viewing.command import count


def add(commands: Any) -> None:
    """Add the commands to a parser."""
    report = commands.add_parser("report", help="make report.html and README.md of a directory")
    report.add_argument("directory", metavar="DIR", type=Path)
    report.set_defaults(run=_report)
    compare = commands.add_parser("compare", help="say what differs between two built directories")
    compare.add_argument("a", metavar="A", type=Path)
    compare.add_argument("b", metavar="B", type=Path)
    compare.add_argument("--format", choices=("text", "json"), default="text")
    compare.set_defaults(run=_compare)
    _add_plan(commands)


def _add_plan(commands: Any) -> None:
    plan = commands.add_parser("plan", help="what more tokens take, by a finished small build")
    plan.add_argument("directory", metavar="DIR", type=Path)
    plan.add_argument("--tokens", metavar="N", type=_tokens, required=True, help="as 150e9")
    plan.add_argument("--machine", metavar="TYPE", default="n2-standard-16", help="each worker")
    plan.add_argument(
        "--smaller", metavar="DIR", type=Path, help="a smaller build: tells fixed costs apart"
    )
    plan.add_argument("--workers", metavar="N", type=count, help="machines; else 1 to 1000")
    plan.add_argument("--format", choices=("text", "json"), default="text")
    plan.set_defaults(run=_plan)


def _tokens(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 1 <= number <= 1e18:
        raise argparse.ArgumentTypeError(f"{text!r}; expected a number of tokens, 1 to 1e18")
    return number


def _report(options: argparse.Namespace) -> int:
    for path in write_report(options.directory):
        print(path)
    return 0


def _compare(options: argparse.Namespace) -> int:
    found = comparing.compare(options.a, options.b)
    _print(found.as_data() if options.format == "json" else comparing.as_text(found))
    return 0 if found.same else 1


def _plan(options: argparse.Namespace) -> int:
    machine = planning.Machine.of(options.machine)
    measured = planning.Measured.read(options.directory)
    if options.smaller:
        measured = measured.beside(planning.Measured.read(options.smaller))
    workers = [options.workers] if options.workers else planning.WORKERS
    found = planning.plan(measured, options.tokens, machine, workers)
    _print(found.as_data() if options.format == "json" else planning.as_text(found))
    return 0


def _print(shown: dict[str, Any] | Iterator[str]) -> None:
    """JSON values, or lines for people."""
    if isinstance(shown, dict):
        sys.stdout.buffer.write(orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE))
    else:
        for line in shown:
            sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()
