"""Which split a program belongs to: decided by its source, whatever it is called with."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from pipeline.corpus.config import Splits


class Split(StrEnum):
    """The parts of a dataset; their values are names of directories."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def split_of(normal: str, splits: Splits) -> Split:
    """The split of all programs whose source has the normal form `normal`."""
    digest = hashlib.blake2b(normal.encode(), digest_size=8, person=b"split").digest()
    point = (int.from_bytes(digest, "big") >> 11) / (1 << 53)  # uniform in [0, 1)
    shares = [(split, getattr(splits, split)) for split in Split if getattr(splits, split) > 0]
    for split, share in shares[:-1]:
        if point < share:
            return split
        point -= share
    return shares[-1][0]
