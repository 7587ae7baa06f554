"""Texts of long lists, told by what changed in them.

As with large dictionaries (`entries`): where the first items, as many as are shown, are atoms or
tuples of atoms, they are remembered as their addresses lie in memory, and with their texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import quirks
from .classes import address
from .entries import WORD, Answer, Known, differing, enclosed, is_steady

MANY = 48  # items, from which on a list is told in this way
_MOST = 16  # items that changed at once; where there are more all are told again
_LOOKS = 8  # at a list, before it is worth it
_CHANGE = 4  # looks that one at a changed list counts for
_LATER = -64  # looks of one that changed too much at once
_NEVER = -256  # looks of one that held something else
_items = quirks.list_items


class Row:
    """What is known of a list that was looked at `looks` times: the addresses of its first items as
    they lie in memory (`words`) and, where it was told, these items (`held`), their `texts`, the
    `length` of the list and the `answer`."""

    __slots__ = ("answer", "held", "length", "looks", "texts", "words")

    def __init__(self, words: bytes, looks: int) -> None:
        self.words = words
        self.looks = looks
        self.held: list[object] = []
        self.texts: list[str] = []
        self.length = 0
        self.answer: Answer | None = None

    def follow(self, value: list[Any], words: bytes, widest: int) -> bool:
        """Take what changed. False where that is too much, or has no text that is always the
        same."""
        start = common(self.words, words)
        end = common(self.words[start * WORD :][::-1], words[start * WORD :][::-1])
        stop = len(words) // WORD - end
        if stop - start <= _MOST:
            return self.take(value, start, len(self.texts) - end, stop, widest)
        if len(self.words) != len(words):
            return False
        changed = differing(self.words, words, WORD, _MOST)
        if len(changed) > _MOST:
            return False
        return all(self.take(value, k, k + 1, k + 1, widest) for k in changed)

    def take(self, value: list[Any], start: int, before: int, stop: int, widest: int) -> bool:
        """Take the items from `start` to `stop`, which were there from `start` to `before`."""
        taken = value[start:stop]
        if not all(is_steady(item, widest) for item in taken):
            return False
        self.held[start:before] = taken
        self.texts[start:before] = map(repr, taken)
        return True


def common(old: bytes, new: bytes) -> int:
    """How many words from the first on are the same."""
    low, high = 0, min(len(old), len(new)) // WORD
    probe = high
    while low < high:
        if old[low * WORD : probe * WORD] == new[low * WORD : probe * WORD]:
            low = probe
        else:
            high = probe - 1
        probe = (low + high + 1) // 2
    return low


def teller(items: int, characters: int) -> Callable[[list[Any]], Answer | None]:
    """The function that gives the text and nature of a long list, within these bounds; None where
    it is not known in this way, or not yet."""
    known: Known[Row] = Known()

    def tell(value: list[Any]) -> Answer | None:
        place, length = address(value), len(value)
        words, row = _items(place, min(length, items)), known.get(place)
        if row is None:
            return begin(place, words, 0)
        is_same = row.length == length and row.words == words
        if row.answer is not None:
            if is_same:
                return row.answer
            if not row.follow(value, words, items):
                return begin(place, words, _LATER)
        else:
            row.looks += 1 if is_same else _CHANGE
            row.words, row.length = words, length
            if row.looks < _LOOKS:
                return None
            if not row.take(value, 0, 0, min(length, items), items):
                return begin(place, words, _NEVER)
            known.count(len(row.texts))
        row.words, row.length = words, length
        row.answer = enclosed("[", ", ".join(row.texts), "]", length - items, characters)
        return row.answer

    def begin(place: int, words: bytes, looks: int) -> Answer | None:
        """Begin anew with a list, of which nothing is told."""
        known.note(place, row := Row(words, looks))
        return row.answer

    return tell
