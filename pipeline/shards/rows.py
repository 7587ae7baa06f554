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
    documents: Sequence[EncodedDocument],
    plan: Sequence[Sequence[int]],
    form: RowFormat,
    padded: bool = True,
) -> Iterator[pa.RecordBatch]:
    """The rows of a plan, in its order, in record batches of `form.schema`.

    `plan[r]` are the indices of the documents of row r, from left to right; every row has one.
    Rows have the sequence length where they are `padded`, else that of their documents.

    Raises ValueError where a row does not fit the sequence, a document has not one role per token,
    or an id lies outside the vocabulary.
    """
    rows: list[list[EncodedDocument]] = []
    tokens = 0
    for indices in plan:
        rows.append([documents[index] for index in indices])
        tokens += form.sequence_length if padded else sum(len(d.ids) for d in rows[-1])
        if tokens + form.sequence_length > BATCH_TOKENS:
            yield _batch(rows, form, padded)
            rows, tokens = [], 0
    if rows:
        yield _batch(rows, form, padded)


def _batch(rows: list[list[EncodedDocument]], form: RowFormat, padded: bool) -> pa.RecordBatch:
    tokens = np.array([_tokens(row, form) for row in rows])
    sizes = np.full(len(rows), form.sequence_length) if padded else tokens
    ends = np.cumsum(sizes)
    ids = np.full(ends[-1], form.pad_id, np.uint32)
    roles = np.zeros(ends[-1], np.uint8)
    for row, begin, count in zip(rows, ends - sizes, tokens, strict=True):
        np.concatenate([d.ids for d in row], out=ids[begin : begin + count])
        np.concatenate([d.roles for d in row], out=roles[begin : begin + count])
    if ids.max() >= form.vocabulary_size:
        raise ValueError(f"id {ids.max()} in a vocabulary of {form.vocabulary_size} tokens")
    documents_per_row = np.array([len(row) for row in rows])
    lengths = np.array([len(document.ids) for row in rows for document in row], np.int32)
    names = pa.array([document.id for row in rows for document in row], pa.string())
    columns = [
        _lists(ids.astype(form.token_type), sizes),
        _lists(roles, sizes),
        _lists(lengths, documents_per_row),
        _lists(names, documents_per_row),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=form.schema)


def _tokens(row: list[EncodedDocument], form: RowFormat) -> int:
    """The tokens of a row's documents, which must fit and have a role each."""
    for document in row:
        if len(document.roles) != len(document.ids):
            problem = f"{len(document.roles)} roles for {len(document.ids)} tokens"
            raise ValueError(f"{problem}, at document {document.id}")
    tokens = sum(len(document.ids) for document in row)
    if tokens > form.sequence_length:
        problem = f"{tokens} tokens in a row of {form.sequence_length}"
        raise ValueError(f"{problem}, at document {row[0].id}")
    return tokens


def _lists(values: npt.NDArray[Any] | pa.Array, sizes: npt.NDArray[np.int64]) -> pa.ListArray:
    """Consecutive lists of `sizes` items over values, which are not copied."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
