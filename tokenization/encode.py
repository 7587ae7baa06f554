"""Encode: a document as token ids and roles, cut to the sequence length."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tokenization.grammar import CUT, Content, Document, Marker, Part
from tokenization.vocabulary import Vocabulary

_SHORTEST = 3  # parts of a document: the context, the start, and what an action led to
_END = Marker.END_OF_TEXT  # to name a member takes longer than to compare it
_WIDTH = 4  # bytes of an id
_REMEMBERED = 64 << 20  # bytes, about, of what is remembered
_ENTRY = 160  # of these, what an entry takes beside its text and ids
_LONGEST = 65_536  # characters of a text worth remembering


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document as tokens: `ids` uint32[t], `roles` uint8[t], each a Role.

    `cut`: it ends before the exit (language 6.7). `frames`: states that it holds.
    """

    id: str
    ids: npt.NDArray[np.uint32]
    roles: npt.NDArray[np.uint8]
    cut: bool
    frames: int


class Encoder:
    """Encodes documents for one sequence length (tokens); what it encoded once it remembers."""

    def __init__(self, vocabulary: Vocabulary, sequence_length: int) -> None:
        self._length = sequence_length
        self._pieces = _Pieces(vocabulary)

    def encode(self, document: Document) -> Encoded | None:
        """`encode_parts` of a document."""
        return self.encode_parts(document.id, document.parts)

    def encode_parts(self, id: str, parts: Iterable[Part]) -> Encoded | None:
        """The tokens of a document, cut after as many of its parts as fit.

        None where there is no room for a single state that an action led to. Parts are not asked
        for beyond what fits.
        """
        draft = _Draft(self._length)
        for part in parts:
            if part == CUT or not draft.add(part, self._pieces.of(part)):
                break
        if draft.parts < _SHORTEST:
            return None
        if not draft.ended:
            draft.add(CUT, self._pieces.of(CUT))
        frames = draft.parts - 2  # beside the context and the end
        return Encoded(id, draft.ids(), draft.roles(), draft.cut, frames)

    def encode_windows(
        self, id: str, parts_from: Callable[[int], Iterable[Part]], frames: int
    ) -> Iterator[Encoded | None]:
        """The tokens of a document of any length, in windows, each a document that fits.

        `parts_from(k)` are the parts of the document that begins with frame k and ends with the
        exit, `frames` the number of frames. A window begins with the frame that the one before
        ended with, written in full: so every step is predicted once, in one window. The first has
        the id `id`, the next `id@2`, and so on.

        In the place of a window stands None where there is no room for a frame and what comes after
        it; the next one begins a frame later.
        """
        first, number = 0, 1
        while first < frames:
            name = f"{id}@{number}" if number > 1 else id
            encoded = self.encode_parts(name, parts_from(first))
            yield encoded
            if encoded is not None and not encoded.cut:
                return
            first += 1 if encoded is None else encoded.frames - 1
            number += 1

    def context_fits(self, code: str) -> bool:
        """Whether CODE leaves room for anything beside the markers that every document has."""
        markers = (Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, Marker.END_OF_TEXT)
        room = self._length - len(markers)
        most = 4 * len(code)  # a character has four bytes at most, and a byte is a token at most
        return most < room or len(self._pieces.of_text(code)) // _WIDTH < room


class _Draft:
    """A document in the making: the pieces of its parts, each the bytes of a content's ids."""

    def __init__(self, length: int) -> None:
        self.parts = 0
        self.ended = False
        self._room = length * _WIDTH
        self._pieces: list[bytes] = []
        self._roles: list[bytes] = []

    @property
    def cut(self) -> bool:
        """Whether it ended before the exit."""
        return self._roles[-1] == CUT.roles

    def add(self, part: Part, pieces: list[bytes]) -> bool:
        """Add a part if it fits and, unless it is the end, leaves room for one."""
        ended = part.contents[-1] is _END
        room = self._room - sum(map(len, pieces))
        if room < (0 if ended else _WIDTH):
            return False
        self.parts += 1
        self.ended = ended
        self._room = room
        self._pieces += pieces
        self._roles.append(part.roles)
        return True

    def ids(self) -> npt.NDArray[np.uint32]:
        """The ids of all pieces."""
        return np.frombuffer(b"".join(self._pieces), dtype=np.uint32)

    def roles(self) -> npt.NDArray[np.uint8]:
        """The role of each token."""
        sizes = np.fromiter(map(len, self._pieces), dtype=np.int64, count=len(self._pieces))
        roles = np.frombuffer(b"".join(self._roles), dtype=np.uint8)
        return np.repeat(roles, sizes // _WIDTH)


class _Pieces:
    """The ids of markers, texts and their pieces, as bytes (uint32 of this machine), remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._forget()

    def of(self, part: Part) -> list[bytes]:
        """The ids of each content of a part."""
        known = self._known.get
        return [known(content) or self._of_content(content) for content in part.contents]

    def of_text(self, text: str) -> bytes:
        """The ids of a text, which are those of its pieces."""
        known = self._known.get
        pieces = self._vocabulary.pieces(text)
        ids = b"".join([known(piece) or self._of_piece(piece) for piece in pieces])
        return self._remember(text, ids)

    def _of_content(self, content: Content) -> bytes:
        if isinstance(content, str):
            return self.of_text(content)
        return self._known.setdefault(content, _packed([self._vocabulary.marker_id(content)]))

    def _of_piece(self, piece: str) -> bytes:
        return self._remember(piece, _packed(self._vocabulary.encode_text(piece)))

    def _remember(self, text: str, ids: bytes) -> bytes:
        if len(text) <= _LONGEST:
            if self._size > _REMEMBERED:
                self._forget()
            self._known[text] = ids
            self._size += len(text) + len(ids) + _ENTRY
        return ids

    def _forget(self) -> None:
        self._known: dict[Content, bytes] = {}  # no marker equals a text: there is room for both
        self._size = 0


def _packed(ids: list[int]) -> bytes:
    return array("I", ids).tobytes()
