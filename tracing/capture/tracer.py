"""The trace function: events of one run into columns.

An activation is one stay in a frame, from a call event to the return event that ends it. Its local
variables are rendered at each of its events, and what changed since its event before is written
down. A text is taken over from before only where the variable holds the very same atom: an object
that can change is looked at again each time.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from . import quirks
from .values import ATOMS

CALL, LINE, RETURN, EXCEPTION = range(4)
RESUME, YIELD = 1, 2
NOTHING = 0xFFFFFFFF  # no text, no scope: a variable that is not bound, an event without argument

_OPTIMIZED = 0x1 | 0x2  # CO_OPTIMIZED | CO_NEWLOCALS: functions, not modules and class bodies
_settrace, _gettrace = sys.settrace, sys.gettrace
_ABSENT = object()
_CHANGEABLE = object()  # in place of an object that must be looked at again
TraceFunction = Callable[[FrameType, str, Any], Any]


class Columns:
    """What is recorded. Scopes are differences to the scope before of the same activation:
    `scope_base` (NOTHING: none), `scope_layout` (an index into `layouts`) and `scope_items`, pairs
    of a position in the layout and a text (NOTHING: not bound), `scope_sizes` pairs each."""

    def __init__(self) -> None:
        self.kinds = bytearray()
        self.marks = bytearray()
        self.lines = array("I")
        self.activations = array("I")
        self.depths = array("I")
        self.scopes = array("I")
        self.arguments = array("I")
        self.printed = array("I")
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


class Activation:
    """One stay in a frame, while it lasts."""

    __slots__ = ("frame", "layout", "names", "objects", "scope", "serial", "shown")

    def __init__(self, frame: FrameType, serial: int) -> None:
        self.frame = frame
        self.serial = serial
        self.scope = NOTHING
        self.layout = NOTHING
        self.names: tuple[str, ...] = ()
        self.objects: list[object] = []  # what each variable held, where that is an atom
        self.shown: list[int] = []  # the text of each variable


class Code:
    """What is known of a code object of the program."""

    __slots__ = ("function", "layout", "names", "opcodes")

    def __init__(self, code: CodeType, function: int) -> None:
        self.function = function
        self.opcodes = code.co_code
        cells = [name for name in code.co_cellvars if name not in code.co_varnames]
        self.names = (*code.co_varnames, *cells, *code.co_freevars)
        self.layout = NOTHING


def own_code(root: CodeType) -> dict[int, CodeType]:
    """The code objects of a program by id: the module's and all below it."""
    found: dict[int, CodeType] = {}
    pending = [root]
    while pending:
        code = pending.pop()
        found[id(code)] = code
        pending += [constant for constant in code.co_consts if type(constant) is CodeType]
    return found


class Tracer:
    """Records the run of the program whose module is compiled to `root`.

    `text` renders a value, `printed` tells the bytes printed so far, `stop` ends the process: with
    `never` past the events that are counted, `memory` where rendering runs out of memory.
    """

    def __init__(
        self,
        root: CodeType,
        text: Callable[[object], str],
        printed: Callable[[], int],
        stop: Callable[[str], None],
        budget: int,
        never: int,
    ) -> None:
        self.columns = Columns()
        self.stack: list[Activation] = []
        self._own = own_code(root)
        self._origins = {_origin(code) for code in self._own.values()}
        self._codes: dict[int, Code | None] = {}
        self._keep: list[CodeType] = []  # ids stay true while the objects live
        self._text = text
        self._printed = printed
        self._stop = stop
        self._budget = budget
        self._never = never
        self._counted: Callable[[], int] = lambda: 0
        self._count: TraceFunction = self._counter()
        self.function: TraceFunction = self._make()

    def _make(self) -> TraceFunction:
        """The trace function, closed over everything that it needs."""
        columns, stack, codes = self.columns, self.stack, self._codes
        describe, record, stop, count = self._describe, self._record, self._stop, self._count
        budget, kinds = self._budget, self.columns.kinds
        thrown = -1  # where the event before was an exception: its frame's f_lasti

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal thrown
            key = id(frame.f_code)
            code = codes[key] if key in codes else describe(frame.f_code)
            if code is None or not (stack or not kinds):  # the entry has ended: nothing follows
                return None
            try:
                before, thrown = thrown, -1
                if event == "return" and not columns.cut:
                    if _unwinds(frame.f_lasti, code.opcodes, argument, before):
                        stack.pop()
                        return trace
                elif event == "exception":
                    thrown = frame.f_lasti
                if len(kinds) < budget:
                    record(frame, event, argument, code)
                    return trace
                columns.cut = True
                del stack[1:]  # the entry stays, so that its end is seen
                _settrace(count)
                return count(frame, event, argument)
            except MemoryError:
                stop("memory")

        return trace

    def _counter(self) -> TraceFunction:
        """The trace function past the budget."""
        codes, describe, stop, never = self._codes, self._describe, self._stop, self._never
        stack, counted = self.stack, self._budget
        thrown, thrown_at = 0, -1  # the last exception event: its number, its frame's f_lasti

        def known(frame: FrameType) -> Any:
            key = id(frame.f_code)
            return codes[key] if key in codes else describe(frame.f_code)

        def count(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal counted, thrown, thrown_at
            if not stack:  # the entry has ended: nothing follows
                return None
            if event == "call":
                if known(frame) is None:
                    return None
            elif event == "return":
                if frame is stack[0].frame:
                    stack.clear()
                before = thrown_at if counted == thrown else -1
                if argument is None and _unwinds(
                    frame.f_lasti, known(frame).opcodes, argument, before
                ):
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
        return self._counted() if self.columns.cut else len(self.columns.kinds)

    def _describe(self, code: CodeType) -> Code | None:
        """What to know of a code object; None: it is not the program's. Copies of the program's
        code (`types.coroutine` makes one) are the program's too."""
        self._keep.append(code)
        found: Code | None = None
        if id(code) in self._own or _origin(code) in self._origins:
            is_def = code.co_flags & _OPTIMIZED == _OPTIMIZED and not code.co_name.startswith("<")
            line = 0 if code.co_name == "<module>" else code.co_firstlineno
            found = Code(code, len(self.columns.functions))
            self.columns.functions.append((code.co_qualname, line, is_def))
            if code.co_flags & _OPTIMIZED == _OPTIMIZED:
                found.layout = self._layout(found.names)
        self._codes[id(code)] = found
        return found

    def _record(self, frame: FrameType, event: str, argument: Any, code: Code) -> None:
        columns = self.columns
        kind, mark, shown = LINE, 0, NOTHING
        if event == "call":
            kind, mark = CALL, RESUME if _resumes(frame, code) else 0
            columns.owners.append(code.function)
            self.stack.append(Activation(frame, len(columns.owners) - 1))
        elif event == "return":
            kind = RETURN
            mark = YIELD if code.opcodes[frame.f_lasti] == quirks.YIELD_VALUE else 0
            shown = self._text_id(self._text(argument))
        elif event == "exception":
            kind, shown = EXCEPTION, self._text_id(self._text(argument[1]))
        activation = self.stack[-1]
        if activation.frame is not frame:
            self._stop("lost")
        self._look(frame, activation, code)
        columns.kinds.append(kind)
        columns.marks.append(mark)
        columns.lines.append(frame.f_lineno or 0)
        columns.activations.append(activation.serial)
        columns.depths.append(len(self.stack))
        columns.scopes.append(activation.scope)
        columns.arguments.append(shown)
        columns.printed.append(self._printed())
        if event == "return":
            self.stack.pop()

    def _look(self, frame: FrameType, activation: Activation, code: Code) -> None:
        """Bring the activation's scope up to date."""
        variables = frame.f_locals
        if code.layout != NOTHING:
            if activation.layout == NOTHING:
                self._lay_out(activation, code.layout, code.names)
        elif isinstance(variables, dict):  # a module or class body: its names, as they were bound
            names = tuple([name for name in dict.keys(variables) if _is_shown(name)])
            if names != activation.names or activation.layout == NOTHING:
                self._lay_out(activation, self._layout(names), names)
        else:  # a class body in a namespace of the program's own: looking would run its code
            variables = {}
            self._lay_out(activation, self._layout(()), ())
        self._compare(variables, activation)

    def _compare(self, variables: dict[str, Any], activation: Activation) -> None:
        objects, shown = activation.objects, activation.shown
        changes: list[int] = []
        for position, name in enumerate(activation.names):
            value = dict.get(variables, name, _ABSENT)
            if value is objects[position]:
                continue
            if value is _ABSENT:
                objects[position], text = _ABSENT, NOTHING
            else:
                objects[position] = value if id(type(value)) in ATOMS else _CHANGEABLE
                text = self._text_id(self._text(value))
            if text != shown[position]:
                shown[position] = text
                changes += (position, text)
        if changes or activation.scope == NOTHING:
            self._add_scope(activation, changes)

    def _lay_out(self, activation: Activation, layout: int, names: tuple[str, ...]) -> None:
        activation.layout, activation.names = layout, names
        activation.objects = [_ABSENT] * len(names)
        activation.shown = [NOTHING] * len(names)
        activation.scope = NOTHING

    def _add_scope(self, activation: Activation, changes: list[int]) -> None:
        columns = self.columns
        columns.scope_base.append(activation.scope)
        columns.scope_layout.append(activation.layout)
        columns.scope_sizes.append(len(changes) // 2)
        columns.scope_items.extend(changes)
        activation.scope = len(columns.scope_base) - 1

    def _layout(self, names: tuple[str, ...]) -> int:
        known = self.columns.names
        numbers = tuple([known.setdefault(name, len(known)) for name in names])
        return self.columns.layouts.setdefault(numbers, len(self.columns.layouts))

    def _text_id(self, text: str) -> int:
        texts = self.columns.texts
        return texts.setdefault(text, len(texts))

    def start(self) -> None:
        """Begin to record in this thread: the next call is the entry's."""
        _settrace(self.function)

    def finish(self) -> bool:
        """Stop recording. True where nothing was lost: the trace function was still there, and
        every activation was closed."""
        armed = _gettrace() is (self._count if self.columns.cut else self.function)
        _settrace(None)
        return armed and not self.stack


def _origin(code: CodeType) -> tuple[str, int, str, bytes]:
    return code.co_qualname, code.co_firstlineno, code.co_filename, code.co_linetable


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
