"""No single rule of the moves can be altered without a test that notices."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.mutation import all_mutants

SCRIPT = Path(__file__).parents[2] / "support" / "mutation.py"
EVERY = 30  # mutants, of which one is tried each time
NEVER_READ = "the latest state of the innermost level is taken off before anything reads it"
# What no test can notice, since nothing but the text differs.
EQUIVALENT = {
    'tree: latest = array("I", [0]) * len(trace.owners)  [0 → 1]': "each level has a latest state",
    "tree: path.append(n - 1)  [n - 1 → n + 1]": NEVER_READ,
    "tree: path.append(n - 1)  [1 → 2]": NEVER_READ,
    "tree: path.append(n - 1)  [1 → 0]": NEVER_READ,
    "moves: elif action.src is not None:  [if action.src is not None:\n"
    "    target = tree.places.next(action.src, position)\nelse:\n    return EXIT_POSITION → "
    "if True:\n    target = tree.places.next(action.src, position)\nelse:\n"
    "    return EXIT_POSITION]": "no place has the line None, so that leads to the exit as well",
}


def judged(*numbers: int) -> dict[str, Any]:
    """What the script found of some mutants, or of all."""
    command = [sys.executable, str(SCRIPT), *map(str, numbers)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    assert found["control"], "the tests fail without a change"
    return found


def test_some_mutants_are_killed() -> None:
    numbers = range(0, len(all_mutants()), EVERY)
    assert set(judged(*numbers)["survivors"]) <= EQUIVALENT.keys()


def test_what_no_test_can_notice_survives() -> None:
    """The negative control: a mutant that changes nothing is not taken for a killed one."""
    names = [mutant.name for mutant in all_mutants()]
    equivalent = next(iter(EQUIVALENT))
    assert judged(names.index(equivalent))["survivors"] == [equivalent]


@pytest.mark.slow
def test_all_mutants_are_killed() -> None:
    found = judged()
    assert found["mutants"] > 300
    assert set(found["survivors"]) == EQUIVALENT.keys()
