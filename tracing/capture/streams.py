"""The standard streams of a program: descriptors 0 to 2, and Python's objects over them.

The objects are made once, in the process that forks; the files below them for each program.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from . import hidden

_buffered_write, _buffered_flush = io.BufferedWriter.write, io.BufferedWriter.flush
_pread, _fstat, _make_file = os.pread, os.fstat, os.memfd_create


class Printed:
    """Standard output: a file in memory on descriptor 1. `total` is the bytes written through
    Python's objects. Past a number of bytes the run is ended. While `muted`, what is written goes
    nowhere."""

    def __init__(self) -> None:
        self.total = 0
        self.muted = False
        self._most = 0
        self._stop: Callable[[], NoReturn]
        self._file = (0, 0)
        self.buffer = self._buffer()

    def arm(self, most: int, stop: Callable[[], NoReturn]) -> None:
        """Past `most` bytes, `stop` ends the run."""
        self._most, self._stop = most, stop

    def begin(self) -> None:
        """Take what is on descriptor 1 now."""
        self.total = 0
        self._file = _identity(1)

    def _buffer(self) -> io.BufferedWriter:
        """What the program has: an object that leads to nothing of this one."""

        def write(buffer: io.BufferedWriter, data: Any, /) -> int:
            size = memoryview(data).nbytes
            if self.muted:
                return size
            self.total += size
            if self.total > self._most:
                self._stop()
            return _buffered_write(buffer, data)

        body = {
            "write": hidden.seal(write),
            "seekable": hidden.seal(lambda buffer: False),  # as of a pipe
            "truncate": hidden.seal(_refuse),
            "__module__": "_io",
        }
        kind = type("BufferedWriter", (io.BufferedWriter,), body)
        buffer: io.BufferedWriter = kind(_raw(1, "wb", "<stdout>"))
        return buffer

    def flush(self) -> None:
        """Write what is still to be written. This may call what the program put there."""
        try:
            _buffered_flush(self.buffer)
        except BaseException:  # closed or detached, or what is below is not what it was
            pass

    def read(self) -> bytes | None:
        """What was printed, a byte more than is allowed at most; None where descriptor 1 is no
        longer the file that it was."""
        return _pread(1, self._most + 1, 0) if _identity(1) == self._file else None


def _refuse(buffer: io.BufferedWriter, size: int | None = None, /) -> NoReturn:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _identity(descriptor: int) -> tuple[int, int]:
    try:
        status = _fstat(descriptor)
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def make() -> Printed:
    """Make `sys.stdin`, `sys.stdout` and `sys.stderr` for programs."""
    with kept():
        connect(b"")
        printed = Printed()
        errors = io.BufferedWriter(_raw(2, "wb", "<stderr>"))
        reader = io.BufferedReader(_raw(0, "rb", "<stdin>"))
        for name, stream in (
            ("stdin", _text(reader, "r")),
            ("stdout", _text(printed.buffer, "w")),
            ("stderr", _text(errors, "w", "backslashreplace")),
        ):
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
    return printed


def connect(stdin: bytes) -> None:
    """Put files in memory on descriptors 0 and 1, and the null device on 2."""
    source = _make_file("stdin")
    os.write(source, stdin)
    os.lseek(source, 0, os.SEEK_SET)
    null = os.open(os.devnull, os.O_RDWR)
    for number, descriptor in enumerate((source, _make_file("stdout"), null)):
        os.dup2(descriptor, number)
        os.close(descriptor)


@contextmanager
def kept() -> Iterator[None]:
    """Put descriptors 0 to 2 back where they were."""
    descriptors = [os.dup(number) for number in range(3)]
    try:
        yield
    finally:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)


def _raw(descriptor: int, mode: str, name: str) -> io.FileIO:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    return raw


def _text(buffer: Any, mode: str, errors: str = "strict") -> io.TextIOWrapper:
    wrapper = io.TextIOWrapper(buffer, "utf-8", errors, write_through=True)
    wrapper.mode = mode  # type: ignore[misc]
    return wrapper
