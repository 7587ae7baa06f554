"""Levels of isolation: what they are made of, which one is taken, and that they give the same."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.processes import soon
from support.servers import program_processes

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.read import read_file
from tracing import isolation
from tracing import sandbox as module
from tracing.capture import isolation as capture
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, SandboxError
from tracing.trace import Trace

LIMITS = Limits(wall_seconds=20.0)
WALLED = (Level.STRICT, Level.CONTAINER)
BLOCKED = "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"


@contextmanager
def running(level: Level, **options: Any) -> Iterator[ForkServer]:
    server = ForkServer(LIMITS, level=level, **options)
    try:
        server.start()
        yield server
    except SandboxError as error:
        pytest.skip(str(error))
    finally:
        server.close()


def script(source: str) -> Program:
    return Program("p", source)


@contextmanager
def blocked_program(server: ForkServer) -> Iterator[int]:
    """The process of a program that waits."""
    runs = threading.Thread(target=lambda: server.run(script(BLOCKED)))
    runs.start()
    assert soon(lambda: bool(program_processes(server)))
    (process,) = program_processes(server)
    try:
        yield process
    finally:
        os.kill(process, signal.SIGKILL)
        runs.join()


def status(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return dict(re.split(r":\s*", line, maxsplit=1) for line in lines)


# The ladder.


def test_the_best_is_the_strongest_that_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Level] = []
    real = ForkServer._start_at

    def start_at(self: ForkServer, level: Level) -> str:
        tried.append(level)
        return "broken" if level is Level.STRICT else real(self, level)

    monkeypatch.setattr(ForkServer, "_start_at", start_at)
    with running(Level.BEST) as server:
        assert server.start() is Level.CONTAINER
        assert server.passed_over == ("strict: broken",)
        server.close()
        assert isinstance(server.run(script("x = 1\n")), Trace)
    assert tried == [Level.STRICT, Level.CONTAINER, Level.CONTAINER]


def test_unsafe_is_never_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ForkServer, "_start_at", lambda self, level: "broken")
    with pytest.raises(SandboxError) as caught:
        ForkServer(LIMITS).start()
    assert str(caught.value) == (
        "programs cannot be run here: strict: broken; container: broken"
        " (tracing.isolation: unsafe would run them behind limits alone)"
    )


@pytest.mark.parametrize(
    ("wall", "missing"),
    [
        ("self._small.install(", "start a process, signal a process, keep memory, choose"),
        ("large.install(", "reach the network, make a namespace"),
        ("landlock.restrict(", "write to files, read files"),
    ],
)
def test_a_wall_that_is_missing_is_found_by_walking_into_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wall: str, missing: str
) -> None:
    copy = tmp_path / "capture"
    shutil.copytree(module._START.parent, copy)
    file = copy / "isolation.py"
    text = file.read_text()
    assert text.count(wall) == 1
    file.write_text(text.replace(wall, f"(lambda *arguments: None)({wall.partition('(')[2]}"))
    monkeypatch.setattr(module, "_START", copy / "__main__.py")
    server = ForkServer(LIMITS, level=Level.CONTAINER)
    with pytest.raises(SandboxError) as caught:
        server.start()
    assert all(word in str(caught.value) for word in missing.split(", "))


def test_without_landlock_the_filters_deny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = tmp_path / "capture"
    shutil.copytree(module._START.parent, copy)
    for name, change in (
        ("landlock", ("    try:\n        return", "    try:\n        return 0 *")),
        ("guard", ("if event not in _ORDINARY and not self.open:", "if not event:")),  # no guard
    ):
        text = (copy / f"{name}.py").read_text()
        assert text.count(change[0]) == 1
        (copy / f"{name}.py").write_text(text.replace(*change))
    monkeypatch.setattr(module, "_START", copy / "__main__.py")
    place = tmp_path / "canary"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    with running(Level.CONTAINER) as server:
        assert "no Landlock" in server.description
        for attempt in ("open({!r}, 'w')", "import os\nos.mkdir({!r})", "open({!r}, 'rb+')"):
            result = server.run(script(attempt.format(str(place / "x")) + "\n"))
            assert isinstance(result, Rejection) or result.outcome == "error"
    assert list(place.iterdir()) == []


# What a program's process has.


@pytest.mark.parametrize("level", WALLED)
def test_a_program_has_no_rights(level: Level) -> None:
    with running(level) as server, blocked_program(server) as process:
        found = status(process)
        assert found["NoNewPrivs"] == "1"
        assert found["Seccomp"] == "2"
        assert {found[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {"0" * 16}
        if "a user of its own" in server.description:
            assert {int(number) for number in found["Uid"].split()} == {server._user.number}
            assert found["Groups"].split() == []


def test_a_world_of_its_own() -> None:
    with running(Level.STRICT) as server, blocked_program(server) as process:
        for name in ("pid", "mnt", "net", "ipc", "uts", "user"):
            ours, theirs = (Path(f"/proc/{p}/ns/{name}").readlink() for p in ("self", process))
            assert ours != theirs
        mounts = Path(f"/proc/{process}/mounts").read_text().splitlines()
        assert {line.split()[3].split(",")[0] for line in mounts if "null" not in line} == {"ro"}


def test_servers_have_different_users() -> None:
    with running(Level.BEST) as one, running(Level.BEST) as other:
        assert one._user.number is None or one._user.number != other._user.number


def test_a_user_whom_somebody_is_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_users_of_processes", lambda: set(isolation._USERS))
    monkeypatch.setattr(isolation.os, "geteuid", lambda: 0)
    assert isolation.User().number is None
    monkeypatch.setattr(isolation, "_users_of_processes", set)
    monkeypatch.setattr(isolation, "_mapped", lambda: [range(1)])
    assert isolation.User().number is None


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with running(Level.STRICT) as server:
        if server._user.number is None:
            pytest.skip("programs run as who we are")
    with pytest.raises(SandboxError, match="closed"):
        ForkServer(LIMITS, (str(closed),), level=Level.STRICT).start()
    with running(Level.CONTAINER, packages=(str(closed),)) as server:
        assert "no user of its own" in server.description


# The same at every level.


def test_levels_give_the_same() -> None:
    programs = [found for found in read_file("builtin", CorpusConfig()) if type(found) is Program]
    programs += [
        script("import os\nx = [os.getuid(), os.getcwd(), os.listdir(), os.stat('.')]\n"),
        script("open('/data/x')\n"),
        script("x = open('/dev/null', 'w').write('a')\n"),
        script("import socket\na, b = socket.socketpair()\na.send(b'x')\nx = b.recv(1)\n"),
        script("import asyncio\nasync def f():\n    await asyncio.sleep(1)\nasyncio.run(f())\n"),
        script("import colorsys, sqlite3\nx = sqlite3.connect(':memory:')\n"),
        script("import ctypes.util\n"),
        script("import os, signal\nos.killpg(os.getpgrp(), signal.SIGTERM)\n"),
        script("import ssl\nx = ssl.create_default_context().cert_store_stats()\n"),
        script("import selectors, mmap, queue\nx = mmap.mmap(-1, 10)\nx[:1] = b'a'\n"),
        script("import hashlib, zlib, lzma, bz2\nx = lzma.compress(b'a'), bz2.compress(b'a')\n"),
        script("import tempfile\nx = tempfile.tempdir\ntempfile.TemporaryFile()\n"),
        script("import os\nos.openpty()\n"),
        script("import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n"),
        script("import signal\nsignal.alarm(0)\nsignal.raise_signal(signal.SIGTERM)\n"),
        script("import os\nos.abort()\n"),
        script("import time, random, uuid\nx = time.time(), random.random(), uuid.uuid4()\n"),
    ]
    found: dict[Level, list[Trace | Rejection]] = {}
    for level in Level:
        with running(level) as server:
            found[level] = [server.run(program) for program in programs]
    assert len(found) >= 2
    assert all(results == found[Level.UNSAFE] for results in found.values())


# A working directory to write in.

WRITES = """
import os, pathlib, sqlite3, tempfile
pathlib.Path('a').mkdir()
pathlib.Path('a/b').write_text('text')
os.rename('a/b', '/program/a/c')
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, 'x').write_bytes(b'1')
sqlite3.connect('base.db').execute('create table t (x)')
os.chmod('a', 0)
x = sorted(os.listdir('/program')), os.getcwd()
"""


def test_a_working_directory_to_write_in() -> None:
    with running(Level.STRICT, scratch=1 << 20) as server:
        for _ in range(2):  # the second sees nothing of the first
            result = server.run(script(WRITES))
            assert isinstance(result, Trace), result
            shown = result.scope(len(result) - 1)["x"]
            assert shown == "(['a', 'base.db'], '/program')"
        assert server.restarts == 0


LEFT = [
    "import os\nwhile True:\n    os.mkdir('d')\n    os.chdir('d')\n",
    "import os\nwhile True:\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)\n",
    "i = 0\nwhile True:\n    open(f'f{i}', 'w').close()\n    i += 1\n",
    "import os\nos.makedirs('0/0/0')\nfor p in ('0/0/0', '0/0', '0'):\n    os.chmod(p, 0)\n",
    "import os\nfor n in '\\n', '\\udcff':\n    os.mkdir(n)\n    os.symlink('/', f'{n}/x')\n",
]


@pytest.mark.parametrize("source", LEFT)
def test_it_is_cleared_whatever_is_left_in_it(source: str) -> None:
    with running(Level.STRICT, scratch=1 << 20) as server:
        assert isinstance(server.run(script(source)), Trace)
        after = server.run(script("import os\nx = os.listdir()\nprint(x)\n"))
        assert isinstance(after, Trace)
        assert after.stdout == b"[]\n"
        assert server.restarts == 0


def test_code_of_c_put_there_is_not_loaded() -> None:
    source = """
import sys, os
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
name = "_heapq" + EXTENSION_SUFFIXES[0]
path = next(p for folder in sys.path if os.path.exists(p := os.path.join(folder, name)))
with open("own.so", "wb") as file:
    file.write(open(path, "rb").read())
ExtensionFileLoader("own", "own.so").create_module(ModuleSpec("own", None, origin="own.so"))
"""
    with running(Level.STRICT, scratch=1 << 22) as server:
        result = server.run(script(source))
        assert isinstance(result, Rejection)
        assert result.reason is Reason.TAMPERED


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("open('x', 'wb').write(bytes(1 << 21))\n", "error"),
        ("open('/tmp/x', 'w')\n", Reason.DENIED),
        ("open('../x', 'w')\n", Reason.DENIED),
        ("import os\nos.symlink('/usr', 'x')\nopen('x/y', 'w')\n", "error"),
        ("import os\nos.symlink('/etc/passwd', 'x')\nopen('x')\n", "error"),
        ("import os\nos.remove('/dev/null')\n", Reason.DENIED),
    ],
)
def test_it_is_bounded(source: str, outcome: str) -> None:
    with running(Level.STRICT, scratch=1 << 20) as server:
        result = server.run(script(source))
        assert outcome == (result.reason if isinstance(result, Rejection) else result.outcome)


def test_where_it_cannot_be_given() -> None:
    with pytest.raises(SandboxError, match="container cannot give a working directory"):
        ForkServer(LIMITS, level=Level.CONTAINER, scratch=1 << 20).start()


# What is swept away after a program.


@pytest.mark.parametrize(
    ("level", "own_user", "sweeps"),
    [
        ("strict", False, True),
        ("container", True, True),
        ("container", False, False),
        ("unsafe", False, False),
    ],
)
def test_only_a_user_of_programs_alone_is_swept(
    monkeypatch: pytest.MonkeyPatch, level: str, own_user: bool, sweeps: bool
) -> None:
    killed: list[int] = []
    monkeypatch.setattr(capture, "_kill", lambda process, number: killed.append(process))
    monkeypatch.setattr(capture, "_collect", lambda: None)
    walls = capture.Isolation(capture.Plan(level, (), (), (), None, 0))
    walls._has_own_user = own_user
    walls.end_all()
    assert killed == ([-1] if sweeps else [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize("level", [*WALLED, Level.UNSAFE])
def test_processes_of_others_live_on(level: Level) -> None:
    others = [subprocess.Popen(["sleep", "60"], user=user) for user in (0, 65_534)]
    try:
        with running(level) as server:
            for _ in range(3):
                assert isinstance(server.run(script("x = 1\n")), Trace)
        assert [other.poll() for other in others] == [None, None]
    finally:
        for other in others:
            other.kill()
            other.wait()
