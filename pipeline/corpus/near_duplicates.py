"""Near duplicates by MinHash, in steps that each need one source or one bucket only.

Each source has a sketch; sources whose sketches agree in a band share a bucket. A source is dropped
if one of its buckets holds an alike source whose normal form is less. The rule looks at pairs, not
at what else is dropped, so the order of work does not matter; of a chain of alike sources the least
is always kept. Needs datasketch, the extra `minhash`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pipeline.corpus.config import NearDuplicates

_SEED = 1  # of the hash functions
_RECALL = 0.99  # the share of pairs at the threshold that meet in a bucket


@dataclass(frozen=True, slots=True)
class Sketch:
    """One source: its normal form, and of its least program the id and the sketch."""

    normal: str
    program: str
    values: bytes


@lru_cache(1 << 10)  # calls of one source come together
def sketch(source: str, config: NearDuplicates) -> bytes:
    """The MinHash of a source: uint32[permutations]."""
    minhash = _empty_minhash(config.permutations).copy()
    minhash.update_batch(sorted(shingles(source, config.shingle)))
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def shingles(source: str, width: int) -> set[bytes]:
    """All runs of `width` words or signs; the whole where it is shorter."""
    words = re.findall(r"\w+|[^\w\s]", source)
    starts = range(max(1, len(words) - width + 1))
    return {" ".join(words[k : k + width]).encode("utf-8", "surrogatepass") for k in starts}


def bands(item: Sketch, config: NearDuplicates) -> list[bytes]:
    """The keys of the buckets that a source is in, of 8 bytes each."""
    size = 4 * _rows_of_band(config.threshold, config.permutations)
    ends = range(size, len(item.values) + 1, size)
    return [_key(end // size, item.values[end - size : end]) for end in ends]


def near_duplicates(bucket: Iterable[Sketch], config: NearDuplicates) -> list[tuple[str, str]]:
    """The sources that a bucket drops, by normal form, each with the program it is alike to."""
    sources = sorted(set(bucket), key=lambda item: item.normal)
    dropped = []
    for index, item in enumerate(sources):
        alike = (other for other in sources[:index] if _likeness(item, other) >= config.threshold)
        if (other := next(alike, None)) is not None:
            dropped.append((item.normal, other.program))
    return dropped


def _likeness(one: Sketch, other: Sketch) -> float:
    """The estimated Jaccard similarity of their sets of shingles, 0 to 1."""
    ours, theirs = (np.frombuffer(item.values, "<u4") for item in (one, other))
    return float(np.mean(ours == theirs))


def _key(band: int, values: bytes) -> bytes:
    return hashlib.blake2b(values, digest_size=8, salt=band.to_bytes(4, "big")).digest()


@lru_cache
def _rows_of_band(threshold: float, permutations: int) -> int:
    """The longest band with which alike sources still meet: long bands make small buckets."""
    for rows in range(permutations, 1, -1):
        if 1 - (1 - threshold**rows) ** (permutations // rows) >= _RECALL:
            return rows
    return 1


@lru_cache
def _empty_minhash(permutations: int) -> Any:
    from datasketch import MinHash  # an optional extra

    return MinHash(num_perm=permutations, seed=_SEED, scheme="affine32")
