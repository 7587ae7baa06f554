"""Vocabulary: texts and markers to token ids and back, without loss.

Markers are inserted by id and never found in a text; what spells one stays a text.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from tokenization.grammar import Content, Marker

NO_TEXT = b"\xef\xbf\xbd"  # U+FFFD, the text of an id that stands for none
_PROBES = (
    " two  spaces\n\n\tand a tab\r\n ",
    "\x00\x07\x0c\r\x1b\x7f\x85\u2028\ufeff",
    "e\u0301 \ufb01 \uff21 \u00bd \u2585\u2581 \U0001f469\u200d\U0001f4bb",
    "<s></s><unk> <0x41> <|frame_sep|>",
)


class Kind(StrEnum):
    """The kinds of vocabulary models."""

    SENTENCEPIECE = "sentencepiece"
    TIKTOKEN = "tiktoken"
    HUGGINGFACE = "huggingface"


@dataclass(frozen=True, slots=True)
class Model:
    """What a vocabulary is made from, in bytes and plain values: it can be stored and sent."""

    kind: Kind
    data: bytes  # a sentencepiece model, a ranks file, a tokenizer.json
    markers: Mapping[str, int] = field(default_factory=dict)  # ids; of others the model's own
    pattern: str = ""  # tiktoken: the regular expression that splits texts
    special: Mapping[str, int] = field(default_factory=dict)  # tiktoken: ids that are taken
    size: int = 0  # ids, at least

    def fingerprint(self, markers: Mapping[Marker, int]) -> str:
        """64 hexadecimal digits, equal for models that encode alike with these ids of markers."""
        facts = {
            "kind": self.kind,
            "data": hashlib.sha256(self.data).hexdigest(),
            "markers": {marker.value: token for marker, token in markers.items()},
            "pattern": self.pattern,
            "special": dict(self.special),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


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

        Raises ValueError where the text holds a lone surrogate.
        """

    def pieces(self, text: str) -> list[str]:
        """A text cut wherever cutting changes no token: its ids are those of its pieces."""

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids, markers as they are spelled. Exact for what was encoded; bytes that are
        not UTF-8, as a model may write them, become U+FFFD."""

    def decode_contents(self, ids: Iterable[int]) -> list[Content]:
        """Like `decode`, with markers and texts told apart; texts are not empty."""


class ByteVocabulary(ABC):
    """A vocabulary whose every token stands for some bytes, whatever its neighbours."""

    def __init__(self, model: Model, markers: Mapping[Marker, int], texts: Mapping[int, bytes]):
        """`texts` are the bytes of tokens; those of markers are added here."""
        spelled = {token: marker.value.encode() for marker, token in markers.items()}
        known = {**texts, **spelled}
        self.size = max(*known, *(token for token in model.special.values()), model.size - 1) + 1
        self.fingerprint = model.fingerprint(markers)
        self._markers = dict(markers)
        self._marker_of = {token: marker for marker, token in markers.items()}
        self._bytes = [known.get(token, NO_TEXT) for token in range(self.size)]

    @abstractmethod
    def encode_text(self, text: str) -> list[int]:
        """`Vocabulary.encode_text`."""

    def pieces(self, text: str) -> list[str]:
        """The text whole: nothing is known of where it may be cut."""
        return [text]

    def marker_id(self, marker: Marker) -> int:
        """The id of a marker."""
        return self._markers[marker]

    def decode(self, ids: Iterable[int]) -> str:
        """`Vocabulary.decode`."""
        return b"".join([self._bytes[token] for token in ids]).decode("utf-8", "replace")

    def decode_contents(self, ids: Iterable[int]) -> list[Content]:
        """`Vocabulary.decode_contents`."""
        contents: list[Content] = []
        for marker, run in groupby(ids, key=self._marker_of.get):
            if marker is None:
                contents.append(self.decode(run))
            else:
                contents.extend(marker for _ in run)
        return contents

    def check(self, special: Iterable[str] = ()) -> None:
        """Try texts that are easily lost, and spellings of markers and of `special` tokens.

        Raises ValueError where one does not come back, or yields a marker.
        """
        spellings = [marker.value for marker in Marker]
        for probe in (*_PROBES, *_categories(), "".join(spellings), *special):
            ids = self.encode_text(probe)
            if self.decode(ids) != probe:
                raise ValueError(f"the vocabulary does not give {probe!r} back")
            if not self._marker_of.keys().isdisjoint(ids):
                raise ValueError(f"the vocabulary finds a marker in the text {probe!r}")


def marker_ids(given: Mapping[str, int], own: Callable[[Marker], int | None]) -> dict[Marker, int]:
    """The id of every marker: the one that is given, or else the model's own.

    Raises ValueError: a spelling that is no marker's, a marker without an id, an id of two markers.
    """
    spellings = [marker.value for marker in Marker]
    for spelling in given:
        if spelling not in spellings:
            nearest = difflib.get_close_matches(spelling, spellings, n=1, cutoff=0.0)[0]
            raise ValueError(f"{spelling} is no marker; the nearest is {nearest}")
    found: dict[int, Marker] = {}
    for marker in Marker:
        token = given.get(marker.value, own(marker))
        if token is None:
            raise ValueError(f"the marker {marker.value} has no id")
        if token in found or token < 0:
            problem = f"that of {found[token].value}" if token in found else "negative"
            raise ValueError(f"the id {token} of the marker {marker.value} is {problem}")
        found[token] = marker
    return {marker: token for token, marker in found.items()}


def check_encodable(text: str) -> bytes:
    """The text in UTF-8. Raises ValueError where it holds a lone surrogate."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"a lone surrogate at character {error.start} of a text") from error


def _categories() -> Iterator[str]:
    """A text with characters of every category of Unicode, between letters and between spaces."""
    found: dict[str, str] = {}
    for code in range(0x3400):
        found.setdefault(unicodedata.category(chr(code)), chr(code))
    for character in found.values():
        yield f"a{character}a {character} {character}{character}1"
