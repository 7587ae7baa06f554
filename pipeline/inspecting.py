"""Inspecting: the documents of a built directory, decoded from its shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.reader import DamagedFileError, Row, Split
from pipeline.shards.schema import SPLITS
from pipeline.shards.vocabulary import FOLDER, read_vocabulary
from tokenization.grammar import Marker
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Vocabulary
from tracing.trajectories.trajectory import parse_id, policy_of


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it lies in a row: `ids` unsigned[t] and `roles` uint8[t] are views of it."""

    id: str
    split: str
    row: int
    ids: npt.NDArray[np.unsignedinteger]
    roles: npt.NDArray[np.uint8]

    @property
    def program(self) -> str:
        """The id of its program."""
        return parse_id(self.id)[0]


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document decoded; `text` is exact, `complete` tells whether it reaches its exit."""

    program: str
    direction: str
    policy: str  # its name; empty where there is but one
    trajectory: str
    split: str
    complete: bool
    text: str


def stored_documents(root: Place, splits: Sequence[str] = SPLITS) -> Iterator[Stored]:
    """The documents of a finished directory in the order of its rows.

    Raises ManifestError, DamagedFileError.
    """
    for split in splits:
        for number, row in enumerate(Split.open(root, split)):
            yield from documents_of(split, number, row)


def documents_of(split: str, number: int, row: Row) -> Iterator[Stored]:
    """The documents of row `number` of a split, from left to right."""
    begin = 0
    for name, length in zip(row.documents, row.document_lengths.tolist(), strict=True):
        end = begin + length
        yield Stored(name, split, number, row.input_ids[begin:end], row.roles[begin:end])
        begin = end


def vocabulary_in(root: Place) -> Vocabulary:
    """The vocabulary of a finished directory.

    Raises ManifestError; DamagedFileError where it is not the one that the rows are written in.
    """
    form = Manifest.read(root).format
    path = root / FOLDER
    try:
        vocabulary = load(read_vocabulary(path))
    except (OSError, ValueError) as error:
        raise DamagedFileError(f"{path}: {error}") from error
    if vocabulary.fingerprint != form.vocabulary:
        raise DamagedFileError(f"{path}: another vocabulary than that of the rows")
    return vocabulary


def inspect(document: Stored, vocabulary: Vocabulary) -> Inspected:
    """Decode one document."""
    program, direction, _ = parse_id(document.id)
    return Inspected(
        program=program,
        direction=direction,
        policy=policy_of(document.id),
        trajectory=document.id,
        split=document.split,
        complete=is_complete(document, vocabulary),
        text=vocabulary.decode(document.ids.tolist()),
    )


def is_complete(document: Stored, vocabulary: Vocabulary) -> bool:
    """Whether a document reaches its exit."""
    return vocabulary.marker_id(Marker.TRACE_END) in document.ids[-2:].tolist()
