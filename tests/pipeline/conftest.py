"""A small corpus built once, for all tests that look at what a build leaves."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from support import small_corpus
from support.commands import ROOT, Ended, executed

from pipeline.build import build
from pipeline.cli import main
from pipeline.config import Config, load
from pipeline.progress import Display
from pipeline.shards.manifest import Manifest
from pipeline.stored import StoredTraces


@dataclass(frozen=True)
class Built:
    """A directory with `config.yaml` and its corpus, and what was built of them."""

    folder: Path
    config: Config
    root: Path
    manifest: Manifest

    @property
    def counts(self) -> dict[str, object]:
        return dict(self.manifest.counts)


def build_in(
    folder: Path, name: str = "out", *overrides: str, traces: str | Path | None = None
) -> Built:
    """Build a directory that `small_corpus.write` made; paths are relative to it. With `traces`,
    from those of another one."""
    with chdir(folder):
        config = load("config.yaml", overrides)
        stored = None if traces is None else StoredTraces.open(Path(traces))
        manifest = build(config, Path(name), Display(Console(file=io.StringIO())), stored)
    return Built(folder, config, folder / name, manifest)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The small corpus, built. Not to be changed."""
    folder = tmp_path_factory.mktemp("small")
    small_corpus.write(folder, small_corpus.records())
    return build_in(folder)


@pytest.fixture(scope="session")
def rebuild() -> Callable[..., Built]:
    return build_in


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy."""
    pytest.importorskip("setuptools")
    pytest.importorskip("wheel")
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("tracing", "tokenization", "pipeline", "tests", "configs"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    line = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    ended = executed(folder, [*line, "--quiet", "--wheel-dir", "wheels", "."])
    assert ended.status == 0, ended.err
    (path,) = (folder / "wheels").iterdir()
    return path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """A command in this process, from its arguments."""

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        code = exit_.value.code
        assert isinstance(code, int)
        return Ended(code, *capsys.readouterr())

    return run
