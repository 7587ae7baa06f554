"""Program: one thing to run, and where it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A source text, its entry and its provenance.

    `entry` is the name of a function that is called with `args` (the text between the call's
    parentheses), or None for a script. `stdin` is what the program can read. `extra` are further
    fields of the corpus record that the configuration carries along, as (name, JSON text) pairs
    sorted by name.
    """

    id: str
    source: str
    entry: str | None = None
    args: str = ""
    stdin: str = ""
    licence: str = ""
    origin: str = ""
    extra: tuple[tuple[str, str], ...] = ()


def content_id(source: str, entry: str | None, args: str, stdin: str) -> str:
    """A stable id, 20 hexadecimal digits, for a program whose record names none."""
    digest = hashlib.sha256()
    for part in (source, "\0" if entry is None else entry, args, stdin):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:20]
