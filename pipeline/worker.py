"""What becomes the workers of a build: `python -m pipeline.worker SOCKET COUNT [FILE]`.

It imports what they need, and forks for each message at SOCKET (see `workers`), until that is
closed. A worker is Beam's own, but silent. What this package logs it appends to FILE, and to
nothing else. An interrupt from the terminal, which reaches every process, ends it without a word.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from pipeline import log, slots
from pipeline.timings import cpu_seconds

_MESSAGE = 1 << 17  # bytes, at most


def serve(control: socket.socket) -> None:
    """Fork for each message."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers
    while True:
        message, files, _, _ = socket.recv_fds(control, _MESSAGE, 1)
        if not message:
            return
        with socket.socket(fileno=files[0]) as told:
            parent = os.getpid()
            if not os.fork():
                control.close()
                _work(json.loads(message), told, parent)


def _work(settings: dict[str, str], told: socket.socket, parent: int) -> NoReturn:
    """Be a worker; where its end is its own, it tells what time of processors it took."""
    _die_with(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ |= settings
    from apache_beam.runners.worker.sdk_worker_main import main

    try:
        main([])
        told.send(str(cpu_seconds()).encode())
    finally:
        os._exit(0)


def _die_with(parent: int) -> None:
    """What is written after the end of who asked for it could be in another's way."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())  # before Beam's import asks for another
    log.LOGGER.propagate = False
    for name in sys.argv[3:]:
        log.LOGGER.addHandler(log.Appender(Path(name)))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import apache_beam.runners.worker.sdk_worker_main  # noqa: F401

    import pipeline.graphs  # noqa: F401
    from pipeline import signatures

    signatures.remember()
    slots.HERE = slots.Slots(int(sys.argv[2]))
    gc.freeze()  # what is shared by all of them stays so
    serve(socket.socket(fileno=int(sys.argv[1])))
