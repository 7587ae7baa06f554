"""What a corpus is read from, and what is left out of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from pipeline.strict import ConfigError, expected, nearest, shown

FIELDS = ("id", "source", "entry", "args", "stdin", "licence", "origin")


@dataclass(frozen=True, slots=True)
class Splits:
    """The share of sources, 0 to 1, that goes to each split; the three sum to 1."""

    train: float
    validation: float
    test: float

    def __post_init__(self) -> None:
        shares = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, share in shares.items():
            if share < 0:
                raise expected(name, share, "at least 0")
        if not math.isclose(sum(shares.values()), 1.0, abs_tol=1e-6):
            raise expected("", shares, "shares that sum to 1")


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Sources whose sets of shingles are alike are one source (MinHash)."""

    threshold: float = 0.8  # estimated Jaccard similarity from which two sources are alike
    permutations: int = 128  # hash functions; the estimate's error is about 1 / sqrt(permutations)
    shingle: int = 5  # words in a shingle

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise expected("threshold", self.threshold, "more than 0, at most 1")
        if not 16 <= self.permutations <= 4096:
            raise expected("permutations", self.permutations, "16 to 4096")
        if self.shingle < 1:
            raise expected("shingle", self.shingle, "at least 1")


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """Where programs come from and which of them are used."""

    paths: tuple[str, ...] = ("builtin",)  # files or globs; `builtin` is the packaged corpus
    fields: Mapping[str, str] = field(default_factory=dict)  # our name of a field -> the records'
    carry: tuple[str, ...] = ()  # further fields of the records that stay with a program
    splits: Splits = Splits(train=0.98, validation=0.01, test=0.01)
    licences: tuple[str, ...] | None = None  # the allowed ones; None allows all
    decontaminate: tuple[str, ...] = ()  # files or globs of programs to stay away from
    calls_per_source: int | None = None  # at most so many calls of one source
    near_duplicates: NearDuplicates | None = None

    def __post_init__(self) -> None:
        if not self.paths:
            raise expected("paths", self.paths, "at least one file or glob")
        for name, other in self.fields.items():
            if name not in FIELDS:
                known = nearest(name, FIELDS)
                raise ConfigError(
                    f"fields.{name}", f"{shown(other)}; no such field; nearest: {known}"
                )
        if len(set(self.carry)) < len(self.carry):
            raise expected("carry", self.carry, "each name once")
        if self.calls_per_source is not None and self.calls_per_source < 1:
            raise expected("calls_per_source", self.calls_per_source, "at least 1, or null")
