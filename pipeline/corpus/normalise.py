"""Normal forms: digests that are equal for texts which differ in formatting and comments only."""

from __future__ import annotations

import hashlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from pipeline.corpus.normalise_child import ARGUMENTS, MODULE

_SCRIPT = Path(__file__).with_name("normalise_child.py")
_TEXT_BYTES = 1 << 18  # a longer text is not parsed: time must never decide
_SECONDS = 60.0  # the child's own limit of CPU time should end it first


class Normaliser:
    """Normal forms of untrusted text, parsed in a process of its own.

    The process is started when it is first needed, and again where a text has brought it down;
    such a text, like one that is no Python, is known by a digest of its lines. Not for use by
    several threads at once.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def normal(self, source: str) -> str:
        """The normal form of a module: `ast:` and a digest, or `text:` and one."""
        return self._normal(MODULE, source)

    def call(self, args: str) -> str:
        """The normal form of the text between a call's parentheses."""
        return self._normal(ARGUMENTS, args)

    def close(self) -> None:
        """End the process. The normaliser can be used again after."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()  # closes the pipes and waits

    def __enter__(self) -> Normaliser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _normal(self, kind: bytes, text: str) -> str:
        text = _plain(text)
        request = kind + text.encode("utf-8", "surrogatepass")
        answer = self._ask(request) if len(request) <= _TEXT_BYTES else ""
        if answer:
            return f"ast:{answer}"
        lines = "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")
        return f"text:{hashlib.sha256(kind + lines.encode('utf-8', 'surrogatepass')).hexdigest()}"

    def _ask(self, request: bytes) -> str:
        """The child's answer; empty where the text has no tree or has brought the child down."""
        self._child = self._child or _start()
        requests, answers = self._child.stdin, self._child.stdout
        assert requests is not None
        assert answers is not None
        try:
            requests.write(len(request).to_bytes(4, "little") + request)
            requests.flush()
            deadline = time.monotonic() + _SECONDS
            length = int.from_bytes(_receive(answers, 4, deadline), "little")
            return _receive(answers, length, deadline).decode()
        except (BrokenPipeError, EOFError, TimeoutError):
            self.close()
            return ""


def _plain(text: str) -> str:
    """As documents hold it: without byte order mark, line breaks made one character."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-S", str(_SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _receive(stream: IO[bytes], size: int, deadline: float) -> bytes:
    """Exactly `size` bytes. Raises EOFError, TimeoutError."""
    data = b""
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    while len(data) < size:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        piece = os.read(stream.fileno(), size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
