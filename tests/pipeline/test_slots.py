"""Slots are shared by processes that are forked: none is lost, none is had twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.processes import soon

from pipeline.slots import Slots


def _forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return child


def _ended(child: int) -> bool:
    return os.waitpid(child, os.WNOHANG) != (0, 0)


def test_a_process_keeps_one_and_takes_what_is_free() -> None:
    slots = Slots(2)
    with slots.kept(), slots.one(), slots.one():
        thread = threading.Thread(target=_use, args=(slots, used := []))
        thread.start()
        time.sleep(0.05)
        assert not used  # both are taken
    thread.join()
    assert used


def _use(slots: Slots, used: list[int]) -> None:
    with slots.one():
        used.append(1)


def test_one_thread_at_a_time_has_what_is_kept() -> None:
    slots, most, lock = Slots(3), [0, 0], threading.Lock()

    def work(_: int) -> None:
        with slots.one():
            with lock:
                most[0] += 1
                most[1] = max(most)
            time.sleep(0.002)
            with lock:
                most[0] -= 1

    with slots.kept(), ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))
    assert most == [0, 3]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGCONT], ids=["killed", "ended"])
def test_what_another_process_had_is_free_with_its_end(how: signal.Signals) -> None:
    slots = Slots(1)
    reading, writing = os.pipe()

    def work() -> None:
        with slots.kept():
            os.write(writing, b".")
            signal.sigwait([signal.SIGCONT])

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCONT])
    child = _forked(work)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCONT])
    os.read(reading, 1)
    thread = threading.Thread(target=_keep, args=(slots, kept := []))
    thread.start()
    time.sleep(0.05)
    assert not kept
    os.kill(child, how)
    assert soon(lambda: _ended(child))
    thread.join(10)
    assert kept
    for end in (reading, writing):
        os.close(end)


def _keep(slots: Slots, kept: list[int]) -> None:
    with slots.kept():
        kept.append(1)
