"""Workers: the processes of a build on this machine.

Beam starts them anew for each graph, and what they import takes longer than many a graph. So there
is one process that imports all of it once (`pipeline.worker`) and becomes a worker, by a fork, as
often as it is asked.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from apache_beam.portability.api import endpoints_pb2
from apache_beam.runners.portability.fn_api_runner.worker_handlers import (
    GrpcWorkerHandler,
    WorkerHandler,
)
from apache_beam.transforms.environments import Environment, python_sdk_capabilities
from google.protobuf import json_format, text_format  # type: ignore[import-untyped]

from pipeline import log
from pipeline.slots import WorkerError

_URN = "neural_debugger:env:fork:v1"
_SECONDS = 60.0  # that a worker has for its end
_MOMENT = 1.0  # seconds, until it is known that a worker was lost, at most
_BETWEEN = 0.2  # seconds between two times that this is told
LOST = (
    "a worker process was ended from outside, as the system does where memory is short; "
    "what is committed stays, and fewer `workers` need less"
)
_KNOWN: dict[bytes, Workers] = {}  # by what their environment says


class Workers:
    """So many processes for the graphs of a build; where it is one, that is the build's own."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.cpu_seconds = 0.0  # of those that ended
        self._lost = threading.Event()
        self._control: socket.socket | None = None
        self._parent: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._control is None or self._parent is None:
            return
        del _KNOWN[self._name]
        self._control.close()  # which ends it, and what it became
        self._parent.wait()

    def environment(self) -> Environment | None:
        """Beam's name for them; None of the build's own process."""
        if self.count == 1:
            return None
        if self._control is None:
            self._start()
        return _Forked(self._name)

    def fork(self, settings: dict[str, str], lost: Callable[[], None]) -> Callable[[], None]:
        """One more worker, and how to wait for its end. Where that comes before, `lost` is called,
        again and again, for the worker may be asked for something afterwards."""
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [json.dumps(settings).encode()], [theirs.fileno()])
        awaited = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ours, lost, awaited), daemon=True)
        watch.start()

        def wait() -> None:
            awaited.set()
            watch.join(_SECONDS)

        return wait

    def is_one_lost(self) -> bool:
        """Whether a worker was ended by somebody else."""
        return self._control is not None and self._lost.wait(_MOMENT)

    def _watch(
        self, worker: socket.socket, lost: Callable[[], None], awaited: threading.Event
    ) -> None:
        with worker:
            told = worker.recv(64)
        if told:
            self.cpu_seconds += float(told)
            return
        self._lost.set()
        while not awaited.wait(_BETWEEN):
            lost()

    @property
    def _name(self) -> bytes:
        return str(id(self)).encode()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            line = [str(theirs.fileno()), str(self.count), *log.files()]
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "pipeline.worker", *line],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        _KNOWN[self._name] = self


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
