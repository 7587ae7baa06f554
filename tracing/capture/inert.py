"""Built-in values that are what they seem, all the way down: how they are known, and their texts.

`pickle` writes built-in values at a few nanoseconds an item; what it wrote stands for the value, so
its text can be remembered with it. That is exact: two values with the same bytes have the same
items, of the same types, in the same order, and hold each other in the same way.
"""

from __future__ import annotations

import _pickle
import re
from collections.abc import Collection, Iterable
from itertools import chain
from types import SimpleNamespace
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
_ONLY_TUPLE = frozenset({address(tuple)})
_LARGE = 1 << 16  # bytes
_LONG_INTEGER = b"\x8b"  # begins what is written of an integer of more than 255 bytes
MEMORY = 1 << 22  # bytes of what is remembered
OVERHEAD = 200  # bytes of one that is remembered
_find_ten = re.compile("[0-9]{10}").search
_find_digits = re.compile(f"[0-9]{{{_DIGITS + 1}}}").search
# As almost all types write addresses, as objects of `hashlib` do, and as a lock that can be taken
# more than once writes that of its owner.
_strip_address = re.compile(
    r" at 0x[0-9a-fA-F]+|(?<= object) @ 0x[0-9a-fA-F]+|(?<=RLock object) owner=[1-9][0-9]*"
).sub


class _OtherError(Exception):
    """Something is no built-in value."""


class _Writer(_pickle.Pickler):
    """Writes built-in values; what it remembers of one is its memory of another, too."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        super().__init__(SimpleNamespace(write=self.pieces.append), quirks.PICKLE_FORMAT)

    def reducer_override(self, value: object) -> Any:
        """Called with what is no built-in value."""
        raise _OtherError


_REFUSALS = _OtherError, RecursionError, _pickle.PicklingError
_writer = _Writer()


def write(value: object) -> bytes:
    """What `pickle` writes of a value; nothing where it cannot. It writes each object once, however
    often it is held, by others or by itself."""
    global _writer
    pieces = _writer.pieces
    try:
        _writer.dump(value)
    except _REFUSALS:
        _writer = _Writer()
        return b""
    written = pieces.pop() if len(pieces) == 1 else b"".join(pieces)
    if len(written) < _LARGE:
        _writer.clear_memo()  # it holds the objects
    else:
        _writer = _Writer()  # as what it remembers by grew
    return written


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
    """Whether what was `written` of an inert value stands for its `text`: not where there is an
    integer whose text depends on the interpreter's limit. An empty text says nothing of what is in
    it."""
    is_sure = _LONG_INTEGER not in written or (text and not _has_long(text))
    return is_sure or _has_steady_leaves(value)


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
    return True


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
