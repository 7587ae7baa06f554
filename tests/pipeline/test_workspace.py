"""A directory is taken where it is empty or a build's, and is a build's until it is finished."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.built_directories import build, made_up_documents

from pipeline.shards.manifest import Manifest
from pipeline.shards.rejected import write_rejected
from pipeline.shards.writer import write_bytes
from pipeline.strict import ConfigError
from pipeline.workspace import (
    REJECTED_DOCUMENTS,
    REJECTED_PROGRAMS,
    TALLY,
    TRACE_FILES,
    Workspace,
)
from tracing.rejection import Reason, Rejection


def test_an_empty_or_absent_directory_is_taken(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "a" / "b"):
        Workspace(root)
        assert (root / ".build").is_dir()


@pytest.mark.parametrize("name", ["notes.txt", "train/data-00000-of-00001.arrow", "run.json"])
def test_what_no_build_made_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match="not empty, and not a directory of a build"):
        Workspace(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("below", ["", "deeper", "a/b"])
def test_a_file_in_the_way(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match=r"--output: .*: (Not a directory|File exists)"):
        Workspace(tmp_path / "file" / below)


def test_reports(tmp_path: Path) -> None:
    work = Workspace(tmp_path)
    write_bytes(tmp_path, TALLY, b'[{"a": 1}, {"a": 2, "b": 3}]')
    entry = b'{"path": "%s", "bytes": 1, "sha256": "0", "rows": 2}'
    write_bytes(tmp_path, TRACE_FILES, b"[%s, %s]" % (entry % b"y", entry % b"x"))
    one, other = (Rejection(name, Reason.TIME, "60 s") for name in "ab")
    write_rejected(tmp_path, REJECTED_PROGRAMS, [one])
    write_rejected(tmp_path, REJECTED_DOCUMENTS, [other])
    assert work.tally() == {"a": 3, "b": 3}
    assert [item.path for item in work.entries(TRACE_FILES)] == ["x", "y"]
    assert work.rejections(REJECTED_PROGRAMS, REJECTED_DOCUMENTS) == [one, other]
    work.clean()
    work.close()
    assert not list(tmp_path.iterdir())


class Killed(BaseException):
    """Stands for the end of the process."""


def _kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process end after so many changes of the file system."""
    left = [step]

    def counting(change):
        def changing(*arguments, **options):
            if not left[0]:
                raise Killed
            left[0] -= 1
            return change(*arguments, **options)

        return changing

    for name in ("mkdir", "unlink", "rmdir"):
        monkeypatch.setattr(Path, name, counting(getattr(Path, name)))


def test_a_directory_stays_a_build_s_whenever_it_is_killed(tmp_path: Path) -> None:
    """A finished one is taken for a new build, which is cleaned up and finished."""
    steps = 0
    while True:
        root = tmp_path / str(steps)
        manifest = build(root, {"train": made_up_documents(20)})
        (root / ".build").mkdir()
        (root / ".build" / "left.json").write_text("[]")
        with pytest.MonkeyPatch.context() as monkeypatch:
            _kill_at(steps, monkeypatch)
            try:
                work = Workspace(root)
                work.ticker("traces").tick()
                work.clean()
                manifest.write(root)
                work.close()
            except Killed:
                pass
            else:
                break
        if not (root / "manifest.json").exists():
            Workspace(root)
        elif (root / ".build").exists():  # finished, if not tidy
            assert Manifest.read(root) == manifest
        steps += 1
    assert steps > 10
