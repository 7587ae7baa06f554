"""Batches: in which order the rows of a dataset come, who gets which, and where one stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.loader.batch import Batch
from pipeline.loader.dataset import TokenDataset
from pipeline.loader.permutation import Permutation

T = TypeVar("T")

_LOOKAHEAD = 64  # batches whose rows are computed at a time


class Batches:
    """The batches of one rank. Each iteration gives the rest of the current epoch.

    An epoch is one order of all rows, that follows from (seed, epoch) alone, cut into batches of
    `batch_size`. Batch k goes to rank k mod world_size, and of a rank's batches number j to worker
    j mod workers: so the order of all batches is the same for any number of both, and each row is
    in exactly one batch of the epoch. At its end the last batch may be smaller and some ranks may
    have one batch less; with `drop_last` what does not fill a batch for every rank is left out.

    The state is how many rows all ranks together have consumed. It is the same for every rank that
    has taken as many batches, and can be continued by any number of ranks and workers.
    """

    def __init__(
        self,
        dataset: TokenDataset,
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
        if batch_size < 1 or not 0 <= rank < world_size:
            raise ValueError(f"batch size {batch_size}, rank {rank} of {world_size}")
        self.dataset = dataset
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

    def share(self, worker: int = 0, workers: int = 1) -> Iterator[Batch]:
        """What one of this rank's workers reads of the rest of the epoch. Counts nothing."""
        for rows in self._row_numbers(self._numbers(self._rows)[worker::workers]):
            yield self.dataset.batch(rows)

    def state_dict(self) -> dict[str, Any]:
        """Where one stands, as JSON values."""
        return {**self._identity(), "epoch": self._epoch, "rows": self._rows}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a state. Raises ValueError where it is of other data or another order."""
        for name, value in self._identity().items():
            if state.get(name) != value:
                raise ValueError(f"a state of {name} {state.get(name)!r}, not {value!r}")
        self._epoch, self._rows = state["epoch"], state["rows"]

    def _identity(self) -> dict[str, Any]:
        """What must be equal for a state to mean the same rows."""
        dataset = self.dataset
        return {"fingerprint": dataset.fingerprint, "split": dataset.split, "seed": self.seed}

    def _batches_left(self, rows: int) -> int:
        """The batches of all ranks once `rows` are consumed."""
        left = max(0, len(self.dataset) - rows)
        if self.drop_last:
            return left // (self.batch_size * self.world_size) * self.world_size
        return -(-left // self.batch_size)

    def _numbers(self, rows: int) -> range:
        """The numbers of this rank's batches, counted from row `rows` of the epoch's order."""
        return range(self.rank, self._batches_left(rows), self.world_size)

    def _row_numbers(self, batches: range) -> Iterator[list[int]]:
        """The rows of some batches. Computed for many at once: numpy is slow at few things."""
        size = len(self.dataset)
        order = _stored if self.seed is None else Permutation(size, self.seed, self._epoch)
        first = self._rows
        for block in range(0, len(batches), _LOOKAHEAD):
            begins = first + self.batch_size * np.array(batches[block : block + _LOOKAHEAD])
            positions = begins[:, None] + np.arange(self.batch_size)
            rows = order(np.minimum(positions, size - 1))
            for row_numbers, inside in zip(rows, positions < size, strict=True):
                yield row_numbers[inside].tolist()


def _stored(positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return positions
