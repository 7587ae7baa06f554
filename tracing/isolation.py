"""Isolation: how well programs are kept apart from the machine, as the host sees it.

`tracing.capture.isolation` makes the walls; what each level is made of stands there.
"""

from __future__ import annotations

import os
import random
import socket
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

_USERS = range(60_706, 61_184)  # numbers that no distribution gives to anybody
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_ZONES = "/usr/share/zoneinfo"


class Level(StrEnum):
    """From the strongest to the weakest; BEST is the strongest that can be had, but never UNSAFE:
    who wants that has to say so."""

    BEST = "best"
    STRICT = "strict"
    CONTAINER = "container"
    UNSAFE = "unsafe"


def ladder(level: Level) -> tuple[Level, ...]:
    """The levels to try in turn."""
    return (Level.STRICT, Level.CONTAINER) if level is Level.BEST else (level,)


def readable(packages: tuple[str, ...]) -> list[str]:
    """The files and folders that a program may read."""
    return [os.path.join(sys.base_prefix, "lib"), _ZONES, os.devnull, *packages]


def libraries() -> list[str]:
    """The files and folders that the interpreter must read to load its own modules."""
    return list(_LIBRARIES)


class User:
    """The number of a user that nobody is, kept for as long as this object is open; None where only
    root could become it, and we are not root."""

    def __init__(self) -> None:
        self._lock: socket.socket | None = None
        self.number = next(self._free(), None) if os.geteuid() == 0 else None

    def _free(self) -> Iterator[int]:
        """Numbers that no process has and nobody else keeps; the one given is kept."""
        taken = _users_of_processes()
        known = _mapped()
        for number in random.sample(_USERS, len(_USERS)):
            if number in taken or not any(number in numbers for numbers in known):
                continue
            lock = socket.socket(socket.AF_UNIX)
            try:
                lock.bind(f"\0neural-debugger-user-{number}")
            except OSError:
                lock.close()
                continue
            self._lock = lock
            yield number

    def close(self) -> None:
        """Give the number back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _users_of_processes() -> set[int]:
    found = set()
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            try:
                found.add(process.stat().st_uid)
            except OSError:  # it has ended
                pass
    return found


def _mapped() -> list[range]:
    """The users that there are in this namespace."""
    lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    parts = [list(map(int, line.split())) for line in lines]
    return [range(first, first + count) for first, _, count in parts]
