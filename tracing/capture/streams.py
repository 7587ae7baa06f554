"""The standard streams of a program: descriptors 0 to 2, and Python's objects over them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TextIO


class Printed(io.BufferedWriter):
    """Standard output: a file in memory on descriptor 1. `total` is the bytes written through it.

    Past `most` bytes, `stop` ends the run. While `muted`, what is written goes nowhere.
    """

    def __init__(self, most: int, stop: Callable[[], NoReturn]) -> None:
        super().__init__(_raw(1, "wb", "<stdout>"))
        self.total = 0
        self.muted = False
        self._most, self._stop = most, stop

    def write(self, data: Any, /) -> int:
        """As of any buffered file."""
        size = memoryview(data).nbytes
        if self.muted:
            return size
        self.total += size
        if self.total > self._most:
            self._stop()
        return super().write(data)


def open_streams(stdin: bytes, most: int, stop: Callable[[], NoReturn]) -> Printed:
    """Put files in memory on descriptors 0 and 1, the null device on 2, and make `sys.stdin`,
    `sys.stdout` and `sys.stderr` of them."""
    source = os.memfd_create("stdin")
    os.write(source, stdin)
    os.lseek(source, 0, os.SEEK_SET)
    null = os.open(os.devnull, os.O_RDWR)
    for number, descriptor in enumerate((source, os.memfd_create("stdout"), null)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    printed = Printed(most, stop)
    errors = io.BufferedWriter(_raw(2, "wb", "<stderr>"))
    reader = io.BufferedReader(_raw(0, "rb", "<stdin>"))
    for name, stream in (
        ("stdin", _text(reader, "r")),
        ("stdout", _text(printed, "w")),
        ("stderr", _text(errors, "w", "backslashreplace")),
    ):
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    return printed


def _raw(descriptor: int, mode: str, name: str) -> io.FileIO:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    return raw


def _text(buffer: Any, mode: str, errors: str = "strict") -> io.TextIOWrapper:
    wrapper = io.TextIOWrapper(buffer, "utf-8", errors, write_through=True)
    wrapper.mode = mode  # type: ignore[misc]
    return wrapper


def read_printed(stream: TextIO, most: int) -> bytes:
    """What was printed, at most `most` bytes; `stream` is the first `sys.stdout`."""
    try:
        stream.flush()
    except (OSError, ValueError):  # closed by the program, with everything written
        pass
    return os.pread(1, most, 0)
