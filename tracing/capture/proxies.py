"""Closes a door of CPython 3.11: comparing the read-only view of a type's attributes with an object
hands that object the dictionary behind it. Who has that can replace the methods of `list` and
`dict`, which the recorder uses.

The two operations of the view that do so are made anew: they give away copies.
"""

from __future__ import annotations

import ctypes
from types import MappingProxyType
from typing import Any

_WORD = ctypes.sizeof(ctypes.c_void_p)
# Places in the structure of a type, and in that of its numeric operations.
_AS_NUMBER, _COMPARE, _OR = 12 * _WORD, 25 * _WORD, 15 * _WORD
_EQUAL, _UNEQUAL = 2, 3  # numbers of comparisons
_KINDS = frozenset({dict, MappingProxyType})
_copy = MappingProxyType.copy


def _plain(value: Any) -> Any:
    return _copy(value) if type(value) is MappingProxyType else value


def _compare(one: Any, other: Any, operation: int) -> Any:
    """In place of the view's comparison; no exception can leave it."""
    if type(other) not in _KINDS or operation not in (_EQUAL, _UNEQUAL):
        return NotImplemented
    try:
        return (_plain(one) == _plain(other)) is (operation == _EQUAL)
    except BaseException:
        return NotImplemented


def _unite(one: Any, other: Any) -> Any:
    """In place of the view's `|`; no exception can leave it."""
    if type(one) not in _KINDS or type(other) not in _KINDS:
        return NotImplemented
    try:
        return _plain(one) | _plain(other)
    except BaseException:
        return NotImplemented


_any = ctypes.py_object
_COMPARING = ctypes.PYFUNCTYPE(_any, _any, _any, ctypes.c_int)(_compare)
_UNITING = ctypes.PYFUNCTYPE(_any, _any, _any)(_unite)


def close() -> None:
    """Close the door in this process and its children."""
    view = id(MappingProxyType)
    _put(view + _COMPARE, _COMPARING)
    _put(ctypes.c_size_t.from_address(view + _AS_NUMBER).value + _OR, _UNITING)


def _put(place: int, function: Any) -> None:
    pointer = ctypes.cast(function, ctypes.c_void_p).value
    ctypes.c_void_p.from_address(place).value = pointer
