"""Placing: which file of several something belongs to, by a stable hash."""

from __future__ import annotations

import hashlib


def share_out(total: int, each: int) -> int:
    """How many files of about `each` units hold `total`; at least one."""
    return max(1, -(-total // each))


def place(key: str, files: int) -> int:
    """The number of the file, from 0, that what is known by `key` belongs to."""
    return order(key) % files


def order(key: str) -> int:
    """A 64-bit number that depends on `key` alone: its place in an order without meaning."""
    data = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
