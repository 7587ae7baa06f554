"""Tokenizers of Hugging Face, as their `tokenizer.json` has them, that are byte-level pairs.

Special tokens are never found in texts. Tokens that were added to the model without being special,
such as runs of spaces, are part of its texts, as its own library has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import tokenizers

from tokenization.grammar import Marker
from tokenization.vocabulary import ByteVocabulary, Model, check_encodable, marker_ids

# The others may drop or replace characters.
_SPLITTERS = ("Sequence", "Split", "ByteLevel", "Digits", "Punctuation")


class HuggingFaceVocabulary(ByteVocabulary):
    """A `tokenizer.json`. Texts are encoded whole.

    A marker's id is the one that is given, or that of the special token so spelled, or the next
    one after all that the model has, in the order of the grammar.
    """

    def __init__(self, model: Model) -> None:
        """Raises ValueError, with the reason, where a text would not come back or could yield a
        special token."""
        data = _read(model.data)
        _check_kind(data)
        pairs: dict[str, int] = data["model"]["vocab"]
        added = {item["id"]: item for item in data["added_tokens"]}
        markers = _markers(model, pairs, added)
        for token in added.keys() & set(markers.values()):
            added[token]["special"] = True
        specials = {item["content"]: token for token, item in added.items() if item["special"]}
        _check_added(data["model"], added, specials)
        self._tokenizer = tokenizers.Tokenizer.from_str(json.dumps(data))
        self._tokenizer.encode_special_tokens = True
        texts = {token: _text(piece) for piece, token in pairs.items()}
        super().__init__(
            model, markers, texts | {k: v["content"].encode() for k, v in added.items()}
        )
        self.check(specials)

    def encode_text(self, text: str) -> list[int]:
        check_encodable(text)
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _read(text: bytes) -> dict[str, Any]:
    """The content of the file, without what is for sequences and not for texts."""
    try:
        tokenizers.Tokenizer.from_str(text.decode())
        data: dict[str, Any] = json.loads(text)
    except Exception as error:  # the library has no class of its own
        raise ValueError(f"not a tokenizer.json: {error}") from error
    return {**data, "truncation": None, "padding": None, "post_processor": None}


def _check_kind(data: Mapping[str, Any]) -> None:
    model, normalizer = data["model"], data["normalizer"]
    if normalizer is not None:
        name = normalizer["type"]
        raise ValueError(f"it has a normalizer, {name}: texts would not come back as they were")
    if model["type"] != "BPE":
        raise ValueError(f"its model is {model['type']}; expected BPE of bytes")
    if model["dropout"]:
        raise ValueError("its model has dropout: the same text would not give the same tokens")
    splitters = list(_splitters(data["pre_tokenizer"]))
    for splitter in splitters:
        if splitter["type"] not in _SPLITTERS or splitter.get("behavior") == "Removed":
            raise ValueError(f"its pre-tokenizer {splitter['type']} drops parts of a text")
        if splitter.get("add_prefix_space"):
            raise ValueError(f"its pre-tokenizer {splitter['type']} puts a space before a text")
    if "ByteLevel" not in [splitter["type"] for splitter in splitters]:
        raise ValueError("it has no pre-tokenizer ByteLevel: not every text has tokens")
    missing = next((byte for char, byte in _BYTES.items() if char not in model["vocab"]), None)
    if missing is not None:
        raise ValueError(f"the byte {missing:#04x} is no token of its model")


def _splitters(item: Any) -> Iterator[dict[str, Any]]:
    """A pre-tokenizer and those that it is made of."""
    if item is not None:
        yield item
        for part in item.get("pretokenizers", ()):
            yield from _splitters(part)


def _markers(
    model: Model, pairs: Mapping[str, int], added: Mapping[int, Mapping[str, Any]]
) -> dict[Marker, int]:
    own = {item["content"]: token for token, item in added.items()}
    free = count(max([*pairs.values(), *added, *model.markers.values()]) + 1)
    others = [marker.value for marker in Marker if marker.value not in model.markers]
    appended = {spelling: next(free) for spelling in others if spelling not in own}
    found = marker_ids(model.markers, lambda marker: (own | appended).get(marker.value))
    texts = {token: piece for piece, token in pairs.items() if token not in added}
    for marker, token in found.items():
        if token in texts:
            problem = f"the id {token} of the marker {marker.value} is a token of texts"
            raise ValueError(f"{problem}, {texts[token]!r}")
    return found


def _check_added(
    model: Mapping[str, Any], added: Mapping[int, Mapping[str, Any]], specials: Mapping[str, int]
) -> None:
    """Special tokens must be out of the reach of texts; the other added ones must keep spaces."""
    for item in added.values():
        if not item["special"] and (item["lstrip"] or item["rstrip"]):
            raise ValueError(f"its added token {item['content']!r} takes the spaces beside it")
    reached = set(model["vocab"]) if model.get("ignore_merges") else set(_BYTES)
    reached |= {
        merge.replace(" ", "") if isinstance(merge, str) else "".join(merge)
        for merge in model["merges"]
    }
    tokens = {model["vocab"].get(piece) for piece in reached}
    for name, token in specials.items():
        if token in tokens:
            raise ValueError(f"its special token {name!r} can come of a text")


def _byte_characters() -> dict[str, int]:
    """The characters that stand for bytes: their own where it can be seen, else from U+0100 on."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    unseen = [byte for byte in range(256) if byte not in seen]
    others = {chr(0x100 + number): byte for number, byte in enumerate(unseen)}
    return {chr(byte): byte for byte in seen} | others


_BYTES = _byte_characters()


def _text(piece: str) -> bytes:
    """The bytes of a token; one that is not made of bytes stands for itself."""
    if all(character in _BYTES for character in piece):
        return bytes(_BYTES[character] for character in piece)
    return piece.encode()
