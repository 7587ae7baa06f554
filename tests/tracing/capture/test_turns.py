"""Threads, and what waits for time: as plain CPython has it, in every run, without the time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.servers import changed

from tracing import sandbox
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, Plain
from tracing.trace import Trace

_, *PARTS = re.split(r"### (\w+)\n", Path(__file__).with_name("threads.txt").read_text())
PROGRAMS = dict(zip(PARTS[::2], PARTS[1::2], strict=True))


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer(Limits(wall_seconds=20.0))
    yield server
    server.close()


def traced(server: ForkServer, source: str) -> Trace:
    trace = server.run(Program("p", source))
    assert isinstance(trace, Trace), trace
    return trace


def interpreted(source: str) -> bytes:
    arguments = [sys.executable, "-I", "-S", "-c", source]
    return subprocess.run(arguments, capture_output=True, check=True).stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_they_do_what_they_do_in_plain_cpython(server: ForkServer, name: str) -> None:
    source = PROGRAMS[name]
    trace, plain = traced(server, source), server.run_plain(Program("p", source))
    assert isinstance(plain, Plain), plain
    assert trace.stdout == plain.stdout
    # Its times are true ones: on a machine that does much else it may be late.
    assert any(trace.stdout == interpreted(source) for _ in range(3))


@pytest.mark.parametrize("name", PROGRAMS)
def test_they_do_the_same_in_every_run(server: ForkServer, name: str) -> None:
    program = Program("p", PROGRAMS[name])
    another = ForkServer(Limits(wall_seconds=20.0), level=Level.UNSAFE)
    found = [another.run(program), server.run(program), another.run(program)]
    another.close()
    assert found[0] == found[1] == found[2]


def test_order_is_that_of_times(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where sleep does not wait, it is another."""
    source = PROGRAMS["sleep_sort"]
    assert traced(server, source).stdout == b"[1, 2, 3]\n"
    old = "has_time = self._wait(awaited, until)"
    new = "has_time = awaited is not None and self._wait(awaited, until)"
    monkeypatch.setattr(sandbox, "_START", changed(tmp_path, "turns.py", old, new))
    another = ForkServer(Limits(wall_seconds=20.0), level=Level.UNSAFE)
    assert traced(another, source).stdout == b"[3, 1, 2]\n"
    another.close()


HOURS = """
import threading, time
done = []
def sleep(hours):
    time.sleep(3600 * hours)
    done.append(hours)
threads = [threading.Thread(target=sleep, args=(n,)) for n in (24, 8, 1)]
for thread in threads:
    thread.start()
threads[1].join(3600)
print(done, threading.Event().wait(7200), done)
for thread in threads:
    thread.join()
print(done, round(time.time() / 3600) % 24)
"""


def test_time_takes_none(server: ForkServer) -> None:
    trace = traced(server, HOURS)
    assert trace.stdout == b"[1] False [1]\n[1, 8, 24] 0\n"


NOBODY = """
import multiprocessing, queue, threading, time
threading.Thread(target=time.sleep, args=(1,)).start()
"""
WAITS = (
    "queue.SimpleQueue().get()",
    "queue.Queue().get()",
    "multiprocessing.Semaphore(0).acquire()",
)


@pytest.mark.parametrize("wait", WAITS)
def test_what_nobody_gives_is_waited_for_when_all_others_have_ended(wait: str) -> None:
    server = ForkServer(Limits(wall_seconds=1.0))
    result = server.run(Program("p", f"{NOBODY}{wait}\n"))
    server.close()
    assert result == Rejection("p", Reason.TIME, "1.0 s of wall time")


def test_a_thread_that_spins_past_what_is_recorded() -> None:
    """It loses its turn after a number of events, so that the count is the same in every run."""
    server = ForkServer(Limits(wall_seconds=20.0, events=100))
    source = PROGRAMS["spin"].partition("stop=")[0]
    counted = {traced(server, source).counted for _ in range(3)}
    server.close()
    assert len(counted) == 1
    assert counted.pop() > 1 << 16
