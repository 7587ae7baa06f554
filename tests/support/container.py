"""What stands in for an SDK container: a program that is started as its entry point is, fetches the
artifacts of the job, and becomes a harness that has nothing else of this project.

`python container.py FOLDER --id=… --provision_endpoint=…`, as a worker pool starts it.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Any

# What tells where a cloud is.
_PASSED = ("STORAGE_EMULATOR_HOST", "NO_GCE_CHECK", "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT")


def clean_python(folder: Path) -> Path:
    """An interpreter with the libraries of this one, but without this project."""
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path that stands in a .pth file is not looked through for further .pth files.
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries))
    return folder / "bin" / "python"


def executable(folder: Path) -> Path:
    """The entry point, as a file that takes the arguments of the container contract."""
    python = clean_python(folder / "venv")
    path = folder / "boot"
    line = shlex.join([str(python), "-I", str(Path(__file__)), str(folder)])
    path.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
    path.chmod(0o755)
    return path


def main() -> None:
    """Fetch what is staged, then become the harness."""
    given = _arguments()
    info = _provision(given)
    staged = Path(tempfile.mkdtemp(dir=given.folder))
    _fetch(given, info, staged)
    for wheel in staged.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(staged / "installed")
    _become(_environment(given, info, staged))


def _become(environment: dict[str, str]) -> None:
    """What a new interpreter would be, without a second import of Beam."""
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, environment["PYTHONPATH"])
    from apache_beam.runners.worker import sdk_worker_main

    sdk_worker_main.main(sys.argv)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--id")
    for name in ("logging", "artifact", "provision", "control"):
        parser.add_argument(f"--{name}_endpoint")
    return parser.parse_args()


def _channel(given: argparse.Namespace, endpoint: str) -> Any:
    import grpc
    from apache_beam.runners.worker.worker_id_interceptor import WorkerIdInterceptor

    return grpc.intercept_channel(grpc.insecure_channel(endpoint), WorkerIdInterceptor(given.id))


def _provision(given: argparse.Namespace) -> Any:
    from apache_beam.portability.api import beam_provision_api_pb2 as messages
    from apache_beam.portability.api import beam_provision_api_pb2_grpc as services

    service = services.ProvisionServiceStub(_channel(given, given.provision_endpoint))
    return service.GetProvisionInfo(messages.GetProvisionInfoRequest()).info


def _fetch(given: argparse.Namespace, info: Any, folder: Path) -> None:
    """The artifacts of the job, under the names that they were staged to."""
    from apache_beam.portability.api import beam_artifact_api_pb2 as messages
    from apache_beam.portability.api import beam_artifact_api_pb2_grpc as services
    from apache_beam.portability.api import beam_runner_api_pb2 as beam

    endpoint = info.artifact_endpoint.url or given.artifact_endpoint
    service = services.ArtifactRetrievalServiceStub(_channel(given, endpoint))
    wanted = messages.ResolveArtifactsRequest(artifacts=info.dependencies)
    for artifact in service.ResolveArtifacts(wanted).replacements:
        role = beam.ArtifactStagingToRolePayload.FromString(artifact.role_payload)
        with (folder / Path(role.staged_name).name).open("wb") as file:
            for part in service.GetArtifact(messages.GetArtifactRequest(artifact=artifact)):
                file.write(part.data)


def _environment(given: argparse.Namespace, info: Any, staged: Path) -> dict[str, str]:
    from google.protobuf import json_format

    control = info.control_endpoint.url or given.control_endpoint
    logging = info.logging_endpoint.url or given.logging_endpoint
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(staged / "installed"),
        "WORKER_ID": given.id,
        "CONTROL_API_SERVICE_DESCRIPTOR": f'url: "{control}"',
        "LOGGING_API_SERVICE_DESCRIPTOR": f'url: "{logging}"',
        "PIPELINE_OPTIONS": json.dumps(json_format.MessageToDict(info.pipeline_options)),
        "SEMI_PERSISTENT_DIRECTORY": str(staged),
        "RUNNER_CAPABILITIES": " ".join(info.runner_capabilities),
        **{key: os.environ[key] for key in _PASSED if key in os.environ},
    }


if __name__ == "__main__":
    main()
