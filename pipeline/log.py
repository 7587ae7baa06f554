"""Log: what should not be overlooked, one JSON object a line.

The text of a record is the JSON itself. So it is the same wherever it arrives: in the file of
`build --log`, to which every process of this machine appends, and in the log that a cloud keeps of
its workers.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

LOGGER = logging.getLogger("pipeline")
LOGGER.addHandler(logging.NullHandler())  # or Python would write to stderr where nobody listens


def warn(message: str, stage: str | None = None, program: str | None = None) -> None:
    """Log a warning, about a program where there is one."""
    _log(logging.WARNING, message, stage, program)


@contextmanager
def errors(stage: str | None = None, program: str | None = None) -> Iterator[None]:
    """Log an exception of the body, which goes on."""
    try:
        yield
    except Exception as error:
        _log(logging.ERROR, f"{type(error).__name__}: {error}", stage, program)
        raise


class Appender(logging.Handler):
    """Appends to a file, each line at once. Raises OSError where it cannot be opened."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path.resolve()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging`."""
        try:
            os.write(self._file, f"{record.getMessage()}\n".encode())
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        """See `logging`."""
        os.close(self._file)
        super().close()


@contextmanager
def kept_in(path: Path | None) -> Iterator[None]:
    """Append what is logged, here and by workers that are started, to a file, if there is one, and
    to nothing else: Beam's import has Python write all warnings to stderr. Raises OSError."""
    appender = Appender(path) if path else logging.NullHandler()
    LOGGER.addHandler(appender)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.propagate = True
        LOGGER.removeHandler(appender)
        appender.close()


def files() -> list[str]:
    """The files that are appended to."""
    return [str(handler.path) for handler in LOGGER.handlers if isinstance(handler, Appender)]


def _log(level: int, message: str, stage: str | None, program: str | None) -> None:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(level).lower(),
        "stage": stage,
        "program": program,
        "message": message,
    }
    LOGGER.log(level, json.dumps(line))
