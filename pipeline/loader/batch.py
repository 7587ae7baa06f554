"""Batch: what a model is given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.shards.reader import Row
from tokenization.grammar import Role

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
        roles = np.empty(shape, np.uint8)
        for line, line_ids, line_roles in zip(lines, input_ids, roles, strict=True):
            self._fill(line, line_ids, line_roles)
        segments = _segments([[row.document_lengths for row in line] for line in lines], shape[1])
        bounds = np.zeros(len(segments) + 1, np.int32)
        np.cumsum(segments, out=bounds[1:])
        starts = bounds[:-1]
        labels.fill(IGNORED)
        np.copyto(labels, input_ids, where=self._learns(roles))
        labels.ravel()[starts] = IGNORED
        places = np.arange(labels.size, dtype=np.int32)
        np.subtract(places, np.repeat(starts, segments), out=position_ids.ravel())
        weights = self._weights(roles, starts) if self.weighted else None
        return Batch(input_ids, labels, position_ids, weights, bounds, int(segments.max()))

    def _size(self, row: Row) -> int:
        """How many of a row's tokens a batch has: without padding where rows stand end to end."""
        return int(row.document_lengths.sum()) if self.flat else len(row.input_ids)

    def _fill(self, line: Sequence[Row], ids: npt.NDArray[Any], roles: npt.NDArray[Any]) -> None:
        """Write some rows into one row of a batch, and padding behind them."""
        begin = 0
        for row in line:
            size = self._size(row)
            ids[begin : begin + size] = row.input_ids[:size]
            roles[begin : begin + size] = row.roles[:size]
            begin += size
        ids[begin:] = self.pad_id
        roles[begin:] = Role.PADDING

    def _learns(self, roles: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Where a role that learns stands. Comparing is ten times as fast as looking up."""
        mask = np.zeros(roles.shape, np.bool_)
        for role in self.learn:
            mask |= roles == role.value
        return mask

    def _weights(
        self, roles: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.float32]:
        table = np.zeros(len(Role), np.float32)
        for role, weight in self.learn.items():
            table[role] = weight
        weights = table[roles]
        weights.ravel()[starts] = 0
        return weights


def _segments(
    lines: Sequence[Sequence[npt.NDArray[np.int32]]], width: int
) -> npt.NDArray[np.int32]:
    """The lengths of all segments of some rows of `width` tokens, given those of documents."""
    parts = [np.concatenate(line) for line in lines]
    ends = np.cumsum([len(part) for part in parts])
    gaps = [width - int(part.sum()) for part in parts]
    segments = np.insert(np.concatenate(parts), ends, gaps)
    return segments[segments > 0]
