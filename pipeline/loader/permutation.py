"""Permutation: a keyed order of n things, of which any part can be computed by itself."""

from __future__ import annotations

from hashlib import blake2b
from math import isqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

_Words: TypeAlias = npt.NDArray[np.uint64]


class Permutation:
    """A bijection of 0..size-1 onto itself. Equal keys give equal ones, on every machine.

    The numbers stand on a grid that is just large enough, about sqrt(size) on a side. Each round
    turns every row of the grid by a keyed hash of the row's number, then every column by one of the
    column's; each turn can be undone, so no two numbers ever meet (a Feistel network over two
    residues). A number that leaves 0..size-1 goes through the rounds again until it comes back.
    Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.
    """

    def __init__(self, size: int, *key: int) -> None:
        digest = blake2b(repr(key).encode(), digest_size=64).digest()
        self._keys = np.frombuffer(digest, "<u8").reshape(-1, 2)
        self._size = size
        self._rows = isqrt(max(size, 1) - 1) + 1
        self._columns = max(1, -(-size // self._rows))

    def __call__(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """What stands at some positions, each in 0..size-1; any shape."""
        numbers = self._rounds(positions.astype(np.uint64))
        while (outside := numbers >= self._size).any():
            numbers[outside] = self._rounds(numbers[outside])
        return numbers.astype(np.int64)

    def _rounds(self, numbers: _Words) -> _Words:
        row, column = np.divmod(numbers, np.uint64(self._columns))
        for row_key, column_key in self._keys:
            column = (column + _hash(row ^ row_key)) % np.uint64(self._columns)
            row = (row + _hash(column ^ column_key)) % np.uint64(self._rows)
        return row * np.uint64(self._columns) + column


def _hash(words: _Words) -> _Words:
    """32 well-mixed bits of each word (the finaliser of SplitMix64, its upper half)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words >> np.uint64(32)
