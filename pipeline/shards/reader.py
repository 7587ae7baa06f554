"""Reader: Arrow streams mapped into memory, and rows as numpy views of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.schema import RowFormat
from pipeline.shards.writer import FileEntry

# What every Arrow stream ends with. Arrow itself takes a stream without it for whole.
END_MARKER = b"\xff\xff\xff\xff\x00\x00\x00\x00"


_OPEN = 1_024  # shards of a split that are kept open: about 100 MB at most, whatever its size


class DamagedFileError(ValueError):
    """A file that does not hold what it should. The message begins with its path."""


def open_table(path: Place, schema: pa.Schema) -> pa.Table:
    """A whole Arrow stream as a table whose columns lie in the mapped file: nothing is copied. One
    at a URL is fetched into memory.

    Raises DamagedFileError where the file is missing, cut off, no Arrow stream, or has another
    schema (its metadata included).
    """
    try:
        # Closing the map gives its descriptor back; the memory lives as long as the table.
        with _source(path) as source:
            table = pa.ipc.open_stream(source).read_all()
        table.validate()
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(f"{path}: {error}") from error
    if not table.schema.equals(schema, check_metadata=True):
        raise DamagedFileError(f"{path}: another schema than the directory's: {table.schema}")
    return table


def _source(path: Place) -> pa.NativeFile:
    """Raises DamagedFileError where the end is missing, OSError."""
    if isinstance(path, Path):
        check_end(path)
        return pa.memory_map(str(path))
    data = path.read_bytes()
    _check_end(path, data[-len(END_MARKER) :])
    return pa.BufferReader(data)


def check_end(path: Place) -> None:
    """Raises DamagedFileError where a file is missing or does not end as an Arrow stream does."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - len(END_MARKER)))
            end = file.read()
    except OSError as error:
        raise DamagedFileError(f"{path}: {error.strerror or error}") from error
    _check_end(path, end)


def _check_end(path: Place, end: bytes) -> None:
    if end != END_MARKER:
        raise DamagedFileError(f"{path}: cut off, the end marker of the stream is missing")


class Row(NamedTuple):
    """One sequence of documents. The arrays are read-only views of the mapped shard.

    A packed row is padded to the sequence length; in a directory that is not packed a row is its
    documents alone.
    """

    input_ids: npt.NDArray[np.unsignedinteger]  # uint16 | uint32 [tokens]
    roles: npt.NDArray[np.uint8]  # [tokens], tokenization.grammar.Role
    document_lengths: npt.NDArray[np.int32]  # [documents], tokens
    names: pa.ListArray  # of which entry `place` are the row's
    place: int

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of the documents, from left to right; read when asked for."""
        return tuple(self.names[self.place].as_py())


class Shard:
    """One file of rows."""

    def __init__(self, path: Place, form: RowFormat) -> None:
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
        block, within = _part(self._ends, index)
        return self._blocks[block].row(within)


class Split:
    """All rows of a split, numbered through its shards. A shard is opened when it is read, and of
    very many the one that was not read for longest is closed again.

    `locate` gives the path of a shard when it is first opened, and may fetch or check the file.
    Pickled, a split is its paths: another process maps the files for itself.
    """

    def __init__(
        self,
        root: Place,
        entries: Sequence[FileEntry],
        form: RowFormat,
        locate: Callable[[FileEntry], Path] | None = None,
    ) -> None:
        self.root = root
        self.entries = tuple(entries)
        self.format = form
        self._locate = locate
        self._ends = list(accumulate(entry.rows for entry in self.entries))
        self._path = cache(locate or (lambda entry: root / entry.path))
        self._shard = lru_cache(_OPEN)(self._open)

    @classmethod
    def open(cls, root: Place, name: str) -> Self:
        """A split of a finished directory. Raises ManifestError."""
        manifest = Manifest.read(root)
        return cls(root, manifest.files_in(name), manifest.format)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Row]:
        return map(self.row, range(len(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.root, self.entries, self.format, self._locate)

    def row(self, index: int) -> Row:
        """Row `index`, from 0. Raises IndexError, DamagedFileError."""
        number, within = _part(self._ends, index)
        return self._shard(number).row(within)

    def _open(self, number: int) -> Shard:
        entry = self.entries[number]
        path = self._path(entry)
        shard = Shard(path, self.format)
        if len(shard) != entry.rows:
            raise DamagedFileError(f"{path}: {len(shard)} rows, not {entry.rows}")
        return shard


class _Block:
    """One record batch as arrays. `values` and `offsets` of a list column are both those of the
    whole array, whatever slice of it the column is."""

    def __init__(self, batch: pa.RecordBatch, longest: int) -> None:
        ids, roles = batch.column("input_ids"), batch.column("roles")
        lengths = batch.column("document_lengths")
        _check_rows(ids, roles, lengths, longest)
        self.input_ids, self.roles = ids.values.to_numpy(), roles.values.to_numpy()
        self.lengths = lengths.values.to_numpy()
        # Kept as they lie in the file: Python's numbers would take memory for each row.
        self.ids_at, self.roles_at, self.lengths_at = (
            column.offsets.to_numpy() for column in (ids, roles, lengths)
        )
        self.names = batch.column("documents")

    def row(self, index: int) -> Row:
        end = index + 1
        ids = self.input_ids[self.ids_at.item(index) : self.ids_at.item(end)]
        roles = self.roles[self.roles_at.item(index) : self.roles_at.item(end)]
        lengths = self.lengths[self.lengths_at.item(index) : self.lengths_at.item(end)]
        return Row(ids, roles, lengths, self.names, index)


def _check_rows(
    ids: pa.ListArray, roles: pa.ListArray, lengths: pa.ListArray, longest: int
) -> None:
    """Raises ValueError where a row is neither padded to `longest` nor its documents alone."""
    sizes = np.diff(ids.offsets.to_numpy())
    if (np.diff(roles.offsets.to_numpy()) != sizes).any():
        raise ValueError("not every token has a role")
    sums = np.zeros(len(lengths.values) + 1, np.int64)
    np.cumsum(lengths.values.to_numpy(), out=sums[1:])
    tokens = np.diff(sums[lengths.offsets.to_numpy()])
    if ((sizes > longest) | (sizes < tokens) | ((sizes > tokens) & (sizes < longest))).any():
        raise ValueError(f"not every row is its documents, or padded to {longest} tokens")


def _part(ends: list[int], index: int) -> tuple[int, int]:
    """Which part holds item `index`, and where in it; `ends` are the running sums of sizes."""
    part = bisect_right(ends, index)
    if index < 0 or part == len(ends):
        raise IndexError(f"row {index} of {ends[-1] if ends else 0}")
    return part, index - (ends[part - 1] if part else 0)
