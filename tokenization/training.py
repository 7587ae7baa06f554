"""Training: a vocabulary from a sample of texts."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sentencepiece

from tokenization.grammar import Marker, Part
from tokenization.vocabularies.sentencepiece_model import ESCAPED_SPACE

_FIXED = {  # markers that the library gives ids of its own, and these ids
    "pad": (Marker.PAD, 0),
    "bos": (Marker.BEGIN_OF_TEXT, 1),
    "eos": (Marker.END_OF_TEXT, 2),
}
_UNKNOWN_ID = 3  # must exist; with a piece for every byte nothing is unknown
_LEAST = len(Marker) + 1 + 2 + 256  # markers, unknown, line break, tab, bytes; then characters
_CHUNK = 1_000  # characters: at most 4,000 bytes, below the library's limit for a line
# By rule of the library these are never in a learnt piece.
_UNUSABLE = re.compile(f"[\n\t\0\u2585{ESCAPED_SPACE}]+")
_TOO_SMALL = re.compile(r"smaller than required_chars\. \d+ vs (\d+)")


def training_texts(parts: Iterable[Part]) -> Iterator[str]:
    """What a vocabulary learns from: the texts of a document's parts, without the markers."""
    return (content for part in parts for content in part.contents if isinstance(content, str))


def count_lines(texts: Iterable[str]) -> Counter[str]:
    """The lines that a vocabulary learns from, in pieces that the trainer does not drop, and how
    often each comes in the texts."""
    return Counter(
        line[start : start + _CHUNK]
        for text in texts
        for line in _UNUSABLE.split(text)
        for start in range(0, len(line), _CHUNK)
    )


def train(lines: Mapping[str, int], vocabulary_size: int) -> bytes:
    """A sentencepiece BPE model; the same bytes for the same lines (`count_lines`) in any order.

    The lines are used whole. Where they do not carry `vocabulary_size` pieces, the model has as
    many as they do. Ids: PAD 0, BEGIN_OF_TEXT 1, END_OF_TEXT 2, unknown 3, the other markers, line
    break, tab, 256 bytes, pieces.

    Raises ValueError where there is no line, or where the size cannot hold the markers, the bytes
    and the characters that the lines are made of; it then names the smallest size that can.
    """
    if not lines:
        raise ValueError("there is no text to train a vocabulary on")
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(f"{line}\t{count}" for line, count in lines.items()),
            model_writer=model,
            vocab_size=max(vocabulary_size, _LEAST),
            hard_vocab_limit=False,
            **_SETTINGS,
        )
    except RuntimeError as error:
        smallest = _TOO_SMALL.search(str(error))
        if smallest is None:
            raise
        message = f"a vocabulary of {vocabulary_size} is too small for these texts"
        raise ValueError(f"{message}: they need {smallest[1]}") from error
    return model.getvalue()


def _settings() -> dict[str, Any]:
    fixed = {marker for marker, _ in _FIXED.values()}
    settings: dict[str, Any] = {
        "model_type": "bpe",
        "input_format": "tsv",  # a line and how often it comes
        # Without loss: nothing is normalised, added or removed; a character without a piece is
        # its bytes.
        "normalization_rule_name": "identity",
        "add_dummy_prefix": False,
        "remove_extra_whitespaces": False,
        "byte_fallback": True,
        "required_chars": ESCAPED_SPACE,  # as bytes it would be the text's own U+2581
        "user_defined_symbols": ["\n", "\t"],
        "control_symbols": [marker.value for marker in Marker if marker not in fixed],
        "unk_id": _UNKNOWN_ID,
        # Short: scripts and indentation are no reason to end a piece.
        "split_by_unicode_script": False,
        "allow_whitespace_only_pieces": True,
        "character_coverage": 0.9995,
        # The same everywhere, in silence.
        "num_threads": 1,
        "input_sentence_size": 0,
        "shuffle_input_sentence": False,
        "minloglevel": 3,
    }
    for name, (marker, token) in _FIXED.items():
        settings |= {f"{name}_id": token, f"{name}_piece": marker.value}
    return settings


_SETTINGS = _settings()
