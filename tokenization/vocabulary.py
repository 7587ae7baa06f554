"""Vocabulary: texts and markers to token ids and back, without loss.

Markers are inserted by id and never found in a text; what spells one stays a text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Protocol

import sentencepiece

from tokenization.grammar import Content, Marker

ESCAPED_SPACE = "\u2581"  # how sentencepiece writes a space: a text's own goes by its three bytes
_CROSSES_WORDS = re.compile(rb"[^ ] |.\n|\n.", re.DOTALL)
_PROBES = (
    " two  spaces\n\n\tand a tab\r\n ",
    "\x00\x07\x0c\r\x1b\x7f\x85\u2028\ufeff",
    "e\u0301 \ufb01 \uff21 \u00bd \u2585\u2581 \U0001f469\u200d\U0001f4bb",
    "<s></s><unk> <0x41> <|frame_sep|>",
)


class Vocabulary(Protocol):
    """Texts and markers as token ids in [0, size)."""

    @property
    def size(self) -> int:
        """The number of ids."""

    @property
    def fingerprint(self) -> str:
        """The same for vocabularies that encode alike; 64 hexadecimal digits."""

    def marker_id(self, marker: Marker) -> int:
        """The id of a marker."""

    def encode_text(self, text: str) -> list[int]:
        """The ids of a text, none of them a marker's.

        A line break is a token of its own, and no token has a space after something else: so the
        ids of a text are those of its words, each with the spaces before it.

        Raises ValueError where the text holds a lone surrogate.
        """

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids, markers as they are spelled. Exact for what was encoded; bytes that are
        not UTF-8, as a model may write them, become U+FFFD."""

    def decode_contents(self, ids: Iterable[int]) -> list[Content]:
        """Like `decode`, with markers and texts told apart; texts are not empty."""


class SentencePieceVocabulary:
    """A sentencepiece model as a vocabulary: markers are control symbols, rare characters bytes."""

    def __init__(self, model: bytes) -> None:
        """Raises ValueError where the model cannot hold the language without loss."""
        try:
            self._pieces = sentencepiece.SentencePieceProcessor.from_proto(model)
        except RuntimeError as error:
            raise ValueError("not a sentencepiece model") from error
        self._fingerprint = hashlib.sha256(model).hexdigest()
        self._markers = {marker: self._control(marker) for marker in Marker}
        self._marker_of = {token: marker for marker, token in self._markers.items()}
        self._bytes = [self._decoded(token) for token in range(self.size)]
        self._byte_ids = [int(self._pieces.piece_to_id(f"<0x{byte:02X}>")) for byte in range(256)]
        self._check()

    @classmethod
    def load(cls, model: bytes) -> SentencePieceVocabulary:
        """The vocabulary of a serialised model. Raises ValueError like the constructor."""
        return cls(model)

    @property
    def size(self) -> int:
        return int(self._pieces.get_piece_size())

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def marker_id(self, marker: Marker) -> int:
        return self._markers[marker]

    def encode_text(self, text: str) -> list[int]:
        first, *others = text.split(ESCAPED_SPACE)
        ids = self._encoded(first)
        for other in others:
            ids += [self._byte_ids[byte] for byte in ESCAPED_SPACE.encode()]
            ids += self._encoded(other)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        return b"".join([self._bytes[token] for token in ids]).decode("utf-8", "replace")

    def decode_contents(self, ids: Iterable[int]) -> list[Content]:
        contents: list[Content] = []
        for marker, run in groupby(ids, key=self._marker_of.get):
            if marker is None:
                contents.append(self.decode(run))
            else:
                contents.extend(marker for _ in run)
        return contents

    def _encoded(self, text: str) -> list[int]:
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(f"a lone surrogate at character {error.start} of a text") from error
        ids: list[int] = self._pieces.encode(data, return_type=int)
        return ids

    def _control(self, marker: Marker) -> int:
        token = int(self._pieces.piece_to_id(marker.value))
        if not self._pieces.is_control(token):
            raise ValueError(f"the vocabulary has no control symbol {marker.value}")
        return token

    def _decoded(self, token: int) -> bytes:
        piece = self._pieces.id_to_piece(token)
        if self._pieces.is_byte(token):
            return bytes([int(piece[1:-1], 16)])
        if self._pieces.is_unknown(token):
            return b"\xef\xbf\xbd"
        return piece.replace(ESCAPED_SPACE, " ").encode("utf-8")

    def _check(self) -> None:
        if not all(map(self._pieces.is_byte, self._byte_ids)):
            raise ValueError("the vocabulary has no piece for every byte")
        crossing = next(filter(_CROSSES_WORDS.search, self._bytes), None)
        if crossing is not None:
            raise ValueError(f"the vocabulary's piece {crossing!r} goes beyond one word")
        for probe in _PROBES:
            if self.decode(self.encode_text(probe)) != probe:
                raise ValueError(f"the vocabulary does not give {probe!r} back")
