"""Services of Beam's, each a process of its own while a test runs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import container

_SECONDS = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def job_service(folder: Path) -> Iterator[str]:
    """Beam's job service in Python: its endpoint."""
    port = free_port()
    line = ["apache_beam.runners.portability.local_job_service_main", f"--port={port}"]
    with _service([*line, f"--staging_dir={folder / 'staged'}"], port, folder / "jobs.log"):
        yield f"localhost:{port}"


@contextmanager
def worker_pool(folder: Path) -> Iterator[str]:
    """A pool that starts harnesses as containers are started, in a clean place: its endpoint."""
    port = free_port()
    line = ["apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"]
    boot = container.executable(folder)
    with _service([*line, f"--container_executable={boot}"], port, folder / "pool.log"):
        yield f"localhost:{port}"


@contextmanager
def _service(line: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", *line],
            cwd=log.parent,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        _await(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the service does not start: {log.read_text()[-2000:]}")
