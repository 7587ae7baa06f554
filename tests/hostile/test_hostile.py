"""Hostile programs against the sandbox: a bounded selection at each level that the machine allows.

`make hostile` runs all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hostile import manifest

HERE = Path(__file__).parent
SAMPLE = 4  # programs of each category
UNAVAILABLE = 77
# What an unprotected run does, by the words that it is complained of with.
UNCONTAINED = {
    "processes/daemon": "alive",
    "processes/fork_exec": "alive",
    "files/write_canary": "changed files",
    "files/delete_tree": "changed files",
    "memory/shared_memory_directly": "changed files",
    "secrets/file": "secret",
    "secrets/environment_of_parent": "secret",
}


def launched(*arguments: str) -> tuple[dict[str, dict[str, Any]], subprocess.CompletedProcess[str]]:
    """What came of each program, and the whole run."""
    command = [sys.executable, str(HERE / "launch.py"), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode == UNAVAILABLE:
        pytest.skip(done.stderr.strip())
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["program"]: line for line in told if "program" in line}, done


def test_manifest_is_complete() -> None:
    programs = manifest.read()
    counts = Counter(hostile.category for hostile in programs)
    assert len(programs) >= 120
    assert counts["tampering"] >= 30
    assert min(counts[category] for category in manifest.CATEGORIES) >= 10


def test_nothing_runs_outside() -> None:
    command = [sys.executable, str(HERE / "run.py"), "unsafe", "1", "", "any token"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "hostile programs run in an outer namespace alone" in done.stderr


@pytest.mark.parametrize("level", ["strict", "container", "unsafe"])
def test_programs_are_contained(level: str) -> None:
    told, done = launched("--level", level, "--sample", str(SAMPLE))
    complaints = {name: line["complaints"] for name, line in told.items() if line["complaints"]}
    assert len(told) >= 2 * len(manifest.CATEGORIES), done.stderr
    assert not complaints
    assert done.returncode == 0, done.stderr


def test_what_is_not_contained_is_noticed() -> None:
    told, _ = launched("--level", "none", "--only", *UNCONTAINED)
    missed = {
        name: told[name]["complaints"]
        for name, words in UNCONTAINED.items()
        if words not in " ".join(told[name]["complaints"])
    }
    assert not missed


@pytest.mark.slow  # who ends it first, the watcher or its own limits, is a matter of moments
def test_what_takes_too_much_is_ended_from_outside() -> None:
    _, done = launched("--level", "none", "--only", "memory/many_objects")
    assert "ended from outside" in done.stderr
