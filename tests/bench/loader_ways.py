"""The ways to read rows that `bench_loader.py` measures beside the loader. Each makes what it reads
from the directory `root` in `folder`, and gives a function from row numbers to a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.exports.export import export
from pipeline.loader.batch import IGNORED
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import Row, Split
from tokenization.grammar import Role

_COLUMNS = ["input_ids", "roles", "document_lengths"]
MADE = ["input_ids", "labels", "position_ids"]

Read = Callable[[list[int]], Any]  # row numbers -> MADE, or the first of them


class _Flat:
    """Rows in flat files, mapped into memory."""

    def __init__(self, root: Path, folder: Path) -> None:
        rows = list(Split.open(root, "train"))
        columns = ([getattr(row, name) for row in rows] for name in _COLUMNS)
        arrays = [np.concatenate(column) for column in columns]
        for name, array in zip(_COLUMNS, arrays, strict=True):
            array.tofile(folder / f"{name}.bin")
        ids, roles, self.lengths = (
            np.memmap(folder / f"{name}.bin", array.dtype, "r")
            for name, array in zip(_COLUMNS, arrays, strict=True)
        )
        self.ids, self.roles = (array.reshape(len(rows), -1) for array in (ids, roles))
        self.ends = [0, *np.cumsum([len(row.document_lengths) for row in rows]).tolist()]

    def documents(self, row: int) -> np.ndarray:
        return self.lengths[self.ends[row] : self.ends[row + 1]]


def memmap(root: Path, folder: Path) -> Read:
    """Flat files of the rows, read in plain numpy."""
    rows = _Flat(root, folder)
    length = rows.ids.shape[1]

    def segments(row: int) -> np.ndarray:
        documents = rows.documents(row)
        return np.append(documents, np.int32(length) - documents.sum(dtype=np.int32))

    def read(numbers: list[int]) -> tuple[np.ndarray, ...]:
        ids = rows.ids[numbers].astype(np.int64)
        sizes = np.concatenate([segments(row) for row in numbers])
        starts = np.cumsum(sizes, dtype=np.int32) - sizes
        places = np.arange(ids.size, dtype=np.int32) - np.repeat(starts, sizes)
        labels = np.where(rows.roles[numbers] == Role.STATE, ids, IGNORED)
        labels.ravel()[starts[sizes > 0]] = IGNORED
        return ids, labels, places.reshape(ids.shape)

    return read


def flat(root: Path, folder: Path) -> Read:
    """Flat files, rows cut from them as slices."""
    rows, collate = _Flat(root, folder), TokenDataset(root).collator
    ids, roles = np.asarray(rows.ids), np.asarray(rows.roles)

    def read(numbers: list[int]) -> tuple[np.ndarray, ...]:
        batch = collate([Row(ids[n], roles[n], rows.documents(n), None, n) for n in numbers])
        return batch.input_ids, batch.labels, batch.position_ids

    return read


def datasets(root: Path, folder: Path) -> Read:
    """Hugging Face datasets with torch format, a batch at a time."""
    rows = _of_shards(root)

    def read(numbers: list[int]) -> tuple[Any, ...]:
        batch = rows[numbers]
        return _finished(*(batch[name] for name in _COLUMNS))

    return read


def datasets_rows(root: Path, folder: Path) -> Read:
    """The same, a row at a time."""
    import torch

    rows = _of_shards(root)

    def read(numbers: list[int]) -> tuple[Any, ...]:
        batch = [rows[number] for number in numbers]
        ids, roles, lengths = ([row[name] for row in batch] for name in _COLUMNS)
        return _finished(torch.stack(ids), torch.stack(roles), lengths)

    return read


def exported(root: Path, folder: Path) -> Read:
    """Hugging Face datasets of finished columns, a batch at a time."""
    rows = _of_export(root, folder)

    def read(numbers: list[int]) -> list[Any]:
        batch = rows[numbers]
        return [batch[name] for name in MADE]

    return read


def exported_rows(root: Path, folder: Path) -> Read:
    """The same, a row at a time."""
    import torch

    rows = _of_export(root, folder)

    def read(numbers: list[int]) -> list[Any]:
        batch = [rows[number] for number in numbers]
        return [torch.stack([row[name] for row in batch]) for name in MADE]

    return read


def _of_shards(root: Path) -> Any:
    from datasets import load_from_disk

    rows = load_from_disk(str(root / "train"))
    return rows.select_columns(_COLUMNS).with_format("torch")


def _of_export(root: Path, folder: Path) -> Any:
    from datasets import load_dataset

    output = folder / "parquet"
    if not output.exists():
        export(root, output, "parquet", {Role.STATE: 1.0})
    rows = load_dataset(str(output), split="train", cache_dir=str(folder / "cache"))
    return rows.with_format("torch")


def _finished(ids: Any, roles: Any, lengths: Any) -> tuple[Any, ...]:
    """Columns of a batch, lengths a tensor a row, as ids, labels and positions."""
    import torch

    ends = [torch.cat([row, (ids.shape[1] - row.sum())[None]]) for row in lengths]
    segments = torch.cat(ends)
    starts = torch.repeat_interleave(segments.cumsum(0) - segments, segments)
    places = (torch.arange(ids.numel()) - starts).view_as(ids)
    learns = (roles == Role.STATE) & (places > 0)
    return ids, torch.where(learns, ids, IGNORED), places


def litdata(root: Path, folder: Path) -> Read:
    """Blocks of tokens and blocks of roles, as its own writer makes them."""
    import torch

    ids, roles = (_blocks(root, folder, name) for name in ("input_ids", "roles"))

    def read(numbers: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        found = torch.stack([ids[number] for number in numbers]).long()
        learns = torch.stack([roles[number] for number in numbers]) == Role.STATE
        return found, torch.where(learns, found, IGNORED)

    return read


def litdata_ids(root: Path, folder: Path) -> Read:
    """Blocks of tokens."""
    import torch

    blocks = _blocks(root, folder, "input_ids")
    return lambda numbers: (torch.stack([blocks[number] for number in numbers]).long(),)


def _blocks(root: Path, folder: Path, name: str) -> Any:
    from litdata import StreamingDataset, TokensLoader, optimize

    rows = Split.open(root, "train")
    length, output = len(rows.row(0).input_ids), str(folder / name)
    if not Path(output).exists():
        optimize(
            fn=_Tokens(root, name),
            inputs=list(range(len(rows))),
            output_dir=output,
            chunk_size=length * 64,
            item_loader=TokensLoader(),
            num_workers=1,
        )
    return StreamingDataset(output, item_loader=TokensLoader(block_size=length))


class _Tokens:
    """Gives a column of a row as a tensor; litdata pickles it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name

    def __call__(self, number: int) -> Iterator[Any]:
        import torch

        yield torch.from_numpy(
            getattr(Split.open(self.root, "train").row(number), self.name).copy()
        )
