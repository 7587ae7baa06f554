"""Classes of modules that are loaded ahead of every program: one that lists the subclasses of a
class finds those of modules that it has imported itself, as where it runs alone.

What it imports is taken from the names in its code; what these modules import, from what they hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from . import hidden
from .pinned import in_place_of

NAME = "__subclasses__"  # by which a program asks
# What an interpreter has loaded when it begins.
_ALWAYS = frozenset(
    """__main__ _abc _codecs _collections_abc _frozen_importlib _frozen_importlib_external _imp _io
    _sitebuiltins _signal _stat _thread _warnings _weakref abc builtins codecs encodings
    encodings.aliases encodings.utf_8 genericpath io marshal os os.path posix posixpath site stat
    sys time zipimport""".split()
)
_subclasses: Callable[[type], list[type]] = type.__subclasses__
_module: Callable[[type], object] = vars(type)["__module__"].__get__
_vars = vars


def veil(codes: Iterable[CodeType]) -> None:
    """Let the program of these code objects, in this process, list what it would list alone."""
    modules = {name: module for name, module in sys.modules.items() if type(module) is ModuleType}
    ahead = set(filter(None, map(_home, hidden.below(object))))
    unasked = ahead - _ALWAYS - _reached(modules, _names(codes))

    def subclasses(kind: type, /) -> list[type]:
        return [found for found in _subclasses(kind) if _home(found) not in unasked]

    hidden.namespace(type)[NAME] = hidden.seal(in_place_of(_subclasses, subclasses))
    sys._clear_type_cache()


def _names(codes: Iterable[CodeType]) -> Iterator[str]:
    for code in codes:
        yield from code.co_names
        yield from (name for name in code.co_consts if type(name) is str)


def _reached(modules: dict[str, ModuleType], names: Iterable[str]) -> set[str]:
    """The names of the modules of these names, and of those that they hold something of."""
    found: set[str] = set()
    pending = set(names)
    while pending:
        name = pending.pop()
        if name in modules and name not in found:
            found.add(name)
            parent = name.rpartition(".")[0]
            pending.update((parent, *filter(None, map(_origin, _vars(modules[name]).values()))))
    return found


def _home(kind: type) -> str | None:
    """The name of the module that a class says it is of, if it is one."""
    name = _module(kind)
    return name if type(name) is str else None


def _origin(value: Any) -> str | None:
    """The module that a value is, or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, type):
        return _home(value)
    return value.__module__ if type(value) in (FunctionType, BuiltinFunctionType) else None
