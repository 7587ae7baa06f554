"""Every difference between interpreters that the recorder leans on, as a named fact.

The facts hold for CPython 3.11 and are demonstrated one by one in the tests of this file.
"""

from __future__ import annotations

import ctypes
import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType, MappingProxyType
from typing import Any

# A trace record of one dataset comes from one version, and this is the one the facts hold for.
SUPPORTED = (3, 11)
IS_SUPPORTED = sys.version_info[:2] == SUPPORTED

# A frame that returns, or suspends, sits on one of these at its `return` event. Everything else
# means that an exception leaves it, and so does YIELD_VALUE in a generator that was thrown into.
RETURN_VALUE = dis.opmap["RETURN_VALUE"]
YIELD_VALUE = dis.opmap["YIELD_VALUE"]

# A generator or coroutine that starts is at a RESUME whose argument is 0, or, where it is thrown
# into before it ever ran, at the RETURN_GENERATOR that made it. One that goes on is at another
# RESUME, or, where it is thrown into, still where it was suspended.
RESUME = dis.opmap["RESUME"]
RETURN_GENERATOR = dis.opmap["RETURN_GENERATOR"]

# A line event at a FOR_ITER, behind what extends its argument, is another turn of its loop.
FOR_ITER = dis.opmap["FOR_ITER"]
EXTENDED_ARG = dis.opmap["EXTENDED_ARG"]


def takes_next(opcodes: bytes, at: int) -> bool:
    """Whether the instruction at an offset takes the next item of a loop."""
    while opcodes[at] == EXTENDED_ARG:
        at += 2
    return opcodes[at] == FOR_ITER


# The call event of a function comes at its RESUME, and a line event before the instruction behind
# that one, if it has a line.


def begins_with_line(code: CodeType) -> bool:
    """Whether nothing runs between the call of a function, no generator, and its first line."""
    opcodes = code.co_code
    first = 2 if opcodes[0] == RESUME else 2 * opcodes[::2].index(RESUME) + 2
    for _, end, line in code.co_lines():
        if first < end:
            return line is not None
    return False


# Comprehensions have frames of their own, with a local `.0`.
COMPREHENSIONS_ARE_FRAMES = True

# So have class bodies.
CLASS_BODIES_ARE_FRAMES = True

# The module's call event is on line 0, a decorated function's on the line of its first decorator.
MODULE_CALL_LINE = 0
CALL_IS_ON_THE_FIRST_DECORATOR = True

# The line of a `with` comes again when its block is left, and that of a call over several lines
# when its arguments are there.
WITH_LINES_COME_AGAIN = True
CALL_LINES_COME_AGAIN = True

# A function's `f_locals` is one dictionary, brought up to date where it is read; a module's is the
# namespace itself.
F_LOCALS_IS_ONE_DICTIONARY = True

# The format in which all built-in containers and atoms, but complex numbers, are written by the
# pickler of C itself, each object once. It asks for what to do with all others.
PICKLE_FORMAT = 4

# A type keeps its subclasses in a dictionary, by their addresses, at this place of its structure.
_SUBCLASSES = 45 * ctypes.sizeof(ctypes.c_void_p)


def forget_subclass(kind: type) -> None:
    """Take a class out of its bases' lists of subclasses."""
    for base in kind.__bases__:
        known: Any = ctypes.py_object.from_address(id(base) + _SUBCLASSES).value
        known.pop(id(kind), None)


# Who reads `f_locals` gets a dictionary into which the variables are copied, and which is kept with
# the frame: what is in there lives until it is read again. A trace function's is copied back after.
# A frame points to its inner frame and that to the dictionary at these places, in words; without
# a dictionary nothing is copied back. An object's first word is the count of its references.
_INNER_FRAME, _LOCALS, _WORD_BITS = 3, 3, 3
_everything: Any = (ctypes.c_size_t * (1 << 57)).from_address(0)
_memory: memoryview[int] = memoryview(_everything).cast("B").cast("Q")  # all of it, in words
_address_of_16: Callable[[object], int] = object.__hash__  # in units of 16 bytes


def forget_locals(frame: FrameType, variables: object) -> None:
    """Take from a function's frame the dictionary of its variables, unless somebody else has it:
    `variables`, to which the caller must have one reference."""
    count = _address_of_16(variables) << 1
    place = (_memory[(_address_of_16(frame) << 1) + _INNER_FRAME] >> _WORD_BITS) + _LOCALS
    # The frame's, the caller's and this one's; no other thread runs from here on.
    if _memory[count] == 3 and _memory[place] == count << _WORD_BITS:
        _memory[place] = 0
        _memory[count] = 2


def locals_in(frame: FrameType, variables: dict[str, Any] | None) -> dict[str, Any]:
    """A function's variables copied into this dictionary (None: a new one), which is not kept with
    the frame: what is kept there stays as it is."""
    place = (_memory[(_address_of_16(frame) << 1) + _INNER_FRAME] >> _WORD_BITS) + _LOCALS
    before = _memory[place]
    _memory[place] = 0 if variables is None else _address_of_16(variables) << 1 + _WORD_BITS
    try:
        found: dict[str, Any] = frame.f_locals
    finally:
        _memory[place] = before
    if variables is None:
        _memory[_address_of_16(found) << 1] -= 1  # the frame's
    return found


# A dictionary has a number that no state of any other one has or had. It gets the next one whenever
# something else is stored to it, and when it is made; as long as it is the same the dictionary
# holds the same objects. A class has one too, or 0 while it or a base has changed and nobody has
# asked it for anything.
_DICT_VERSION, _TYPE_VERSION = 3, 48


def dict_version(place: int) -> int:
    """The state of the dictionary at an address, in units of 16 bytes."""
    return _memory[(place << 1) + _DICT_VERSION]


def last_dict_version() -> int:
    """The number that was given last: to a dictionary made for this."""
    newest: dict[int, int] = {}
    return _memory[(_address_of_16(newest) << 1) + _DICT_VERSION]


# The entries of a dictionary lie one behind the other, in their order: hash, key and value of each,
# or key and value where all keys are strings. One that is taken out leaves zeros until the table is
# made anew. The table begins with four words, of which the second has the kind (0: with hashes) and
# the logarithm of the bytes that come before the entries, and the last has their number. Of some
# instances' attributes the values are elsewhere.
_DICT_TABLE, _DICT_VALUES, _TABLE_WORDS = 4, 5, 4


def dict_entries(place: int) -> tuple[int, int, int]:
    """Where the entries of the dictionary at an address (in units of 16 bytes) begin, as a number
    of words; the words of an entry; the number of entries, gaps included. The last two are 0 where
    the values are elsewhere."""
    at = place << 1
    if _memory[at + _DICT_VALUES]:
        return 0, 0, 0
    table = _memory[at + _DICT_TABLE] >> _WORD_BITS
    head = _memory[table + 1]
    before = 1 << (head >> 8 & 0xFF) >> _WORD_BITS  # words
    size = 2 if head >> 16 & 0xFF else 3
    return table + _TABLE_WORDS + before, size, _memory[table + _TABLE_WORDS - 1]


def bytes_at(place: int, count: int) -> bytes:
    """So many words of memory, copied."""
    return _memory[place : place + count].tobytes()


# A list points to its items, which lie one behind the other.
_LIST_ITEMS = 3


def list_items(place: int, count: int) -> bytes:
    """The addresses of the first items, so many, of the list at an address in units of 16 bytes."""
    first = _memory[(place << 1) + _LIST_ITEMS] >> _WORD_BITS
    return _memory[first : first + count].tobytes()


_cell: Any = ctypes.py_object()
_cell_place = ctypes.addressof(_cell) >> _WORD_BITS


def entry_at(place: int) -> tuple[Any, Any] | None:
    """Key and value of an entry, to which two words of memory point; None where it was taken
    out."""
    return (held_at(place), held_at(place + 1)) if _memory[place + 1] else None


def held_at(place: int) -> Any:
    """The object to which a word of memory points."""
    _memory[_cell_place] = _memory[place]
    return _cell.value


# What a read-only view shows is at this place.
_SHOWN = 2


def shown_by(view: MappingProxyType[Any, Any]) -> Any:
    """The mapping of which this is a view."""
    return held_at((_address_of_16(view) << 1) + _SHOWN)


def type_version(kind: type) -> int:
    """The state of a class and its bases."""
    return _memory[(_address_of_16(kind) << 1) + _TYPE_VERSION] & 0xFFFFFFFF


def give_version(kind: type) -> None:
    """Give a class a number, by asking for what no class has."""
    try:
        type.__getattribute__(kind, " ")
    except AttributeError:
        pass


# What an object is lies in its memory at these places, in words from its address: its type; the
# dictionary of its attributes, if the type has this flag (a word of nothing until somebody asks for
# it); how many items a list or tuple has, where those of a list are, and those of a tuple; the
# counts of a set's table, and where it is: two words for each place, of which the first is an
# item's address.
MANAGED_DICT = 1 << 4
_TYPE, _ATTRIBUTES, _TYPE_NAME = 1, -3, 3
_LENGTH, _TUPLE_ITEMS = 2, 3
_SET_COUNTS, _SET_MASK, _SET_TABLE = 2, 4, 5
Words = memoryview


def _words(value: object, first: int, count: int = 1) -> Words[int]:
    at = (_address_of_16(value) << 1) + first
    return _memory[at : at + count]


def type_word(value: object) -> Words[int]:
    """Its type."""
    return _words(value, _TYPE)


def attributes_word(value: object) -> Words[int]:
    """Which dictionary has its attributes."""
    return _words(value, _ATTRIBUTES)


def class_words(kind: type) -> tuple[Words[int], Words[int]]:
    """The state of a class, and which text its name is."""
    return _words(kind, _TYPE_VERSION), _words(kind, _TYPE_NAME)


def version_word(value: dict[Any, Any]) -> Words[int]:
    """The state of a dictionary."""
    return _words(value, _DICT_VERSION)


def list_head(value: list[Any]) -> Words[int]:
    """How many items it has, and where."""
    return _words(value, _LENGTH, 2)


def tuple_head(value: tuple[Any, ...]) -> Words[int]:
    """How many items it has."""
    return _words(value, _LENGTH)


def set_head(value: set[Any] | frozenset[Any]) -> Words[int]:
    """How many items it has, how large its table is, and where."""
    return _words(value, _SET_COUNTS, _SET_TABLE + 1 - _SET_COUNTS)


def list_words(value: list[Any], count: int) -> Words[int]:
    """Its first items, so many."""
    first = _memory[(_address_of_16(value) << 1) + _LIST_ITEMS] >> _WORD_BITS
    return _memory[first : first + count]


def tuple_words(value: tuple[Any, ...], count: int) -> Words[int]:
    """Its first items, so many."""
    return _words(value, _TUPLE_ITEMS, count)


def set_words(value: set[Any] | frozenset[Any]) -> Words[int]:
    """Its table."""
    first, places = set_table(_address_of_16(value))
    return _memory[first : first + 2 * places]


def set_table(place: int) -> tuple[int, int]:
    """Where the table of the set at an address (in units of 16 bytes) begins, as a number of words,
    and how many places it has: each an item's address and its hash. An item that was taken out
    leaves another object, whose hash is none."""
    at = place << 1
    return _memory[at + _SET_TABLE] >> _WORD_BITS, _memory[at + _SET_MASK] + 1
