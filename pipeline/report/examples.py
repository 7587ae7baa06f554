"""Examples: a few documents with their roles, and the program whose state tree is drawn.

Both are chosen by a hash of their ids, among those that a person can look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

import numpy as np

from pipeline.inspecting import Stored, stored_documents, vocabulary_in
from pipeline.shards.places import Place
from pipeline.shards.placing import order
from pipeline.shards.traces import TraceStore
from tokenization.grammar import Role
from tokenization.vocabulary import Vocabulary
from tracing.states.tree import StateTree
from tracing.trajectories.trajectory import Direction, parse_id

_EACH = 2  # documents of each direction
_TOKENS = range(150, 1200)  # of such a document
_EVENTS = range(12, 40)  # of the program that is drawn
_TRACE_BYTES = 4000  # compressed: larger ones are not looked into


@dataclass(frozen=True, slots=True)
class Example:
    """A document beside its source: runs of text of one role, without the context."""

    id: str
    split: str
    source: str
    runs: tuple[tuple[str, str], ...]  # role, text


def examples(root: Place) -> Iterator[Example]:
    """A few documents of each direction. Raises ManifestError, DamagedFileError."""
    store, vocabulary = TraceStore.open(root), vocabulary_in(root)
    for direction in Direction:
        short = (document for document in stored_documents(root) if _is_short(document, direction))
        for document in nsmallest(_EACH, short, key=lambda document: order(document.id)):
            trace = store.get(document.program).load()
            source = trace.code if direction == Direction.FORWARD else trace.source()
            runs = tuple(_runs(document, vocabulary))
            yield Example(document.id, document.split, source, runs)


def drawn_tree(root: Place) -> StateTree | None:
    """The state tree of a program that makes calls, of a size to be drawn; None if there is none.

    Of those the one that is deepest and first by its hash. Raises ManifestError, DamagedFileError.
    """
    best, found = (0, 0), None
    for record in TraceStore.open(root):
        if len(record.trace) <= _TRACE_BYTES:
            trace = record.load()
            rank = (min(4, max(trace.depths, default=0)), -order(record.program))
            if len(trace) in _EVENTS and (found is None or rank > best):
                best, found = rank, trace
    return None if found is None else StateTree.of(found)


def _is_short(document: Stored, direction: Direction) -> bool:
    return len(document.ids) in _TOKENS and parse_id(document.id)[1] == direction


def _runs(document: Stored, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    changes = np.flatnonzero(np.diff(document.roles)) + 1
    for begin, end in pairwise([0, *changes.tolist(), len(document.ids)]):
        role = Role(int(document.roles[begin]))
        if role is not Role.CONTEXT:
            yield role.name.lower(), vocabulary.decode(document.ids[begin:end].tolist())
