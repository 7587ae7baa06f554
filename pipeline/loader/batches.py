"""Batches: in which order the rows of a dataset come, who gets which, and where one stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.loader.batch import Batch
from pipeline.loader.dataset import TokenDataset
from pipeline.loader.mixture import Mixture
from pipeline.loader.permutation import Permutation

T = TypeVar("T")

_LOOKAHEAD = 64  # batches whose rows are computed at a time

_Numbers = npt.NDArray[np.int64]


class Batches:
    """The batches of one rank. Each iteration gives the rest of the current epoch.

    An epoch is one order of all rows, that follows from (seed, epoch) alone, cut into batches of
    `batch_size`. Batch k goes to rank k mod world_size, and of a rank's batches number j to worker
    j mod workers: so the order of all batches is the same for any number of both, and each row is
    in exactly one batch of the epoch. At its end the last batch may be smaller and some ranks may
    have one batch less; with `drop_last` what does not fill a batch for every rank is left out.

    The rows of a mixture follow its schedule, which goes on through its epochs; each of its
    datasets has an order for each epoch of its own.

    The state is how many rows all ranks together have consumed, and for a mixture of which dataset.
    It is the same for every rank that has taken as many batches, and can be continued by any number
    of ranks and workers, with any batch size.
    """

    def __init__(
        self,
        dataset: TokenDataset | Mixture,
        batch_size: int,
        *,
        seed: int | None = 0,
        rank: int = 0,
        world_size: int = 1,
        drop_last: bool = False,
    ) -> None:
        """`batch_size` is rows of one rank's batch; without a seed rows come in stored order.

        Raises ValueError for a batch size or a rank that is out of range.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size {batch_size}; expected at least 1")
        if not 0 <= rank < world_size:
            raise ValueError(
                f"rank {rank} of world_size {world_size}; expected 0 to {world_size - 1}"
            )
        self.mixture = dataset if isinstance(dataset, Mixture) else Mixture([(dataset, 1)])
        self.batch_size = batch_size
        self.seed = seed
        self.rank = rank
        self.world_size = world_size
        self.drop_last = drop_last
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self._epoch = epoch
        self._rows = 0  # consumed in this epoch by all ranks

    def __len__(self) -> int:
        """The number of batches that this rank gets of a whole epoch."""
        return len(self._numbers(0))

    def __iter__(self) -> Iterator[Batch]:
        return self.delivered(self.share())

    def delivered(self, batches: Iterable[T]) -> Iterator[T]:
        """Pass on what `share` gave, of all workers in turn, and keep count of it.

        The state moves before a batch is handed out: saved while working on a batch, it continues
        with the next.
        """
        epoch = self._epoch
        for batch in batches:
            self._rows += self.batch_size * self.world_size
            if not self._batches_left(self._rows):
                self.set_epoch(epoch + 1)
            yield batch
        self.set_epoch(epoch + 1)

    def share(self, worker: int = 0, workers: int = 1, done: int = 0) -> Iterator[Batch]:
        """What one of this rank's workers reads of the rest of the epoch, without the first `done`
        batches of that. Counts nothing."""
        collate = self.mixture.datasets[0].collator
        for rows in self._row_numbers(self._numbers(self._rows)[worker::workers][done:]):
            yield collate([self.mixture.datasets[source].row(row) for source, row in rows])

    def state_dict(self) -> dict[str, Any]:
        """Where one stands, as JSON values. `rows` of a dataset are those that it gave in all its
        epochs."""
        given = self.mixture.schedule.given(self._epoch * len(self.mixture) + self._rows)
        datasets = [
            {**identity, "rows": rows}
            for identity, rows in zip(self._identities(), given, strict=True)
        ]
        return {"datasets": datasets, "seed": self.seed, "epoch": self._epoch, "rows": self._rows}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state.

        Raises ValueError where it is of other data or another order, or no state at all.
        """
        _check_same("seed", state.get("seed"), self.seed)
        datasets = state.get("datasets", ())
        _check_same("number of datasets", len(datasets), len(self.mixture.datasets))
        for saved, identity in zip(datasets, self._identities(), strict=True):
            for name, value in identity.items():
                _check_same(name, saved.get(name), value)
        for name, most in (("epoch", inf), ("rows", len(self.mixture))):
            value = state.get(name)
            if not isinstance(value, int) or not 0 <= value <= most:
                raise ValueError(f"a state of {name} {value!r}; expected 0 to {most}")
        self._epoch, self._rows = state["epoch"], state["rows"]

    def _identities(self) -> list[dict[str, Any]]:
        """What must be equal for a state to mean the same rows."""
        shares = self.mixture.schedule.shares
        return [
            {"fingerprint": dataset.fingerprint, "split": dataset.split, "weight": share}
            for dataset, share in zip(self.mixture.datasets, shares, strict=True)
        ]

    def _batches_left(self, rows: int) -> int:
        """The batches of all ranks once `rows` are consumed."""
        left = max(0, len(self.mixture) - rows)
        if self.drop_last:
            return left // (self.batch_size * self.world_size) * self.world_size
        return -(-left // self.batch_size)

    def _numbers(self, rows: int) -> range:
        """The numbers of this rank's batches, counted from row `rows` of the epoch's order."""
        return range(self.rank, self._batches_left(rows), self.world_size)

    def _row_numbers(self, batches: range) -> Iterator[list[tuple[int, int]]]:
        """The rows of some batches, each the number of its dataset and its own in that. Computed
        for many at once: numpy is slow at few things."""
        size, first = len(self.mixture), self._rows
        begin = self._epoch * size
        for block in range(0, len(batches), _LOOKAHEAD):
            begins = first + self.batch_size * np.array(batches[block : block + _LOOKAHEAD])
            places = begins[:, None] + np.arange(self.batch_size)
            sources, rows = self._ordered(begin + np.minimum(places, size - 1))
            for inside, *numbers in zip(places < size, sources, rows, strict=True):
                yield list(zip(*(found[inside].tolist() for found in numbers), strict=True))

    def _ordered(self, places: _Numbers) -> tuple[_Numbers, _Numbers]:
        """The datasets, and the rows in them, at some places of the endless sequence of rows."""
        sources, given = self.mixture.schedule(places)
        for source, dataset in enumerate(self.mixture.datasets):
            epochs, within = np.divmod(given, max(1, len(dataset)))
            for epoch in np.unique(epochs[sources == source]).tolist():
                here = (sources == source) & (epochs == epoch)
                given[here] = self._order(source, epoch, within[here])
        return sources, given

    def _order(self, source: int, epoch: int, places: _Numbers) -> _Numbers:
        if self.seed is None:
            return places
        size = len(self.mixture.datasets[source])
        return Permutation(size, self.seed, epoch, source)(places)


def _check_same(name: str, saved: object, ours: object) -> None:
    if saved != ours:
        raise ValueError(f"a state of {name} {saved!r}, not {ours!r}")
