"""Signatures of the methods that Beam calls, each read once.

Beam reads those of all methods of each function of a graph, and again whenever it checks, ships or
starts the function: a quarter of what a small graph costs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import MethodType
from typing import Any

from apache_beam.transforms import core

Signature = tuple[list[str], list[Any]]  # names of arguments, and values of defaults

_read: Callable[[Any], Signature] = core.get_function_args_defaults


def remember() -> None:
    """Read them so from now on, in this process."""
    core.get_function_args_defaults = _remembered


def _remembered(function: Any) -> Signature:
    """What Beam reads; of a method, which is of one object, what is read of its function."""
    if not isinstance(function, MethodType):
        return _read(function)
    names, defaults = _of_method(function.__func__)
    return list(names), list(defaults)


@cache
def _of_method(function: Any) -> Signature:
    return _read(MethodType(function, function))  # of whatever object
