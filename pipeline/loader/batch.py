"""Batch: what a model is given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.shards.reader import Row
from pipeline.shards.schema import RowFormat
from tokenization.grammar import Role

_Stored: TypeAlias = npt.NDArray[np.unsignedinteger]
_Narrow: TypeAlias = npt.NDArray[np.signedinteger]
_Roles: TypeAlias = npt.NDArray[np.uint8]
_Counts: TypeAlias = npt.NDArray[np.int32]
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
    position_ids: npt.NDArray[np.int32]  # [B, S], from 0 in each segment
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
    if isinstance(learn, str):
        raise ValueError(f"learn {learn!r}; expected several names, as [{learn!r}]")
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

    What is per token is computed for the whole batch at once, in the narrowest type that holds it,
    and made wide by the last pass: passes over memory are what a batch costs.
    """

    learn: Mapping[Role, float]
    weighted: bool  # whether batches have `loss_weights`
    form: RowFormat
    flat: bool = False
    multiple_of: int = 1

    def __call__(self, rows: Sequence[Row]) -> Batch:
        """At least one row as a batch."""
        lines = [[_unpadded(row) for row in rows]] if self.flat else [[row] for row in rows]
        longest = max(sum(len(row.input_ids) for row in line) for line in lines)
        shape = (len(lines), -(-longest // self.multiple_of) * self.multiple_of)
        bounds = _bounds(lines, shape[1])
        parts = [part for line in lines for part in self._padded(line, shape[1])]
        ids, roles = [part for part, _ in parts], np.concatenate([part for _, part in parts])
        learns = self._learns(roles)
        learns[bounds[:-1]] = False
        # One block of memory: freed as a whole, it is kept for the next batch and not given back.
        input_ids, labels = np.empty((2, *shape), np.int64)
        np.concatenate(ids, out=input_ids.ravel())
        labels.ravel()[:] = self._labels(ids, learns)
        lengths = bounds[1:] - bounds[:-1]
        position_ids = _positions(bounds, lengths).reshape(shape)
        weights = self._weights(roles, learns).reshape(shape) if self.weighted else None
        return Batch(input_ids, labels, position_ids, weights, bounds, int(lengths.max()))

    def _padded(self, line: Sequence[Row], width: int) -> Iterator[tuple[_Stored, _Roles]]:
        """The ids and roles of some rows, and of the padding that fills `width` tokens."""
        for row in line:
            yield row.input_ids, row.roles
            width -= len(row.input_ids)
        if width:
            yield np.full(width, self.form.pad_id, np.uint32), np.zeros(width, np.uint8)

    def _learns(self, roles: _Roles) -> _Mask:
        """Where a role that learns stands. Comparing is ten times as fast as looking up."""
        first, *others = self.learn or (_NO_ROLE,)
        learns: _Mask = roles == int(first)
        for role in others:
            learns |= roles == int(role)
        return learns

    def _labels(self, parts: Sequence[_Stored], learns: _Mask) -> _Narrow:
        """The ids where they learn, else IGNORED, in the narrowest type that can do it: the lesser
        of the id and a bound that is above every id where it learns. Choosing by the mask takes
        five times as long."""
        room = self.form.vocabulary_size - IGNORED
        narrow = np.min_scalar_type(~room)
        bound: _Narrow = np.multiply(learns, room, dtype=narrow)
        bound += IGNORED
        ids = np.concatenate(parts, dtype=narrow, casting="same_kind")
        np.minimum(ids, bound, out=bound)
        return bound

    def _weights(self, roles: _Roles, learns: _Mask) -> npt.NDArray[np.float32]:
        table = np.zeros(len(Role), np.float32)
        for role, weight in self.learn.items():
            table[role] = weight
        weights = table.take(roles)
        weights *= learns
        return weights


def _unpadded(row: Row) -> Row:
    tokens = int(row.document_lengths.sum())
    return row._replace(input_ids=row.input_ids[:tokens], roles=row.roles[:tokens])


def _bounds(lines: Sequence[Sequence[Row]], width: int) -> _Counts:
    """Where the segments of lines of `width` tokens begin, and where the last one ends."""
    segments = [0]
    for line in lines:
        documents: list[int] = []
        for row in line:
            documents += row.document_lengths.tolist()
        segments += documents
        if padding := width - sum(documents):
            segments.append(padding)
    return np.cumsum(np.array(segments, np.int32), dtype=np.int32)


def _positions(bounds: _Counts, lengths: _Counts) -> _Counts:
    """From 0 in each segment."""
    places = np.repeat(bounds[:-1], lengths)
    return np.subtract(_count(len(places)), places, out=places)


@lru_cache(maxsize=4)
def _count(size: int) -> _Counts:
    """0 to size - 1; kept, for batches are mostly of one size."""
    numbers = np.arange(size, dtype=np.int32)
    numbers.flags.writeable = False
    return numbers
