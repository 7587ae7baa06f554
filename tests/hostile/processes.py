"""Processes, as /proc tells of them: who descends from whom, and what they take."""

from __future__ import annotations

import os
from pathlib import Path


def parents() -> dict[int, int]:
    """The parent of each process, by id. Ended ones that nobody has waited for are included."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = Path("/proc", name, "stat").read_text(errors="replace")
            except OSError:  # ended meanwhile
                continue
            found[int(name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def descendants(root: int) -> set[int]:
    """The processes below `root`, itself included."""
    children: dict[int, list[int]] = {}
    for process, parent in parents().items():
        children.setdefault(parent, []).append(process)
    found, pending = set(), [root]
    while pending:
        process = pending.pop()
        found.add(process)
        pending += children.get(process, [])
    return found


def memory(process: int) -> int:
    """Bytes of memory that are the process's own; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in lines if line.startswith(("RssAnon:", "RssShmem:"))]
    return 1024 * sum(map(int, sizes))


def available() -> int:
    """Bytes of memory that the machine could still give."""
    return _meminfo("MemAvailable:")


def command(process: int) -> str:
    """What a process says it is; empty where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:80]
    except OSError:
        return ""


def is_zombie(process: int) -> bool:
    """Whether a process has ended and waits to be collected."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"


def shared() -> int:
    """Bytes of the machine that shared memory and files in memory take."""
    return _meminfo("Shmem:")


def _meminfo(name: str) -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith(name):
            return 1024 * int(line.split()[1])
    return 0
