"""The recursion limit of a program, kept from outside.

Near the limit the interpreter has no room for a trace function either: it takes it off and says
nothing. So while there is one the interpreter's limit is higher, and the program's own is kept
here: a call that plain execution refuses is refused by the trace function. Raising in it takes it
off as well; a profile function, which hears of the refused frame's end at once, puts it back.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from . import hidden
from .pinned import in_place_of

LIMIT = 1000  # of a program, until it sets another
_ROOM = 200  # levels that the recorder has beyond the program's limit
_SHALLOW = 10  # below a tenth of the limit nobody looks: between two frames lie few levels
_LEVELS = 3  # that the trace function itself takes to look
_LEVELS_TO_SET = 5  # between a program that sets its limit and the interpreter that does so
_set, _profile = sys.setrecursionlimit, sys.setprofile


class Recursion:
    """The limit of this process's program, which begins at `limit`; `below` are the levels under
    the program's first."""

    def __init__(self, limit: int, below: int) -> None:
        self._probes = _nested(_ROOM - _LEVELS), _nested(_ROOM - _LEVELS)
        self._limit = limit
        self.stand_on(below)
        hidden.seal_as(sys, "getrecursionlimit", lambda: self._limit)
        hidden.seal_as(sys, "setrecursionlimit", in_place_of(_set, self.set))

    def stand_on(self, below: int) -> None:
        """Have so many levels below from here on, and no room for a trace function."""
        self._below, self._room = below, 0
        self.set(self._limit)

    def go_deeper(self, levels: int) -> None:
        """Count so many levels more, that the program's next frame has below it."""
        self._below -= levels
        self.set(self._limit)

    def make_room(self) -> None:
        """Have room for a trace function from here on."""
        self._room = _ROOM
        self.set(self._limit)

    def set(self, limit: int, /) -> None:
        """In place of `sys.setrecursionlimit`."""
        limit = operator.index(limit)
        if limit <= 0:
            _set(limit)  # which refuses it
        self._check(limit)
        try:
            _set(limit + self._below + self._room)
        except RecursionError:  # by the levels from here to the program, which stay
            pass
        self._limit = limit
        self.shallow = limit // _SHALLOW

    def _check(self, limit: int) -> None:
        """Refuse what the interpreter would, in its words."""
        own = self._below + _LEVELS_TO_SET
        try:
            _set(limit + own)
        except RecursionError as error:
            depth = int(str(error).partition(" depth ")[2].partition(":")[0]) - own
            where = f"to {limit} at the recursion depth {depth}"
            raise RecursionError(
                f"cannot set the recursion limit {where}: the limit is too low"
            ) from None

    def is_exceeded(self) -> bool:
        """Whether the frame whose call the trace function hears of is beyond the limit: whether
        less than the room is left. Comparing takes a level of recursion for each level of lists."""
        one, other = self._probes
        try:
            return one != other
        except RecursionError:
            return True

    def refuse(self, restore: Callable[[], None]) -> NoReturn:
        """Refuse a call, in the trace function; `restore` puts that back."""

        def profile(frame: FrameType, event: str, argument: Any) -> None:
            _profile(None)
            restore()

        _profile(profile)
        raise RecursionError("maximum recursion depth exceeded")


def _nested(levels: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(levels):
        nested = [nested]
    return nested
