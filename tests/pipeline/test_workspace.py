"""A directory is taken where it is empty or a build's, is a build's until it is finished, and has
one build at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.built_directories import build, made_up_documents
from support.commands import environment

from pipeline.shards.manifest import Manifest
from pipeline.shards.writer import write_bytes
from pipeline.strict import ConfigError
from pipeline.workspace import Workspace, report_path


def test_an_empty_or_absent_directory_is_taken(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "a" / "b"):
        with Workspace(root):
            assert (root / ".build").is_dir()


@pytest.mark.parametrize("name", ["notes.txt", "train/data-00000-of-00001.arrow", "run.json"])
def test_what_no_build_made_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match="not empty, and not a directory of a build"):
        Workspace(tmp_path, force=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("below", ["", "deeper", "a/b"])
def test_a_file_in_the_way(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match=r"--output: .*: (Not a directory|File exists)"):
        Workspace(tmp_path / "file" / below)


def test_reports(tmp_path: Path) -> None:
    with Workspace(tmp_path) as work:
        entry = b'{"path": "%s", "bytes": 1, "sha256": "0", "rows": 2}'
        write_bytes(tmp_path, report_path("files"), b"[%s, %s]" % (entry % b"y", entry % b"x"))
        assert [item.path for item in work.entries("files")] == ["y", "x"]
        work.clean()
        work.close()
        assert not list(tmp_path.iterdir())


def test_force_takes_away_what_a_build_left_and_nothing_else(tmp_path: Path) -> None:
    build(tmp_path, {"train": made_up_documents(20)})
    write_bytes(tmp_path, "train/.data-00000.arrow.0.partial", b"half")
    write_bytes(tmp_path, "train/mine.arrow", b"mine")
    write_bytes(tmp_path, "other/data-00000.arrow", b"mine")
    with Workspace(tmp_path):  # which alone takes nothing away
        assert (tmp_path / "manifest.json").exists()
    with Workspace(tmp_path, force=True):
        left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
        names = {name for name in left if not name.endswith(".json")}
        assert names - {".build"} == {"train/mine.arrow", "other/data-00000.arrow"}
        assert "manifest.json" not in left


_HOLDS = """
import sys
from pathlib import Path
from pipeline.workspace import Workspace
with Workspace(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_build_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    root = tmp_path / "out"
    line = [sys.executable, "-c", _HOLDS, str(root)]
    pipe = subprocess.PIPE
    holder = subprocess.Popen(line, stdin=pipe, stdout=pipe, env=environment())
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(ConfigError, match="another build works in it"):
        Workspace(root)
    holder.kill()
    holder.communicate()
    with Workspace(root):
        pass


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
                with Workspace(root, force=True) as work:
                    work.ticker("traces").tick()
                    work.clean()
                    manifest.write(root)
                    work.close()
            except Killed:
                pass
            else:
                break
        if not (root / "manifest.json").exists():
            with Workspace(root):
                pass
        elif (root / ".build").exists():  # finished, if not tidy
            assert Manifest.read(root) == manifest
        steps += 1
    assert steps > 10
