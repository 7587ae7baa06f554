"""Byte-pair models as `tiktoken` has them: a file of ranks and a pattern that splits texts.

Markers are ids that the ranks leave free: text cannot yield them, for every rank is lower.
"""

from __future__ import annotations

import base64
import binascii

import tiktoken

from tokenization.vocabulary import ByteVocabulary, Model, check_encodable, marker_ids

# The library fails on runs of white space that are much longer. The reference tokenizer of the Code
# World Model cuts at the same place.
_LONGEST = 400_000  # characters


class BytePairVocabulary(ByteVocabulary):
    """Ranks and a pattern. Texts are encoded whole; of one that is longer than 400,000 characters,
    each so many by themselves."""

    def __init__(self, model: Model) -> None:
        """Raises ValueError: no ranks file, ranks among the ids of markers or special tokens, a
        pattern that is none or drops something."""
        ranks = read_ranks(model.data)
        texts = {rank: token for token, rank in ranks.items()}
        markers = marker_ids(model.markers, lambda _: None)
        names = {token: marker.value for marker, token in markers.items()}
        for name, token in model.special.items():
            if names.setdefault(token, name) != name:
                raise ValueError(f"the id {token} of {name} is that of {names[token]}")
        lowest, highest = min(names), max(texts)
        if highest >= lowest:
            problem = f"a token of texts has the rank {highest}"
            raise ValueError(f"{problem}; all must be below {lowest}, the id of {names[lowest]}")
        try:
            self._encoding = tiktoken.Encoding(
                "ranks", pat_str=model.pattern, mergeable_ranks=ranks, special_tokens={}
            )
        except ValueError as error:
            raise ValueError(f"the pattern is no regular expression: {error}") from error
        specials = {token: name.encode() for name, token in model.special.items()}
        super().__init__(model, markers, {**texts, **specials})
        self.check(model.special)

    def encode_text(self, text: str) -> list[int]:
        check_encodable(text)
        ids: list[int] = []
        for start in range(0, len(text), _LONGEST):
            ids += self._encoding.encode_ordinary(text[start : start + _LONGEST])
        return ids


def read_ranks(data: bytes) -> dict[bytes, int]:
    """The tokens of a ranks file: lines of a token in base 64, a space and its rank.

    Raises ValueError: a line that is something else, a token or a rank that comes twice, a byte
    that is no token.
    """
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(data.splitlines(), 1):
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except (ValueError, binascii.Error):
            problem = "a token in base 64 and its rank"
            raise ValueError(f"not a ranks file: line {number} is not {problem}") from None
        if len(ranks) != number:
            raise ValueError(f"not a ranks file: the token of line {number} stands twice")
    if len(set(ranks.values())) != len(ranks) or min(ranks.values(), default=0) < 0:
        raise ValueError("not a ranks file: ranks are negative or stand twice")
    missing = next((byte for byte in range(256) if bytes([byte]) not in ranks), None)
    if missing is not None:
        raise ValueError(f"not a ranks file of byte pairs: the byte {missing:#04x} is no token")
    return ranks
