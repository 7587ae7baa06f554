"""A world of its own: namespaces of users, processes, files, network and others, made directly.

What is in it are the files and folders that are named, read-only, and one working directory. Its
user is one without any right outside, also where root asks for it: then root makes the files' part
and stops being root before the rest is made.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from . import kernel

_FILES, _NAMES, _MESSAGES = 0x00020000, 0x04000000, 0x08000000
_USERS, _PROCESSES, _NETWORK = 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _NO_DEVICES = 1, 2, 4
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 32, 4096, 16384, 1 << 18
_DETACH = 2
_HERE, _EMPTY_PATH, _ALL_BELOW = -100, 0x1000, 0x8000  # AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE
_CLONE = 1 | os.O_CLOEXEC  # of `open_tree`
_FROM_EMPTY_PATH = 4  # of `move_mount`
_ROOT_SIZE = 1 << 20
_MOST_FILES = 20_000  # in the working directory: they are to be removed again
_BASE = "/tmp"  # what is mounted over, for this process alone


@dataclass(frozen=True, slots=True)
class World:
    """What is to be seen: files and folders, devices among them, and the working directory with
    its size in bytes (0: nothing can be put there)."""

    shown: Sequence[str]
    place: str
    size: int


def enter(world: World, user: int | None) -> None:
    """Go on as the first process of a new world, as `user` (None: as who one is).

    The process that called this stays behind, waits for the first one and ends with it; only the
    first one returns. Raises OSError where there can be no such world.
    """
    processes = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    built = user is not None and _build_as_root(world, user)
    if user is not None:
        kernel.become(user)
        kernel.be_inspected(True)  # or else the maps could not be written to
    user, group = os.getuid(), os.getgid()
    apart = _USERS | _PROCESSES | _NETWORK | _MESSAGES | _NAMES | (0 if built else _FILES)
    kernel.system("unshare", ctypes.c_ulong(apart))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        _write(f"self/{name}", text, processes)
    os.close(processes)
    if not built:
        _build(world, None)
    socket.sethostname("localhost")
    _leave_behind()


def _build_as_root(world: World, user: int) -> bool:
    """Make the files' part while one is root; False where root may not."""
    try:
        kernel.system("unshare", ctypes.c_ulong(_FILES))
    except PermissionError:
        return False
    _build(world, user)
    return True


def _leave_behind() -> None:
    """The first process of the world is a child; its parent only waits."""
    child = os.fork()
    if child:
        _wait_for(child)
    kernel.ending_with_parent(signal.SIGKILL)()


def _wait_for(child: int) -> NoReturn:
    os.closerange(0, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _, status = os.waitpid(child, 0)
    os._exit(abs(os.waitstatus_to_exitcode(status)))


def _build(world: World, user: int | None) -> None:
    """Make the root in memory and move into it."""
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    there = sorted({path for path in world.shown if os.path.exists(path)})
    trees = [(path, os.path.isdir(path), _tree(path)) for path in there if not _within(path, there)]
    _mount("tmpfs", _BASE, "tmpfs", _NO_SUID | _NO_DEVICES, f"size={_ROOT_SIZE},mode=755")
    for path, is_folder, tree in trees:
        _show(path, is_folder, tree)
    os.mkdir(_BASE + world.place)
    if world.size:
        owner = "" if user is None else f",uid={user},gid={user}"
        options = f"size={world.size},nr_inodes={_files(world.size)},mode=700{owner}"
        _mount("tmpfs", _BASE + world.place, "tmpfs", _NO_SUID | _NO_DEVICES, options)
    os.chdir(_BASE)
    kernel.system("pivot_root", b".", b".")
    kernel.system("umount2", b".", _DETACH)
    os.chdir(world.place)
    if not world.size:
        os.rmdir(world.place)
    flags = _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES
    _mount(None, "/", None, flags)


def _files(size: int) -> int:
    """How many files there may be: the kernel takes a kilobyte for each, beside what is in it."""
    return min(max(size >> 10, 16), _MOST_FILES)


def _tree(path: str) -> int:
    """A read-only copy of what is at a path, with all that is mounted below, not yet anywhere."""
    tree = kernel.system("open_tree", _HERE, os.fsencode(path), _CLONE | _ALL_BELOW)
    devices = 0 if path.startswith("/dev/") else _READ_ONLY | _NO_DEVICES
    attributes = ctypes.create_string_buffer(struct.pack("<4Q", _NO_SUID | devices, 0, 0, 0), 32)
    kernel.system("mount_setattr", tree, b"", _EMPTY_PATH | _ALL_BELOW, attributes, 32)
    return tree


def _within(path: str, others: Iterable[str]) -> bool:
    return any(path.startswith(f"{other}/") for other in others)


def _show(path: str, is_folder: bool, tree: int) -> None:
    """Put a copy where it is to be seen."""
    target = _BASE + path
    if is_folder:
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC))
    kernel.system("move_mount", tree, b"", _HERE, os.fsencode(target), _FROM_EMPTY_PATH)
    os.close(tree)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts: Iterable[Any] = (None if t is None else os.fsencode(t) for t in (source, target, kind))
    data = None if options is None else options.encode()
    kernel.system("mount", *texts, ctypes.c_ulong(flags), data)


def _write(name: str, text: str, folder: int) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
