"""Texts of large dictionaries, told by what changed in them.

Where all keys and values are atoms, or tuples of atoms, an entry has the same text for as long as
it holds the very same two. So entries are remembered as they lie in memory, with their texts, and
compared: a dictionary that grew, or in which a value was replaced, costs what is new and a
comparison of bytes. What they hold is kept, so that no address is used again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from . import quirks
from .classes import address
from .inert import ATOMS, INERT, LIVE, LONG, are_steady, without_address

MANY = 24  # entries, from which on a dictionary is told in this way
FACTORIES = frozenset(map(address, (None, int, float, str, list, tuple, dict, set)))
_KNOWN = 1 << 10  # containers
_ROOM = 1 << 17  # entries, of all that are known
_MOST = 64  # entries that changed at once; where there are more all are told again
_LEAST = 6  # characters of an entry and of what separates it from the next
WORD = 8  # bytes
_version, _entries = quirks.dict_version, quirks.dict_entries
_bytes_at, _entry_at = quirks.bytes_at, quirks.entry_at
Answer = tuple[str, int]
Tell = Callable[[Any, type], "Answer | None"]
What = TypeVar("What")


class Table:
    """What is known of a dictionary of the type `kind` that was in the state `version`.

    `words` are its entries as they lie in memory, `size` words each (0: nothing is known of them).
    `held` and `texts` have one item for each; those that were taken out, so many `gaps`, have an
    empty text. `total` is the characters of all texts. What was told last is `answer`, which began
    with `opened`. In the state `failed` it could not be told.
    """

    __slots__ = (
        *("answer", "failed", "gaps", "held", "kind", "opened"),
        *("size", "texts", "total", "version", "words"),
    )

    def __init__(self, kind: type, version: int, failed: int) -> None:
        self.kind = kind
        self.version = version
        self.failed = failed
        self.size = self.gaps = self.total = 0
        self.words = b""
        self.held: list[object] = []
        self.texts: list[str] = []
        self.opened = ""
        self.answer: Answer | None = None

    def follow(self, place: int, items: int) -> bool:
        """Take what changed in the dictionary at an address, or all of it; of an exact `dict` the
        first `items` entries. False where that is too much, or something of it has no text that is
        always the same."""
        first, size, count = _entries(place)
        is_cut = self.kind is dict and count > items
        count = items if is_cut else count
        words, before = _bytes_at(first, size * count), len(self.words)
        if not before <= len(words) > 0 or size != (self.size or size):
            return False
        changed = differing(self.words, words[:before], size * WORD, _MOST)
        if len(changed) > _MOST:
            return False
        for number in (*changed, *range(len(self.texts), count)):
            taken = self._take(number, first + (number + 1) * size - 2, items)
            if not taken or (is_cut and self.gaps):
                return False
        self.words, self.size = words, size
        return not (is_cut and self.gaps)

    def _take(self, number: int, at: int, widest: int) -> bool:
        """Take the entry to which the words at `at` point."""
        held = _entry_at(at)
        if held is not None and not (is_steady(held[0], widest) and is_steady(held[1], widest)):
            return False
        text = "" if held is None else f"{held[0]!r}: {held[1]!r}"
        if self.kind is not dict:
            text = without_address(text)
        if number == len(self.texts):
            self.texts.append("")
            self.held.append(None)
            self.gaps += 1
        before = self.texts[number]
        self.texts[number], self.held[number] = text, held
        self.total += len(text) - len(before)
        self.gaps += (not text) - (not before)
        return True

    def first(self, count: int) -> str:
        """The texts of so many entries."""
        texts = self.texts[: count + self.gaps]
        return ", ".join([*filter(None, texts)][:count] if self.gaps else texts)


class Known(dict[int, What]):
    """What is known of containers, by their addresses. Where it is too much, all is forgotten."""

    __slots__ = "_most", "_room"

    def __init__(self, most: int = _ROOM) -> None:
        self._most = self._room = most

    def note(self, place: int, what: What) -> None:
        """Begin anew with one of them."""
        if len(self) > _KNOWN:
            self.clear()
        self[place] = what

    def count(self, entries: int) -> None:
        """So many more are held."""
        self._room -= entries
        if self._room < 0:
            self._room = self._most
            self.clear()


def differing(old: bytes, new: bytes, size: int, most: int) -> list[int]:
    """Which entries, of `size` bytes each, differ; where they are more than `most`, not all."""
    found: list[int] = []
    pending = [(0, len(old) // size)]
    while pending and len(found) <= most:
        start, end = pending.pop()
        if old[start * size : end * size] == new[start * size : end * size]:
            continue
        if end - start == 1:
            found.append(start)
        else:
            middle = (start + end) // 2
            pending += (start, middle), (middle, end)
    return found


def teller(items: int, characters: int) -> Tell:
    """The function that gives the text and nature of a large `dict` or `defaultdict`, within these
    bounds; None where it is not known in this way, or not yet: it is the second time."""
    known: Known[Table] = Known()
    enough = characters // _LEAST + 1  # entries that fill the text

    def tell(value: Any, kind: type) -> Answer | None:
        place = address(value)
        version, table = _version(place), known.get(place)
        if table is None or table.kind is not kind:
            known.note(place, Table(kind, version, 0))
            return None
        if table.failed == version:
            return None
        opened = "{"
        if kind is defaultdict:
            factory = value.default_factory
            if address(factory) not in FACTORIES:
                return None
            opened = f"defaultdict({factory!r}, {{"
        if table.version == version and table.answer is not None and table.opened == opened:
            return table.answer
        before = len(table.texts)
        if not table.follow(place, items):
            known.note(place, Table(kind, version, 0 if table.size else version))
            return None
        table.version, table.opened = version, opened
        if kind is dict:
            shown = table.first(items)
            table.answer = enclosed("{", shown, "}", len(value) - items, characters)
        else:
            table.answer = whole(table, len(value))
        known.count(len(table.texts) - before)
        return table.answer

    def whole(table: Table, length: int) -> Answer:
        """The answer for a dictionary that is shown by its own repr."""
        text = f"{table.opened}{table.first(min(enough, length))}}})"
        length = len(table.opened) + table.total + 2 * length
        return shortened(text, length, characters), LIVE

    return tell


def is_steady(value: Any, widest: int) -> bool:
    """Whether this is an atom whose text depends on nothing else, or a tuple of such."""
    kind = type(value)
    if kind is int:
        return bool(-LONG < value < LONG)
    if kind is not tuple:
        return address(kind) in ATOMS
    return len(value) <= widest and are_steady(value)


def enclosed(opened: str, shown: str, closed: str, left_out: int, characters: int) -> Answer:
    """The answer for a container of which so many items are left out, if that is not negative."""
    more = f", <+{left_out} items>" if left_out > 0 else ""
    text = f"{opened}{shown}{more}{closed}"
    return shortened(text, len(text), characters), LIVE if more else INERT


def shortened(text: str, length: int, characters: int) -> str:
    """A text of that length, of which this is the beginning, within the bound on characters."""
    over = length - characters
    return f"{text[:characters]}<+{over} chars>" if over > 0 else text
