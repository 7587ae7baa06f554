"""Closes another door of CPython 3.11: `object.__getstate__` of a type gives the dictionary of its
attributes itself. Here it gives a copy.

Of what is no type it is asked as ever, and what copies and pickles objects finds the method of C.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .pinned import in_place_of

NAME = "__getstate__"
_Seal = Callable[[Callable[..., Any]], Callable[..., Any]]
_real: Any = vars(object)[NAME]


def _is_type(value: Any) -> bool:
    return issubclass(type(value), type)  # whatever it says of itself


def _state(value: Any, /) -> Any:
    found = _real(value)
    if not _is_type(value):
        return found
    if type(found) is dict:
        return found.copy()
    attributes, slots = found
    return attributes and attributes.copy(), slots


def close(attributes: dict[str, Any], seal: _Seal) -> None:
    """Close the door in this process and its children. `attributes` are those of `object`; what is
    put there is sealed."""
    sealed: Any = seal(in_place_of(_real, _state))
    sealed.__name__ = NAME
    bind = vars(type(sealed))["__get__"]

    def get(_: Any, value: Any, kind: Any = None) -> Any:
        if value is None:
            return sealed
        return bind(sealed, value) if _is_type(value) else _real.__get__(value, kind)

    attributes[NAME] = type(NAME, (), {"__get__": seal(get)})()
