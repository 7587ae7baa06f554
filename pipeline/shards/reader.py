"""Reader: Arrow streams mapped into memory, and rows as numpy views of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.manifest import Manifest
from pipeline.shards.schema import RowFormat
from pipeline.shards.writer import FileEntry

# What every Arrow stream ends with. Arrow itself takes a stream without it for whole.
END_MARKER = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class DamagedFileError(ValueError):
    """A file that does not hold what it should. The message begins with its path."""


def open_table(path: Path, schema: pa.Schema) -> pa.Table:
    """A whole Arrow stream as a table whose columns lie in the mapped file: nothing is copied.

    Raises DamagedFileError where the file is missing, cut off, no Arrow stream, or has another
    schema (its metadata included).
    """
    check_end(path)
    try:
        # Closing the map gives its descriptor back; the memory lives as long as the table.
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_stream(source).read_all()
        table.validate()
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(f"{path}: {error}") from error
    if not table.schema.equals(schema, check_metadata=True):
        raise DamagedFileError(f"{path}: another schema than the directory's: {table.schema}")
    return table


def check_end(path: Path) -> None:
    """Raises DamagedFileError where a file is missing or does not end as an Arrow stream does."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - len(END_MARKER)))
            end = file.read()
    except OSError as error:
        raise DamagedFileError(f"{path}: {error.strerror}") from error
    if end != END_MARKER:
        raise DamagedFileError(f"{path}: cut off, the end marker of the stream is missing")


@dataclass(frozen=True, slots=True)
class Row:
    """One packed sequence. The arrays are read-only views of the mapped shard."""

    input_ids: npt.NDArray[np.unsignedinteger]  # uint16 | uint32 [sequence_length]
    roles: npt.NDArray[np.uint8]  # [sequence_length], tokenization.grammar.Role
    document_lengths: npt.NDArray[np.int32]  # [documents], tokens
    names: pa.ListArray  # of which entry `index` are the row's
    index: int

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of the documents, from left to right; read when asked for."""
        return tuple(self.names[self.index].as_py())


class Shard:
    """One file of rows."""

    def __init__(self, path: Path, form: RowFormat) -> None:
        """Raises DamagedFileError."""
        batches = open_table(path, form.schema).to_batches()
        try:
            self._blocks = [_Block(batch, form.sequence_length) for batch in batches]
        except ValueError as error:
            raise DamagedFileError(f"{path}: {error}") from error
        self._ends = list(accumulate(batch.num_rows for batch in batches))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def row(self, index: int) -> Row:
        """Row `index`, from 0. Raises IndexError."""
        block, within = _locate(self._ends, index)
        return self._blocks[block].row(within)


class Split:
    """All rows of a split, numbered through its shards. A shard is opened when it is first read.

    Pickled, it is its paths: another process maps the files for itself.
    """

    def __init__(self, root: Path, entries: Sequence[FileEntry], form: RowFormat) -> None:
        self.root = root
        self.entries = tuple(entries)
        self.format = form
        self._ends = list(accumulate(entry.rows for entry in self.entries))
        self._shards: list[Shard | None] = [None] * len(self.entries)

    @classmethod
    def open(cls, root: Path, name: str) -> Self:
        """A split of a finished directory. Raises ManifestError."""
        manifest = Manifest.read(root)
        return cls(root, manifest.files_in(name), manifest.format)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Row]:
        return map(self.row, range(len(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.root, self.entries, self.format)

    def row(self, index: int) -> Row:
        """Row `index`, from 0. Raises IndexError, DamagedFileError."""
        number, within = _locate(self._ends, index)
        return self._shard(number).row(within)

    def _shard(self, number: int) -> Shard:
        shard = self._shards[number]
        if shard is None:
            shard = self._shards[number] = self._open(self.entries[number])
        return shard

    def _open(self, entry: FileEntry) -> Shard:
        shard = Shard(self.root / entry.path, self.format)
        if len(shard) != entry.rows:
            raise DamagedFileError(f"{self.root / entry.path}: {len(shard)} rows, not {entry.rows}")
        return shard


class _Block:
    """One record batch as arrays."""

    def __init__(self, batch: pa.RecordBatch, length: int) -> None:
        self.input_ids = _matrix(batch.column("input_ids"), length)
        self.roles = _matrix(batch.column("roles"), length)
        self.lengths = batch.column("document_lengths").values.to_numpy()
        self.bounds = batch.column("document_lengths").offsets.to_pylist()
        self.names = batch.column("documents")

    def row(self, index: int) -> Row:
        lengths = self.lengths[self.bounds[index] : self.bounds[index + 1]]
        return Row(self.input_ids[index], self.roles[index], lengths, self.names, index)


def _matrix(column: pa.ListArray, length: int) -> npt.NDArray[Any]:
    """A column of lists of equal length as one matrix, [rows, length], without copying.

    `values` and `offsets` are both those of the whole array, whatever slice of it the column is.
    """
    offsets = column.offsets.to_numpy()
    if (np.diff(offsets) != length).any():
        raise ValueError(f"not every row has {length} tokens")
    values: npt.NDArray[Any] = column.values.to_numpy()
    return values[offsets[0] : offsets[-1]].reshape(-1, length)


def _locate(ends: list[int], index: int) -> tuple[int, int]:
    """Which part holds item `index`, and where in it; `ends` are the running sums of sizes."""
    part = bisect_right(ends, index)
    if index < 0 or part == len(ends):
        raise IndexError(f"row {index} of {ends[-1] if ends else 0}")
    return part, index - (ends[part - 1] if part else 0)
