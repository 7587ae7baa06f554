"""The commands, called as a user calls them, in this process or in another."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PYTHON = [sys.executable, "-m", "pipeline"]


class Ended(NamedTuple):
    """What is left of a command."""

    status: int
    out: str
    err: str


def finished_stages(err: str) -> list[str]:
    """The stages that a build says on stderr it has finished, each with its items alone.

    Nothing else may be there but the isolation, and, on a slow machine, how far it is.
    """
    lines = [line for line in err.splitlines() if not line.endswith("/s")]
    lines = [line for line in lines if not line.startswith("Isolation: ")]
    assert all(line.endswith(" s") for line in lines), err
    return [re.split(", | in ", line)[0] for line in lines]


def environment() -> dict[str, str]:
    """For a process in any directory, with the project importable, installed or not."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def imported(path: Path) -> Any:
    """A program that is in no package, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command(folder: Path, *arguments: object, **variables: str) -> Ended:
    """`python -m pipeline ARGUMENTS` in a directory, with some variables of the environment."""
    return executed(folder, [*PYTHON, *map(str, arguments)], **variables)


def executed(folder: Path, line: Sequence[str], **variables: str) -> Ended:
    """Any command in a directory."""
    done = subprocess.run(
        line,
        cwd=folder,
        env={**environment(), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
