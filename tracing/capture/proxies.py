"""Closes a door of CPython 3.11: comparing the read-only view of a type's attributes with an
object, or uniting both, hands that object the dictionary behind the view. Who has that can replace
the methods of `list` and `dict`, which the recorder uses.

The operations of the view that do so are made anew: they give away copies.
"""

from __future__ import annotations

import ctypes
import operator
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from . import quirks

_WORD = ctypes.sizeof(ctypes.c_void_p)
# Places in the structure of a type, and in that of its numeric operations.
_AS_NUMBER, _COMPARE, _OR = 12 * _WORD, 25 * _WORD, 15 * _WORD
_Operation = Callable[[Any, Any], Any]


class _Asking:
    """Its operations in C ask the attributes of the type."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __or__(self, other: object) -> object:
        return self


def _plain(view: Any) -> Any:
    """What a view shows, or a copy of it where it may be the attributes of a type."""
    shown = quirks.shown_by(view)
    return shown.copy() if type(shown) is dict else shown


def _of_view(name: str, operation: _Operation) -> _Operation:
    """The method of that name: an operation with what the view shows."""

    def method(view: Any, other: Any, /) -> Any:
        if type(view) is not MappingProxyType:
            received = f"requires a 'mappingproxy' object but received a '{type(view).__name__}'"
            raise TypeError(f"descriptor '{name}' {received}")
        return operation(_plain(view), other)

    return method


def _plain_too(other: Any) -> Any:
    return _plain(other) if type(other) is MappingProxyType else other


def _methods() -> dict[str, _Operation]:
    """The methods of the view that are made anew, by name."""
    compare = {f"__{name}__": getattr(operator, name) for name in "eq ne lt le gt ge".split()}
    unite: dict[str, _Operation] = {
        "__or__": lambda one, other: one | _plain_too(other),
        "__ror__": lambda one, other: _plain_too(other) | one,
    }
    return {name: _of_view(name, made) for name, made in (compare | unite).items()}


def close(attributes: dict[str, Any], seal: Callable[[_Operation], _Operation]) -> None:
    """Close the door in this process and its children. `attributes` are those of the view's type;
    what is put there is sealed."""
    attributes.update({name: seal(method) for name, method in _methods().items()})
    view, asking = id(MappingProxyType), id(_Asking)
    _take(view, asking, _COMPARE)
    _take(_numbers(view), _numbers(asking), _OR)


def _numbers(kind: int) -> int:
    return ctypes.c_size_t.from_address(kind + _AS_NUMBER).value


def _take(to: int, of: int, place: int) -> None:
    other = ctypes.c_size_t.from_address(of + place).value
    ctypes.c_size_t.from_address(to + place).value = other
