"""The same input gives the same bytes: again, in another order, in several processes, after a kill.

Whole trees are compared, not manifests.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from support import small_corpus
from support.commands import PYTHON, command, environment
from support.trees import digests

import pipeline.build
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.manifest import ManifestError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_corpus.write(tmp_path, small_corpus.records())
    return tmp_path


def test_two_processes_and_an_order_of_their_own(built, folder: Path) -> None:
    shuffled = random.Random(1).sample(small_corpus.records(), len(small_corpus.records()))
    small_corpus.write(folder, shuffled)
    ended = command(folder, "build", "config.yaml", "--output", "out", "--set", "workers=2")
    assert ended.status == 0, ended.err
    assert digests(folder / "out") == digests(built.root)
    assert [line.split(":")[0] for line in ended.err.splitlines()] == [
        "Traces",
        "Tokenizer",
        "Documents",
    ]


def test_work_done_twice(built, rebuild, folder: Path, monkeypatch) -> None:
    """A runner may run any bundle again, and keeps what the last run gave."""

    def run(graph: Callable[[object], None], workers: int) -> None:
        with beam.Pipeline(runner=FnApiRunner(bundle_repeat=1)) as graph_pipeline:
            graph(graph_pipeline)

    monkeypatch.setattr(pipeline.build, "run", run)
    small_corpus.write(folder, reversed(small_corpus.records()))
    assert digests(rebuild(folder).root) == digests(built.root)


def test_over_an_older_build(built, rebuild, folder: Path) -> None:
    first = rebuild(folder, "out", "packing.rows_per_shard=1", "seed=8")
    assert digests(first.root).keys() - digests(built.root).keys()  # which must go
    again = rebuild(folder)
    assert digests(again.root) == digests(built.root)


# Where a process kills itself, as the beginning of the name of a file that it was about to finish,
# and which of these files it is.
MOMENTS = [
    pytest.param("traces/", 1, marks=pytest.mark.slow),
    pytest.param("tokenizer.model", 1, marks=pytest.mark.slow),
    ("train/data", 2),
    ("manifest.json", 1),
]

_KILLS_ITSELF = """
import os, signal, sys
from pathlib import Path
from pipeline import cli

name, count = sys.argv.pop(1), int(sys.argv.pop(1))
replace, seen = Path.replace, []

def replacing(self, target):
    if name in str(target):
        seen.append(target)
    if len(seen) == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = replacing
cli.main()
"""


@pytest.mark.parametrize(("name", "count"), MOMENTS)
def test_killed_at_a_file(built, rebuild, call, folder: Path, name: str, count: int) -> None:
    line = [sys.executable, "-c", _KILLS_ITSELF, name, str(count)]
    line += ["build", "config.yaml", "--output", "out"]
    process = subprocess.run(line, cwd=folder, env=environment(), capture_output=True, check=False)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    _check_unfinished_then_complete(built, rebuild, call, folder)


def test_killed_from_outside(built, rebuild, call, folder: Path) -> None:
    """The whole process group, while programs are run."""
    process = subprocess.Popen(
        [*PYTHON, "build", "config.yaml", "--output", "out"],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(folder.glob("out/.build/ticks/traces.*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL
    process.stderr.close()
    _check_unfinished_then_complete(built, rebuild, call, folder)


def _check_unfinished_then_complete(built, rebuild, call, folder: Path) -> None:
    root = folder / "out"
    for name in ("inspect", "verify"):
        message = f"error: {root}: not finished, there is no manifest.json\n"
        assert call(name, root) == (2, "", message)
    with pytest.raises(ManifestError, match="not finished"):
        TokenDataset(root)
    assert digests(rebuild(folder).root) == digests(built.root)
