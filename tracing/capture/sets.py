"""Texts of large sets, told by what changed in them.

As with large dictionaries (`entries`) and long lists (`rows`): where all items are atoms or tuples
of atoms, they are remembered as their addresses lie in memory, and with their texts, in order.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Any

from . import quirks
from .classes import address
from .entries import WORD, Answer, Known, differing, enclosed, is_steady

_MOST = 64  # places of the table that changed at once; where there are more all is told again
_WIDEST = 1 << 16  # items
_SIZE = 2 * WORD  # bytes of a place
_GONE = b"\xff" * WORD  # in the place of the hash of an item that was taken out
_table, _bytes_at, _held_at = quirks.set_table, quirks.bytes_at, quirks.held_at


class Sorted:
    """What is known of a set whose table held these `words`: its items by their addresses, and
    their `texts`, sorted; and the `answer`. `is_told` until it could not be."""

    __slots__ = "answer", "is_told", "items", "texts", "words"

    def __init__(self, words: bytes) -> None:
        self.words = words
        self.is_told = True
        self.items: dict[bytes, object] = {}
        self.texts: list[str] = []
        self.answer: Answer | None = None

    def begin(self, value: set[Any], widest: int) -> bool:
        """Take all of a set. False where something of it has no text that is always the same."""
        if not all(is_steady(item, widest) for item in value):
            return False
        taken = _items(self.words, range(len(self.words) // _SIZE))
        self.items = dict(zip(taken, value, strict=True))  # both are in the order of the table
        self.texts = sorted(map(repr, value))
        return True

    def follow(self, words: bytes, widest: int, first: int) -> bool:
        """Take what changed in the table that begins at a place in memory, in words. False where
        that is too much, or has no text that is always the same."""
        if len(words) != len(self.words):
            return False
        changed = differing(self.words, words, _SIZE, _MOST)
        if len(changed) > _MOST:
            return False
        old, new = _items(self.words, changed), _items(words, changed)
        added = {key: _held_at(first + 2 * place) for key, place in new.items() if key not in old}
        if not all(is_steady(item, widest) for item in added.values()):
            return False
        for key in old.keys() - new.keys():
            del self.texts[bisect_left(self.texts, repr(self.items.pop(key)))]
        for key, item in added.items():
            self.items[key] = item
            insort(self.texts, repr(item))
        self.words = words
        return True


def _items(words: bytes, places: Iterable[int]) -> dict[bytes, int]:
    """The addresses of the items at these places, as words, with the places."""
    return {
        words[k * _SIZE : k * _SIZE + WORD]: k
        for k in places
        if _is_item(words[k * _SIZE : (k + 1) * _SIZE])
    }


def _is_item(place: bytes) -> bool:
    return place[:WORD] != bytes(WORD) and place[WORD:] != _GONE


def teller(items: int, characters: int) -> Callable[[set[Any]], Answer | None]:
    """The function that gives the text and nature of a large set, within these bounds; None where
    it is not known in this way, or not yet: it is the second time."""
    known: Known[Sorted] = Known()

    def tell(value: set[Any]) -> Answer | None:
        place, length = address(value), len(value)
        if length > _WIDEST:
            return None
        first, places = _table(place)
        words, found = _bytes_at(first, 2 * places), known.get(place)
        if found is None:
            known.note(place, Sorted(words))
            return None
        if found.words == words and (found.answer is not None or not found.is_told):
            return found.answer
        before = len(found.texts)
        if found.answer is None or not found.follow(words, items, first):
            known.note(place, found := Sorted(words))
            found.is_told = found.begin(value, items)
            if not found.is_told:
                return None
        known.count(length - before)
        shown = ", ".join(found.texts[:items])
        found.answer = enclosed("{", shown, "}", length - items, characters)
        return found.answer

    return tell
