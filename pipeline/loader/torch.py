"""The batches as torch tensors. The only file of the project that imports torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch.nn.attention.flex_attention import BlockMask, create_block_mask
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from pipeline.loader.batch import Batch
from pipeline.loader.batches import Batches
from pipeline.loader.dataset import Learn, TokenDataset, Verify
from pipeline.loader.mixture import Mixture

Tensors: TypeAlias = dict[str, Any]  # torch.Tensor; `max_seqlen` is an int


def tensors(batch: Batch) -> Tensors:
    """A batch under the names of its fields. The tensors share its memory."""
    found: Tensors = {
        "input_ids": torch.from_numpy(batch.input_ids),
        "labels": torch.from_numpy(batch.labels),
        "position_ids": torch.from_numpy(batch.position_ids),
        "cu_seqlens": torch.from_numpy(batch.cu_seqlens),
        "max_seqlen": batch.max_seqlen,
    }
    if batch.loss_weights is not None:
        found["loss_weights"] = torch.from_numpy(batch.loss_weights)
    return found


def document_ids(batch: Tensors) -> torch.Tensor:
    """The number of each token's segment, int32[B, S], from 0 through the whole batch, on the
    device of `cu_seqlens`."""
    bounds: torch.Tensor = batch["cu_seqlens"]
    numbers = torch.arange(len(bounds) - 1, dtype=torch.int32, device=bounds.device)
    shape: torch.Size = batch["input_ids"].shape
    ids = torch.repeat_interleave(numbers, bounds.diff(), output_size=shape.numel())
    return ids.view(shape)


def document_mask(batch: Tensors) -> torch.Tensor:
    """Where a token may look: at itself and what precedes it in its document; bool[B, 1, S, S],
    as `scaled_dot_product_attention` takes it. Padding looks at padding, so no row is empty."""
    ids = document_ids(batch)
    same: torch.Tensor = ids[:, None, :, None] == ids[:, None, None, :]
    return same.tril()


def block_mask(batch: Tensors) -> BlockMask:
    """The same for `flex_attention`, which leaves out what no token looks at."""
    ids = document_ids(batch)

    def looks_at(
        row: torch.Tensor, head: torch.Tensor, query: torch.Tensor, key: torch.Tensor
    ) -> torch.Tensor:
        return (query >= key) & (ids[row, query] == ids[row, key])

    rows, length = ids.shape
    return create_block_mask(looks_at, rows, None, length, length, device=str(ids.device))


class TokenBatches(IterableDataset[Tensors]):
    """`Batches` for torch's DataLoader and torchdata's StatefulDataLoader, with `batch_size=None`.

    In worker processes each gives its share, and the loader puts them together in order. A
    StatefulDataLoader keeps the state of each worker, and so resumes with as many workers only;
    `TokenLoader` counts where the batches arrive and resumes with any number. Before each epoch of
    a DataLoader with workers call `set_epoch`, as for a DistributedSampler.
    """

    def __init__(self, batches: Batches) -> None:
        self.batches = batches
        self._done = 0  # batches of this worker's share since the state of `batches`

    def __len__(self) -> int:
        """The number of batches that this rank gets of a whole epoch."""
        return len(self.batches)

    def __iter__(self) -> Iterator[Tensors]:
        worker = get_worker_info()
        if worker is None:
            return map(tensors, self.batches)
        return map(tensors, self._share(worker.id, worker.num_workers))

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self.batches.set_epoch(epoch)
        self._done = 0

    def state_dict(self) -> dict[str, Any]:
        """Where one stands, as JSON values; in a worker, where its share stands."""
        return {**self.batches.state_dict(), "done": self._done}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state. Raises ValueError where it is of other data or another order."""
        self.batches.load_state_dict(state)
        self._done = state["done"]

    def _share(self, worker: int, workers: int) -> Iterator[Batch]:
        epoch = self.batches.state_dict()["epoch"]
        for batch in self.batches.share(worker, workers, self._done):
            self._done += 1
            yield batch
        self.set_epoch(epoch + 1)


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
        if self._workers:
            return self.batches.delivered(iter(self._loader))
        # Torch's loader would hand on the same, at a quarter more time.
        return iter(self._loader) if self._loader.pin_memory else map(tensors, self.batches)

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self.batches.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where one stands, as JSON values; the same whatever the number of workers."""
        return self.batches.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state. Raises ValueError where it is of other data or another order."""
        self.batches.load_state_dict(state)


def batches(
    directory: str | Path | Mapping[str, float],
    split: str,
    batch_size: int,
    *,
    learn: Learn = ("state",),
    flat: bool = False,
    multiple_of: int = 1,
    verify: Verify = "first use",
    cache: str | Path | None = None,
    seed: int | None = 0,
    rank: int = 0,
    world_size: int = 1,
    drop_last: bool = False,
    workers: int = 0,
    pin_memory: bool = False,
) -> TokenLoader:
    """A directory, or several mixed by weights (`{"out/functions": 0.7, "out/scripts": 0.3}`), as
    batches for a training loop; the options are those of TokenDataset, Batches and TokenLoader,
    and so is what it raises.

    `input_ids` and `labels` are int64[batch_size, sequence_length], `position_ids` int32 of the
    same shape, `cu_seqlens` is int32[segments + 1], `max_seqlen` an int: see
    `pipeline.loader.batch.Batch`.
    """

    def dataset(name: str | Path) -> TokenDataset:
        return TokenDataset(
            name,
            split,
            learn=learn,
            flat=flat,
            multiple_of=multiple_of,
            verify=verify,
            cache=cache,
        )

    weights = directory if isinstance(directory, Mapping) else {directory: 1}
    mixture = Mixture([(dataset(name), weight) for name, weight in weights.items()])
    part = Batches(
        mixture, batch_size, seed=seed, rank=rank, world_size=world_size, drop_last=drop_last
    )
    return TokenLoader(part, workers, pin_memory)
