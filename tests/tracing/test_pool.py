"""Sandboxes are shared by the threads of a process, outlive them, and come again."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.processes import alive, children, soon

from tracing.limits import Limits
from tracing.pool import Pool, at_once
from tracing.program import Program
from tracing.sandbox import ForkServer, _is_closed
from tracing.trace import Trace


class Item:
    """Counts those that are there."""

    def __init__(self, made: list[Item]) -> None:
        made.append(self)
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def _in_thread(call: Callable[[], object]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def test_one_thread_uses_one_item() -> None:
    made: list[Item] = []
    pool = Pool(lambda: Item(made), 4)
    pool.enter()
    for _ in range(5):
        with pool.lease():
            pass
    assert [item.closed for item in made] == [0]
    pool.leave()
    assert [item.closed for item in made] == [1]


def test_no_more_than_fit() -> None:
    """And no fewer: all that may be in use at once are."""
    made: list[Item] = []
    pool = Pool(lambda: Item(made), 3)
    pool.enter()
    together = threading.Barrier(3)

    def work(_: int) -> None:
        with pool.lease():
            together.wait(30)

    with ThreadPoolExecutor(9) as threads:
        list(threads.map(work, range(9)))
    assert len(made) == 3


def test_what_failed_is_not_used_again() -> None:
    made: list[Item] = []
    pool = Pool(lambda: Item(made), 1)
    pool.enter()
    with pytest.raises(ValueError, match="x"), pool.lease():
        raise ValueError("x")
    with pool.lease():
        pass
    assert [item.closed for item in made] == [1, 0]


def test_the_last_user_closes() -> None:
    made: list[Item] = []
    pool = Pool(lambda: Item(made), 2)
    pool.enter()
    pool.enter()
    with pool.lease():
        pool.leave()
        pool.leave()
    assert [item.closed for item in made] == [1]


def test_programs_fit_the_machine() -> None:
    assert at_once(1 << 60) == 1
    assert at_once(1 << 20) > at_once(1 << 30) >= 1


@pytest.fixture
def pool():
    made: list[ForkServer] = []

    def make() -> ForkServer:
        made.append(ForkServer(Limits(wall_seconds=20.0)))
        return made[-1]

    found = Pool(make, 3)
    found.enter()
    found.made = made
    yield found
    found.leave()


def _run(pool: Pool[ForkServer], number: int) -> int:
    with pool.lease() as server:
        trace = server.run(
            Program(f"p{number}", f"x = {number}\nfor y in range(50):\n    x += y\n")
        )
    assert isinstance(trace, Trace), trace
    assert trace.code.startswith(f"x = {number}\n")
    return number


def test_a_server_outlives_the_thread_that_asked_for_it(pool) -> None:
    """It ends when its socket is closed, and is not tied to a thread."""
    for number in range(3):
        _in_thread(lambda number=number: _run(pool, number))
    (server,) = pool.made
    assert server.restarts == 0


def test_several_threads_each_get_their_own_traces(pool) -> None:
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(lambda n: _run(pool, n), range(60))) == list(range(60))
    assert 1 <= len(pool.made) <= 3
    assert sum(server.restarts for server in pool.made) == 0


def test_a_server_that_was_killed_comes_again(pool) -> None:
    _run(pool, 1)
    (server,) = pool.made
    assert server._process is not None
    process = server._process.pid
    os.killpg(process, signal.SIGKILL)
    for child in children(process):
        os.kill(child, signal.SIGKILL)
    assert soon(lambda: not alive(process))
    assert soon(lambda: _is_closed(server._control))  # those below it have ended, too
    _run(pool, 2)
    assert server.restarts == 1
