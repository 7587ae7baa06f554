"""The trace function: events of one run into columns.

An activation is one stay in a frame, from a call event to the return event that ends it. Its local
variables are looked at at each of its events, and what changed since its event before is written
down. Nothing is looked at twice where it cannot have changed:

- a variable that still holds the very same atom;
- every variable but those stored to, where the line that ran does nothing but load, compute and
  store (`lines`), all that it loads is inert, and no Python function was called meanwhile.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, NoReturn

from . import quirks
from .lines import PURE, Step, analyse, analyse_loop, stored_globals
from .recursion import Recursion
from .values import ATOMS, FOREIGN, INERT, address

CALL, LINE, RETURN, EXCEPTION = range(4)
RESUME, YIELD = 1, 2
NOTHING = 0xFFFFFFFF  # no text, no scope: a variable that is not bound, an event without argument

_OPTIMIZED = 0x1 | 0x2  # CO_OPTIMIZED | CO_NEWLOCALS: functions, not modules and class bodies
_VISITS = 3  # of a line, before it is worth an analysis
_REAL = {name: getattr(__import__("builtins"), name) for name in PURE}
_settrace, _gettrace = sys.settrace, sys.gettrace
_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_ABSENT = object()
_CHANGEABLE = object()  # in place of an object that must be looked at again
TraceFunction = Callable[[FrameType, str, Any], Any]


class Columns:
    """What is recorded. `events` are tuples (kind, mark, line, activation, depth, scope, argument,
    bytes printed); an argument is one more than the number of its text, or 0.

    Scopes are differences to the scope before of the same activation: `scope_base` (NOTHING: none),
    `scope_layout` (an index into `layouts`) and `scope_items`, pairs of a position in the layout
    and a text (NOTHING: not bound), `scope_sizes` pairs each.
    """

    def __init__(self) -> None:
        self.events: list[tuple[int, ...]] = []
        self.owners = array("I")
        self.functions: list[tuple[str, int, bool]] = []
        self.names: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self.layouts: dict[tuple[int, ...], int] = {}
        self.scope_base = array("I")
        self.scope_layout = array("I")
        self.scope_sizes = array("I")
        self.scope_items = array("I")
        self.cut = False

    def layout(self, names: Sequence[str]) -> int:
        """The number of a layout: the names of variables, in order."""
        known = self.names
        numbers = tuple([known.setdefault(name, len(known)) for name in names])
        return self.layouts.setdefault(numbers, len(self.layouts))

    def text(self, text: str) -> int:
        """The number of a text."""
        return self.texts.setdefault(text, len(self.texts))

    def scope(self, base: int, layout: int, changes: list[int]) -> int:
        """Add a scope; its number."""
        self.scope_base.append(base)
        self.scope_layout.append(layout)
        self.scope_sizes.append(len(changes) // 2)
        self.scope_items.extend(changes)
        return len(self.scope_base) - 1


class Activation:
    """One stay in a frame, while it lasts. The columns have one entry for each variable."""

    __slots__ = (
        *("calls", "code", "frame", "impure", "layout", "names", "objects", "scope", "serial"),
        *("settled", "shown", "visited"),
    )

    def __init__(self, frame: FrameType, code: Code, serial: int) -> None:
        self.frame = frame
        self.code = code
        self.serial = serial
        self.scope = NOTHING
        self.layout = NOTHING
        self.names: tuple[str, ...] = ()
        self.objects: list[object] = []  # what a variable held, where that is an atom
        self.shown: list[int] = []  # the text of a variable
        self.impure = 0  # a bit for each variable that holds something not inert
        self.calls = 0  # how many calls there had been at the event before
        self.settled: Harmless | None = None  # what runs now can only do this
        self.visited: dict[int, int] = {}  # `impure` when a line was last entered, by the line


class Code:
    """What is known of a code object of the program."""

    __slots__ = ("code", "function", "layout", "names", "opcodes", "steps")

    def __init__(self, code: CodeType, function: int) -> None:
        self.code = code
        self.function = function
        self.opcodes = code.co_code
        cells = [name for name in code.co_cellvars if name not in code.co_varnames]
        self.names = (*code.co_varnames, *cells, *code.co_freevars)
        self.layout = NOTHING
        # What follows a line event, by the offset of its instruction and the layout: how often it
        # was seen, then what it can do at most.
        self.steps: dict[tuple[int, int], int | Harmless | None] = {}


class Harmless:
    """A `Step` of a code object in terms of one layout."""

    __slots__ = ("atoms", "builtins", "globals", "line", "loop", "need", "stores")

    def __init__(self, names: tuple[str, ...], step: Step, loop: Step | None, line: int) -> None:
        self.stores = [(names.index(name), name) for name in step.stores]
        self.atoms = [names.index(name) for name in step.atoms]
        self.builtins = (step.builtins | loop.builtins) if loop else step.builtins
        self.globals = step.globals
        self.need = _bits(names, (step.loads | step.stores) - step.builtins)  # inert when it begins
        self.loop = _bits(names, loop.loads - loop.builtins) if loop else 0  # when the loop began
        self.line = line if loop else 0

    def holds(self, activation: Activation, frame: FrameType) -> bool:
        """Whether what it takes for granted is so. Asked when the line is about to run."""
        if activation.impure & self.need:
            return False
        if self.line and activation.visited.get(self.line, -1) & self.loop:
            return False
        for position in self.atoms:
            held = activation.objects[position]
            if held is _CHANGEABLE or held is _ABSENT:
                return False
        return not (self.builtins or self.globals) or self._globals_hold(frame)

    def _globals_hold(self, frame: FrameType) -> bool:
        variables, builtins = frame.f_globals, frame.f_builtins
        return all(
            name not in variables and builtins.get(name) is _REAL[name] for name in self.builtins
        ) and all(address(type(variables.get(name, _ABSENT))) in ATOMS for name in self.globals)


class Tracer:
    """Records the run of the program whose module is compiled to `root`.

    `look` gives a value's text and nature (`values.renderer`), `printed` tells the bytes printed
    so far, `threads` has one item for each thread that was started, `recursion` keeps the program's
    limit. `stop` ends the process: with `never` past the events that are counted, `memory` where
    rendering runs out of memory, `lost` where events do not come from where they can come from.
    """

    def __init__(
        self,
        root: CodeType,
        look: Callable[[object], tuple[str, int]],
        printed: Callable[[], int],
        threads: Sequence[object],
        recursion: Recursion,
        stop: Callable[[str], NoReturn],
        budget: int,
        never: int,
    ) -> None:
        self.columns = Columns()
        self.stack: list[Activation] = []
        self._root = root
        self._own = own_code(root)
        self._origins = {_origin(code) for code in self._own.values()}
        self._codes: dict[int, Code | None] = {}
        self._keep: list[CodeType] = []  # addresses stay true while the objects live
        self._look = look
        self._printed = printed
        self._threads = threads
        self._recursion = recursion
        self._depth = 0  # activations open, past the budget
        self._stop = stop
        self._budget = budget
        self._never = never
        self._calls = 0  # of any Python function in this thread
        self._was_foreign = False  # looking at variables may have run code of the program
        self._counted: Callable[[], int] = lambda: 0
        self._count: TraceFunction = self._counter()
        self.function: TraceFunction = self._make()

    def _make(self) -> TraceFunction:
        """The trace function, closed over everything that it needs."""
        columns, stack = self.columns, self.stack
        known, record, stop, count = self._known, self._record, self._stop, self._count
        budget, events, recursion = self._budget, self.columns.events, self._recursion
        thrown = -1  # where the event before was an exception: its frame's f_lasti

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal thrown
            if columns.cut:
                return count(frame, event, argument)
            if event == "call":
                self._calls += 1
                code = known(frame)
                if code is None or (events and not stack):  # nothing follows the entry's end
                    return None
                if len(stack) > recursion.shallow and recursion.is_exceeded():
                    recursion.refuse(self.start)
            elif not stack:
                return None
            elif stack[-1].frame is not frame:
                stop("lost")
            else:
                code = stack[-1].code
            try:
                before, thrown = thrown, -1
                if event == "return":
                    if _unwinds(frame.f_lasti, code.opcodes, argument, before):
                        stack.pop()
                        return trace
                elif event == "exception":
                    thrown = frame.f_lasti
                if len(events) < budget:
                    record(frame, event, argument, code)
                    return trace
                columns.cut, self._depth = True, len(stack)
                del stack[1:]  # the entry stays, so that its end is seen
                _settrace(count)
                return count(frame, event, argument)
            except MemoryError:
                stop("memory")

        return trace

    def _counter(self) -> TraceFunction:
        """The trace function past the budget."""
        known, stop, never = self._known, self._stop, self._never
        stack, counted, recursion = self.stack, self._budget, self._recursion
        thrown, thrown_at = 0, -1  # the last exception event: its number, its frame's f_lasti

        def count(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal counted, thrown, thrown_at
            if not stack:  # the entry has ended: nothing follows
                return None
            if event == "call":
                if known(frame) is None:
                    return None
                if self._depth > recursion.shallow and recursion.is_exceeded():
                    recursion.refuse(lambda: _settrace(count))
                self._depth += 1
            elif event == "return":
                self._depth -= 1
                if frame is stack[0].frame:
                    stack.clear()
                before = thrown_at if counted == thrown else -1
                code = known(frame) if argument is None else None
                if code and _unwinds(frame.f_lasti, code.opcodes, argument, before):
                    return count
            elif event == "exception":
                thrown, thrown_at = counted + 1, frame.f_lasti
            counted += 1
            if counted > never:
                stop("never")
            return count

        self._counted = lambda: counted
        return count

    @property
    def counted(self) -> int:
        """The events that happened."""
        return self._counted() if self.columns.cut else len(self.columns.events)

    def _known(self, frame: FrameType) -> Code | None:
        """What to know of a frame's code; None: it is not the program's."""
        code = frame.f_code
        key = address(code)
        return self._codes[key] if key in self._codes else self._describe(code)

    def _describe(self, code: CodeType) -> Code | None:
        """What to know of a code object that is seen for the first time. Copies of the program's
        code (`types.coroutine` makes one) are the program's too."""
        self._keep.append(code)
        found: Code | None = None
        if address(code) in self._own or _origin(code) in self._origins:
            is_def = code.co_flags & _OPTIMIZED == _OPTIMIZED and not code.co_name.startswith("<")
            line = 0 if code.co_name == "<module>" else code.co_firstlineno
            found = Code(code, len(self.columns.functions))
            self.columns.functions.append((code.co_qualname, line, is_def))
            if code.co_flags & _OPTIMIZED == _OPTIMIZED:
                found.layout = self.columns.layout(found.names)
        self._codes[address(code)] = found
        return found

    def _record(self, frame: FrameType, event: str, argument: Any, code: Code) -> None:
        columns, stack = self.columns, self.stack
        line = frame.f_lineno or 0
        kind, mark, shown = LINE, 0, NOTHING
        if event == "call":
            kind, mark = CALL, RESUME if _resumes(frame, code) else 0
            columns.owners.append(code.function)
            stack.append(Activation(frame, code, len(columns.owners) - 1))
        elif event == "return":
            kind = RETURN
            mark = YIELD if code.opcodes[frame.f_lasti] == quirks.YIELD_VALUE else 0
            shown = columns.text(self._look(argument)[0])
        elif event == "exception":
            kind, shown = EXCEPTION, columns.text(self._look(argument[1])[0])
        activation = stack[-1]
        settled = activation.settled
        self._was_foreign = False
        if settled is not None and activation.calls == self._calls and not self._threads:
            self._settle(frame.f_locals, activation, settled)
        else:
            self._examine(frame.f_locals, activation, code)
        activation.calls = self._calls
        foreseen = self._foresee(frame, activation, code, line) if kind == LINE else None
        activation.settled = None if self._was_foreign else foreseen
        columns.events.append(
            (
                kind, mark, line, activation.serial, len(stack), activation.scope,
                shown + 1 & NOTHING, self._printed(),
            )
        )  # fmt: skip
        if kind == RETURN:
            stack.pop()

    def _foresee(
        self, frame: FrameType, activation: Activation, code: Code, line: int
    ) -> Harmless | None:
        """What the line that is about to run can do at most; None: anything."""
        offset = frame.f_lasti
        if not quirks.takes_next(code.opcodes, offset):
            activation.visited[line] = activation.impure
        key = (offset, activation.layout)
        step = code.steps.get(key, 0)
        if isinstance(step, int):
            code.steps[key] = (
                step + 1 if step < _VISITS else self._harmless(activation, code, offset)
            )
            return None
        return step if step is not None and step.holds(activation, frame) else None

    def _harmless(self, activation: Activation, code: Code, offset: int) -> Harmless | None:
        step = analyse(code.code, code.opcodes, offset)
        if step is None:
            return None
        loop = analyse_loop(code.code, code.opcodes, offset) if step.loops else None
        if step.loops and loop is None:
            return None
        used = step.loads | step.stores | step.atoms | (loop.loads if loop else set())
        builtins = step.builtins | (loop.builtins if loop else set())
        if not used - builtins <= {*activation.names} or builtins & {*activation.names}:
            return None
        if loop and (loop.globals or builtins & stored_globals(self._own.values())):
            return None  # what the loop goes through may have come from something else
        return Harmless(activation.names, step, loop, activation.frame.f_lineno or 0)

    def _settle(self, variables: dict[str, Any], activation: Activation, settled: Harmless) -> None:
        """Look at the variables that were stored to; nothing else has changed."""
        changes: list[int] = []
        for position, name in settled.stores:
            value = dict.get(variables, name, _ABSENT)
            if value is not activation.objects[position]:
                self._take(activation, position, value, changes)
        if changes:
            activation.scope = self.columns.scope(activation.scope, activation.layout, changes)

    def _examine(self, variables: dict[str, Any], activation: Activation, code: Code) -> None:
        """Look at all variables."""
        if code.layout != NOTHING:
            if activation.layout == NOTHING:
                self._lay_out(activation, code.layout, code.names)
        elif any(base is dict for base in _mro(type(variables))):
            # A module or class body: its names, as they were bound.
            names = tuple([name for name in dict.keys(variables) if _is_shown(name)])
            if names != activation.names or activation.layout == NOTHING:
                self._lay_out(activation, self.columns.layout(names), names)
        else:  # a class body in a namespace of the program's own: looking would run its code
            variables = {}
            self._lay_out(activation, self.columns.layout(()), ())
        changes: list[int] = []
        objects = activation.objects
        for position, name in enumerate(activation.names):
            value = dict.get(variables, name, _ABSENT)
            if value is not objects[position]:
                self._take(activation, position, value, changes)
        if changes or activation.scope == NOTHING:
            activation.scope = self.columns.scope(activation.scope, activation.layout, changes)

    def _take(
        self, activation: Activation, position: int, value: object, changes: list[int]
    ) -> None:
        """Take over what a variable holds now."""
        bit = 1 << position
        if value is _ABSENT:
            activation.objects[position], text, nature = _ABSENT, NOTHING, INERT
        else:
            is_atom = address(type(value)) in ATOMS
            activation.objects[position] = value if is_atom else _CHANGEABLE
            shown, nature = self._look(value)
            text = self.columns.text(shown)
            self._was_foreign |= nature == FOREIGN
        if nature == INERT:
            activation.impure &= ~bit
        else:
            activation.impure |= bit
        if text != activation.shown[position]:
            activation.shown[position] = text
            changes += (position, text)

    def _lay_out(self, activation: Activation, layout: int, names: tuple[str, ...]) -> None:
        activation.layout, activation.names = layout, names
        activation.objects = [_ABSENT] * len(names)
        activation.shown = [NOTHING] * len(names)
        activation.scope = NOTHING
        activation.impure = 0
        activation.visited.clear()

    def start(self) -> None:
        """Begin to record in this thread: the next call is the entry's."""
        _settrace(self.function)

    def finish(self) -> bool:
        """Stop recording. True where nothing was lost: the trace function was still there, and
        every activation was closed."""
        armed = _gettrace() is (self._count if self.columns.cut else self.function)
        _settrace(None)
        return armed and not self.stack


def own_code(root: CodeType) -> dict[int, CodeType]:
    """The code objects of a program by address: the module's and all below it."""
    found: dict[int, CodeType] = {}
    pending = [root]
    while pending:
        code = pending.pop()
        found[address(code)] = code
        pending += [constant for constant in code.co_consts if type(constant) is CodeType]
    return found


def _origin(code: CodeType) -> tuple[str, int, str, bytes]:
    return code.co_qualname, code.co_firstlineno, code.co_filename, code.co_linetable


def _bits(names: tuple[str, ...], chosen: set[str]) -> int:
    """A bit for each of the chosen names."""
    return sum(1 << names.index(name) for name in chosen)


def _is_shown(name: object) -> bool:
    return type(name) is str and not (name.startswith("__") and name.endswith("__"))


def _unwinds(at: int, opcodes: bytes, argument: object, thrown: int) -> bool:
    """Whether a return event only tells that an exception leaves the frame. `at` is the frame's
    `f_lasti`; `thrown` is that of an exception event right before, else -1."""
    opcode = opcodes[at]
    if opcode == quirks.YIELD_VALUE:
        return argument is None and at == thrown
    return opcode != quirks.RETURN_VALUE


def _resumes(frame: FrameType, code: Code) -> bool:
    """Whether a call event continues a frame that was suspended."""
    at = frame.f_lasti
    if code.opcodes[at] == quirks.RESUME:
        return code.opcodes[at + 1] != 0
    return code.opcodes[at] != quirks.RETURN_GENERATOR
