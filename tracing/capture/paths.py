"""Paths that a program gives. No function is used that a program can replace."""

from __future__ import annotations

import os
from typing import Any

from .pinned import PLACE

# What is at the top of the file systems of many machines: no program is told what is below.
_TOP = frozenset(
    """bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr
    var""".split()
)

# Of these the interpreter says itself that they are no paths.
_OTHERS = frozenset({type(None), dict, float, list, set, tuple})
_fspath = os.fspath


def has_text(path: Any) -> bool:
    """Whether a path is more than a descriptor, and is to be judged."""
    return not issubclass(type(path), int) and type(path) not in _OTHERS


def plain(path: Any) -> Any:
    """A path as the text or bytes that it stands for. To be judged and then used: what has an
    answer of its own may give another one when it is asked again."""
    return _fspath(path) if has_text(path) else path


def is_none(path: Any) -> bool:
    """Whether a plain path is empty or has a zero in it: the interpreter refuses that by itself."""
    if issubclass(type(path), str):
        return str.__len__(path) == 0 or str.__contains__(path, "\0")
    return issubclass(type(path), bytes) and (
        bytes.__len__(path) == 0 or bytes.__contains__(path, 0)
    )


def absolute(path: Any) -> tuple[str, bool]:
    """Where a path leads, by its text alone, and whether it leaves the folder that it is relative
    to."""
    text = _fspath(path)
    if issubclass(type(text), bytes):
        text = bytes.decode(text, "utf-8", "surrogateescape")
    text = str.__str__(text)  # of a subclass too
    is_relative = not text.startswith("/")
    parts = PLACE.split("/")[1:] if is_relative else []
    base, climbs = len(parts), False
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
            climbs = climbs or (is_relative and len(parts) < base)
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts), climbs


def is_below(name: str, folder: str) -> bool:
    """Whether an absolute path is a folder or leads to what is in it."""
    return name == folder or name.startswith(f"{folder}/")


def is_known(name: str) -> bool:
    """Whether machines have such a thing; of anything else, none is to have it."""
    top = name.split("/")[1]
    return top == "" or top in _TOP
