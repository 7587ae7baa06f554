"""Lease: who works in a directory at a URL, where there are no locks.

A small file names its holder and is written again every half minute. One that was not written for
five minutes, or whose process is no longer on this machine, is of a holder that was killed, and
another may take it over.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson

from pipeline.shards.places import Place

RENEWED, LASTS, SETTLES = 30.0, 300.0, 2.0  # seconds


class HeldError(RuntimeError):
    """Another holds the lease, and who that is."""


class Lease:
    """A lease, held from its making to `release`. Raises HeldError, OSError."""

    def __init__(self, path: Place) -> None:
        self._path = path
        self._id = uuid4().hex
        self._ended = threading.Event()
        self._take()
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises HeldError where another took it over: this process was stopped for too long."""
        found = self._read()
        if found.get("id") != self._id:
            raise HeldError(_named(found))

    def release(self) -> None:
        """Give it back."""
        self._ended.set()
        self._thread.join()
        if self._read().get("id") == self._id:
            self._path.unlink(missing_ok=True)

    def _take(self) -> None:
        found = self._read()
        if time.time() - found.get("renewed", 0.0) < LASTS and not _has_ended(found):
            raise HeldError(_named(found))
        self._write()
        time.sleep(SETTLES)  # of two that take it at once the last to write has it
        self.check()

    def _renew(self) -> None:
        while not self._ended.wait(RENEWED):
            with suppress(OSError):  # the next may come through
                if self._read().get("id") == self._id:
                    self._write()

    def _write(self) -> None:
        holder = {"id": self._id, "host": platform.node(), "process": os.getpid()}
        self._path.write_bytes(orjson.dumps({**holder, "renewed": time.time()}))

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = orjson.loads(self._path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        return found


def _has_ended(holder: dict[str, Any]) -> bool:
    """Whether a holder's process was on this machine, and is not any more."""
    if holder["host"] != platform.node():
        return False
    try:
        os.kill(holder["process"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _named(holder: dict[str, Any]) -> str:
    return f"process {holder.get('process')} on {holder.get('host')}"
