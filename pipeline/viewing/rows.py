"""Rows as they are shown: the text, the ids and the role of each token, and whether it learns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.inspecting import Stored, documents_of, is_complete
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from tokenization.grammar import Role
from tokenization.vocabulary import Vocabulary

_LONGEST = 4  # bytes of a character, each of which may be a token of its own


class Shown(NamedTuple):
    """Tokens that are only text together: a single one, or the bytes of one character."""

    text: str
    ids: tuple[int, ...]
    role: Role


@dataclass(frozen=True)
class ShownDocument:
    """A document of a row. Token `begin + k` of the row is its token k."""

    id: str
    begin: int
    roles: Sequence[int]
    tokens: Sequence[Shown]
    complete: bool  # whether it reaches its exit
    learns: int  # tokens

    @property
    def end(self) -> int:
        """The row's first token that is not its own."""
        return self.begin + len(self.roles)


@dataclass(frozen=True)
class ShownRow:
    """A row; what its documents leave of its `length` is padding."""

    split: str
    number: int
    length: int
    documents: Sequence[ShownDocument]

    @property
    def tokens(self) -> int:
        """Tokens of documents."""
        return self.documents[-1].end if self.documents else 0

    @property
    def learns(self) -> int:
        """Tokens that learn."""
        return sum(document.learns for document in self.documents)


class Viewer:
    """Shows rows in one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, learn: Collection[Role]) -> None:
        self.vocabulary = vocabulary
        self.learn = frozenset(learn)
        self._texts: dict[int, str] = {}

    def row(self, split: str, rows: Split, number: int) -> ShownRow:
        """A row of a split. Raises IndexError, DamagedFileError."""
        row, begin, shown = rows.row(number), 0, []
        for document in documents_of(split, number, row):
            shown.append(self.document(document, begin))
            begin = shown[-1].end
        return ShownRow(split, number, len(row.input_ids), shown)

    def document(self, stored: Stored, begin: int = 0) -> ShownDocument:
        """A document that begins at token `begin` of its row. Its first token never learns."""
        roles = stored.roles.tolist()
        return ShownDocument(
            id=stored.id,
            begin=begin,
            roles=roles,
            tokens=list(self._shown(stored.ids.tolist(), roles)),
            complete=is_complete(stored, self.vocabulary),
            learns=sum(role in self.learn for role in roles[1:]),
        )

    def _shown(self, ids: Sequence[int], roles: Sequence[int]) -> Iterator[Shown]:
        begin = 0
        for end in range(1, len(ids) + 1):
            text = self._text(tuple(ids[begin:end]))
            waits = "\ufffd" in text and end - begin < _LONGEST
            if not waits or end == len(ids) or roles[end] != roles[begin]:
                yield Shown(text, tuple(ids[begin:end]), Role(roles[begin]))
                begin = end

    def _text(self, ids: tuple[int, ...]) -> str:
        if len(ids) > 1:
            return self.vocabulary.decode(ids)
        if ids[0] not in self._texts:
            self._texts[ids[0]] = self.vocabulary.decode(ids)
        return self._texts[ids[0]]


def shown_rows(root: Path, viewer: Viewer, splits: Sequence[str] = SPLITS) -> Iterator[ShownRow]:
    """All rows of a finished directory, in order. Raises ManifestError, DamagedFileError."""
    for split in splits:
        rows = Split.open(root, split)
        for number in range(len(rows)):
            yield viewer.row(split, rows, number)
