"""What a build counts is what its manifest counts; where it was continued, what was done since."""

from __future__ import annotations

import json
import queue
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apache_beam.metrics.monitoring_infos import int64_user_counter
from apache_beam.portability.api import beam_job_api_pb2 as job_api
from apache_beam.runners.portability.portable_runner import PipelineResult
from hypothesis import given
from hypothesis import strategies as st
from support import small_corpus
from support.metrics import metrics_of

from pipeline import log
from pipeline.cli import main
from pipeline.metrics import counted, heard
from pipeline.timings import Timings, merge
from tracing.checks import Checked, CheckedServer
from tracing.program import Program


def _rejected(metrics: dict[str, dict[str, Any]]) -> Counter[str]:
    return Counter(
        {
            name.removeprefix("rejected."): number
            for found in metrics.values()
            for name, number in found.items()
            if name.startswith("rejected.")
        }
    )


def test_they_are_the_counts_of_the_manifest(built) -> None:
    metrics, counts = metrics_of(built.root), built.counts
    programs, traces, documents, rows = (
        metrics[stage] for stage in ("programs", "traces", "documents", "rows")
    )
    assert programs["programs"] == counts["programs"] == len(small_corpus.records())
    assert dict(_rejected(metrics)) == counts["rejected"]
    assert traces["programs"] == traces["milliseconds"]["count"]
    assert traces["events"]["count"] == documents["programs"]
    assert documents["events"]["count"] == counts["traced"]
    assert documents["events"]["sum"] == counts["events"]
    for name, number in counts["trajectories"].items():
        assert documents[f"trajectories.{name}"] == number
    for name in ("repeated", "without_start", "without_room", "unclassified"):
        assert documents.get(name, 0) == counts[name]
    for name in ("documents", "cut", "windows", "rows"):
        assert rows.get(name, 0) == counts[name]
    assert rows["tokens"]["sum"] == counts["tokens"]
    assert rows["tokens"]["count"] == counts["documents"]


def test_bytes_are_those_of_the_files(built) -> None:
    found: Counter[str] = Counter()
    folders = {"programs": "programs", "traces": "traces", "runs": "traces"}
    folders |= dict.fromkeys(("train", "validation", "test"), "rows")
    for entry in built.manifest.files:
        stage = folders.get(entry.path.partition("/")[0])
        if stage is not None and entry.path.endswith(".arrow"):
            found[stage] += entry.bytes
    metrics = metrics_of(built.root)
    assert found
    for stage, size in found.items():
        assert metrics[stage]["bytes"]["sum"] == size, stage


FIRST = [f"first{number}" for number in range(5)]
SOURCES = {name: f"x = {number}\n" for number, name in enumerate([*FIRST, "breaks", "restarts"])}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A corpus of two files of traces or more, to work in."""
    _write(tmp_path, SOURCES)
    monkeypatch.setattr("pipeline.waves.RECORDS_PER_FILE", 3)
    monkeypatch.setattr("pipeline.build._FILES_OF_TRACES", 1)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(folder: Path, sources: dict[str, str]) -> None:
    small_corpus.write(folder, [{"id": name, "source": text} for name, text in sources.items()])


def _traced(path: Path) -> dict[str, Any]:
    """The metrics of the traces that a build then has."""
    with pytest.raises(SystemExit) as ended:
        main(["build", "config.yaml", "--output", "out", "--only", "traces", "--log", str(path)])
    assert ended.value.code == 0
    return Timings(Path("out"), float).metrics["traces"]


def _lines(path: Path) -> list[tuple[str, str, str, str]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(i["level"], i["stage"], i["program"], i["message"]) for i in lines]


class Runs:
    """Stands in front of the sandbox: `ran` are the programs that were run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.breaks = self.restarts = ""
        run = CheckedServer.run

        def running(server: CheckedServer, program: Program) -> Checked:
            if program.id == self.breaks:
                raise ValueError("broken")
            self.ran.append(program.id)
            if program.id == self.restarts:
                server._server.start()
                server._server._process.kill()
                server._server._process.wait()
            return run(server, program)

        monkeypatch.setattr(CheckedServer, "run", running)


def test_a_build_that_broke_and_is_continued(folder: Path, monkeypatch) -> None:
    """The programs of waves that were committed are not counted again; a program that breaks the
    work is named in the log, and one after which the sandbox had to be started again."""
    runs, path = Runs(monkeypatch), folder / "log"
    runs.breaks = "breaks"
    with pytest.raises(Exception, match="broken"):
        _traced(path)
    named, whole = _lines(path)
    assert named == ("error", "traces", "breaks", "ValueError: broken")
    assert whole[:3] == ("error", None, None)
    assert "broken" in whole[3]

    runs.breaks = ""
    runs.ran.clear()
    metrics = _traced(path)
    assert 0 < len(runs.ran) < len(SOURCES)
    assert metrics["programs"] == metrics["events"]["count"] == len(runs.ran)
    assert "sandbox.restarts" not in metrics

    _write(folder, SOURCES | {"more": "y = 1\n", "restarts": "y = 2\n"})
    runs.restarts = "restarts"
    runs.ran.clear()
    path.write_text("")
    metrics = _traced(path)
    assert sorted(runs.ran) == ["more", "restarts"]
    assert (metrics["programs"], metrics["reused"]) == (2, len(SOURCES) - 1)
    assert metrics["sandbox.restarts"] == 1
    message = "the sandbox had to be started again"
    assert _lines(path) == [("warning", "traces", "restarts", message)]


def test_a_runner_that_does_not_tell(folder: Path) -> None:
    """The work is done: it is not lost for its numbers."""

    class Silent:
        def metrics(self) -> Any:
            raise NotImplementedError

    with log.kept_in(folder / "log"):
        assert counted(Silent(), "rows") == {}
    message = "what was counted is not known: NotImplementedError: "
    assert _lines(folder / "log") == [("warning", "rows", None, message)]


class Service:
    """A job service: what it has counted grows with each question."""

    def __init__(self, failures: int = 0) -> None:
        self.asked, self._failures = 0, failures

    def GetJobMetrics(self, _request: Any) -> Any:  # noqa: N802
        self.asked += 1
        if self.asked <= self._failures:
            raise ConnectionError(f"question {self.asked}")
        info = int64_user_counter("rows", "documents", self.asked, ptransform="Pack")
        return job_api.GetJobMetricsResponse(metrics=job_api.MetricResults(attempted=[info]))


def _job(service: Service) -> PipelineResult:
    return PipelineResult(service, "job", iter(()), iter(()))


def test_what_a_job_counts_is_heard_while_it_runs(monkeypatch) -> None:
    monkeypatch.setattr("pipeline.metrics._SECONDS", 0.01)
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    job = _job(service := Service())
    with heard(job, "rows", told.put):
        numbers = [told.get(timeout=60)["rows"]["documents"] for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert counted(job, "rows") == {"rows": {"documents": service.asked}}


def test_a_service_that_does_not_answer_is_logged_once(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.metrics._SECONDS", 0.01)
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with log.kept_in(tmp_path / "log"), heard(_job(Service(3)), "rows", told.put):
        assert told.get(timeout=60) == {"rows": {"documents": 4}}
    message = "what was counted so far is not known: ConnectionError: question 1"
    assert _lines(tmp_path / "log") == [("warning", "rows", None, message)]


def test_what_is_heard_is_shown_and_not_added(tmp_path: Path) -> None:
    timings = Timings(tmp_path, float)
    with timings.stage("rows") as shown:
        timings.add({"rows": {"documents": 2}})
        for number in (1, 3):
            timings.hear({"rows": {"documents": number, "cut": 1}})
            assert shown == {"documents": 2 + number, "cut": 1}
        assert timings.metrics["rows"] == {"documents": 2}
        timings.add({"rows": {"documents": 4, "cut": 1}})
        assert shown == timings.metrics["rows"] == {"documents": 6, "cut": 1}


VALUES = st.lists(st.integers(0, 99), min_size=1)


@given(st.lists(VALUES, min_size=1))
def test_the_parts_of_a_distribution_add_up(parts: list[list[int]]) -> None:
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        merge(found, {"rows": {"tokens": _distribution(part), "rows": len(part)}})
    whole = [value for part in parts for value in part]
    assert found == {"rows": {"tokens": _distribution(whole), "rows": len(whole)}}


def _distribution(values: list[int]) -> dict[str, int]:
    return {"count": len(values), "sum": sum(values), "min": min(values), "max": max(values)}
