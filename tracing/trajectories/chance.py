"""Chance: random numbers that depend on what they are for, and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from random import Random


class Chance:
    """A stream of random numbers, the same on every machine for the same seed and parts.

    The parts say what it is for, such as a program's id, a direction and a number.
    `uniform()` draws a float in [0, 1).
    """

    __slots__ = ("uniform",)

    uniform: Callable[[], float]

    def __init__(self, seed: int, *parts: str | int) -> None:
        digest = hashlib.blake2b(digest_size=32)
        for part in (seed, *parts):
            data = str(part).encode("utf-8", "surrogatepass")
            digest.update(b"%c%d:" % (b"i" if isinstance(part, int) else b"s", len(data)) + data)
        self.uniform = Random(int.from_bytes(digest.digest())).random

    def index(self, count: int) -> int:
        """An integer in [0, count), each as likely as the others; `count` is positive."""
        return int(self.uniform() * count)
