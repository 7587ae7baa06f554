"""A build is continued where it was ended, and makes again only what has to be made again."""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path

import fsspec
import pytest
from rich.console import Console
from support import small_corpus
from support.commands import environment
from support.trees import MEASURED, digests

import pipeline.build
from pipeline import graphs
from pipeline.build import build
from pipeline.config import load
from pipeline.ledger import Ledger
from pipeline.progress import Display
from pipeline.shards.manifest import ManifestError
from pipeline.shards.places import files_below, place_at
from pipeline.shards.rejected import read_rejected
from pipeline.shards.stores import Store, path_of
from pipeline.shards.traces import TraceStore
from tracing.checks import CheckedServer

SMALL = 16  # programs in a file of traces: several waves of a small corpus
MIXTURE = "mixture={by: [direction], shares: {forward: 0.5, inverse: 0.5}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_corpus.write(tmp_path, small_corpus.records())
    return tmp_path


def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stages.corpus._BLOCK_RECORDS", 3 * SMALL)
    monkeypatch.setattr("pipeline.waves.RECORDS_PER_FILE", SMALL)
    monkeypatch.setattr("pipeline.build._FILES_OF_TRACES", 1)
    monkeypatch.setattr("pipeline.build._ROW_TOKENS", 1)


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    _small_files(monkeypatch)


def _recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    run = CheckedServer.run

    def recorded(self, program):
        found.append(program.id)
        return run(self, program)

    monkeypatch.setattr(CheckedServer, "run", recorded)
    return found


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs that are run, in a list that grows."""
    return _recorded(monkeypatch)


@dataclass(frozen=True)
class Whole:
    """A build that nothing disturbed: its overrides, digests, traces, and programs run."""

    overrides: tuple[str, ...]
    digests: dict[str, str]
    traces: int
    ran: list[str]


@pytest.fixture(scope="module")
def whole(built, rebuild, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    small_corpus.write(folder, small_corpus.records())
    overrides = (_model(built), MIXTURE)
    with pytest.MonkeyPatch.context() as patch:
        _small_files(patch)
        ran = _recorded(patch)
        found = rebuild(folder, "whole", *overrides)
    traces = len(found.manifest.files_in("traces"))
    return Whole(overrides, digests(found.root), traces, sorted(ran))


@pytest.fixture(scope="module")
def given(built, rebuild, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build makes in one wave a stage, of the given model. Not to be changed."""
    folder = tmp_path_factory.mktemp("given")
    small_corpus.write(folder, small_corpus.records())
    return rebuild(folder, "out", _model(built)).root


def _model(built) -> str:
    return f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"


def test_what_is_there_is_not_made_again(built, rebuild, folder: Path, monkeypatch) -> None:
    shutil.copytree(built.root, folder / "out")
    monkeypatch.setattr(pipeline.build, "run", None)
    assert rebuild(folder).manifest == built.manifest
    assert digests(folder / "out") == digests(built.root)


def test_another_length_traces_nothing_again(
    built, given: Path, rebuild, folder: Path, ran
) -> None:
    shutil.copytree(given, folder / "out")
    changed = (_model(built), "packing.sequence_length=1024", "trajectories.forward=1")
    again = rebuild(folder, "out", *changed)
    assert ran == []
    assert digests(again.root) == digests(rebuild(folder, "direct", *changed).root)
    assert ran


def test_the_number_of_waves_changes_nothing(
    whole: Whole, rebuild, folder: Path, small_files, monkeypatch
) -> None:
    assert whole.traces > 3
    monkeypatch.setattr(Ledger, "waves", lambda _self, _recipe, shards, _at_once: [range(shards)])
    assert digests(rebuild(folder, "one", *whole.overrides).root) == whole.digests


class Killed(BaseException):
    """Stands for the end of the process."""


def test_killed_at_each_commit(
    whole: Whole, rebuild, folder: Path, small_files, ran, monkeypatch
) -> None:
    """What was committed is not run again; the bytes are those of an undisturbed build."""
    commit = Ledger.commit_wave

    def once(self, recipe, wave, counts, files):
        commit(self, recipe, wave, counts, files)
        raise Killed

    ended = 0
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "commit_wave", once)
        while ended < 50:
            try:
                rebuild(folder, "out", *whole.overrides)
            except Killed:
                ended += 1
            else:
                break
    assert 6 < ended < 50
    assert sorted(ran) == whole.ran
    assert digests(folder / "out") == whole.digests


def test_each_graph_fails_once(
    whole: Whole, rebuild, folder: Path, small_files, monkeypatch
) -> None:
    """After it has done its work, but before it could say so."""
    run, failed = pipeline.build.run, []

    def failing(made, workers, runner, stage, hear):
        metrics = run(made, workers, runner, stage, hear)
        if stage not in failed:
            failed.append(stage)
            raise RuntimeError(stage)
        return metrics

    monkeypatch.setattr(pipeline.build, "run", failing)
    for graph in ("candidate", "selection", "program", "trace", "document", "mixture", "row"):
        with pytest.raises(RuntimeError, match=graph):
            rebuild(folder, "out", *whole.overrides)
        assert not (folder / "out" / "manifest.json").exists()
    assert digests(rebuild(folder, "out", *whole.overrides).root) == whole.digests


def test_added_programs_alone_are_run(
    whole: Whole, rebuild, folder: Path, small_files, ran
) -> None:
    records = small_corpus.records()
    small_corpus.write(folder, (record for k, record in enumerate(records) if k % 3 != 1))
    fewer = rebuild(folder, "out", *whole.overrides)
    assert len(fewer.manifest.files_in("traces")) < whole.traces  # they are shared out otherwise
    first = set(ran)
    ran.clear()
    small_corpus.write(folder, records)
    again = rebuild(folder, "out", *whole.overrides)
    assert ran
    assert first.isdisjoint(ran)
    assert first.union(ran) >= set(whole.ran)
    assert digests(again.root) == whole.digests
    assert not (again.root / ".build").exists()


def test_programs_that_were_shared_out_otherwise(
    whole: Whole, rebuild, folder: Path, small_files, monkeypatch
) -> None:
    """As by a version that puts others into a file: all of them are found."""
    with chdir(folder):
        config = load("config.yaml", whole.overrides)
        build(config, Path("out"), Display(Console(file=io.StringIO())), only="programs")
    monkeypatch.setattr("pipeline.waves.RECORDS_PER_FILE", 1000)
    assert digests(rebuild(folder, "out", *whole.overrides).root) == whole.digests


def test_a_program_that_is_lost(built, rebuild, folder: Path, small_files, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.build._files", lambda programs: 1)
    with pytest.raises(ManifestError, match="71 programs came to 7 traces and rejections"):
        rebuild(folder, "out", _model(built))


def test_only_some_stages(built, given: Path, call, folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    line = ["build", "config.yaml", "--output", "out", "--set", _model(built)]
    ended = call(*line, "--only", "traces")
    assert (ended.status, ended.out) == (0, "out: made up to traces\n")
    assert not (folder / "out" / "manifest.json").exists()
    assert not (folder / "out" / "train").exists()
    with monkeypatch.context() as patch:
        patch.setattr(graphs, "trace_graph", None)
        assert call(*line).status == 0
    assert digests(folder / "out") == digests(given)


def test_an_older_version_is_refused_until_forced(
    built, given: Path, call, folder: Path, monkeypatch
) -> None:
    monkeypatch.chdir(folder)
    root = shutil.copytree(given, folder / "out")
    store = Ledger(root).finished("traces")
    assert isinstance(store, Store)
    replace(store, recipe=replace(store.recipe, version=0)).write(root)
    line = ["build", "config.yaml", "--output", "out", "--set", _model(built)]
    message = "version 0 of the store, this is 1; `--force` begins again"
    assert call(*line).err.endswith(f"error: out/{path_of('traces')}: {message}\n")
    assert call(*line, "--force").status == 0
    assert digests(root) == digests(given)


def test_rejected_programs_are_run_again(built, call, folder: Path, ran, monkeypatch) -> None:
    """Those alone, and all others stay; a later build keeps what they came to."""
    monkeypatch.chdir(folder)
    records = [
        {"id": "long", "source": "print('x' * 5000)\n"},
        {"id": "longer", "source": "print('x' * 50000)\n"},
        {"id": "short", "source": "x = 1\n" * 4},
    ]
    small_corpus.write(folder, records)
    line = ["build", "config.yaml", "--output", "out", "--set", _model(built)]
    assert call(*line, "tracing.limits.output=1000").status == 0
    assert {r.program for r in read_rejected(folder / "out")} == {"long", "longer"}
    ran.clear()
    ended = call(*line, "tracing.limits.output=20000", "--only-rejected", "output")
    assert ended.status == 0, ended.err
    assert sorted(ran) == ["long", "longer"]
    assert {r.program for r in read_rejected(folder / "out")} == {"longer"}
    assert {r.program for r in TraceStore.open(folder / "out")} == {"long", "short"}
    assert call("verify", "out").status == 0
    before = digests(folder / "out")
    ran.clear()
    assert call(*line, "tracing.limits.output=1000").status == 0
    assert ran == []
    assert digests(folder / "out") == before
    ended = call(*line, "tracing.packages=[/]", "--only-rejected", "output")
    assert ended.err.startswith("error: tracing.packages: other than that of the traces")
    ended = call(*line, "--only-rejected", "outptu")
    assert ended.status == 2


def test_a_disk_that_is_full(built, given: Path, rebuild, call, folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    line = ["build", "config.yaml", "--output", "out", "--set", _model(built)]
    real, left = os.fsync, [30]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        ended = call(*line)
    assert ended.status == 2
    assert ended.err.splitlines()[-1].startswith("error: out/")
    assert "No space left on device" in ended.err.splitlines()[-1]
    assert not (folder / "out" / "manifest.json").exists()
    assert digests(rebuild(folder, "out", _model(built)).root) == digests(given)


# Stores of objects


def test_a_build_at_a_url(built, folder: Path, call, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("pipeline.lease.SETTLES", 0.1)
    system = fsspec.filesystem("memory")
    try:
        url = "memory://bucket/out"
        ended = call("build", "config.yaml", "--output", url)
        assert ended.status == 0, ended.err
        root = place_at(url)
        found = {str(path.relative_to(root)): path.read_bytes() for path in files_below(root)}
        local = {
            path.relative_to(built.root).as_posix(): path.read_bytes()
            for path in built.root.rglob("*")
            if path.is_file()
        }
        assert found.keys() == local.keys()
        assert {n for n in found if found[n] != local[n]} <= set(MEASURED)
        monkeypatch.setattr(pipeline.build, "run", None)
        assert call("build", "config.yaml", "--output", url).status == 0
    finally:
        system.rm("/bucket", recursive=True)


# kill -9

_SMALL_FILES = f"""
import pipeline.waves
pipeline.waves.RECORDS_PER_FILE = {SMALL}
import pipeline.build
pipeline.build._FILES_OF_TRACES = pipeline.build._ROW_TOKENS = 1
from pipeline import cli
cli.main()
"""


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_killed_at_random_moments(
    whole: Whole, rebuild, folder: Path, small_files, times: int, workers: int
) -> None:
    line = [sys.executable, "-c", _SMALL_FILES, "build", "config.yaml", "--output", "out"]
    line += ["--set", *whole.overrides, f"workers={workers}"]
    chance = random.Random(times)
    for _ in range(times):
        process = subprocess.Popen(
            line,
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(2.0, 6.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
        if (folder / "out" / "manifest.json").exists():
            break
    assert digests(rebuild(folder, "out", *whole.overrides).root) == whole.digests
