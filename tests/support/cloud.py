"""A cloud on this machine: an emulator of its storage, and as much of the Dataflow API as a
launcher uses. A job that is posted is run from what was staged alone, in harnesses of a worker
pool.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from support.services import free_port
from support.trees import MEASURED

BUCKET = "bucket"
PROJECT, REGION = "project", "europe-west4"
IMAGE = f"{REGION}-docker.pkg.dev/{PROJECT}/images/neural-debugger:1"
JOBS = f"/v1b3/projects/{PROJECT}/locations/{REGION}/jobs"


@dataclass
class Job:
    """A job that was posted, and what became of it."""

    posted: Mapping[str, Any]
    state: str = "JOB_STATE_RUNNING"
    error: str = ""
    polls: int = 0
    metrics: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Cloud:
    """Where its services listen, and what they were asked for."""

    endpoint: str
    storage: str
    pool: str
    folder: Path
    jobs: list[Job] = field(default_factory=list)
    fails: str = ""  # the reason for which every job fails

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that works here."""
        return {
            "STORAGE_EMULATOR_HOST": self.storage,
            "NO_GCE_CHECK": "true",
            "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",  # asks services that are not here
        }

    @property
    def options(self) -> list[str]:
        """Beam's options to send jobs here."""
        return [
            f"--project={PROJECT}",
            f"--region={REGION}",
            f"--temp_location=gs://{BUCKET}/temp",
            f"--sdk_container_image={IMAGE}",
            f"--dataflow_endpoint={self.endpoint}",
            "--no_auth",
        ]

    def post(self, description: Mapping[str, Any]) -> dict[str, Any]:
        """A new job, which has only begun when it is answered for."""
        job = Job(description)
        self.jobs.append(job)
        answer = self.described(len(self.jobs) - 1)
        threading.Thread(target=self._run, args=(job,), daemon=True).start()
        return answer

    def described(self, number: int) -> dict[str, Any]:
        """What the service says of a job."""
        job = self.jobs[number]
        name, request = job.posted["name"], job.posted["clientRequestId"]
        return {
            "id": f"job-{number}",
            "name": name,
            "clientRequestId": request,
            "projectId": PROJECT,
            "location": REGION,
            "currentState": job.state,
        }

    def staged(self, url: str) -> bytes:
        """An object of the storage."""
        from google.cloud import storage

        bucket, _, name = url.removeprefix("gs://").partition("/")
        client = storage.Client.create_anonymous_client()
        return bytes(client.bucket(bucket).blob(name).download_as_bytes())

    def _run(self, job: Job) -> None:
        try:
            if self.fails:
                raise RuntimeError(self.fails)
            result = _executed(self, job.posted)
            job.metrics = list(_metrics(result))
            job.state = f"JOB_STATE_{result.state}"
        except Exception as error:
            job.error, job.state = str(error), "JOB_STATE_FAILED"


def objects(folder: str) -> dict[str, str]:
    """The objects below a folder, but those that are measured, by name: sha256."""
    from google.cloud import storage

    bucket = storage.Client.create_anonymous_client().bucket(BUCKET)
    found = {
        blob.name.removeprefix(f"{folder}/"): blob.download_as_bytes()
        for blob in bucket.list_blobs(prefix=f"{folder}/")
    }
    return {
        name: hashlib.sha256(data).hexdigest()
        for name, data in found.items()
        if name not in MEASURED
    }


def pipeline_of(cloud: Cloud, description: Mapping[str, Any]) -> Any:
    """The staged pipeline of a job."""
    from apache_beam.portability.api import beam_runner_api_pb2 as beam

    options = description["environment"]["sdkPipelineOptions"]["options"]
    data = cloud.staged(options["pipelineUrl"])
    assert hashlib.sha256(data).hexdigest() == options["pipelineProtoHash"]
    return beam.Pipeline.FromString(data)


def _executed(cloud: Cloud, description: Mapping[str, Any]) -> Any:
    """Run a job from what was staged; its result."""
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.portability import common_urns
    from apache_beam.portability.api import beam_runner_api_pb2 as beam
    from apache_beam.portability.api import endpoints_pb2
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner

    proto = pipeline_of(cloud, description)
    for environment in proto.components.environments.values():
        for artifact in environment.dependencies:
            _fetch(cloud, artifact)
        environment.urn = common_urns.environments.EXTERNAL.urn
        endpoint = endpoints_pb2.ApiServiceDescriptor(url=cloud.pool)
        environment.payload = beam.ExternalPayload(endpoint=endpoint).SerializeToString()
    result = FnApiRunner().run_via_runner_api(proto, PipelineOptions(["--no_auth"]))
    result.wait_until_finish()
    return result


def _metrics(result: Any) -> Iterator[dict[str, Any]]:
    """What was counted, as the service tells it: each twice, with and without the work that may
    still be done again."""
    found = result.metrics().query()
    for item in [*found["counters"], *found["distributions"]]:
        key, value = item.key.metric, item.result
        name = {"origin": "user", "name": key.name}
        context = {"step": item.key.step, "namespace": key.namespace}
        told = (
            {"scalar": value}
            if isinstance(value, int)
            else {"distribution": {n: getattr(value, n) for n in ("count", "sum", "min", "max")}}
        )
        yield {"name": name | {"context": context}, **told}
        yield {"name": name | {"context": context | {"tentative": "true"}}, **told}


def _fetch(cloud: Cloud, artifact: Any) -> None:
    """Make a staged artifact a file here, as it was announced."""
    from apache_beam.portability import common_urns
    from apache_beam.portability.api import beam_runner_api_pb2 as beam

    wanted = beam.ArtifactUrlPayload.FromString(artifact.type_payload)
    data = cloud.staged(wanted.url)
    assert hashlib.sha256(data).hexdigest() == wanted.sha256
    path = cloud.folder / wanted.sha256
    path.write_bytes(data)
    artifact.type_urn = common_urns.artifact_types.FILE.urn
    artifact.type_payload = beam.ArtifactFilePayload(path=str(path)).SerializeToString()


@contextmanager
def cloud_here(folder: Path, pool: str) -> Iterator[Cloud]:
    """A cloud while the body runs."""
    from gcp_storage_emulator.server import create_server

    port = free_port()
    storage = create_server("localhost", port, in_memory=True, default_bucket=BUCKET)
    storage.start()
    storage._api._httpd.handle_error = lambda *_: None  # who asked did not wait for the answer
    server = ThreadingHTTPServer(("localhost", 0), _Requests)
    cloud = Cloud(
        f"http://localhost:{server.server_port}", f"http://localhost:{port}", pool, folder
    )
    server.cloud = cloud  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        storage.stop()


class _Requests(BaseHTTPRequestHandler):
    """The requests that a launcher makes; any other is not found."""

    def do_POST(self) -> None:
        if self.path.partition("?")[0] != JOBS:
            self.send_error(404)
            return
        length = int(self.headers["Content-Length"])
        self._answer(self._cloud.post(json.loads(self.rfile.read(length))))

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        found = re.fullmatch(rf"{JOBS}/job-(\d+)(/messages|/metrics)?", path)
        if found is None:
            self.send_error(404)
        elif found[2] == "/messages":
            self._answer({"jobMessages": self._messages(int(found[1]))})
        elif found[2] == "/metrics":
            self._answer({"metrics": self._cloud.jobs[int(found[1])].metrics})
        else:
            self._cloud.jobs[int(found[1])].polls += 1
            self._answer(self._cloud.described(int(found[1])))

    def log_message(self, *_: object) -> None:
        """Nothing is written to the terminal."""

    @property
    def _cloud(self) -> Cloud:
        found: Cloud = self.server.cloud  # type: ignore[attr-defined]
        return found

    def _messages(self, number: int) -> list[dict[str, str]]:
        error = self._cloud.jobs[number].error
        if not error:
            return []
        return [
            {
                "id": "1",
                "time": "2026-01-01T00:00:00Z",
                "messageText": error,
                "messageImportance": "JOB_MESSAGE_ERROR",
            }
        ]

    def _answer(self, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
