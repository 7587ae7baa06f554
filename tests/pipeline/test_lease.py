"""A directory at a URL has one build at a time, and a build that was killed does not keep it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import fsspec
import orjson
import pytest

from pipeline import lease
from pipeline.lease import HeldError, Lease
from pipeline.shards.places import Place, place_at
from pipeline.strict import ConfigError
from pipeline.workspace import Workspace, report_path


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(lease, "SETTLES", 0.0)
    yield place_at("memory://lease/out")
    system = fsspec.filesystem("memory")
    if system.exists("/lease"):
        system.rm("/lease", recursive=True)


def _holder(root: Place, **changed: object) -> None:
    path = root / "lock"
    found = {"id": "x", "host": "elsewhere", "process": 7, "renewed": time.time()}
    path.write_bytes(orjson.dumps({**found, **changed}))


def test_one_holds_it_until_it_is_released(root: Place) -> None:
    first = Lease(root / "lock")
    with pytest.raises(HeldError, match=r"process [0-9]+ on "):
        Lease(root / "lock")
    first.release()
    assert not (root / "lock").exists()
    Lease(root / "lock").release()


def test_a_holder_elsewhere_is_believed_until_its_time_is_over(root: Place) -> None:
    _holder(root)
    with pytest.raises(HeldError, match="process 7 on elsewhere"):
        Lease(root / "lock")
    _holder(root, renewed=time.time() - lease.LASTS)
    Lease(root / "lock").release()


def test_a_holder_that_was_killed_here_is_seen_at_once(root: Place) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    _holder(root, host=lease.platform.node(), process=process.pid)
    Lease(root / "lock").release()


def test_it_is_renewed_while_it_is_held(root: Place, monkeypatch) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.01)
    held = Lease(root / "lock")
    before = orjson.loads((root / "lock").read_bytes())["renewed"]
    deadline = time.monotonic() + 30
    while orjson.loads((root / "lock").read_bytes())["renewed"] == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    held.release()


def test_who_lost_it_takes_nothing_from_the_other(root: Place) -> None:
    held = Lease(root / "lock")
    held.check()
    _holder(root)
    with pytest.raises(HeldError, match="elsewhere"):
        held.check()
    held.release()
    assert (root / "lock").exists()


def test_a_build_that_lost_its_directory_commits_nothing(root: Place) -> None:
    with Workspace(root) as work:
        with pytest.raises(ConfigError, match=r"--output: .*: another build works in it"):
            Workspace(root)
        (root / report_path("files")).write_bytes(b"[]")
        assert work.entries("files") == []
        _holder(root / ".build")
        with pytest.raises(ConfigError, match="another build has taken it over, process 7"):
            work.entries("files")
