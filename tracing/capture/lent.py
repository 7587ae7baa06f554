"""The dictionary of its variables that a function of the program asks for.

The interpreter has one for each frame and brings it up to date at every event, while the program
holds it: it would see its variables appear and change there, and come back when it has taken them
out. So it gets one of its own, that changes when it is asked for again, as where nobody looks. It
lives as long as the frame: what is called at the frame's events has it.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

from . import hidden, quirks
from .pinned import in_place_of

TraceFunction = Callable[[FrameType, str, Any], Any]
NAMES = ("locals", "vars")  # by which a program asks
_OPTIMIZED = 1  # flag of code whose variables are not in a dictionary
# These use the frame's dictionary unseen, and are to find there what the program has put into its.
_USERS = frozenset({"eval", "exec"})
_traced: Callable[[FrameType], TraceFunction | None] = vars(FrameType)["f_trace"].__get__
_set_traced: Callable[[FrameType, object], None] = vars(FrameType)["f_trace"].__set__
_visible, _vars = hidden.visible, vars


class Lent:
    """The trace function of a frame whose program has a dictionary of its variables."""

    __slots__ = ("_function", "variables")

    def __init__(self, function: TraceFunction, variables: dict[str, Any]) -> None:
        self._function = function
        self.variables = variables

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        self._function(frame, event, argument)
        return self


def kept(frame: FrameType, function: TraceFunction) -> TraceFunction:
    """The trace function of a generator's frame that goes on."""
    before = _traced(frame)
    return before if type(before) is Lent else function


def lend(blind: hidden.Blind, codes: Iterable[CodeType]) -> None:
    """Give this process's program, of these code objects, what it asks for by `NAMES`."""
    if any(_USERS.intersection(code.co_names) for code in codes):
        return

    def caller() -> dict[str, Any]:
        return _of(_visible(blind.caller(3)))

    def mine() -> dict[str, Any]:
        return caller()

    def any_ones(*of: Any) -> dict[str, Any]:
        return _vars(*of) if of else caller()

    for name, function in zip(NAMES, (mine, any_ones), strict=True):
        hidden.seal_as(builtins, name, in_place_of(_vars(builtins)[name], function))


def _of(frame: Any) -> dict[str, Any]:
    function = _traced(frame)
    if function is None or not frame.f_code.co_flags & _OPTIMIZED:
        variables: dict[str, Any] = frame.f_locals
        return variables
    if type(function) is Lent:
        return quirks.locals_in(frame, function.variables)
    lent = Lent(function, quirks.locals_in(frame, None))
    _set_traced(frame, lent)
    return lent.variables
