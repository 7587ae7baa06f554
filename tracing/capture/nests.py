"""Texts of containers of containers, told by what changed in them.

A list or dictionary of lists, dictionaries, sets and tuples, which hold atoms and tuples of atoms,
has a text for each item. That depends on words of memory, as those of graphs of instances do
(`graphs`): where the words of an item are what they were, so is its text. Of the program only atoms
are held.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from . import quirks
from .classes import address
from .entries import FACTORIES, Answer, Known, is_steady, shortened
from .inert import ATOMS, INERT, LIVE, enclosed, held_by, is_inert, without_address

LONG = 100  # characters of a text, from which on a container is told in this way
_REST = 64  # looks at one that could not be told, before this is tried again
_SURE = 640  # characters of a text, up to which there is no integer whose text may change
_NESTS = frozenset(map(address, (list, dict, defaultdict)))
_version, _bytes, _equal = quirks.dict_version, memoryview.tobytes, operator.eq
Views = tuple["quirks.Words[int]", ...]


class Part:
    """An item, of the type `kind` and at the address `place`, and its `text`. This depends on
    `views` of memory, which `were` so; each of them lies in an object that is alive where those
    before it are what they were. `held` must not end."""

    __slots__ = "held", "kind", "place", "text", "views", "were"

    def __init__(self, item: object, text: str, held: list[object], views: Views) -> None:
        self.kind = type(item)
        self.place = address(item)
        self.text = text
        self.held = held
        self.views = views
        self.were = [*map(_bytes, views)]


def part_of(item: Any, widest: int, is_raw: bool) -> Part | None:
    """What to know of an item; None where its text may change while its words do not, or it is
    wider than that. `is_raw`: its text is its repr, whatever it is."""
    kind = type(item)
    if address(kind) in ATOMS:
        return Part(item, repr(item), [item], ()) if is_steady(item, widest) else None
    watch = _WATCH.get(address(kind))
    if watch is None or len(item) > widest or not is_inert(item, widest):
        return None
    try:
        text = repr(item) if is_raw or kind not in _SORTED else _sorted(item, kind)
    except ValueError:  # an integer of too many digits
        return None
    if len(text) > _SURE and not all(is_steady(one, widest) for one in held_by(item)):
        return None
    held = [] if kind is dict else [*item]
    return Part(item, text, held, (quirks.type_word(item), *watch(item)))


def _sorted(item: Iterable[object], kind: type) -> str:
    texts = sorted(map(repr, item))
    return enclosed(", ".join(texts), kind, len(texts))


# What to watch of an object of each type, beside that type. The number of a dictionary's state
# stands for all that is in it.
_WATCH: dict[int, Callable[[Any], Views]] = {
    address(list): lambda item: (quirks.list_head(item), quirks.list_words(item, len(item))),
    address(tuple): lambda item: (quirks.tuple_head(item), quirks.tuple_words(item, len(item))),
    address(dict): lambda item: (quirks.version_word(item),),
    address(set): lambda item: (quirks.set_head(item), quirks.set_words(item)),
    address(frozenset): lambda item: (quirks.set_head(item), quirks.set_words(item)),
}
_SORTED = set, frozenset
_TOLD = ATOMS | {*_WATCH}
_CHANGING = frozenset(map(address, (list, dict, set)))


class Nest:
    """What is known of a container of the type `kind`: its `parts`, each with its views and what
    they were; of a dictionary the `names` of the parts; and the `answer`.

    It held what was at the addresses of `state`, or was in the state of that number, and `opened`
    its text. `rest` is for how many looks nothing is to be tried, `size` how many atoms are held.
    """

    __slots__ = (
        *("answer", "kind", "names", "opened", "parts", "rest", "size", "state", "views", "were"),
    )

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.rest = self.size = 0
        self.state: object = None
        self.opened = ""
        self.parts: list[Part] = []
        self.names: list[str] = []
        self.views: list[Views] = []
        self.were: list[list[bytes]] = []
        self.answer: Answer | None = None

    def follow(self, value: Any, widest: int) -> bool:
        """Take what changed in a container. False where something of it cannot be told."""
        is_list = self.kind is list
        items = value[:] if is_list else [*value.values()]
        state = [*map(address, items)] if is_list else _version(address(value))
        if state != self.state:
            if not self._arrange(value, items, widest):
                return False
            self.state, self.answer = state, None
        # Nothing else runs meanwhile, but for what comes between two items, which are alive.
        bytes_of = map(map, repeat(_bytes), self.views)
        stay = [*map(all, map(map, repeat(_equal), bytes_of, self.were))]
        if False in stay:
            self.answer = None
            for number, stays in enumerate(stay):
                if not stays and not self._take(number, items[number], widest):
                    return False
        return True

    def _arrange(self, value: Any, items: list[Any], widest: int) -> bool:
        """Take these items, of which some may be known. False where no item can change."""
        kinds = {*map(address, map(type, items))}
        if kinds.isdisjoint(_CHANGING) or not kinds <= _TOLD:
            return False
        known = {part.place: part for part in self.parts}
        self.parts, self.views, self.were = [], [], []
        for item in items:
            part = known.get(address(item))
            if part is None or part.kind is not type(item):
                part = part_of(item, widest, self.kind is defaultdict)
            if part is None:
                return False
            self.parts.append(part)
            self.views.append(part.views)
            self.were.append(part.were)
        if self.kind is not list:
            keys = [*value]
            if not all(is_steady(key, widest) for key in keys):
                return False
            self.names = [*map(repr, keys)]
        return True

    def _take(self, number: int, item: Any, widest: int) -> bool:
        """Take an item that changed."""
        part = part_of(item, widest, self.kind is defaultdict)
        if part is None:
            return False
        self.parts[number], self.views[number], self.were[number] = part, part.views, part.were
        return True

    def whole(self, opened: str) -> str:
        """The text, which begins so."""
        texts = [part.text for part in self.parts]
        if self.kind is list:
            return f"{opened}{', '.join(texts)}]"
        shown = ", ".join([f"{name}: {text}" for name, text in zip(self.names, texts, strict=True)])
        return without_address(f"{opened}{shown}}})") if opened[0] == "d" else f"{opened}{shown}}}"


class Nests(Known[Nest]):
    """What is known of containers, by their addresses, within bounds on items and characters."""

    __slots__ = "_characters", "_items"

    def __init__(self, items: int, characters: int) -> None:
        super().__init__()
        self._items = items
        self._characters = characters

    def take(self, value: Any, kind: type) -> None:
        """Take notice of a container whose text is long."""
        if address(kind) in _NESTS and address(value) not in self:
            self.note(address(value), Nest(kind))

    def tell(self, value: Any, kind: type) -> Answer | None:
        """The text and nature of a container; None where it is not known in this way."""
        nest = self.get(address(value))
        if nest is None:
            return None
        if nest.rest:
            nest.rest -= 1
            return None
        opened = _OPENED.get(address(kind))
        if kind is defaultdict and address(value.default_factory) in FACTORIES:
            opened = f"defaultdict({value.default_factory!r}, {{"
        if nest.kind is not kind or opened is None or not self._follow(nest, value):
            self[address(value)] = nest = Nest(kind)
            nest.rest = _REST
            return None
        if nest.answer is None or nest.opened != opened:
            text = nest.whole(opened)
            nature = LIVE if kind is defaultdict else INERT
            nest.answer = shortened(text, len(text), self._characters), nature
            nest.opened = opened
        return nest.answer

    def _follow(self, nest: Nest, value: Any) -> bool:
        if len(value) > self._items or not nest.follow(value, self._items):
            return False
        if nest.answer is None:
            size = sum([len(part.held) for part in nest.parts])
            self.count(size - nest.size)
            nest.size = size
        return True


_OPENED = {address(list): "[", address(dict): "{"}
