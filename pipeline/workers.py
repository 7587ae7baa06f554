"""Workers: the processes of a build on this machine.

Beam starts them anew for each graph, and what they import takes longer than many a graph. So there
is one process that imports all of it once (`pipeline.worker`) and becomes a worker, by a fork, as
often as it is asked. It may be started before Beam is imported here, which takes as long; how Beam
sees it, `environment` tells.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from pipeline import log

_SECONDS = 60.0  # that a worker has for its end
_MOMENT = 1.0  # seconds, until it is known that a worker was lost, at most
_BETWEEN = 0.2  # seconds between two times that this is told
LOST = (
    "a worker process was ended from outside, as the system does where memory is short; "
    "what is committed stays, and fewer `workers` need less"
)


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
        self._control.close()  # which ends it, and what it became
        self._parent.wait()

    def start(self) -> None:
        """Start what becomes these processes, unless that was done or it is the build's own."""
        if self.count == 1 or self._control is not None:
            return
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            line = [str(theirs.fileno()), str(self.count), *log.files()]
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "pipeline.worker", *line],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

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
