"""Landlock: which files this process and its children can open, whoever they are."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import kernel

_VERSION = 1  # flag: ask for the version
_BENEATH = 1  # kind of rule
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights of files a version knows; later 16
_WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_OF_FILES = 1 << 0 | _WRITE_FILE | _READ_FILE | _TRUNCATE | 1 << 15
_NO_TCP = 0b11  # to bind, to connect
_SCOPED = 0b11  # abstract sockets, signals: of and to processes that are restricted alike alone


def version() -> int:
    """What the kernel has of it; 0 where it has nothing."""
    try:
        return kernel.system("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str], places: Iterable[str]) -> None:
    """Allow reading of some files and folders, writing to some files, and everything in some
    places; nothing else from now on. What does not exist is passed over.

    Raises OSError where there is no Landlock.
    """
    known = version()
    every = (1 << _RIGHTS.get(known, 16)) - 1
    words = 1 + (known >= 4) + (known >= 6)  # that this version has
    handled = ctypes.create_string_buffer(struct.pack("<3Q", every, _NO_TCP, _SCOPED))
    ruleset = kernel.system("landlock_create_ruleset", handled, 8 * words, 0)
    read = _READ_FILE | _READ_FOLDER
    for paths, rights in ((readable, read), (writable, read | _WRITE_FILE), (places, every)):
        for path in paths:
            _allow(ruleset, path, rights & every)
    kernel.system("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= _OF_FILES
    rule = ctypes.create_string_buffer(struct.pack("<Qi", rights, place), 12)
    kernel.system("landlock_add_rule", ruleset, _BENEATH, rule, 0)
    os.close(place)
