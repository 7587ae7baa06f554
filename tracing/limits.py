"""Limits: how much a program may do, and how much of it is written down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. The first two decide outcomes and are the same on every machine; the
    bounds of values shape texts; the others only reject.

    Times are seconds, sizes are bytes.
    """

    events: int = 10_000  # events recorded; later ones are only counted
    never: int = 10_000_000  # events counted; past these the outcome is `never`
    nesting: int = 8  # containers inside one another in a value's text
    items: int = 200  # items of one container in a value's text
    characters: int = 2_000  # characters of a value's text
    wall_seconds: float = 60.0
    cpu_seconds: int = 40
    memory: int = 1 << 30  # address space of the process
    output: int = 1 << 20  # bytes printed
    trace: int = 64 << 20  # bytes of the encoded trace
    processes: int = 64  # processes and threads
    files: int = 64  # open descriptors
