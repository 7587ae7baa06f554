"""Workers: forked from one process, silent, counted, and missed where they are killed."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from support.processes import alive, children, soon

from pipeline import slots
from pipeline.environment import environment
from pipeline.runners import run
from pipeline.slots import WorkerError
from pipeline.stages.ahead import _MOST, Ahead
from pipeline.workers import Workers


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find this module."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def _who(_: int) -> str:
    assert slots.HERE is not None
    return f"{os.getpid()} {os.getppid()} {slots.HERE.count}"


def _write(path: str) -> Any:
    def graph(pipeline: Any) -> None:
        found = pipeline | beam.Create(range(20)) | beam.Reshuffle() | beam.Map(_who)
        found | beam.io.WriteToText(path, shard_name_template="")

    return graph


def _spin(number: int) -> int:
    return sum(range(3_000_000 + number))


def test_each_graph_has_new_workers_of_one_parent(tmp_path) -> None:
    seen, parents = set(), set()
    with Workers(2) as workers:
        for name in ("a", "b"):
            run(_write(str(tmp_path / name)), workers)
            lines = Counter((tmp_path / name).read_text().splitlines())
            assert len(lines) == 2  # both worked
            seen |= {line.split()[0] for line in lines}
            parents |= {line.split()[1] for line in lines}
            assert {line.split()[2] for line in lines} == {"2"}  # slots
        (parent,) = parents
        assert parent != str(os.getpid())
        assert len(seen) == 4
    assert soon(lambda: not any(alive(int(process)) for process in seen | parents))


def test_they_may_be_begun_before(tmp_path) -> None:
    workers, others = Workers(2), children(os.getpid())
    workers.start()
    begun = children(os.getpid()) - others
    with workers:
        run(_write(str(tmp_path / "a")), workers)
    assert {line.split()[1] for line in (tmp_path / "a").read_text().splitlines()} == {
        str(process) for process in begun
    }
    assert not any(map(alive, begun))


def test_what_they_take_is_counted() -> None:
    with Workers(2) as workers:
        run(lambda p: p | beam.Create([1]) | beam.Reshuffle() | beam.Map(_spin), workers)
        assert workers.cpu_seconds > 0.05


def test_one_is_the_process_itself() -> None:
    with Workers(1) as workers:
        assert environment(workers) is None
    assert slots.HERE is None


def _end(number: int) -> None:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)


def _fail(number: int) -> None:
    raise ZeroDivisionError(number)


def _graph(function: Any) -> Any:
    return lambda p: p | beam.Create(range(8)) | beam.Reshuffle() | beam.Map(function)


def test_a_worker_that_is_killed_is_missed(capfd: pytest.CaptureFixture[str]) -> None:
    before = children(os.getpid())
    with Workers(2) as workers, pytest.raises(WorkerError, match="ended from outside"):
        run(_graph(_end), workers)
    assert soon(lambda: children(os.getpid()) <= before)
    assert capfd.readouterr().err == ""


def test_one_that_fails_is_not_taken_for_killed() -> None:
    with Workers(2) as workers, pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run(_graph(_fail), workers)


@pytest.mark.parametrize("threads", [1, 3])
def test_ahead_gives_each_result_once(threads: int) -> None:
    ahead = Ahead(lambda number: number * number, threads)
    found: list[int] = []
    for number in range(3 * _MOST):
        found += ahead.add(number)
        assert number + 1 - len(found) < _MOST
    found += ahead.rest()
    assert sorted(found) == [number * number for number in range(3 * _MOST)]


def test_ahead_begins_nothing_after_a_failure() -> None:
    begun: list[int] = []

    def call(number: int) -> int:
        begun.append(number)
        return 1 // number

    def results() -> Iterator[int]:
        ahead = Ahead(call, 1)
        for number in range(_MOST - 1, -1, -1):
            yield from ahead.add(number)
        yield from ahead.rest()

    with pytest.raises(ZeroDivisionError):
        list(results())
    assert begun[-1] == 0
