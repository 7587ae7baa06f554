"""Nothing is looked at twice where it cannot have changed, and where it can have, it is: at each
event the recorded texts are those of a renderer that knows nothing of the events before."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tests" / "support" / "differential.py"
CHANGING = ROOT / "tests" / "programs" / "changing"
LONG = ROOT / "tests" / "bench" / "long"
CORPUS = ROOT.parent / "shared" / "corpora" / "pack_dev.jsonl"
BUILTIN = ROOT / "pipeline" / "corpus" / "builtin"


def changing() -> list[dict[str, Any]]:
    """Programs in which things change behind the back of who looks at them."""
    return [record(path.stem, path.read_text()) for path in sorted(CHANGING.glob("*.py"))]


def long() -> list[dict[str, Any]]:
    """The long programs of the benchmark."""
    return [
        {**record(path.stem, path.read_text()), "entry": "run"}
        for path in sorted(LONG.rglob("*.py"))
    ]


def corpus() -> list[dict[str, Any]]:
    """The development corpus, where there is one."""
    return [json.loads(line) for line in CORPUS.read_text().splitlines()]


def record(name: str, source: str) -> dict[str, Any]:
    entry = "f" if re.search("^def f\\(", source, re.MULTILINE) else None
    return {"id": name, "source": source, "entry": entry, "args": "", "stdin": ""}


def builtin() -> list[dict[str, Any]]:
    """The programs of the built-in corpus."""
    lines = (BUILTIN / "index.jsonl").read_text().splitlines()
    return [
        {**row, "source": (BUILTIN / row["file"]).read_text()} for row in map(json.loads, lines)
    ]


@cache
def compared(which: str, *options: str) -> dict[str, Any]:
    records = {"changing": changing, "builtin": builtin, "long": long, "corpus": corpus}[which]()
    with TemporaryDirectory() as folder:  # programs may write where they are
        run = subprocess.run(
            [sys.executable, "-s", "-P", "-S", str(SCRIPT), *options],
            input=json.dumps(records),
            env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            cwd=folder,
            check=True,
        )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", [record["id"] for record in changing()])
def test_programs_in_which_things_change(name: str) -> None:
    result = compared("changing")[name]
    assert result["differences"] == []
    assert (result["left_by"], result["events"] > 25) == ("", True)


@pytest.mark.parametrize("name", [record["id"] for record in builtin()])
def test_built_in_corpus(name: str) -> None:
    result = compared("builtin")[name]
    assert result["differences"] == []
    assert result["events"] > 0


@pytest.mark.parametrize("name", [record["id"] for record in long()])
def test_long_programs(name: str) -> None:
    result = compared("long")[name]
    assert result["differences"] == []
    assert result["events"] > 1600


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason="no development corpus")
def test_development_corpus() -> None:
    results = [result for result in compared("corpus").values() if result is not None]
    assert [result for result in results if result["differences"]] == []
    assert sum(result["events"] for result in results) > 500_000


def test_a_renderer_that_remembers_objects_is_found_out() -> None:
    """The negative control: most of these programs change an object that a variable keeps."""
    found = compared("changing", "--stale").values()
    assert sum(bool(result["differences"]) for result in found) > 40


def test_a_heap_that_takes_no_notice_of_changes_is_found_out() -> None:
    """The negative control of what is known of graphs of instances."""
    found = compared("changing", "--still")
    assert sum(bool(found[name]["differences"]) for name in found if name[:5] == "graph") > 4


WORDS = """attributes_word class_words list_head list_words set_head set_words tuple_words type_word
version_word""".split()


@pytest.mark.parametrize("name", WORDS)
def test_a_witness_that_forgets_something_is_found_out(name: str) -> None:
    """The negative control of what is compared of graphs with containers in them."""
    found = compared("changing", "--forget", name)
    assert any(found[graph]["differences"] for graph in found if graph[:5] == "graph")
