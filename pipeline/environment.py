"""Environment: the workers of a build as Beam's local runner sees them."""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

from apache_beam.portability.api import endpoints_pb2
from apache_beam.runners.portability.fn_api_runner.worker_handlers import (
    GrpcWorkerHandler,
    WorkerHandler,
)
from apache_beam.transforms.environments import Environment, python_sdk_capabilities
from google.protobuf import json_format, text_format  # type: ignore[import-untyped]

from pipeline.slots import WorkerError
from pipeline.workers import LOST, Workers

_URN = "neural_debugger:env:fork:v1"
_KNOWN: WeakValueDictionary[bytes, Workers] = WeakValueDictionary()  # by the environment's name


def environment(workers: Workers) -> Environment | None:
    """Beam's name for workers, which are started; None of the build's own process."""
    if workers.count == 1:
        return None
    workers.start()
    name = str(id(workers)).encode()
    _KNOWN[name] = workers
    return _Forked(name)


@Environment.register_urn(_URN, bytes)
class _Forked(Environment):  # type: ignore[misc]
    """Where Beam's stages run: in workers of ours."""

    def __init__(self, name: bytes) -> None:
        super().__init__(python_sdk_capabilities(), ())
        self._name = name

    def to_runner_api_parameter(self, _context: Any) -> tuple[str, bytes]:
        """See Beam."""
        return _URN, self._name

    @staticmethod
    def from_runner_api_parameter(payload: bytes, *_: Any) -> _Forked:
        """See Beam."""
        return _Forked(payload)


@WorkerHandler.register_environment(_URN, bytes)
class _Handler(GrpcWorkerHandler):  # type: ignore[misc]
    """One of the workers, seen from Beam's runner."""

    def __init__(self, name: bytes, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._workers = _KNOWN[name]

    def start_worker(self) -> None:
        """See Beam."""
        control = endpoints_pb2.ApiServiceDescriptor(url=self.control_address)
        options = self.provision_info.provision_info.pipeline_options
        settings = {
            "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(control),
            "PIPELINE_OPTIONS": json_format.MessageToJson(options),
            "WORKER_ID": self.worker_id,
        }
        self._wait = self._workers.fork(settings, self._abort)

    def stop_worker(self) -> None:
        """See Beam."""
        self._wait()

    def _abort(self) -> None:
        """End what waits for an answer: of itself Beam's runner would wait for ever."""
        for future in list(self.control_conn._futures_by_id.values()):
            future.abort(WorkerError(LOST))
