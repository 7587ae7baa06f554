"""Texts of any values (language section 3): what is not told by `values` at once.

Nothing here runs code of the program but a `__repr__` that is not C's.
"""

from __future__ import annotations

import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from . import entries, nests, quirks, rows, sets
from .classes import (
    CONTAINERS,
    MRO,
    NAME,
    QUALNAME,
    Class,
    Slots,
    address,
    described,
    exact_str,
    is_module,
    is_opaque,
    is_own,
    is_static,
    shows_as_class,
)
from .entries import FACTORIES, Answer
from .graphs import Graphs
from .heap import Heap
from .inert import (
    ATOMS,
    FOREIGN,
    INERT,
    LIVE,
    LONG,
    MEMORY,
    OVERHEAD,
    are_atoms,
    each_repr,
    enclosed,
    held_by,
    is_inert,
    is_steady,
    represent,
    without_address,
    write,
)

_Function = types.FunctionType
_Method = types.MethodType
_Module = types.ModuleType
_COLLECTIONS = frozenset(map(address, (deque, defaultdict, OrderedDict)))
_FUNCTIONS = frozenset(map(address, (_Function, types.BuiltinFunctionType, type(lru_cache(len)))))
NAMED = {
    address(_Function): "function",
    address(types.GeneratorType): "generator",
    address(types.CoroutineType): "coroutine",
}
_KNOWN_INSTANCES = 1 << 13
_MANY_ITEMS = rows.MANY  # of a container in another one, from which on it is told by what changed
_ENDLESS = 1 << 62
MANY = 400  # characters of an instance in a container, from which on it is worth to watch it
# The height of a graph of instances is that of its levels, unless its text depends on what is above
# it, because it is cut at the greatest depth or comes back to itself; or it holds something else.
_DEPENDS, _TALL = 1 << 20, 1 << 30
_UNKNOWN: tuple[int, Class] = 0, ("", None, [])
_dict_version, _type_version = quirks.dict_version, quirks.type_version
_module_dict: Callable[[types.ModuleType], dict[str, Any]] = vars(types.ModuleType)[
    "__dict__"
].__get__


# Texts of the commonest opaque types (`classes.is_opaque`), by their addresses.
OPAQUE = {
    address(type(value)): without_address(repr(value))
    for value in (
        *map(iter, ([], (), "", "\xe9", b"", range(0), range(1 << 63), {}, set())),
        *(iter({}.values()), iter({}.items()), reversed([]), reversed({}), reversed(())),
        *(enumerate(()), zip(), map(len, ()), filter(None, ())),
    )
    if is_opaque(type(value))
}

# Exceptions that are shown by their arguments, and these by nothing else, by the addresses of their
# types.
_ERRORS = frozenset(
    address(kind)
    for kind in vars(__import__("builtins")).values()
    if isinstance(kind, type)
    and issubclass(kind, BaseException)
    and kind.__repr__ is BaseException.__repr__
)
_arguments: Callable[[object], tuple[object, ...]] = vars(BaseException)["args"].__get__


class Shown:
    """What the attributes of an instance show while their dictionary is in the state `version`:
    the text of each, and by number those to which that of a value is to be added.

    `text` is what an instance, `owner` by its address, of the class `known`, showed in an epoch
    with all instances, and flat lists, below it; it was at `depth`, and they have `height` levels.
    For an epoch nothing but the lists can change: `lists` are its own, by the names of their
    attributes, with what is written of them; `has_more_lists` says that there are others. At
    one moment nothing can.
    """

    __slots__ = (
        *("depth", "epoch", "has_more_lists", "height", "known", "lists", "moment", "others"),
        *("owner", "text", "texts", "version"),
    )

    def __init__(self, version: int, texts: list[str], others: list[tuple[int, str]]) -> None:
        self.version = version
        self.texts = texts
        self.others = others
        self.epoch = self.moment = -1
        self.depth = self.height = self.owner = 0
        self.text = ""
        self.known: Class | None = None
        self.lists: list[tuple[str, bytes]] = []
        self.has_more_lists = False


def any_renderer(
    program_module: str,
    nesting: int,
    items: int,
    mute: Callable[[bool], None],
    watched: Heap | None,
    opaque: dict[int, str],
    mixed: set[int],
    bounded: set[int],
    bound: Callable[[object], None],
) -> Callable[[object, object], tuple[str, int, bool]]:
    """The function that gives any value's text, however long, and its nature, and whether all
    instances in it are kept for as long as `watched` tells that nothing changed. The parameters are
    those of `values.renderer`, and what is shared with it: the texts of `opaque` types, the
    addresses of containers that were `mixed` or `bounded` when last seen, and what notes the latter
    (`bound`)."""
    nature = INERT
    heap = watched or Heap()
    # What there is to know of the program's classes, by their addresses: for as long as they cannot
    # have changed, and with their versions, for as long as these stay.
    classes: dict[int, Class] = {}
    known_classes: dict[int, tuple[int, Class]] = {}
    # What instances show, by the addresses of the dictionaries of their attributes.
    kept: dict[int, Shown] = {}
    room_of_kept = MEMORY
    # Of the graph of instances that was shown last: its height, and whether it holds flat lists.
    height, has_lists = 0, False
    are_kept = True  # the texts of all instances that were shown last, for their epoch
    is_top = True  # whether there is no instance above the value that is shown
    tops = [Graphs(program_module, nesting - depth, items) for depth in range(nesting)]
    epoch = -1  # that of the last look
    beside = 0  # the address of the namespace: to hold it would keep what is in it alive
    # The texts of what was seen whole, by what is written of it, for each depth.
    memory: list[dict[object, str]] = [{} for _ in range(nesting)]
    tell_dict, tell_list = entries.teller(items, _ENDLESS), rows.teller(items, _ENDLESS)
    tell_set = sets.teller(items, _ENDLESS)
    known_nests, deepest_nest = nests.Nests(items, _ENDLESS), nesting - 3
    flats: dict[object, str] = {}  # for all depths: of lists, tuples and dictionaries of atoms
    room = MEMORY

    def show(value: object, namespace: object) -> tuple[str, int, bool]:
        nonlocal nature, beside, epoch, are_kept, is_top
        if watched is None or not heap.is_asked:
            heap.forget()
        if heap.epoch != epoch:
            classes.clear()
            epoch = heap.epoch
        nature, beside, are_kept = INERT, address(namespace), True
        kind = type(value)
        known, is_top = classes.get(address(kind)), address(kind) in CONTAINERS
        text = instance(value, kind, known, 0, ()) if known else render(value, 0, ())
        return text, nature, are_kept

    def render(value: Any, depth: int, path: tuple[int, ...]) -> str:
        kind = type(value)
        if address(kind) in ATOMS:
            return represent(value)
        if address(kind) in CONTAINERS:
            return container(value, kind, depth, path)
        if address(kind) in classes:
            return instance(value, kind, classes[address(kind)], depth, path)
        return other(value, kind, depth, path)

    def container(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        nonlocal nature
        if address(value) in path or depth >= nesting:
            nature = max(nature, LIVE)
            return "<cycle>" if address(value) in path else "<depth>"
        if address(value) == beside:
            is_foreign()
        if address(value) in known_nests and 0 < depth <= deepest_nest:
            answer = known_nests.tell(value, kind)
            if answer is not None:
                return answer[0]
        if len(value) >= _MANY_ITEMS and 0 < depth < nesting - 1 and items:
            answer = tell_large(value, kind)
            if answer is not None:
                nature = max(nature, answer[1])
                return answer[0]
        whole, left_out, written = value, len(value) - items, b""
        if left_out > 0:
            nature, whole = max(nature, LIVE), head(value, kind)
        elif kind is set or kind is frozenset:
            whole = list(value)
        key: object = None
        if (depth or whole is not value) and address(value) in bounded:
            written = write(whole)
            key = written if whole is value else (address(kind), left_out, written)
            shown = (flats.get(key) or memory[depth].get(key)) if written else None
            if shown is not None:
                return shown
        before, nature = nature, INERT
        shown = contents(whole, kind, left_out, depth + 1, (*path, address(value)))
        keep(value, whole, depth, key, shown, written)
        if nature == INERT and len(shown) >= nests.LONG and 0 < depth <= deepest_nest:
            known_nests.take(value, kind)
        nature = max(nature, before)
        return shown

    def tell_large(value: Any, kind: type) -> Answer | None:
        """What is told of a container by what changed in it."""
        if kind is dict:
            return tell_dict(value, kind)
        if kind is set:
            return tell_set(value)
        return tell_list(value) if kind is list else None

    def keep(
        value: object, whole: Any, depth: int, key: object, shown: str, written: bytes
    ) -> None:
        """Note that a value was seen, of which `whole` is shown; the second time keep its text."""
        if nature != INERT:
            bounded.discard(address(value))
        elif written and is_steady(whole, written, shown if len(whole) <= items else ""):
            remember(depth, key, shown, written, key is written and are_atoms(held_by(whole)))
        else:
            bound(value)

    def remember(depth: int, key: object, shown: str, written: bytes, is_flat: bool) -> None:
        nonlocal room
        size = len(written) + len(shown) + OVERHEAD
        if size > MEMORY // 8:
            return
        room -= size
        if room < 0:
            room = MEMORY
            for texts in (*memory, flats):
                texts.clear()
        (flats if is_flat else memory[depth])[key] = shown

    def head(value: Any, kind: type) -> Any:
        """As much of a container as is shown. All of a set, and a dictionary as pairs."""
        if kind is dict:
            return list(islice(dict.items(value), items))
        return value[:items] if kind is list or kind is tuple else list(value)

    def contents(whole: Any, kind: type, left_out: int, depth: int, path: tuple[int, ...]) -> str:
        """The text of a container of which `whole` is shown; its items are at `depth`."""
        widest = items if depth < nesting else -1
        is_whole = type(whole) is kind and (left_out <= 0 or items > 1)
        if is_whole and address(whole) not in mixed and is_inert(whole, widest):
            try:
                shown = repr(whole)
            except ValueError:  # an integer of too many digits
                pass
            else:
                return f"{shown[:-1]}, <+{left_out} items>{shown[-1]}" if left_out > 0 else shown
        if kind is dict:
            texts = [
                f"{render(key, depth, path)}: {render(item, depth, path)}"
                for key, item in (whole if left_out > 0 else list(dict.items(whole)))
            ]
        elif kind is set or kind is frozenset:
            reprs = each_repr(whole) if is_inert(whole, widest) else []
            texts = sorted(reprs or each(whole, depth, path))[:items]
        else:
            texts = each(list(whole), depth, path)
        if left_out > 0:
            texts.append(f"<+{left_out} items>")
        return enclosed(", ".join(texts), kind, len(whole) + max(left_out, 0))

    def each(held: list[Any], depth: int, path: tuple[int, ...]) -> list[str]:
        return [
            represent(item) if address(type(item)) in ATOMS else render(item, depth, path)
            for item in held
        ]

    def is_foreign() -> None:
        nonlocal nature, height
        nature, height = FOREIGN, _TALL

    def foreign(value: object) -> str:
        is_foreign()
        return own_repr(value)

    def own_repr(value: object) -> str:
        mute(True)
        shown = exact_str(represent(value))
        mute(False)
        heap.forget()
        classes.clear()
        return without_address(shown)

    def other(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        nonlocal nature
        if kind is range:
            return represent(value)
        nature = max(nature, LIVE)
        if address(kind) in opaque:
            return opaque[address(kind)]
        if kind is _Method:
            return f"<bound method {_method_name(value.__func__)}>"
        if address(kind) in NAMED:
            return f"<{NAMED[address(kind)]} {exact_str(value.__qualname__)}>"
        if address(kind) in _COLLECTIONS:
            return collection(value, kind)
        if kind is type and is_static(value):
            return represent(value)
        if kind is _Module:
            return module(value)
        if address(kind) in _ERRORS and is_inert(_arguments(value), items):
            return without_address(represent(value))
        known = class_of(kind)
        if known is not None:
            return instance(value, kind, known, depth, path)
        if shows_as_class(kind) and is_own(value, program_module):
            return f"<class '{exact_str(QUALNAME(value))}'>"
        if is_module(kind):
            return module(value)
        if is_opaque(kind):
            return opaque.setdefault(address(kind), own_repr(value))
        return foreign(value)

    def module(value: Any) -> str:
        return f"<module {represent(_module_dict(value).get('__name__', '?'))}>"

    def collection(value: Any, kind: type) -> str:
        """The text of an object of one of the C collections: its own, remembered if it is inert."""
        nonlocal nature
        if kind is deque:
            held, extra = list(value), value.maxlen
        else:
            try:
                held = [*value.keys(), *value.values()]  # an OrderedDict has an order of its own
            except (KeyError, RuntimeError):  # and was changed behind its back
                return foreign(value)
            extra = address(value.default_factory) if kind is defaultdict else None
            if extra is not None and extra not in FACTORIES:
                return foreign(value)
        written = write(held) if nesting and address(value) in bounded else b""
        key = (address(kind), extra, written)
        shown = memory[0].get(key) if written else None
        if shown is None:
            if not is_inert(held, items):
                return foreign(value)
            shown = own_repr(value)
            before, nature = nature, INERT
            keep(value, held, 0, key, shown, written)
            nature = before
        return shown

    def class_of(kind: type) -> Class | None:
        """What to know of a class of the program; None for other types."""
        version, known = known_classes.get(address(kind), _UNKNOWN)
        if not version or version != _type_version(kind) or known[0] != NAME(kind):
            found = described(kind, program_module)
            if found is None:
                return None
            quirks.give_version(kind)
            known_classes[address(kind)] = _type_version(kind), found
            known = found
        classes[address(kind)] = known
        return known

    def instance(value: object, kind: type, known: Class, depth: int, path: tuple[int, ...]) -> str:
        nonlocal nature, height, has_lists, are_kept, is_top, room_of_kept
        if nature == INERT:
            nature = LIVE
        name, get_attributes, slots = known
        attributes = {} if get_attributes is None else get_attributes(value)
        place = address(attributes)
        found = kept.get(place)
        if (
            found is not None
            and (found.epoch == heap.epoch or found.moment == heap.moment)
            and found.known is known
            and (
                depth + found.height <= nesting
                or (found.depth == depth and found.owner == address(value))
            )
            and found.version == _dict_version(place)
            and (found.moment == heap.moment or lists_stay(found, attributes))
        ):
            height, has_lists = found.height, bool(found.lists or found.has_more_lists)
            found.moment = heap.moment
            return found.text
        if is_top and depth < nesting:
            graph = tops[depth].get(address(value))
            if graph is not None and graph.stays(beside, *path):
                return graph.answer[0]
        has_lists = False
        if address(value) in path or depth >= nesting:
            height = _DEPENDS
            return "<cycle>" if address(value) in path else "<depth>"
        if place == beside:
            is_foreign()
        if slots or type(attributes) is not dict or len(attributes) > items:
            found = None
        elif found is None or found.version != _dict_version(place):
            found = note(attributes, place)
        if found is None:
            was_top, is_top = is_top, False
            text = f"{name}({state(value, attributes, slots, depth, path)})"
            height, is_top = _TALL, was_top
            return watch(value, text, depth, path)
        highest, texts, has_more_lists = 0, found.texts, False
        lists: list[tuple[str, bytes]] = []
        if found.others:
            below, within, texts = depth + 1, (*path, address(value)), texts.copy()
            was_top, is_top = is_top, False
            held = [attributes[key] for _, key in found.others]  # code of the program may run
            for (number, key), item in zip(found.others, held, strict=True):
                inner = address(type(item))
                if inner in classes:
                    text = instance(item, type(item), classes[inner], below, within)
                    has_more_lists = has_more_lists or has_lists
                else:
                    written = b""
                    if type(item) is list and address(item) in bounded and len(item) <= items:
                        written = write(item) if below < nesting else b""
                    if written in flats:
                        text, height = flats[written], 1
                        lists.append((key, written))
                    else:
                        text = render(item, below, within)
                        height = _TALL
                texts[number] += text
                if height > highest:
                    highest = height
            is_top = was_top
        text = f"{name}({', '.join(texts)})"
        height, has_lists = highest + 1, bool(lists or has_more_lists)
        if highest < (_DEPENDS if depth else _TALL) and place != beside:
            found.text, found.depth, found.height = text, depth, height
            found.known, found.moment, found.epoch = known, heap.moment, heap.epoch
            found.owner = address(value)
            found.lists, found.has_more_lists = lists, has_more_lists
            room_of_kept -= len(text)
            if room_of_kept < 0:
                room_of_kept = MEMORY
                kept.clear()
            if heap.is_trusted:
                are_kept = are_kept or not depth
                return text
        return watch(value, text, depth, path)

    def watch(value: object, text: str, depth: int, path: tuple[int, ...]) -> str:
        """The text of an instance, which is not kept; watch it if there is none above it."""
        nonlocal are_kept
        are_kept = False
        if is_top and nature == LIVE and len(text) >= MANY:
            tops[depth].take(value, (text, nature), *path)
        return text

    def lists_stay(found: Shown, attributes: dict[str, Any]) -> bool:
        """Whether the lists below an instance are what they were, as far as they are its own."""
        if found.has_more_lists:
            return False
        for key, written in found.lists:
            held = attributes[key]
            if address(held) not in bounded or write(held) != written:
                return False
        return True

    def note(attributes: dict[str, Any], place: int) -> Shown | None:
        """What the attributes of an instance show, kept; None where not all have proper names."""
        texts, others = [], []
        for name, item in attributes.items():
            if type(name) is not str:
                return None
            if address(type(item)) in ATOMS and (type(item) is not int or -LONG < item < LONG):
                texts.append(f"{name}={item!r}")
            else:
                others.append((len(texts), name))
                texts.append(f"{name}=")
        if len(kept) > _KNOWN_INSTANCES:
            kept.clear()
        found = kept[place] = Shown(_dict_version(place), texts, others)
        if not heap.is_asked:
            heap.ask()
        return found

    def state(
        value: object, attributes: Any, slots: Slots, depth: int, path: tuple[int, ...]
    ) -> str:
        """The attributes of an instance at `depth`."""
        found = list(dict.items(attributes))
        if slots:
            found += _slots_of(value, slots)
        depth, path, texts = depth + 1, (*path, address(value)), []
        for name, item in found[:items] if len(found) > items else found:
            text = render(item, depth, path)
            texts.append(f"{name if type(name) is str else attribute(name)}={text}")
        if len(found) > items:
            texts.append(f"<+{len(found) - items} items>")
        return ", ".join(texts)

    def attribute(name: object) -> str:
        """The name of an attribute; whoever writes to `__dict__` can use anything."""
        is_text = any(base is str for base in MRO(type(name)))
        return exact_str(name) if is_text else foreign(name)

    return show


def _method_name(function: Any) -> str:
    name = function.__qualname__ if address(type(function)) in _FUNCTIONS else None
    return name if type(name) is str else "?"


def _slots_of(value: object, slots: Slots) -> Iterator[tuple[str, object]]:
    for name, get in slots:
        try:
            yield name, get(value)
        except (AttributeError, TypeError):  # not set, or another class's
            pass
