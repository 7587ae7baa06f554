"""Mixture: several directories read as one, by weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from math import gcd, inf, lcm

import numpy as np
import numpy.typing as npt

from pipeline.loader.dataset import TokenDataset

_LONGEST = 1_000_000  # rows of a period: weights have six decimals at most

_Numbers = npt.NDArray[np.int64]


class Schedule:
    """Which of several sources gives row t of an endless sequence, for any t.

    Of the first t rows source s has given more than `weights[s] * t - 1` and less than
    `weights[s] * t + 1`, for any t. So row j of a source comes in a window of places, and of the
    sources whose window is open the one whose window closes first gives the next row: the p-fair
    schedule of Baruah, Cohen, Plaxton and Varvel (Algorithmica 15, 1996), which always exists. It
    repeats itself after as many rows as the smallest whole numbers in the ratio of the weights
    sum to, and is kept for that many.
    """

    def __init__(self, weights: Sequence[float | Fraction]) -> None:
        """`weights` are shares of any sum, taken as they are written in decimals.

        Raises ValueError where one is not above 0, or they need more than six decimals.
        """
        self.shares = _whole(weights)
        self.period = sum(self.shares)
        self._sources = np.fromiter(_places(self.shares), np.int64, self.period)
        self._before = np.empty(self.period, np.int64)  # rows of the same source in the period
        for source, share in enumerate(self.shares):
            self._before[self._sources == source] = np.arange(share)

    def __call__(self, places: _Numbers) -> tuple[_Numbers, _Numbers]:
        """For each place: the source, and how many rows it gave before."""
        periods, within = np.divmod(places, self.period)
        sources = self._sources[within]
        return sources, periods * np.array(self.shares)[sources] + self._before[within]

    def given(self, rows: int) -> list[int]:
        """How many of the first `rows` rows each source gave."""
        periods, within = divmod(rows, self.period)
        rest = np.bincount(self._sources[:within], minlength=len(self.shares)).tolist()
        return [periods * share + more for share, more in zip(self.shares, rest, strict=True)]


class Mixture:
    """Rows of several datasets in the proportion of their weights.

    Each dataset goes through epochs of its own, each in an order of its own, and through as many as
    its weight asks for. An epoch of the mixture is as many rows as all datasets hold together.
    """

    def __init__(self, parts: Sequence[tuple[TokenDataset, float]]) -> None:
        """Raises ValueError naming the directory whose vocabulary, sequence length or options are
        not those of the first, that has no rows, or whose weight is of no use."""
        if not parts:
            raise ValueError("a mixture of no directories")
        self.datasets = tuple(dataset for dataset, _ in parts)
        for dataset in self.datasets[1:]:
            _check_alike(self.datasets[0], dataset)
        for dataset, weight in parts:
            if not 0 < weight < inf:
                raise ValueError(f"{dataset.directory}: weight {weight}; expected more than 0")
            if not len(dataset) and len(parts) > 1:
                raise ValueError(f"{dataset.directory}: no rows in {dataset.split}")
        self.schedule = Schedule([weight for _, weight in parts])

    def __len__(self) -> int:
        """The rows of an epoch."""
        return sum(map(len, self.datasets))


def _check_alike(first: TokenDataset, other: TokenDataset) -> None:
    names = f"{other.directory} and {first.directory}"
    for name in ("vocabulary", "vocabulary_size", "pad_id", "sequence_length"):
        theirs, ours = getattr(other.format, name), getattr(first.format, name)
        if theirs != ours:
            raise ValueError(f"{names} do not mix: {name} {theirs}, not {ours}")
    if other.collator != first.collator:
        raise ValueError(f"{names} do not mix: {other.collator}, not {first.collator}")


def _whole(weights: Sequence[float | Fraction]) -> list[int]:
    """The smallest whole numbers in the ratio of some weights."""
    fractions = [Fraction(str(weight)) for weight in weights]
    common = lcm(*(fraction.denominator for fraction in fractions))
    numbers = [int(fraction * common) for fraction in fractions]
    shares = [number // gcd(*numbers) for number in numbers]
    if sum(shares) > _LONGEST:
        near = ", ".join(str(round(float(f / sum(fractions)), 3)) for f in fractions)
        raise ValueError(f"weights {list(weights)}: too fine; expected such as {near}")
    return shares


def _places(shares: Sequence[int]) -> Iterator[int]:
    """The source of each place of a period. Row j of a source with share w of a period p may come
    at place `j * p // w` and must come before place `-(-(j + 1) * p // w)`."""
    period, given = sum(shares), [0] * len(shares)
    waiting = [(0, source) for source in range(len(shares))]
    ready: list[tuple[int, int]] = []
    for place in range(period):
        while waiting and waiting[0][0] <= place:
            _, source = heappop(waiting)
            heappush(ready, (-(-(given[source] + 1) * period // shares[source]), source))
        _, source = heappop(ready)
        yield source
        given[source] += 1
        heappush(waiting, (given[source] * period // shares[source], source))
