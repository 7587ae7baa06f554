"""A build through a job service, in harnesses that have nothing of the project but its wheel."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import small_corpus
from support.commands import command
from support.metrics import work_of
from support.services import job_service, worker_pool
from support.trees import digests


def test_the_same_bytes_through_a_job_service(built, wheel: Path, tmp_path: Path) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    with job_service(tmp_path) as jobs, worker_pool(tmp_path) as pool:
        beam = [f"--job_endpoint={jobs}", "--environment_type=EXTERNAL"]
        beam += [f"--environment_config={pool}", f"--extra_package={wheel}"]
        line = ["build", "config.yaml", "--output", "out", "--runner", "portable", "--", *beam]
        ended = command(tmp_path, *line)
    assert ended.status == 0, ended.err
    assert digests(tmp_path / "out") == digests(built.root)
    assert work_of(tmp_path / "out") == work_of(built.root)
    assert len(list(tmp_path.glob("*/installed/pipeline"))) >= 3  # a harness for each job


@pytest.mark.slow
def test_without_the_wheel_there_is_no_code(tmp_path: Path) -> None:
    """The control: harnesses really have nothing else."""
    small_corpus.write(tmp_path, small_corpus.records()[:2])
    with job_service(tmp_path) as jobs, worker_pool(tmp_path) as pool:
        beam = [f"--job_endpoint={jobs}", "--environment_type=EXTERNAL"]
        line = ["build", "config.yaml", "--output", "out", "--runner", "portable", "--", *beam]
        ended = command(tmp_path, *line, f"--environment_config={pool}")
    assert ended.status != 0
    assert "No module named" in (tmp_path / "jobs.log").read_text() + ended.err
