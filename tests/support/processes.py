"""Processes below another one, as Linux tells."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def children(parent: int) -> set[int]:
    """The processes that were started by a process and are alive."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descriptors() -> int:
    """The number of descriptors that this process has open."""
    return len(os.listdir("/proc/self/fd"))


def has_begun() -> bool:
    """Whether a program runs that this process has sent to a sandbox: it has read its request."""
    for number in os.listdir("/proc/self/fd"):
        try:
            is_request = "memfd:request" in os.readlink(f"/proc/self/fd/{number}")
            place = Path(f"/proc/self/fdinfo/{number}").read_text().split()[1]
        except OSError:  # closed meanwhile
            continue
        if is_request and int(place) > 0:
            return True
    return False


def soon(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether a condition holds within some time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
