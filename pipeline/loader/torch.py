"""The batches as torch tensors. The only file of the project that imports torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from pipeline.loader.batch import Batch
from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset

Tensors: TypeAlias = dict[str, torch.Tensor | int]


def tensors(batch: Batch) -> Tensors:
    """A batch under the names of its fields. The tensors share its memory."""
    return {
        "input_ids": torch.from_numpy(batch.input_ids),
        "labels": torch.from_numpy(batch.labels),
        "position_ids": torch.from_numpy(batch.position_ids),
        "cu_seqlens": torch.from_numpy(batch.cu_seqlens),
        "max_seqlen": batch.max_seqlen,
    }


class TokenBatches(IterableDataset[Tensors]):
    """`Batches` for torch's DataLoader, to be used with `batch_size=None`.

    In worker processes each gives its share, and DataLoader puts them together in order. Progress
    is counted where the batches arrive, which is here only without workers; `TokenLoader` counts
    in both cases.
    """

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[Tensors]:
        worker = get_worker_info()
        if worker is None:
            return map(tensors, self.batches)
        return map(tensors, self.batches.share(worker.id, worker.num_workers))


class TokenLoader:
    """Batches of tensors, read ahead by worker processes, with a state that resumes exactly.

    Each iteration gives the rest of the current epoch: `for epoch in range(3): for batch in loader`
    goes through three. Batches that workers have read ahead do not count as consumed.
    """

    def __init__(self, batches: Batches, workers: int = 0, pin_memory: bool = False) -> None:
        self.batches = batches
        self._workers = workers
        self._loader = DataLoader(
            TokenBatches(batches), batch_size=None, num_workers=workers, pin_memory=pin_memory
        )

    def __len__(self) -> int:
        """The number of batches that this rank gets of a whole epoch."""
        return len(self.batches)

    def __iter__(self) -> Iterator[Tensors]:
        arriving = iter(self._loader)
        return self.batches.delivered(arriving) if self._workers else arriving

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self.batches.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where one stands, as JSON values; the same whatever the number of workers."""
        return self.batches.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a state. Raises ValueError where it is of other data or another order."""
        self.batches.load_state_dict(state)


def batches(
    directory: str | Path,
    split: str,
    batch_size: int,
    *,
    learn: Iterable[str] = ("state",),
    verify: bool = False,
    seed: int | None = 0,
    rank: int = 0,
    world_size: int = 1,
    drop_last: bool = False,
    workers: int = 0,
    pin_memory: bool = False,
) -> TokenLoader:
    """A directory as batches for a training loop; the options are those of TokenDataset, Batches
    and TokenLoader, and so is what it raises.

    `input_ids`, `labels` and `position_ids` are int64[batch_size, sequence_length], `cu_seqlens`
    is int32[segments + 1], `max_seqlen` an int: see `pipeline.loader.batch.Batch`.
    """
    dataset = TokenDataset(directory, split, learn=learn, verify=verify)
    part = Batches(
        dataset, batch_size, seed=seed, rank=rank, world_size=world_size, drop_last=drop_last
    )
    return TokenLoader(part, workers, pin_memory)
