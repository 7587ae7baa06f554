"""How many objects the collector says it found: as many as where nobody looks.

An instance has a dictionary of its attributes only when somebody asks for it, and the recorder
does. It is an object of its own then, and the collector would count it, too.
"""

from __future__ import annotations

import gc
import sys
from types import CodeType
from typing import Any

from . import hidden, quirks

NAME = "collect"  # by which a program asks
_collect, _objects, _count = gc.collect, gc.get_objects, sys.getrefcount
_flags: Any = vars(type)["__flags__"].__get__
_ALONE = 4  # references: of its instance, the list and the dictionary here, and the call


def _tracked() -> list[Any]:
    """All that the collector looks at, but what was there before the program."""
    return _objects()


def _held_alone() -> set[int]:
    """The addresses of the dictionaries that only an instance has which need not have one."""
    tracked = _tracked()
    known = {id(value): value for value in tracked if type(value) is dict}
    owners = [value for value in tracked if _flags(type(value)) & quirks.MANAGED_DICT]
    places = {quirks.attributes_word(owner)[0] for owner in owners}
    return {place for place in places & known.keys() if _count(known[place]) == _ALONE}


def count_for_program() -> None:
    """Answer this process's program so."""

    def collect(*generation: Any, **named: Any) -> int:
        before = _held_alone()
        found = _collect(*generation, **named)
        return found - len(before.difference(map(id, _tracked())))

    hidden.seal_as(gc, "collect", collect)


# Who may list all objects; a program may not.
LISTS: CodeType = _tracked.__code__
