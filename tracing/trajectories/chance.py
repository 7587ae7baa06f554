"""Chance: random numbers that depend on what they are for, and on nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate, chain, count
from struct import Struct

_SCALE = 1 << 32
_place = Struct("<32s3Q").pack
_words = Struct("<16I").unpack


class Chance:
    """A stream of random numbers for one trajectory, the same on every machine.

    `key` says what program and policy it is for (see `key_of`). `words` are the numbers, integers
    in [0, 2**32), without end.
    """

    __slots__ = ("words",)

    def __init__(self, key: bytes, number: int, attempt: int = 0) -> None:
        self.words: Iterator[int] = chain.from_iterable(_blocks(key, number, attempt))

    def index(self, count: int) -> int:
        """An integer in [0, count), each as likely as the others; `count` is positive."""
        return next(self.words) * count // _SCALE

    def choose(self, weights: Sequence[float]) -> int:
        """The index of one of some weights, each as likely as it says."""
        return bisect_right(bounds_of(weights), next(self.words))

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return next(self.words) < probability * _SCALE


def key_of(seed: int, *parts: str) -> bytes:
    """What is drawn by a seed for one thing, told apart from all others by its parts, such as a
    program's id and a direction."""
    return blake2b(b"".join(map(_written, (str(seed), *parts))), digest_size=32).digest()


def bounds_of(weights: Sequence[float]) -> tuple[int, ...]:
    """The bounds between some choices, of which `bisect_right(bounds, word)` is one, each as likely
    as its weight says. All are equally likely where none has any."""
    sums = list(accumulate(weights))
    if not sums[-1]:
        sums = list(range(1, len(sums) + 1))
    return tuple(int(part / sums[-1] * _SCALE) for part in sums[:-1])


def _blocks(key: bytes, number: int, attempt: int) -> Iterator[tuple[int, ...]]:
    """The stream, sixteen numbers at a time: digests of where they stand in it."""
    for block in count():
        yield _words(blake2b(_place(key, number, attempt, block)).digest())


def _written(part: str) -> bytes:
    data = part.encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(data), data)
