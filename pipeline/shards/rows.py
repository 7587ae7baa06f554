"""Rows: encoded documents and a packing plan become record batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.schema import RowFormat

BATCH_TOKENS = 1 << 20  # tokens of a record batch, about: bounds the memory of writer and reader


class EncodedDocument(Protocol):
    """A document as ids and roles, one of each per token (`tokenization.encode.Encoded`)."""

    @property
    def id(self) -> str:
        """The trajectory's id."""

    @property
    def ids(self) -> npt.NDArray[Any]:
        """Unsigned integers[tokens]."""

    @property
    def roles(self) -> npt.NDArray[np.uint8]:
        """uint8[tokens], tokenization.grammar.Role."""


def record_batches(
    documents: Sequence[EncodedDocument], plan: Sequence[Sequence[int]], form: RowFormat
) -> Iterator[pa.RecordBatch]:
    """The rows of a plan, in its order, in record batches of `form.schema`.

    `plan[r]` are the indices of the documents of row r, from left to right; every row has one.

    Raises ValueError where a row does not fit the sequence, a document has not one role per token,
    or an id lies outside the vocabulary.
    """
    step = max(1, BATCH_TOKENS // form.sequence_length)
    for start in range(0, len(plan), step):
        rows = [[documents[index] for index in row] for row in plan[start : start + step]]
        yield _batch(rows, form)


def _batch(rows: list[list[EncodedDocument]], form: RowFormat) -> pa.RecordBatch:
    shape = (len(rows), form.sequence_length)
    ids = np.full(shape, form.pad_id, np.uint32)
    roles = np.zeros(shape, np.uint8)
    for row, row_ids, row_roles in zip(rows, ids, roles, strict=True):
        _fill(row, row_ids, row_roles)
    if ids.max() >= form.vocabulary_size:
        raise ValueError(f"id {ids.max()} in a vocabulary of {form.vocabulary_size} tokens")
    tokens_per_row = np.full(len(rows), form.sequence_length)
    documents_per_row = np.array([len(row) for row in rows])
    lengths = np.array([len(document.ids) for row in rows for document in row], np.int32)
    names = pa.array([document.id for row in rows for document in row], pa.string())
    columns = [
        _lists(ids.astype(form.token_type).ravel(), tokens_per_row),
        _lists(roles.ravel(), tokens_per_row),
        _lists(lengths, documents_per_row),
        _lists(names, documents_per_row),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=form.schema)


def _fill(
    row: list[EncodedDocument], ids: npt.NDArray[np.uint32], roles: npt.NDArray[np.uint8]
) -> None:
    """Write the documents of one row into its (padded) ids and roles."""
    row_ids = np.concatenate([document.ids for document in row])
    row_roles = np.concatenate([document.roles for document in row])
    tokens = len(row_ids)
    if tokens > len(ids):
        raise ValueError(f"{tokens} tokens in a row of {len(ids)}, at document {row[0].id}")
    if len(row_roles) != tokens:
        raise ValueError(f"{len(row_roles)} roles for {tokens} tokens, at document {row[0].id}")
    ids[:tokens] = row_ids
    roles[:tokens] = row_roles


def _lists(values: npt.NDArray[Any] | pa.Array, sizes: npt.NDArray[np.int64]) -> pa.ListArray:
    """Consecutive lists of `sizes` items over values, which are not copied."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
