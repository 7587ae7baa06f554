"""Dataflow, as far as it can be had without a cloud: what is posted, what is staged, and that what
is staged runs and gives the same bytes.
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import small_corpus
from support.commands import ROOT, Ended, command, imported
from support.metrics import metrics_of
from support.trees import digests

pytest.importorskip("google.cloud.dataflow_v1beta3", reason="the extra gcp is not installed")
pytest.importorskip("gcp_storage_emulator")

import apache_beam as beam
from apache_beam.options.pipeline_options import DebugOptions, WorkerOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from google.cloud import dataflow_v1beta3 as dataflow
from google.cloud import storage
from support.cloud import BUCKET, IMAGE, Cloud, Job, cloud_here, objects, pipeline_of
from support.services import worker_pool

import pipeline.build
from pipeline.runners import Graph, Runner
from pipeline.runners import run as run_here
from pipeline.timings import Metrics
from pipeline.workers import Workers

STAGES = "candidate selection program trace".split()  # of which each is a job, to the traces


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch) -> Iterator[Cloud]:
    """A cloud that this process works in."""
    with cloud_here(tmp_path, "") as found:
        for name, text in found.variables.items():
            monkeypatch.setenv(name, text)
        yield found


def _build(folder: Path, output: str, *more: str) -> Ended:
    """The command, with a corpus in the bucket."""
    line = ["build", "config.yaml", "--output", output, "--corpus", f"gs://{BUCKET}/corpus.jsonl"]
    listed = f"corpus.decontaminate=[gs://{BUCKET}/listed.jsonl]"
    return command(folder, *line, "--set", listed, *more)


def _upload(folder: Path) -> None:
    client = storage.Client.create_anonymous_client()
    for path in folder.glob("*.jsonl"):
        client.bucket(BUCKET).blob(path.name).upload_from_filename(str(path))
        path.unlink()


@pytest.mark.slow
def test_what_is_staged_gives_the_same_bytes(wheel: Path, cloud: Cloud, tmp_path: Path) -> None:
    """From files in a bucket to a dataset in it: the jobs that are posted, and what they leave."""
    small_corpus.write(tmp_path, small_corpus.records())
    _upload(tmp_path)
    assert _build(tmp_path, "local").status == 0
    with worker_pool(tmp_path) as cloud.pool:
        options = [*cloud.options, f"--extra_package={wheel}"]
        ended = _build(tmp_path, f"gs://{BUCKET}/out", "--runner", "dataflow", "--", *options)
    assert ended.status == 0, ended.err + str([job.error for job in cloud.jobs])
    stages = [job.posted["name"].removeprefix("neural-debugger-") for job in cloud.jobs]
    assert stages == [*STAGES, "tokenizer", "document", "row"]
    for job in cloud.jobs:
        assert job.polls
        _check(job.posted, pipeline_of(cloud, job.posted), wheel)
    local = {n: d for n, d in digests(tmp_path / "local").items() if d != "folder"}
    assert objects("out") == local
    run = json.loads(cloud.staged(f"gs://{BUCKET}/out/run.json"))
    assert run["metrics"].keys() == metrics_of(tmp_path / "local").keys()
    assert run["metrics"]["documents"] == metrics_of(tmp_path / "local")["documents"]


@pytest.mark.slow
def test_the_job_of_the_template(wheel: Path, cloud: Cloud, tmp_path: Path) -> None:
    """It starts the jobs of the stages from a worker, and ends when the dataset is there."""
    small_corpus.write(tmp_path, small_corpus.records())
    main = imported(ROOT / "configs" / "dataflow" / "main.py")
    _upload(tmp_path)
    sent = f"--extra_package={wheel}"
    given = ["--config=config.yaml", f"--output=gs://{BUCKET}/out", "--only=traces"]
    given += [f"--corpus=gs://{BUCKET}/corpus.jsonl", f"--beam=--no_auth {sent}"]
    given += [f"--set=corpus.decontaminate=[gs://{BUCKET}/listed.jsonl]"]
    with worker_pool(tmp_path) as cloud.pool:
        main.main([*given, *cloud.options, sent, "--job_name=whole"])
        while (state := cloud.jobs[0].state) == "JOB_STATE_RUNNING":
            time.sleep(0.2)
        names = [job.posted["name"] for job in cloud.jobs]
        assert (state, names) == (
            "JOB_STATE_DONE",
            ["whole", *(f"neural-debugger-{stage}" for stage in STAGES)],
        ), [job.error for job in cloud.jobs]
        assert "stores/traces.json" in objects("out")


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


@pytest.mark.parametrize(
    ("problem", "status", "told"),
    [
        ("ValueError: out of luck", 1, "out of luck"),
        ("tracing.sandbox.SandboxError: no fork [while running 'Trace']", 2, "error: no fork\n"),
    ],
)
@pytest.mark.slow
def test_a_job_that_fails(
    cloud: Cloud, tmp_path: Path, problem: str, status: int, told: str
) -> None:
    """The reason comes back, and there is nothing that looks finished."""
    small_corpus.write(tmp_path, small_corpus.records()[:2])
    _upload(tmp_path)
    cloud.fails = f"Traceback\n{problem}"
    ended = _build(tmp_path, f"gs://{BUCKET}/out", "--runner", "dataflow", "--", *cloud.options)
    assert len(cloud.jobs) == 1
    assert ended.status == status
    assert told in ended.err
    assert "manifest.json" not in objects("out")


def test_what_a_job_counts_is_heard_while_it_runs(cloud: Cloud, monkeypatch) -> None:
    told: queue.SimpleQueue[Metrics] = queue.SimpleQueue()

    def counting(_cloud: Cloud, job: Job) -> None:
        for number in (1, 2):
            job.metrics = _documents(number)
            while told.get() != {"rows": {"documents": number}}:
                pass
        job.metrics, job.state = _documents(3), "JOB_STATE_DONE"

    def graph(pipeline: Any) -> None:
        pipeline | beam.Create([1])

    monkeypatch.setattr(Cloud, "_run", counting)
    monkeypatch.setattr("pipeline.metrics._SECONDS", 0.1)
    found = run_here(graph, Workers(1), Runner.of("dataflow", cloud.options), "rows", told.put)
    assert found == {"rows": {"documents": 3}}


def _documents(number: int) -> list[dict[str, Any]]:
    """A counter, as the service tells it."""
    context = {"step": "s1", "namespace": "rows"}
    name = {"origin": "user", "name": "documents"}
    contexts = (context, context | {"tentative": "true"})
    return [{"name": name | {"context": one}, "scalar": number} for one in contexts]


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

    def run(graph: Graph, _workers: Workers, _runner: Runner, stage: str, _hear: Any) -> Metrics:
        jobs[stage] = _described(cloud, graph, stage)
        return run_here(graph, Workers(1))

    monkeypatch.setattr(pipeline.build, "run", run)
    small_corpus.write(tmp_path, small_corpus.records())
    mixture = "mixture={by: [direction], shares: {forward: 0.5, inverse: 0.5}}"
    rebuild(tmp_path, "out", mixture, "trajectories.inverse_steps=true")
    assert list(jobs) == [*STAGES, *"tokenizer step document mixture row judged".split()]
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
