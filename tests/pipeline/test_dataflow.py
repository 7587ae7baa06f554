"""Dataflow, as far as it can be had without a cloud: what is posted, what is staged, and that what
is staged runs and gives the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import small_corpus
from support.commands import environment
from support.trees import digests

pytest.importorskip("google.cloud.dataflow_v1beta3", reason="the extra gcp is not installed")
pytest.importorskip("gcp_storage_emulator")

import apache_beam as beam
from apache_beam.options.pipeline_options import DebugOptions, WorkerOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from google.cloud import dataflow_v1beta3 as dataflow
from support.cloud import BUCKET, IMAGE, Cloud, cloud_here, pipeline_of
from support.services import worker_pool

import pipeline.build
from pipeline.runners import Graph, Runner
from pipeline.runners import run as run_here

# A build in a process of its own; its output is a folder that the harnesses share.
_BUILD = """
import io, sys
from pathlib import Path
from rich.console import Console
from pipeline.build import build
from pipeline.config import load
from pipeline.progress import Display
from pipeline.runners import Runner

runner = Runner.of("dataflow", sys.argv[1:])
build(load("config.yaml"), Path("out"), Display(Console(file=io.StringIO())), runner=runner)
"""


def _launched(folder: Path, storage: str, options: list[str]) -> subprocess.CompletedProcess[str]:
    variables = {"STORAGE_EMULATOR_HOST": storage, "NO_GCE_CHECK": "true"}
    return subprocess.run(
        [sys.executable, "-c", _BUILD, *options],
        cwd=folder,
        env={**environment(), **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_what_is_staged_gives_the_same_bytes(
    built, wheel: Path, tmp_path: Path, monkeypatch
) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    with worker_pool(tmp_path) as pool, cloud_here(tmp_path, pool) as cloud:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.storage)
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        options = [*cloud.options, f"--extra_package={wheel}"]
        ended = _launched(tmp_path, cloud.storage, options)
        assert ended.returncode == 0, ended.stderr + str([job.error for job in cloud.jobs])
        names = [job.posted["name"] for job in cloud.jobs]
        for job in cloud.jobs:
            _check(job.posted, pipeline_of(cloud, job.posted), wheel)
    assert names == [
        f"neural-debugger-{stage}" for stage in ("program", "trace", "tokenizer", "document", "row")
    ]
    assert all(job.polls for job in cloud.jobs)
    assert digests(tmp_path / "out") == digests(built.root)


def _check(posted: dict, pipeline: Any, wheel: Path) -> None:
    """What the service is told of a job."""
    _check_sizes(json.dumps(posted), pipeline)
    assert posted["type"] == dataflow.JobType.JOB_TYPE_BATCH
    (pool,) = posted["environment"]["workerPools"]
    _check_pool(pool["machineType"], pool["workerHarnessContainerImage"])
    assert pool["numThreadsPerWorker"] == 1
    assert wheel.name in {package["name"] for package in pool["packages"]}
    places = {package["location"].split("/temp/")[0] for package in pool["packages"]}
    assert places == {f"storage.googleapis.com/{BUCKET}"}
    _check_environments(pipeline)


def _check_sizes(description: str, pipeline: Any) -> None:
    """The service takes 10 MiB, and its console shows graphs of some hundred stages."""
    assert len(description) < 1 << 20
    assert pipeline.ByteSize() < 1 << 20
    assert len(pipeline.components.transforms) < 200


def _check_pool(machine: str, image: str) -> None:
    assert (machine, image) == ("n2-standard-8", IMAGE)


def _check_environments(pipeline: Any) -> None:
    """One container for all, with the memory that programs may need."""
    (environment,) = pipeline.components.environments.values()
    assert environment.urn == common_urns.environments.DOCKER.urn
    assert (
        beam_runner_api_pb2.DockerPayload.FromString(environment.payload).container_image == IMAGE
    )
    hints = {urn: int(text) for urn, text in environment.resource_hints.items()}
    assert hints == {"beam:resources:min_ram_bytes:v1": 24 * 10**9}
    stages = [t for t in pipeline.components.transforms.values() if t.environment_id]
    assert stages


@pytest.mark.slow
def test_a_job_that_fails(tmp_path: Path) -> None:
    """The reason comes back, and there is nothing that looks finished."""
    small_corpus.write(tmp_path, small_corpus.records()[:2])
    with cloud_here(tmp_path, "localhost:1") as cloud:
        cloud.fails = "Traceback\nValueError: out of luck"
        ended = _launched(tmp_path, cloud.storage, cloud.options)
        assert len(cloud.jobs) == 1
    assert ended.returncode != 0
    assert "out of luck" in ended.stderr
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch) -> Iterator[Cloud]:
    """A cloud for jobs that are not sent: Beam looks for the bucket of what would be."""
    with cloud_here(tmp_path, "localhost:1") as found:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", found.storage)
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        yield found


def _described(cloud: Cloud, graph: Graph, stage: str, *options: str) -> Any:
    """The job of a graph that is not sent, and its pipeline."""
    runner = Runner.of("dataflow", [*cloud.options, "--dry_run=True", *options])
    pipeline = beam.Pipeline(options=runner.options(stage))
    graph(pipeline)
    job = pipeline.run().job
    assert cloud.jobs == []
    return job


def test_jobs_of_all_stages(built, rebuild, cloud: Cloud, tmp_path: Path, monkeypatch) -> None:
    """Each graph of a build that has all of them is described, and then run here."""
    jobs = {}

    def run(graph: Graph, _workers: int, _runner: Runner, stage: str) -> None:
        jobs[stage] = _described(cloud, graph, stage)
        run_here(graph, 1)

    monkeypatch.setattr(pipeline.build, "run", run)
    small_corpus.write(tmp_path, small_corpus.records())
    mixture = "mixture={by: [direction], shares: {forward: 0.5, inverse: 0.5}}"
    rebuild(tmp_path, "out", mixture, "trajectories.inverse_steps=true")
    assert list(jobs) == "program trace tokenizer step document mixture row judged".split()
    for stage, job in jobs.items():
        assert json.loads(job.json())["name"] == f"neural-debugger-{stage}"
        _check_sizes(job.json(), job.proto_pipeline)
        _check_environments(job.proto_pipeline)


def test_resources_that_the_user_chooses(cloud: Cloud) -> None:
    def graph(pipeline: Any) -> None:
        pipeline | beam.Create([1])

    options = ("--machine_type=c3-standard-4", "--number_of_worker_harness_threads=3")
    job = _described(cloud, graph, "stage", *options)
    assert job.options.view_as(WorkerOptions).machine_type == "c3-standard-4"
    assert job.options.view_as(DebugOptions).number_of_worker_harness_threads == 3
    (environment,) = job.proto_pipeline.components.environments.values()
    assert not environment.resource_hints
