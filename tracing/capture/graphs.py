"""Texts of graphs of instances, told again while nothing below them has changed.

Such a text depends on the class and the attributes of each instance that it shows, and on the items
of each container. All of that lies in memory as words: which type an object has, which dictionary
its attributes are in, in which state a dictionary is, which items a list has. Where all words are
what they were, so is the text.

Nothing of the program is held for that, so that objects end when they end untraced, and others may
come to lie at their addresses: each is known by its own words. They are compared in stages, so that
what is read lies in objects that are alive. Only atoms are held.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from itertools import chain, islice
from typing import Any

from . import quirks
from .classes import FLAGS, NAME, Class, address, described
from .entries import Answer, Known
from .inert import ATOMS, LONG, MEMORY, OVERHEAD

_MOST = 1 << 10  # objects below one value
_WIDEST = 1 << 12  # words of one of them
WORTH = 30  # looks at a graph that stays, by which it was worth to find out what to watch
_equal, _joined = operator.eq, b"".join
Views = list[quirks.Words]


class Witness:
    """What the text of a value depends on, in stages of `views` of memory: those of a stage lie in
    objects that are alive where those of the stages before are as they `were`.

    `parts` are the addresses of the objects among it; `held` is what must not end."""

    __slots__ = "held", "parts", "views", "were"

    def __init__(self) -> None:
        self.held: list[object] = []
        self.parts: set[int] = set()
        self.views: list[Views] = []
        self.were: list[bytes] = []

    def holds(self) -> bool:
        """Whether nothing has changed. Nothing else runs between the first view and the last."""
        return all(map(_equal, map(_joined, self.views), self.were))

    def size(self) -> int:
        """The bytes that it takes."""
        return sum(map(len, self.were)) + OVERHEAD * sum(map(len, self.views))


class Walk:
    """A walk over all that the text of a value depends on, from level to level. `is_known` says
    that it knows of each object what to watch."""

    def __init__(self, module: str, items: int) -> None:
        self.witness = Witness()
        self.is_known = True
        self._module = module
        self._items = items
        self._classes: dict[int, Class | None] = {}
        self._heads: Views = []
        self._words: Views = []
        self._below: list[Any] = []

    def go(self, value: object, nesting: int) -> Witness | None:
        """What to watch of a value; None where that is not known, or there is no instance."""
        level, parts = [value], self.witness.parts
        for left in range(nesting, -1, -1):
            types, self._heads, self._words, self._below = [], [], [], []
            for part in level:
                if address(type(part)) in ATOMS:
                    self.is_known &= type(part) is not int or -LONG < part < LONG
                elif address(part) not in parts:
                    parts.add(address(part))
                    types.append(quirks.type_word(part))
                    self._part(part, type(part), left > 0)
            if not self.is_known or len(parts) > _MOST:
                return None
            stages = [views for views in (types, self._heads, self._words) if views]
            self.witness.views += stages
            self.witness.were += map(_joined, stages)
            level = self._below
        return self.witness if self._classes else None

    def _part(self, part: Any, kind: type, shows: bool) -> None:
        """Watch one object; what it holds only where it `shows` that."""
        watch = _WATCH.get(address(kind))
        if watch is None:
            self._instance(part, kind, shows)
        elif shows:
            watch(self, part)

    def _instance(self, part: object, kind: type, shows: bool) -> None:
        if address(kind) not in self._classes:
            self._classes[address(kind)] = self._class(kind)
        known = self._classes[address(kind)]
        if known is None or known[1] is None:
            self.is_known = False
        elif shows:
            attributes = known[1](part)
            if type(attributes) is dict and all(type(name) is str for name in attributes):
                self._heads.append(quirks.attributes_word(part))
                self._state(attributes)
                self._below += islice(attributes.values(), self._items)
            else:
                self.is_known = False

    def _class(self, kind: type) -> Class | None:
        """What to know of a class, if its instances have nothing but the usual dictionary."""
        known = described(kind, self._module)
        if known is None or known[2] or not FLAGS(kind) & quirks.MANAGED_DICT:
            return None
        name = NAME(kind)
        self.witness.held.append(name)
        self._heads += quirks.class_words(kind)
        return known if type(name) is str and quirks.type_version(kind) else None

    def _state(self, part: dict[Any, Any]) -> None:
        self.witness.parts.add(address(part))
        self._words.append(quirks.version_word(part))

    def _dict(self, part: dict[Any, Any]) -> None:
        self._state(part)
        self._below += chain.from_iterable(islice(part.items(), self._items))

    def _list(self, part: list[Any]) -> None:
        self._heads.append(quirks.list_head(part))
        self._hold(part[: self._items], quirks.list_words(part, min(len(part), self._items)))

    def _tuple(self, part: tuple[Any, ...]) -> None:
        self._heads.append(quirks.tuple_head(part))
        self._hold(part[: self._items], quirks.tuple_words(part, min(len(part), self._items)))

    def _set(self, part: set[Any] | frozenset[Any]) -> None:
        self._heads.append(quirks.set_head(part))
        self._hold(list(part), quirks.set_words(part))  # it is sorted whole

    def _hold(self, items: Collection[object], words: quirks.Words) -> None:
        """Watch items, by their addresses: no other atom is to come to lie there."""
        self._words.append(words)
        self._below += items
        self.witness.held += [item for item in items if address(type(item)) in ATOMS]
        self.is_known &= len(words) <= _WIDEST


_WATCH: dict[int, Callable[[Walk, Any], None]] = {
    address(dict): Walk._dict,
    address(list): Walk._list,
    address(tuple): Walk._tuple,
    address(set): Walk._set,
    address(frozenset): Walk._set,
}


class Graph:
    """A graph that gave an `answer`: its `witness`, once there is one, and how often it has been of
    `use`. `is_known` until it could not be watched; it is not worth it for so many looks (`rest`),
    of `patience` at first."""

    __slots__ = "answer", "is_known", "patience", "rest", "use", "witness"

    def __init__(self, answer: Answer, before: Graph | None) -> None:
        self.answer = answer
        self.is_known = True
        self.witness: Witness | None = None
        self.use = 0
        self.patience = self.rest = 0 if before is None else before.patience_after()

    def stays(self, *beside: int) -> bool:
        """Whether it gives the same answer, where nothing is part of it that lies at one of these
        addresses."""
        witness = self.witness
        if witness is None or not witness.holds() or not witness.parts.isdisjoint(beside):
            return False
        self.use += 1
        return True

    def patience_after(self) -> int:
        """For how many looks another answer is to stay, before that is worth to be watched."""
        if self.witness is None:
            return self.patience
        return 0 if self.use > WORTH else min(2 * self.patience + 1, WORTH)


class Graphs(Known[Graph]):
    """What is known of graphs, by the addresses of their roots."""

    __slots__ = "_items", "_module", "_nesting"

    def __init__(self, module: str, nesting: int, items: int) -> None:
        super().__init__(MEMORY)
        self._module = module
        self._nesting = nesting
        self._items = items

    def take(self, value: object, answer: Answer, *above: int) -> None:
        """Take notice of what a value gave, below containers at these addresses. It is worth to
        watch it where that is the same for the second time."""
        graph = self.get(address(value))
        if graph is None or graph.answer != answer:
            self.note(address(value), Graph(answer, graph))
            self.count(len(answer[0]) + OVERHEAD)
        elif graph.rest:
            graph.rest -= 1
        elif graph.is_known:
            witness = Walk(self._module, self._items).go(value, self._nesting)
            if witness is None or not witness.parts.isdisjoint(above):
                graph.is_known = False
            else:
                graph.witness, graph.use = witness, 0
                self.count(witness.size())
