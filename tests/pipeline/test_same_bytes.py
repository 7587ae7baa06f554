"""The same input gives the same bytes: again, in another order, in several processes, after a kill.

Whole trees are compared, not manifests.
"""

from __future__ import annotations

import json
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
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from support import plain_loop, small_corpus
from support.commands import command, environment, finished_stages
from support.metrics import work_of
from support.trees import digests

import pipeline.build
from pipeline.loader.dataset import TokenDataset
from pipeline.metrics import counted
from pipeline.shards.manifest import ManifestError
from pipeline.stages import traces
from pipeline.timings import Metrics
from tracing.checks import Checked, CheckedServer
from tracing.program import Program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_corpus.write(tmp_path, small_corpus.records())
    return tmp_path


def test_two_processes_and_an_order_of_their_own(built, folder: Path) -> None:
    shuffled = random.Random(1).sample(small_corpus.records(), len(small_corpus.records()))
    small_corpus.write(folder, shuffled)
    line = ["build", "config.yaml", "--output", "out", "--log", "log", "--set", "workers=2"]
    ended = command(folder, *line, PYTHONHASHSEED="5", LANG="C", TZ="Asia/Tokyo")
    assert ended.status == 0, ended.err
    assert digests(folder / "out") == digests(built.root)
    stages = [stage.split(":")[0] for stage in finished_stages(ended.err)]
    assert stages == ["Candidates", "Programs", "Traces", "Tokenizer", "Documents", "Rows"]
    assert work_of(folder / "out") == work_of(built.root)
    lines = [json.loads(line) for line in (folder / "log").read_text().splitlines()]
    warned = {(line["level"], line["stage"], line["program"]) for line in lines}
    assert warned >= {("warning", "traces", "dies"), ("warning", "traces", "grows")}


def test_work_done_twice(built, rebuild, folder: Path, monkeypatch) -> None:
    """A runner may run any bundle again, and keeps what the last run gave."""

    def run(graph: Callable[[object], None], *_: object) -> Metrics:
        with beam.Pipeline(runner=FnApiRunner(bundle_repeat=1)) as graph_pipeline:
            graph(graph_pipeline)
        return {}

    monkeypatch.setattr(pipeline.build, "run", run)
    small_corpus.write(folder, reversed(small_corpus.records()))
    assert digests(rebuild(folder).root) == digests(built.root)


def test_in_a_plain_loop(built, rebuild, folder: Path, monkeypatch) -> None:
    """Nothing depends on what a runner does beside calling the functions."""
    monkeypatch.setattr(pipeline.build, "run", plain_loop.run)
    assert digests(rebuild(folder).root) == digests(built.root)


def test_several_threads_of_one_process(built, rebuild, folder: Path, monkeypatch) -> None:
    """As a harness works on several elements at once: in sandboxes of their own, as many as fit."""
    options = PipelineOptions(["--direct_num_workers=3", "--direct_running_mode=multi_threading"])
    made: list[CheckedServer] = []
    serve, run = CheckedServer.__init__, CheckedServer.run

    def noted(self, *arguments: object) -> None:
        made.append(self)
        serve(self, *arguments)

    def alone(self, program: Program) -> Checked:
        assert not getattr(self, "in_use", False)
        self.in_use = True
        try:
            return run(self, program)
        finally:
            self.in_use = False

    def threaded(graph: Callable[[object], None], *_: object) -> Metrics:
        with beam.Pipeline(runner=FnApiRunner(), options=options) as graph_pipeline:
            graph(graph_pipeline)
        return counted(graph_pipeline.result, "")

    monkeypatch.setattr(CheckedServer, "__init__", noted)
    monkeypatch.setattr(CheckedServer, "run", alone)
    monkeypatch.setattr(pipeline.build, "run", threaded)
    monkeypatch.setattr(traces, "at_once", lambda _memory: 2)
    traces._pool.cache_clear()
    found = rebuild(folder)
    assert digests(found.root) == digests(built.root)
    assert work_of(found.root) == work_of(built.root)
    traces._pool.cache_clear()
    assert len(made) == 2


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


def _started(folder: Path, workers: int = 1) -> subprocess.Popen[bytes]:
    """A build, in a process group of its own, that has begun to run programs."""
    line = ["build", "config.yaml", "--output", "out", "--set", f"workers={workers}"]
    process = subprocess.Popen(
        [sys.executable, "-c", _CAN_BE_INTERRUPTED, *line],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(folder.glob("out/.build/ticks/traces.*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return process


# Whatever runs the tests may have told its children to ignore the signal.
_CAN_BE_INTERRUPTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from pipeline import cli
cli.main()
"""


def test_killed_from_outside(built, rebuild, call, folder: Path) -> None:
    """The whole process group, while programs are run."""
    process = _started(folder)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    _check_unfinished_then_complete(built, rebuild, call, folder)


def _check_unfinished_then_complete(built, rebuild, call, folder: Path) -> None:
    root = folder / "out"
    for name in ("inspect", "verify"):
        message = f"error: {root}: not finished, there is no manifest.json\n"
        assert call(name, root) == (2, "", message)
    with pytest.raises(ManifestError, match="not finished"):
        TokenDataset(root)
    assert digests(rebuild(folder).root) == digests(built.root)


@pytest.mark.parametrize("workers", [1, 2])
def test_interrupted_by_its_user(built, rebuild, call, folder: Path, workers: int) -> None:
    """It ends at once and without a traceback, as Ctrl-C should, which reaches every process."""
    process = _started(folder, workers)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)  # half of what a worker's end is waited for
    stages = [stage.split(":")[0] for stage in finished_stages(err.decode())]
    assert (out, stages) == (b"", ["Candidates", "Programs"])
    assert process.returncode == 130
    _check_unfinished_then_complete(built, rebuild, call, folder)
