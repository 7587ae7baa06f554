"""Activations: what is known of a frame while it runs, and of its code.

At each event the variables of the activation are looked at, but those that cannot have changed:

- a variable that still holds the very same atom;
- every variable but those stored to, where the line that ran does nothing but load, compute and
  store (`lines`), all that it loads is inert, and no Python function was called meanwhile;
- every variable of a function that comes to its first line: nothing ran since it was called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, cast

from . import quirks
from .classes import MRO, address
from .columns import NOTHING, Columns
from .inert import ATOMS, are_steady
from .lines import PURE, Lines, Step, analyse, analyse_loop, lines_of

WARM = 200  # line events of a code object, before its lines are counted
_OPTIMIZED = 0x1 | 0x2  # CO_OPTIMIZED | CO_NEWLOCALS: functions, not modules and class bodies
_SUSPENDS = 0x20 | 0x80 | 0x200  # CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
_VISITS = 3  # of a line, before it is worth an analysis
_REAL = {name: getattr(__import__("builtins"), name) for name in PURE}
ABSENT = object()
CHANGEABLE = object()  # in place of an object that must be looked at again

_Wanted = Sequence[tuple[int, str]]  # positions and names of variables


class Activation:
    """One stay in a frame, while it lasts. `objects` and `shown` have one entry for each variable
    of its layout."""

    __slots__ = (
        *("calls", "code", "ever_impure", "frame", "impure", "layout", "line", "objects", "places"),
        *("scope", "serial", "settled", "shown", "thrown", "visited", "wanted"),
    )

    def __init__(self, frame: FrameType, code: Code, serial: int) -> None:
        self.frame = frame
        self.code = code
        self.serial = serial
        self.line = 0  # that of its last event
        self.thrown = -1  # where its last event was an exception: its frame's f_lasti
        self.calls = 0  # how many calls there had been at the event before
        self.settled: Harmless | None = None  # what runs now can only do this
        self.layout = code.layout
        self.wanted = wanted = code.wanted  # all variables
        self.objects = [ABSENT] * len(wanted)  # what one held, if that shows the same always
        self.shown = [NOTHING] * len(wanted)  # the text of one
        self.scope = NOTHING
        self.impure = 0  # a bit for each that holds something not inert
        self.ever_impure = -1 if code.resumes else 0  # one for each that did, since the first line
        self.visited: dict[int, int] = {}  # `impure` when a line was last entered, if it was warm
        self.places = code.places

    def lay_out(self, layout: int, wanted: _Wanted) -> None:
        """Begin to look at these variables, of a module or class body."""
        self.layout, self.wanted = layout, wanted
        self.objects = [ABSENT] * len(wanted)
        self.shown = [NOTHING] * len(wanted)
        self.scope, self.impure, self.ever_impure = NOTHING, 0, -1
        self.visited = {}
        self.places = self.code.places_of.setdefault(layout, {})


class Code:
    """What is known of a code object of the program; `function` is its number."""

    __slots__ = (
        *("begun", "code", "events", "function", "is_function", "layout", "lines", "opcodes"),
        *("places", "places_of", "resumes", "wanted"),
    )

    def __init__(self, code: CodeType, function: int, columns: Columns) -> None:
        self.code = code
        self.function = function
        self.events = 0  # line events, up to `WARM`
        self.opcodes = code.co_code
        names = code.co_varnames
        if code.co_cellvars or code.co_freevars:
            names = tuple(dict.fromkeys((*names, *code.co_cellvars, *code.co_freevars)))
        self.wanted: _Wanted = tuple(enumerate(names))
        flags = code.co_flags
        self.is_function = flags & _OPTIMIZED == _OPTIMIZED
        self.resumes = flags & _SUSPENDS  # it may be called to go on
        # What can follow its call at most.
        is_plain = self.is_function and not self.resumes
        self.begun = _NOTHING_RUNS if is_plain and quirks.begins_with_line(code) else None
        # Modules and class bodies have no fixed one.
        self.layout = columns.layout(names) if self.is_function else NOTHING
        self.lines: Lines = {}  # the line of each instruction, once that was asked for
        # Where line events are, by the offset of their instruction; of a module or class body also
        # by the layout.
        self.places: dict[int, Place] = {}
        self.places_of: dict[int, dict[int, Place]] = {}


class Place:
    """Where a line event is: how often it was met, whether it is another turn of a loop, and what
    can follow it at most (None: anything)."""

    __slots__ = ("harmless", "is_turn", "visits")

    def __init__(self, is_turn: bool) -> None:
        self.visits = 0
        self.is_turn = is_turn
        self.harmless: Harmless | None = None


class Harmless:
    """A `Step` of a code object in terms of one layout."""

    __slots__ = ("atoms", "builtins", "globals", "is_simple", "line", "loop", "need", "stores")

    def __init__(self, names: Sequence[str], step: Step, loop: Step | None, line: int) -> None:
        self.stores = [pair for pair in enumerate(names) if pair[1] in step.stores]  # in order
        self.atoms = [names.index(name) for name in step.atoms]
        self.builtins = (step.builtins | loop.builtins) if loop else step.builtins
        self.globals = step.globals
        self.need = _bits(names, (step.loads | step.stores) - step.builtins)  # inert when it begins
        self.loop = _bits(names, loop.loads - loop.builtins) if loop else 0  # when the loop began
        self.line = line if loop else 0
        self.is_simple = not (self.line or self.atoms or self.builtins or self.globals)

    def holds(self, activation: Activation) -> bool:
        """Whether what it takes for granted is so, beside what it needs to be inert. Asked when
        the line is about to run; not worth it where atoms are all that would be looked at."""
        if self.stores and CHANGEABLE not in activation.objects:
            return False
        if self.loop & activation.visited.get(self.line, activation.ever_impure):
            return False
        for position in self.atoms:
            held = activation.objects[position]
            if held is CHANGEABLE or held is ABSENT or type(held) is tuple:
                return False
        return not (self.builtins or self.globals) or self._globals_hold(activation.frame)

    def _globals_hold(self, frame: FrameType) -> bool:
        variables, builtins = frame.f_globals, frame.f_builtins
        for name in self.builtins:
            if name in variables or builtins.get(name) is not _REAL[name]:
                return False
        return not self.globals or all(
            address(type(variables.get(name, ABSENT))) in ATOMS for name in self.globals
        )


def _bits(names: Sequence[str], chosen: set[str]) -> int:
    """A bit for each of the chosen names."""
    return sum(1 << names.index(name) for name in chosen)


_NOTHING_RUNS = Harmless((), Step(), None, 0)


def foresee(activation: Activation, line: int, stored: Callable[[], set[str]]) -> None:
    """Note the line event that the activation is at, and find out what can follow it if it was met
    often enough. `stored` gives the names that the program stores to as globals."""
    code, offset = activation.code, activation.frame.f_lasti
    place = activation.places.get(offset)
    if place is None:
        place = activation.places[offset] = Place(quirks.takes_next(code.opcodes, offset))
    if not place.is_turn:
        activation.visited[line] = activation.impure
    activation.settled = None
    if place.visits < _VISITS:
        place.visits += 1
        if place.visits == _VISITS:
            place.harmless = _harmless(activation, offset, line, stored)


def _harmless(
    activation: Activation, offset: int, line: int, stored: Callable[[], set[str]]
) -> Harmless | None:
    code = activation.code
    names = [name for _, name in activation.wanted]
    code.lines = code.lines or lines_of(code.code)
    step = analyse(code.code, code.opcodes, code.lines, offset)
    if step is None:
        return None
    loop = analyse_loop(code.code, code.opcodes, code.lines, offset) if step.loops else None
    if step.loops and loop is None:
        return None
    used = step.loads | step.stores | step.atoms | (loop.loads if loop else set())
    builtins = step.builtins | (loop.builtins if loop else set())
    if not used - builtins <= {*names} or builtins & {*names}:
        return None
    if loop and (loop.globals or builtins & stored()):
        return None  # what the loop goes through may have come from something else
    return Harmless(names, step, loop, line)


def is_steady(value: Any, kind: type) -> bool:
    """Whether an inert value shows the same as long as it lives: an atom or a tuple of atoms."""
    if kind is tuple:
        return bool(value) and are_steady(value)
    return kind is not int and address(kind) in ATOMS


def lay_out(activation: Activation, variables: Any, columns: Columns) -> dict[str, Any]:
    """The variables of a module or class body, with the activation's layout made to fit them:
    their names, as they were bound."""
    if type(variables) is not dict and not any(base is dict for base in MRO(type(variables))):
        variables = {}  # a class body in a namespace of its own: looking would run its code
    names = tuple(
        [
            name
            for name in dict.keys(variables)
            if type(name) is str and not (name[:2] == "__" == name[-2:])
        ]
    )
    layout = columns.layout(names)
    if layout != activation.layout:
        activation.lay_out(layout, tuple(enumerate(names)))
    return cast("dict[str, Any]", variables)
