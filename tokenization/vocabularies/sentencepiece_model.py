"""Sentencepiece models as vocabularies: markers are control symbols, rare characters bytes."""

from __future__ import annotations

import re

import sentencepiece

from tokenization.grammar import Marker
from tokenization.vocabulary import NO_TEXT, ByteVocabulary, Model, check_encodable, marker_ids

ESCAPED_SPACE = "\u2581"  # how sentencepiece writes a space: a text's own goes by its three bytes
_WORDS = re.compile(r"\n| *[^ \n]+| +").findall
_CROSSES_WORDS = re.compile(rb"[^ ] |.\n|\n.", re.DOTALL).search


class SentencePieceVocabulary(ByteVocabulary):
    """A sentencepiece model.

    Where no piece of the model has a space after something else or a line break beside anything,
    as in the models of `training`, the ids of a text are those of its words, each with the spaces
    before it. Texts of other models are encoded whole.
    """

    def __init__(self, model: Model) -> None:
        """Raises ValueError where the model cannot hold the language without loss."""
        try:
            self._processor = sentencepiece.SentencePieceProcessor.from_proto(model.data)
        except RuntimeError as error:
            raise ValueError("not a sentencepiece model") from error
        count = int(self._processor.get_piece_size())
        texts = {token: self._text(token) for token in range(count)}
        markers = marker_ids(model.markers, self._control)
        for marker, token in markers.items():
            if token < count and not self._processor.is_control(token):
                problem = f"the id {token} of the marker {marker.value} is a piece of texts"
                raise ValueError(f"{problem}, {texts[token]!r}")
        super().__init__(model, markers, texts)
        self._byte_ids = [self._processor.piece_to_id(f"<0x{byte:02X}>") for byte in range(256)]
        if not all(map(self._processor.is_byte, self._byte_ids)):
            raise ValueError("the vocabulary has no piece for every byte")
        self._in_words = not any(map(_CROSSES_WORDS, texts.values()))
        self.check()

    def encode_text(self, text: str) -> list[int]:
        first, *others = text.split(ESCAPED_SPACE)
        ids = self._encoded(first)
        for other in others:
            ids += [self._byte_ids[byte] for byte in ESCAPED_SPACE.encode()]
            ids += self._encoded(other)
        return ids

    def pieces(self, text: str) -> list[str]:
        return _WORDS(text) if self._in_words else [text]

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._processor.encode(check_encodable(text), return_type=int)
        return ids

    def _control(self, marker: Marker) -> int | None:
        token = int(self._processor.piece_to_id(marker.value))
        return token if self._processor.is_control(token) else None

    def _text(self, token: int) -> bytes:
        piece = self._processor.id_to_piece(token)
        if self._processor.is_byte(token):
            return bytes([int(piece[1:-1], 16)])
        if self._processor.is_unknown(token):
            return NO_TEXT
        return piece.replace(ESCAPED_SPACE, " ").encode("utf-8")
