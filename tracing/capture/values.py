"""Texts of values (language section 3).

Nothing here runs code of the program but a `__repr__` that is not C's. Everything that is looked up
while a program runs was bound before it started, built-ins included: `__main__` gives these modules
a copy of them.

Most values that are looked at are atoms, or were looked at before, by the same events or others:
these are told here at once, large containers by `entries`, `rows` and `sets`, all others by
`objects`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from typing import Any

from . import entries, graphs, nests, rows, sets
from .classes import address, exact_str
from .heap import Heap
from .inert import (
    ATOM_TYPES,
    ATOMS,
    INERT,
    LIVE,
    LONG,
    MEMORY,
    OVERHEAD,
    are_atoms,
    enclosed_atoms,
    held_by,
    is_shallow,
    is_steady,
    write,
)
from .objects import NAMED, OPAQUE, any_renderer

_KNOWN = 1 << 16  # values
_FEW = 10  # items, of which it costs less to make the text than to find it
Look = Callable[[object, object], tuple[str, int]]


def renderer(
    program_module: str,
    nesting: int,
    items: int,
    characters: int,
    mute: Callable[[bool], None],
    heap: Heap | None = None,
) -> Look:
    """The function from a value to its text, for programs whose module is `program_module`.

    Beside the text it tells what the value is: INERT, built-in values all the way down and seen
    whole, on which no operation runs code of anyone else; LIVE, anything else; or FOREIGN, where
    showing it may have run such code, or it leads to the `namespace` that the function is given
    with it, the dictionary of the variables beside it, which change under it.

    `nesting`, `items` and `characters` are the bounds of `Limits`; `mute(True)` and `mute(False)`
    stand around a `__repr__` of the program, whose output is not the program's own. `heap` tells
    when nothing can have changed; without it that is never so.
    """
    # For lists, tuples and dictionaries, by what is written of them, or of their head.
    answers: dict[object, tuple[str, int]] = {}
    room = MEMORY
    few = min(_FEW, items) if nesting else -1
    bounded: set[int] = set()  # the addresses of what was seen whole, when last seen
    mixed: set[int] = set()  # and of those that held something else
    opaque = OPAQUE.copy()  # the texts of opaque types, by their addresses
    tell = entries.teller(items, characters)
    tell_list = rows.teller(items, characters)
    tell_set = sets.teller(items, characters)
    known = graphs.Graphs(program_module, nesting, items)
    known_nests = nests.Nests(items, characters)
    long = nests.LONG if nesting > 2 else 1 << 62
    many = entries.MANY if nesting > 1 and items else 1 << 62
    many_items = max(many, rows.MANY)

    def look(value: Any, namespace: object = None) -> tuple[str, int]:
        kind = type(value)
        written = b""
        if kind is list or kind is tuple or kind is dict:
            if len(value) <= few:
                for item in value if kind is not dict else chain(value, value.values()):
                    item_kind = type(item)
                    if item_kind is not int and item_kind is not str:
                        break
                else:
                    text = _repr_of_atoms(value)
                    return (text if len(text) <= characters else cut(text)), INERT
            if address(value) in known_nests:
                answer = known_nests.tell(value, kind)
                if answer is not None:
                    return answer
            if len(value) >= many and kind is not tuple:
                answer = None
                if kind is dict:
                    answer = tell(value, kind)
                elif len(value) >= many_items:
                    answer = tell_list(value)
                if answer is not None:
                    return answer
            if len(value) <= items and nesting:
                if address(value) in bounded:
                    written = write(value)
                    answer = answers.get(written)
                    if answer is not None:
                        return answer
                    if written and ATOM_TYPES.issuperset(map(type, held_by(value))):
                        return plain(value, written)
                if address(value) not in mixed and (
                    are_atoms(held_by(value)) or (nesting > 1 and is_shallow(value, items))
                ):
                    bound(value)
                    written = written or write(value)
                    return answers.get(written) or plain(value, written)
            elif kind is not dict and address(value) in bounded:
                answer = answers.get((kind, len(value), write(value[:items])))
                if answer is not None:
                    return answer
        elif address(kind) in ATOMS and (kind is not int or -LONG < value < LONG):
            text = repr(value)
            return (text if len(text) <= characters else cut(text)), INERT
        elif address(kind) in opaque:
            return opaque[address(kind)], LIVE
        elif address(kind) in NAMED:
            text = f"<{NAMED[address(kind)]} {exact_str(value.__qualname__)}>"
            return (text if len(text) <= characters else cut(text)), LIVE
        elif kind is defaultdict:
            answer = known_nests.tell(value, kind)
            if answer is None and len(value) >= many:
                answer = tell(value, kind)
            if answer is not None:
                return answer
        elif kind is set:
            answer = tell_set(value) if len(value) >= many else None
            if answer is None and address(value) in bounded and len(value) <= items:
                answer = answers.get((set, write(list(value))))
            if answer is not None:
                return answer
        graph = known.get(address(value))
        if graph is not None and graph.stays(address(namespace)):
            return graph.answer
        text, nature, is_kept = show(value, namespace)
        if (nature == INERT or kind is defaultdict) and len(text) >= long:
            known_nests.take(value, kind)
        if kind is list or kind is tuple or kind is dict:
            if nature == INERT:
                mixed.discard(address(value))
                bound(value)
                return remember(value, written, text)
            if len(mixed) < _KNOWN:
                mixed.add(address(value))
            if address(value) in bounded and kind is not dict:  # its head is inert
                head = value[:items]
                return remember(head, write(head), text, (kind, len(value)), LIVE)
        elif kind is set and nature == INERT and address(value) in bounded:
            listed = list(value)
            return remember(listed, write(listed), text, (set,), INERT)
        answer = (text if len(text) <= characters else cut(text)), nature
        if nature == LIVE and not is_kept:
            known.take(value, answer)
        return answer

    def plain(value: Any, written: bytes) -> tuple[str, int]:
        """The answer for a container whose text is its repr."""
        return remember(value, written, _repr_of_atoms(value))

    def cut(text: str) -> str:
        return f"{text[:characters]}<+{len(text) - characters} chars>"

    def remember(
        value: object,
        written: bytes,
        text: str,
        what: tuple[object, ...] = (),
        nature: int = INERT,
    ) -> tuple[str, int]:
        """The answer for a container that is inert, or whose head is, by `what` else it is."""
        nonlocal room
        answer = (text if len(text) <= characters else cut(text)), nature
        size = len(written) + len(answer[0]) + OVERHEAD
        if written and size <= MEMORY // 8 and is_steady(value, written, text):
            room -= size
            if room < 0:
                room = MEMORY - size
                answers.clear()
            answers[(*what, written) if what else written] = answer
        return answer

    def bound(value: object) -> None:
        if len(bounded) > _KNOWN:
            bounded.clear()
        bounded.add(address(value))

    show = any_renderer(program_module, nesting, items, mute, heap, opaque, mixed, bounded, bound)
    return look


def _repr_of_atoms(value: Any) -> str:
    """The text of a list, tuple or dictionary of atoms: its repr."""
    try:
        return repr(value)
    except ValueError:  # an integer of too many digits: each by itself
        return enclosed_atoms(value)
