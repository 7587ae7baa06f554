"""Batch: what a model is given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.shards.reader import Row
from tokenization.grammar import Role

_Ids: TypeAlias = npt.NDArray[np.int64]
_Mask: TypeAlias = npt.NDArray[np.bool_]

_NO_ROLE = 255

IGNORED = -100  # the label that cross-entropy passes over, in torch and in transformers


@dataclass(frozen=True, slots=True)
class Batch:
    """B rows of S tokens. A segment is a document, or the padding at the end of a row.

    Labels are not shifted: `labels[b, s]` is `input_ids[b, s]` or IGNORED, as Hugging Face models
    expect, which predict position s from the positions before it. The first token of a document
    never learns: nothing that precedes it is of its document.
    """

    input_ids: npt.NDArray[np.int64]  # [B, S]
    labels: npt.NDArray[np.int64]  # [B, S]
    position_ids: npt.NDArray[np.int64]  # [B, S], from 0 in each segment
    loss_weights: npt.NDArray[np.float32] | None  # [B, S], 0 where a label is IGNORED
    cu_seqlens: npt.NDArray[np.int32]  # [segments + 1], bounds of segments in the B * S tokens
    max_seqlen: int  # tokens of the longest segment

    @property
    def document_ids(self) -> npt.NDArray[np.int32]:
        """The number of each token's segment, int32[B, S], from 0 through the whole batch."""
        numbers = np.arange(len(self.cu_seqlens) - 1, dtype=np.int32)
        return np.repeat(numbers, np.diff(self.cu_seqlens)).reshape(self.input_ids.shape)


def parse_learn(learn: Iterable[str] | Mapping[str, float]) -> dict[Role, float]:
    """The weight of each role that learns, by names in lower case; names alone weigh 1.

    Raises ValueError for a name that is no role, for padding, which cannot learn, and for a weight
    that is negative or no number.
    """
    known = {role.name.lower(): role for role in Role if role is not Role.PADDING}
    weights = learn if isinstance(learn, Mapping) else dict.fromkeys(learn, 1.0)
    if unknown := sorted(set(weights) - known.keys()):
        raise ValueError(f"no such roles: {', '.join(unknown)}; there are {', '.join(known)}")
    for name, weight in weights.items():
        if not 0 <= weight < math.inf:
            raise ValueError(f"{name} learns with weight {weight}; expected 0 or more")
    return {known[name]: float(weights[name]) for name in known if weights.get(name)}


def read_learn(words: Sequence[str]) -> tuple[dict[Role, float], bool]:
    """The roles that learn, from words such as `state` or `action=0.1`, and whether any word has a
    weight. Raises ValueError like `parse_learn`, and for a weight that is no number."""
    weights = {}
    for word in words:
        name, equals, weight = word.partition("=")
        try:
            weights[name] = float(weight) if equals else 1.0
        except ValueError:
            raise ValueError(f"{name} learns with weight {weight}; expected a number") from None
    return parse_learn(weights), any("=" in word for word in words)


@dataclass(frozen=True)
class Collator:
    """How rows become a batch.

    Packed rows are of one length. Others are padded to the longest of the batch; with `flat` all
    rows stand end to end without padding, as one row. The length is a multiple of `multiple_of`.
    """

    learn: Mapping[Role, float]
    weighted: bool  # whether batches have `loss_weights`
    pad_id: int
    flat: bool = False
    multiple_of: int = 1

    def __call__(self, rows: Sequence[Row]) -> Batch:
        """At least one row as a batch."""
        lines = [rows] if self.flat else [[row] for row in rows]
        longest = max(sum(map(self._size, line)) for line in lines)
        shape = (len(lines), -(-longest // self.multiple_of) * self.multiple_of)
        # One block of memory: freed as a whole, it is kept for the next batch and not given back.
        input_ids, labels, position_ids = np.empty((3, *shape), np.int64)
        learns = np.empty(shape, np.bool_)
        for line, line_ids, line_learns in zip(lines, input_ids, learns, strict=True):
            self._fill(line, line_ids, line_learns)
        segments = np.array([n for line in lines for n in _segments(line, shape[1])], np.int32)
        bounds = np.zeros(len(segments) + 1, np.int32)
        np.cumsum(segments, out=bounds[1:])
        starts = bounds[:-1]
        learns.ravel()[starts] = False
        labels.fill(IGNORED)
        np.copyto(labels, input_ids, where=learns)
        places = np.repeat(starts, segments)
        np.subtract(_count(labels.size), places, out=places)  # narrow as long as can be
        position_ids.ravel()[:] = places
        weights = self._weights(lines, learns) if self.weighted else None
        return Batch(input_ids, labels, position_ids, weights, bounds, int(segments.max()))

    def _size(self, row: Row) -> int:
        """How many of a row's tokens a batch has: without padding where rows stand end to end."""
        return int(row.document_lengths.sum()) if self.flat else len(row.input_ids)

    def _fill(self, line: Sequence[Row], ids: _Ids, learns: _Mask) -> None:
        """Write the tokens of some rows, and whether their roles learn, into one row of a batch,
        and padding behind them."""
        begin = 0
        for row in line:
            end = begin + self._size(row)
            ids[begin:end] = row.input_ids[: end - begin]
            self._mark(row.roles[: end - begin], learns[begin:end])
            begin = end
        ids[begin:] = self.pad_id
        learns[begin:] = False

    def _mark(self, roles: npt.NDArray[np.uint8], learns: _Mask) -> None:
        """Say where a role that learns stands. Comparing is ten times as fast as looking up."""
        first, *others = self.learn or (_NO_ROLE,)
        np.equal(roles, int(first), out=learns)
        for role in others:
            learns |= roles == int(role)

    def _weights(self, lines: Sequence[Sequence[Row]], learns: _Mask) -> npt.NDArray[np.float32]:
        table = np.zeros(len(Role), np.float32)
        for role, weight in self.learn.items():
            table[role] = weight
        weights = np.zeros(learns.shape, np.float32)
        for line, line_weights in zip(lines, weights, strict=True):
            roles = np.concatenate([row.roles[: self._size(row)] for row in line])
            line_weights[: len(roles)] = table[roles]
        weights *= learns
        return weights


def _segments(line: Sequence[Row], width: int) -> list[int]:
    """The lengths of the documents of some rows, and of the padding that fills `width` tokens."""
    segments = [length for row in line for length in row.document_lengths.tolist()]
    padding = width - sum(segments)
    return [*segments, padding] if padding else segments


@lru_cache(maxsize=4)
def _count(size: int) -> npt.NDArray[np.int32]:
    """0 to size - 1; kept, for batches are mostly of one size."""
    numbers = np.arange(size, dtype=np.int32)
    numbers.flags.writeable = False
    return numbers
