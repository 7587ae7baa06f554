"""Runners are checked before any work: what is wrong, and what would be right, is said."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipeline.corpus.records import CorpusError
from pipeline.runners import Name, Runner, run
from pipeline.shards.writer import WriteError
from pipeline.strict import ConfigError
from pipeline.workers import Workers
from tracing.sandbox import SandboxError

CLOUD = ["--project=p", "--region=europe-west4", "--temp_location=gs://b/temp"]
IMAGE = "--sdk_container_image=europe-west4-docker.pkg.dev/p/r/neural-debugger:1"


def _has_cloud() -> bool:
    try:
        return importlib.util.find_spec("google.cloud.dataflow_v1beta3") is not None
    except ModuleNotFoundError:
        return False


needs_cloud = pytest.mark.skipif(not _has_cloud(), reason="the extra gcp is not installed")


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("local", [], Name.LOCAL),
        ("PortableRunner", ["--job_endpoint=localhost:1", "--parallelism=4"], Name.PORTABLE),
        pytest.param("Dataflow", [*CLOUD, IMAGE], Name.DATAFLOW, marks=needs_cloud),
    ],
)
def test_known(name: str, arguments: list[str], wanted: Name) -> None:
    assert Runner.of(name, arguments) == Runner(wanted, tuple(arguments))


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("DaskRunner", [], "--runner: DaskRunner: computes the last stage"),
        ("direct", [], "--runner: direct: .*expected local"),
        ("flink", [], "--runner: flink: expected portable, with --job_endpoint"),
        ("datafow", [], '--runner: "datafow"; expected dataflow'),
        ("local", ["--x=1"], '--: "--x"; expected --'),
        ("local", ["--region=r"], "--region=r: the local runner has no options"),
        ("portable", [], "--job_endpoint is missing"),
        ("portable", ["--job_endpoint=x", "--runner=Flink"], "--runner: is set by the build"),
        ("dataflow", ["--regoin=r"], '--: "--regoin"; expected --region'),
        ("dataflow", ["--num_workers=x"], "--num_workers: invalid int value: 'x'"),
        pytest.param("dataflow", CLOUD[1:], "--project is missing", marks=needs_cloud),
        pytest.param(
            "dataflow",
            [*CLOUD[:2], "--temp_location=/tmp/x"],
            '--temp_location: "/tmp/x"; expected gs://',
            marks=needs_cloud,
        ),
        pytest.param("dataflow", CLOUD, "--sdk_container_image is missing", marks=needs_cloud),
        pytest.param(
            "dataflow",
            [*CLOUD, "--extra_package=none.whl"],
            '--extra_package: "none.whl"; expected an existing file',
            marks=needs_cloud,
        ),
    ],
)
def test_refused(name: str, arguments: list[str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        Runner.of(name, arguments)


def test_refused_before_any_work(call, tmp_path: Path) -> None:
    line = ["build", "configs/quickstart.yaml", "--output", tmp_path / "out"]
    ended = call(*line, "--runner", "dask")
    assert ended.status == 2
    assert ended.err.startswith("error: --runner: dask: computes the last stage")
    assert not (tmp_path / "out").exists()


def test_options_of_beam_s_are_for_builds(call, tmp_path: Path) -> None:
    ended = call("verify", tmp_path, "--", "--region=r")
    assert ended.status == 2
    assert "for `build` alone" in ended.err


@needs_cloud
def test_workers_of_a_cloud_do_not_write_here(call, tmp_path: Path) -> None:
    line = ["build", "configs/quickstart.yaml", "--output", tmp_path / "out"]
    ended = call(*line, "--runner", "dataflow", "--", *CLOUD, IMAGE)
    assert ended.status == 2
    assert "--output: " in ended.err
    assert "expected gs://BUCKET/FOLDER" in ended.err
    assert not (tmp_path / "out").exists()


@needs_cloud
def test_workers_of_a_cloud_do_not_read_here(call, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    line = ["build", "configs/quickstart.yaml", "--output", "gs://b/out", "--runner", "dataflow"]
    ended = call(*line, "--corpus", tmp_path / "a.jsonl", "--", *CLOUD, IMAGE)
    assert ended.status == 2
    assert "error: corpus: " in ended.err
    assert "expected gs://BUCKET/FILE" in ended.err


_TRACEBACK = "Traceback (most recent call last):\n  File x, line 1, in f\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("pipeline.corpus.records.CorpusError: a.py: gone", CorpusError("a.py: gone")),
        (
            _TRACEBACK + "pipeline.shards.writer.WriteError: out: full [while running 'Write']",
            WriteError("out: full"),
        ),
        (
            "Pipeline p failed in state FAILED: "
            + _TRACEBACK
            + "tracing.sandbox.SandboxError: no fork [while running 'Trace-ptransform-12']\n\n"
            + _TRACEBACK
            + "RuntimeError: the bundle was given up\n",
            SandboxError("no fork"),
        ),
        (_TRACEBACK + "KeyboardInterrupt", KeyboardInterrupt()),
        (_TRACEBACK + "my.pipeline.corpus.records.CorpusError: x", RuntimeError),
        (_TRACEBACK + "ValueError: about tracing.sandbox.SandboxErrors: x", RuntimeError),
    ],
)
def test_what_a_runner_passes_on_as_a_text(text: str, wanted: object, monkeypatch) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(FnApiRunner, "run_pipeline", failing)
    kind = wanted if isinstance(wanted, type) else type(wanted)
    with pytest.raises(kind) as raised:
        run(lambda _: None, Workers(1))
    assert type(raised.value) is kind
    if kind is not RuntimeError:
        assert raised.value.args == wanted.args
