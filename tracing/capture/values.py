"""Texts of values (language section 3).

Nothing here runs code of the program but a `__repr__` that is not C's. Everything that is looked up
while a program runs was bound before it started, built-ins included: `__main__` gives these modules
a copy of them.

Most values that are looked at were looked at before, by the same events or others. `marshal` writes
built-in values at a few nanoseconds an item; what it wrote stands for the value, and its text is
remembered with it. That is exact: two values of the remembered kinds with the same bytes have the
same items, of the same types, in the same order.
"""

from __future__ import annotations

import marshal
import re
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from . import quirks
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
    shows_as_class,
)
from .heap import Heap

# The text of an atom never changes while the object lives, and it holds no other object.
_ATOMS = frozenset({int, str, float, bool, type(None), bytes, complex})
ATOMS = frozenset(map(address, _ATOMS))
INERT, LIVE, FOREIGN = range(3)
_DIGITS = 640
LONG = 10**_DIGITS  # from here on the interpreter's own limit decides whether an integer has a text
_Function = types.FunctionType
_Method = types.MethodType
_SHALLOW = ATOMS | {*map(address, (list, tuple))}
_FEW = 64  # items
_ONLY_TUPLE = frozenset({address(tuple)})
_COLLECTIONS = frozenset(map(address, (deque, defaultdict, OrderedDict)))
_FACTORIES = frozenset({None, *map(address, (None, int, float, str, list, tuple, dict, set))})
_FUNCTIONS = frozenset(map(address, (_Function, types.BuiltinFunctionType, type(lru_cache(len)))))
_NAMED = {
    address(_Function): "function",
    address(types.GeneratorType): "generator",
    address(types.CoroutineType): "coroutine",
}
_SHORT = 280  # bytes: what marshal writes of an integer from `LONG` on is longer
_MEMORY = 1 << 22  # bytes of what is remembered
_OVERHEAD = 200  # bytes of one that is remembered
_KNOWN = 1 << 16  # values
_KNOWN_INSTANCES = 1 << 13
# The height of a graph of instances: that of its levels, unless it is cut at the greatest depth, or
# comes back to where it began, or holds something else.
_CUT, _CYCLIC, _TALL = 1 << 20, 1 << 25, 1 << 30
_UNKNOWN: tuple[int, Class] = 0, ("", None, [])
Look = Callable[[object, object], tuple[str, int]]
_write, _FORMAT = marshal.dumps, quirks.MARSHAL_FORMAT
dict_version, type_version = quirks.dict_version, quirks.type_version
give_version = quirks.give_version
_module_dict: Callable[[types.ModuleType], dict[str, Any]] = vars(types.ModuleType)[
    "__dict__"
].__get__
_find_ten = re.compile("[0-9]{10}").search
_find_digits = re.compile(f"[0-9]{{{_DIGITS + 1}}}").search
_strip_address = re.compile(r" at 0x[0-9a-fA-F]+").sub


# Texts of the commonest opaque types (`classes.is_opaque`), by their addresses.
_OPAQUE = {
    address(type(value)): _strip_address("", repr(value))
    for value in (
        *map(iter, ([], (), "", "\xe9", b"", range(0), range(1 << 63), {}, set())),
        *(iter({}.values()), iter({}.items()), reversed([]), reversed({}), reversed(())),
        *(enumerate(()), zip(), map(len, ()), filter(None, ())),
    )
    if is_opaque(type(value))
}


class Shown:
    """What the attributes of an instance show while their dictionary is in the state `version`:
    the text of each, and by number those to which that of a value is to be added.

    `text` is what the instance, of the class `known`, showed in an epoch or at a moment with all
    instances, and flat lists, below it; it was at `depth`, and they have `height` levels.
    """

    __slots__ = (
        "depth",
        "epoch",
        "height",
        "known",
        "moment",
        "others",
        "text",
        "texts",
        "version",
    )

    def __init__(self, version: int, texts: list[str], others: list[tuple[int, str]]) -> None:
        self.version = version
        self.texts = texts
        self.others = others
        self.epoch = self.moment = -1
        self.depth = self.height = 0
        self.text = ""
        self.known: Class | None = None


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

    What most programs need is here; the rest is made where it is first needed.
    """
    # For lists, tuples and dictionaries, by what `marshal` writes of them, or of their head.
    answers: dict[object, tuple[str, int]] = {}
    room = _MEMORY
    # The addresses of what was seen whole before, and whether there was nothing yet that could not
    # be. Of other values `marshal` could write for ever: of containers that hold another one twice,
    # and this one another one twice, and so on.
    bounded: set[int] = set()
    is_small = True
    mixed: set[int] = set()  # the addresses of those that held something else, when last seen
    opaque = _OPAQUE.copy()  # the texts of opaque types, by their addresses
    show: Callable[[object, object], tuple[str, int]] | None = None

    def look(value: Any, namespace: object = None) -> tuple[str, int]:
        nonlocal show
        kind = type(value)
        written = b""
        if kind is list or kind is tuple or kind is dict:
            if len(value) <= items and nesting:
                if address(value) in bounded:
                    written = write(value)
                    answer = answers.get(written)
                    if answer is not None:
                        return answer
                    if (
                        written
                        and b"s" not in written
                        and _ATOMS.issuperset(map(type, _held(value)))
                    ):
                        return plain(value, written)
                if address(value) not in mixed and (
                    are_atoms(_held(value)) or (nesting > 1 and _is_shallow(value, items))
                ):
                    bound(value)
                    written = written or _write(value, _FORMAT)
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
        elif address(kind) in _NAMED:
            text = f"<{_NAMED[address(kind)]} {exact_str(value.__qualname__)}>"
            return (text if len(text) <= characters else cut(text)), LIVE
        elif kind is set and address(value) in bounded and len(value) <= items:
            answer = answers.get((set, write(list(value))))
            if answer is not None:
                return answer
        if show is None:
            shared = opaque, mixed, bounded, bound, write, meet_deep
            show = _machinery(program_module, nesting, items, mute, heap, *shared)
        text, nature = show(value, namespace)
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
        return (text if len(text) <= characters else cut(text)), nature

    def plain(value: Any, written: bytes) -> tuple[str, int]:
        """The answer for a container whose text is its repr."""
        try:
            text = repr(value)
        except ValueError:  # an integer of too many digits: each by itself
            text = _enclosed_atoms(value)
        return remember(value, written, text)

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
        size = len(written) + len(answer[0]) + _OVERHEAD
        if written and size <= _MEMORY // 8 and _is_steady(value, written, text):
            room -= size
            if room < 0:
                room = _MEMORY - size
                answers.clear()
            answers[(*what, written) if what else written] = answer
        return answer

    def bound(value: object) -> None:
        if len(bounded) > _KNOWN:
            bounded.clear()
        bounded.add(address(value))

    def write(value: Any) -> bytes:
        """What `marshal` writes of a container that was seen whole; nothing where it cannot."""
        if not is_small and not are_atoms(_held(value)):
            return b""
        try:
            return _write(value, _FORMAT)
        except ValueError:
            return b""

    def meet_deep() -> None:
        nonlocal is_small
        is_small = False

    return look


def _machinery(
    program_module: str,
    nesting: int,
    items: int,
    mute: Callable[[bool], None],
    watched: Heap | None,
    opaque: dict[int, str],
    mixed: set[int],
    bounded: set[int],
    bound: Callable[[object], None],
    write: Callable[[object], bytes],
    meet_deep: Callable[[], None],
) -> Callable[[object, object], tuple[str, int]]:
    """The function that gives any value's text, whole, and nature."""
    nature = INERT
    heap = watched or Heap()
    # What there is to know of the program's classes, by their addresses: for as long as they cannot
    # have changed, and with their versions, for as long as these stay.
    classes: dict[int, Class] = {}
    known_classes: dict[int, tuple[int, Class]] = {}
    # What instances show, by the addresses of the dictionaries of their attributes.
    kept: dict[int, Shown] = {}
    height = 0  # of the graph of instances that was shown last
    epoch = -1  # that of the last look
    beside = 0  # the address of the namespace: to hold it would keep what is in it alive
    # The texts of what was seen whole, by what `marshal` writes of it, for each depth.
    memory: list[dict[object, str]] = [{} for _ in range(nesting)]
    flats: dict[object, str] = {}  # for all depths: of lists, tuples and dictionaries of atoms
    room = _MEMORY

    def show(value: object, namespace: object) -> tuple[str, int]:
        nonlocal nature, beside, epoch
        if watched is None or not heap.is_asked:
            heap.forget()
        if heap.epoch != epoch:
            classes.clear()
            epoch = heap.epoch
        nature, beside = INERT, address(namespace)
        text = render(value, 0, ())
        return text, nature

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
        if address(value) in path:
            return "<cycle>"
        if depth >= nesting:
            meet_deep()
            nature = max(nature, LIVE)
            return "<depth>"
        if address(value) == beside:
            is_foreign()
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
        nature = max(nature, before)
        return shown

    def keep(
        value: object, whole: object, depth: int, key: object, shown: str, written: bytes
    ) -> None:
        """Note that a value was seen, of which `whole` is shown; the second time keep its text."""
        if nature != INERT:
            bounded.discard(address(value))
        elif written and _is_steady(whole, written, shown):
            remember(depth, key, shown, written, key is written and are_atoms(_held(whole)))
        else:
            bound(value)

    def remember(depth: int, key: object, shown: str, written: bytes, is_flat: bool) -> None:
        nonlocal room
        size = len(written) + len(shown) + _OVERHEAD
        if size > _MEMORY // 8:
            return
        room -= size
        if room < 0:
            room = _MEMORY
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
        if is_whole and address(whole) not in mixed and _is_inert(whole, widest):
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
        else:
            texts = [
                represent(item) if address(type(item)) in ATOMS else render(item, depth, path)
                for item in list(whole)
            ]
        if kind is set or kind is frozenset:
            texts = sorted(texts)[:items]
        if left_out > 0:
            texts.append(f"<+{left_out} items>")
        return _enclosed(", ".join(texts), kind, len(whole) + max(left_out, 0))

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
        return _strip_address("", shown) if " at 0x" in shown else shown

    def other(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        nonlocal nature
        if kind is range:
            return represent(value)
        nature = max(nature, LIVE)
        if address(kind) in opaque:
            return opaque[address(kind)]
        if kind is _Method:
            return f"<bound method {_method_name(value.__func__)}>"
        if address(kind) in _NAMED:
            return f"<{_NAMED[address(kind)]} {exact_str(value.__qualname__)}>"
        if address(kind) in _COLLECTIONS:
            return collection(value, kind)
        known = class_of(kind)
        if known is not None:
            return instance(value, kind, known, depth, path)
        if shows_as_class(kind) and is_own(value, program_module):
            return f"<class '{exact_str(QUALNAME(value))}'>"
        if is_module(kind):
            return f"<module {represent(_module_dict(value).get('__name__', '?'))}>"
        if is_opaque(kind):
            return opaque.setdefault(address(kind), own_repr(value))
        return foreign(value)

    def collection(value: Any, kind: type) -> str:
        """The text of an object of one of the C collections: its own, remembered if it is inert."""
        nonlocal nature
        if kind is deque:
            held, extra = list(value), value.maxlen
        else:
            held = [*value.keys(), *value.values()]  # an OrderedDict has an order of its own
            extra = address(value.default_factory) if kind is defaultdict else None
            if extra not in _FACTORIES:
                return foreign(value)
        written = write(held) if nesting and address(value) in bounded else b""
        key = (address(kind), extra, written)
        shown = memory[0].get(key) if written else None
        if shown is None:
            if not _is_inert(held, items):
                return foreign(value)
            shown = own_repr(value)
            before, nature = nature, INERT
            keep(value, held, 0, key, shown, written)
            nature = before
        return shown

    def class_of(kind: type) -> Class | None:
        """What to know of a class of the program; None for other types."""
        version, known = known_classes.get(address(kind), _UNKNOWN)
        if not version or version != type_version(kind) or known[0] != NAME(kind):
            found = described(kind, program_module)
            if found is None:
                return None
            give_version(kind)
            known_classes[address(kind)] = type_version(kind), found
            known = found
        classes[address(kind)] = known
        return known

    def instance(value: object, kind: type, known: Class, depth: int, path: tuple[int, ...]) -> str:
        nonlocal nature, height
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
            and (found.depth == depth or depth + found.height <= nesting)
            and found.version == dict_version(place)
        ):
            height = found.height
            return found.text
        if address(value) in path:
            height = _CYCLIC
            return "<cycle>"
        if depth >= nesting:
            height = _CUT
            return "<depth>"
        if place == beside:
            is_foreign()
        if slots or type(attributes) is not dict or len(attributes) > items:
            found = None
        elif found is None or found.version != dict_version(place):
            found = note(attributes, place)
        if found is None:
            text = f"{name}({state(value, attributes, slots, depth, path)})"
            height = _TALL
            return text
        highest, texts, has_lists = 0, found.texts, False
        if found.others:
            below, path, texts = depth + 1, (*path, address(value)), texts.copy()
            for number, key in found.others:
                item = attributes[key]
                inner = address(type(item))
                if inner in classes:
                    text = instance(item, type(item), classes[inner], below, path)
                else:
                    known_text = None
                    if type(item) is list and address(item) in bounded and len(item) <= items:
                        known_text = flats.get(write(item)) if below < nesting else None
                    if known_text is None:
                        text = render(item, below, path)
                        height = _TALL
                    else:
                        text, height, has_lists = known_text, 1, True
                texts[number] += text
                if height > highest:
                    highest = height
        text = f"{name}({', '.join(texts)})"
        height = highest + 1
        if highest < (_CYCLIC if depth else _TALL) and place != beside:
            found.text, found.depth, found.height = text, depth, height
            found.known, found.moment = known, heap.moment
            found.epoch = -1 if has_lists else heap.epoch
        return text

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
        found = kept[place] = Shown(dict_version(place), texts, others)
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


def represent(value: object) -> str:
    """The value's own repr; its failure is its text."""
    try:
        return repr(value)
    except MemoryError:
        raise
    except BaseException as error:
        return f"<{exact_str(NAME(type(error)))} in __repr__>"


def are_atoms(held: Iterable[object]) -> bool:
    """Whether these are atoms, all of them."""
    return ATOMS.issuperset(map(address, map(type, held)))


def _held(value: Any) -> Iterable[object]:
    """What a built-in container holds; of a dictionary also the keys."""
    return chain(value, value.values()) if type(value) is dict else value


def _is_inert(whole: Any, widest: int) -> bool:
    """Whether a list, tuple or dictionary holds atoms, and tuples of at most `widest` atoms, alone:
    its text is its repr."""
    kinds = {*map(address, map(type, _held(whole)))} - ATOMS
    if kinds == _ONLY_TUPLE:
        tuples = [item for item in _held(whole) if type(item) is tuple]
        return max(map(len, tuples)) <= widest and all(map(are_atoms, tuples))
    return not kinds


def _is_shallow(value: Any, widest: int) -> bool:
    """Whether a container holds atoms, and lists and tuples of atoms, alone, and not many: its text
    is its repr."""
    inner = [item for item in _held(value) if type(item) is list or type(item) is tuple]
    if len(value) > _FEW or sum(map(len, inner)) > min(_FEW, widest):
        return False
    kinds = {*map(address, map(type, _held(value)))}
    return kinds <= _SHALLOW and are_atoms(chain.from_iterable(inner))


def _is_steady(value: Any, written: bytes, text: str) -> bool:
    """Whether what `marshal` has `written` stands for an inert value, and for its `text`: not where
    there is an integer whose text depends on the interpreter's limit, nor where there is one of
    `bytes`, for other types are written like it."""
    if len(written) > _SHORT and b"l" in written and _has_long(text):
        return _has_steady_leaves(value)
    if b"s" in written and ("b'" in text or 'b"' in text):
        return _has_steady_leaves(value)
    return True


def _has_long(text: str) -> bool:
    """Whether a text may have been made of an integer from `LONG` on."""
    if "<ValueError" in text:
        return True
    sample = text[:: _DIGITS // 10]
    return _find_ten(sample) is not None and _find_digits(text) is not None


def _has_steady_leaves(value: Any) -> bool:
    kind: type = type(value)
    if kind is int:
        return bool(-LONG < value < LONG)
    if address(kind) in CONTAINERS:
        return all(map(_has_steady_leaves, _held(value)))
    return kind is not bytes


def _enclosed_atoms(value: Any) -> str:
    """The text of a list, tuple or dictionary of atoms, some of which have no repr."""
    if type(value) is dict:
        texts = [f"{represent(key)}: {represent(item)}" for key, item in value.items()]
    else:
        texts = [*map(represent, value)]
    return _enclosed(", ".join(texts), type(value), len(value))


def _enclosed(inner: str, kind: type, length: int) -> str:
    if kind is list:
        return f"[{inner}]"
    if kind is tuple:
        return f"({inner},)" if length == 1 else f"({inner})"
    if kind is dict:
        return f"{{{inner}}}"
    if kind is set:
        return f"{{{inner}}}" if inner else "set()"
    return f"frozenset({{{inner}}})" if inner else "frozenset()"


def _method_name(function: Any) -> str:
    name = function.__qualname__ if address(type(function)) in _FUNCTIONS else None
    return name if type(name) is str else "?"


def _slots_of(value: object, slots: Slots) -> Iterator[tuple[str, object]]:
    for name, get in slots:
        try:
            yield name, get(value)
        except (AttributeError, TypeError):  # not set, or another class's
            pass
