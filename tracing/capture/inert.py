"""Built-in values that are what they seem, all the way down: how they are known, and their texts.

`marshal` writes built-in values at a few nanoseconds an item; what it wrote stands for the value,
so its text can be remembered with it. That is exact: two values of the remembered kinds with the
same bytes have the same items, of the same types, in the same order.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Collection, Iterable
from gc import is_tracked
from itertools import chain
from typing import Any

from . import quirks
from .classes import CONTAINERS, NAME, address, exact_str

# The text of an atom never changes while the object lives, and it holds no other object.
ATOM_TYPES = frozenset({int, str, float, bool, type(None), bytes, complex})
ATOMS = frozenset(map(address, ATOM_TYPES))
INERT, LIVE, FOREIGN = range(3)
_DIGITS = 640
LONG = 10**_DIGITS  # from here on the interpreter's own limit decides whether an integer has a text
_SHALLOW = ATOMS | {*map(address, (list, tuple))}
_FEW = 64  # items
_MANY = 1 << 14  # items
_ONLY_TUPLE = frozenset({address(tuple)})
_SHORT = 280  # bytes: what marshal writes of an integer from `LONG` on is longer
MEMORY = 1 << 22  # bytes of what is remembered
OVERHEAD = 200  # bytes of one that is remembered
_find_ten = re.compile("[0-9]{10}").search
_find_digits = re.compile(f"[0-9]{{{_DIGITS + 1}}}").search
_write: Any = marshal.dumps
# As almost all types write addresses, as objects of `hashlib` do, and as a lock that can be taken
# more than once writes that of its owner.
_strip_address = re.compile(
    r" at 0x[0-9a-fA-F]+|(?<= object) @ 0x[0-9a-fA-F]+|(?<=RLock object) owner=[1-9][0-9]*"
).sub


def write(value: object) -> bytes:
    """What `marshal` writes of a value; nothing where it cannot."""
    try:
        written: bytes = _write(value, quirks.MARSHAL_FORMAT)
    except ValueError:
        return b""
    return written


def ends(value: Any, deepest: int) -> bool:
    """Whether `marshal` comes to the end of a container soon, for it goes each way that leads to
    what is below: through a list that holds itself twice, or through lists each of which holds the
    next one twice, these have no end. So there are to be atoms, at most so many levels down.

    What the collector does not track are atoms, or tuples and dictionaries of nothing else."""
    if type(value) is dict:
        return not is_tracked(value) or _are_low(chain(value, value.values()), deepest)
    return not any(map(is_tracked, value)) or _are_low(value, deepest)


def _are_low(held: Iterable[Any], deepest: int) -> bool:
    for _ in range(deepest):
        below: list[Any] = []
        for item in filter(is_tracked, held):
            kind = type(item)
            if kind is list or kind is tuple or address(kind) in CONTAINERS:
                below += item
                if kind is dict:
                    below += item.values()
            else:
                return False
            if len(below) > _MANY:
                return False
        if not below:
            return True
        held = below
    return False


def without_address(text: str) -> str:
    """A text without the addresses in it."""
    return _strip_address("", text) if " 0x" in text else text


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


def are_steady(held: Collection[object]) -> bool:
    """Whether these are atoms whose texts depend on nothing else."""
    return are_atoms(held) and all(-LONG < item < LONG for item in held if type(item) is int)


def held_by(value: Any) -> Iterable[object]:
    """What a built-in container holds; of a dictionary also the keys."""
    return chain(value, value.values()) if type(value) is dict else value


def is_inert(whole: Any, widest: int) -> bool:
    """Whether a list, tuple or dictionary holds atoms, and tuples of at most `widest` atoms, alone:
    its text is its repr."""
    kinds = {*map(address, map(type, held_by(whole)))} - ATOMS
    if kinds == _ONLY_TUPLE:
        tuples = [item for item in held_by(whole) if type(item) is tuple]
        return max(map(len, tuples)) <= widest and are_atoms(chain.from_iterable(tuples))
    return not kinds


def is_shallow(value: Any, widest: int) -> bool:
    """Whether a container holds atoms, and lists and tuples of atoms, alone, and not many: its text
    is its repr."""
    inner = [item for item in held_by(value) if type(item) is list or type(item) is tuple]
    if len(value) > _FEW or sum(map(len, inner)) > min(_FEW, widest):
        return False
    kinds = {*map(address, map(type, held_by(value)))}
    return kinds <= _SHALLOW and are_atoms(chain.from_iterable(inner))


def is_steady(value: Any, written: bytes, text: str) -> bool:
    """Whether what `marshal` has `written` stands for an inert value, and for its `text`: not where
    there is an integer whose text depends on the interpreter's limit, nor where there is one of
    `bytes`, for other types are written like it. An empty text says nothing of what is in it."""
    if not text:
        return _has_steady_leaves(value)
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
        return all(map(_has_steady_leaves, held_by(value)))
    return kind is not bytes


def each_repr(items: Iterable[object]) -> list[str]:
    """The texts of atoms and tuples of atoms; none where one of them has no repr."""
    try:
        return [*map(repr, items)]
    except ValueError:  # an integer of too many digits
        return []


def enclosed_atoms(value: Any) -> str:
    """The text of a list, tuple or dictionary of atoms, some of which have no repr."""
    if type(value) is dict:
        texts = [f"{represent(key)}: {represent(item)}" for key, item in value.items()]
    else:
        texts = [*map(represent, value)]
    return enclosed(", ".join(texts), type(value), len(value))


def enclosed(inner: str, kind: type, length: int) -> str:
    if kind is list:
        return f"[{inner}]"
    if kind is tuple:
        return f"({inner},)" if length == 1 else f"({inner})"
    if kind is dict:
        return f"{{{inner}}}"
    if kind is set:
        return f"{{{inner}}}" if inner else "set()"
    return f"frozenset({{{inner}}})" if inner else "frozenset()"
