"""Chance: random numbers that depend on what they are for, and on nothing else."""

from __future__ import annotations

import hashlib
from _random import Random  # what random.Random is made of: that one is seeded twice
from collections.abc import Callable
from functools import lru_cache


class Chance:
    """A stream of random numbers, the same on every machine for the same seed and parts.

    The parts say what it is for, such as a program's id, a direction and a number.
    `uniform()` draws a float in [0, 1).
    """

    __slots__ = ("uniform",)

    uniform: Callable[[], float]

    def __init__(self, seed: int, *parts: str | int) -> None:
        digest = hashlib.blake2b(b"".join(map(_written, (seed, *parts))), digest_size=32)
        self.uniform = Random(int.from_bytes(digest.digest())).random

    def index(self, count: int) -> int:
        """An integer in [0, count), each as likely as the others; `count` is positive."""
        return int(self.uniform() * count)


@lru_cache(maxsize=256, typed=True)
def _written(part: str | int) -> bytes:
    data = str(part).encode("utf-8", "surrogatepass")
    return b"%c%d:%b" % (b"i" if isinstance(part, int) else b"s", len(data), data)
