"""The trace function: events of one run into columns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, NoReturn

from . import quirks
from .activation import ABSENT, CHANGEABLE, WARM, Activation, Code, foresee, is_steady, lay_out
from .classes import address
from .columns import NOTHING, Columns
from .heap import Heap
from .inert import FOREIGN, INERT, LONG
from .lent import kept
from .lines import stored_globals
from .recursion import Recursion

CALL, LINE, RETURN, EXCEPTION = range(4)
RESUME, YIELD = 1, 2

_RETURN_VALUE, _YIELD_VALUE = quirks.RETURN_VALUE, quirks.YIELD_VALUE
_forget_locals = quirks.forget_locals
_UNSEEN: Any = object()
_get = dict.get
_settrace, _gettrace = sys.settrace, sys.gettrace
EVENTS_OF_A_TURN = 1 << 16
TraceFunction = Callable[[FrameType, str, Any], Any]


class Tracer:
    """Records the run of the program whose module is compiled to `root`.

    `look` gives a value's text and nature (`values.renderer`), by what it knows of the `heap`;
    `characters` is the bound of texts, `printed` has the bytes printed so far as `total`, `threads`
    one item for each thread that was started; `recursion` keeps the program's limit. `stop` ends
    the process: with `never` past the events that are counted, `memory` where recording runs out of
    memory, `lost` where events do not come from where they can come from. Past the budget, `pause`
    is called every so many events (`EVENTS_OF_A_TURN`).
    """

    def __init__(
        self,
        root: CodeType,
        look: Callable[..., tuple[str, int]],
        heap: Heap,
        characters: int,
        printed: Any,
        threads: Sequence[object],
        recursion: Recursion,
        stop: Callable[[str], NoReturn],
        budget: int,
        never: int,
    ) -> None:
        self.columns = Columns()
        self.stack: list[Activation] = []
        self._originals: dict[tuple[object, ...], CodeType] = {}
        self._codes: dict[int, Code | None] = {}
        self._keep: list[CodeType] = []  # addresses stay true while the objects live
        self._look = look
        self._heap = heap
        self._characters = characters
        self._threads = threads
        self._printed = printed
        self._recursion = recursion
        self._stored: set[str] | None = None
        self._depth = 0  # activations open, past the budget
        self._stop = stop
        self._budget = budget
        self._never = never
        self.pause: Callable[[], None] = lambda: None
        self._counted: Callable[[], int] = lambda: 0
        self._count: TraceFunction
        self.function: TraceFunction = self._recorder()
        self.take(root)

    def take(self, root: CodeType) -> None:
        """Record the run of this program, and none before it."""
        self._own = own_code(root)
        self._filename = root.co_filename

    def _recorder(self) -> TraceFunction:
        """The trace function, closed over everything that it needs. It is called at each event and
        calls nothing that it need not: hence its length."""
        columns, stack, events = self.columns, self.stack, self.columns.events
        codes, recursion, heap, printed = self._codes, self._recursion, self._heap, self._printed
        look, texts, number = self._look, columns.texts, columns.texts.setdefault
        characters, threads, budget = self._characters, self._threads, self._budget
        add_item, add_size = columns.scope_items.append, columns.scope_sizes.append
        add_base, add_layout = columns.scope_base.append, columns.scope_layout.append
        note = events.append
        scopes = calls = 0  # `calls`: of any Python function in this thread

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal calls, scopes
            try:
                if columns.cut:
                    return self._count(frame, event, argument)
                if heap.is_asked:
                    heap.enter(len(stack) + (event == "call"))
                if event == "call":
                    calls += 1
                    if events and not stack:  # nothing follows the entry's end
                        return None
                    code = codes.get(address(frame.f_code), _UNSEEN)
                    if code is _UNSEEN:
                        code = self._describe(frame.f_code)
                    if code is None:
                        heap.library(len(stack))
                        return None
                    if len(stack) > recursion.shallow and recursion.is_exceeded():
                        recursion.refuse(self.start)
                    if len(events) >= budget:
                        return self._begin_to_count(frame, event, argument)
                    activation = Activation(frame, code, len(columns.owners))
                    columns.owners.append(code.function)
                    stack.append(activation)
                    kind, mark, shown = CALL, code.resumes and _resumes(frame, code), 0
                elif not stack:
                    return None
                else:
                    activation = stack[-1]
                    if activation.frame is not frame:
                        self._stop("lost")
                    code = activation.code
                    kind, mark, shown = LINE, 0, 0
                if event == "line":
                    activation.thrown = -1
                elif event == "return":
                    kind, opcode = RETURN, code.opcodes[frame.f_lasti]
                    if opcode != _RETURN_VALUE and self._leave(frame, argument):
                        return trace
                    mark = YIELD if opcode == _YIELD_VALUE else 0
                elif event == "exception":
                    kind, activation.thrown = EXCEPTION, frame.f_lasti
                if len(events) >= budget:
                    return self._begin_to_count(frame, event, argument)
                if kind >= RETURN:
                    text, _ = look(argument if kind == RETURN else argument[1], None)
                    shown = number(text, len(texts)) + 1
                settled = activation.settled
                if settled is None or activation.calls != calls or threads:
                    activation.calls = calls
                    variables = frame.f_locals
                    if not code.is_function:
                        variables = lay_out(activation, variables, columns)
                    wanted = activation.wanted
                else:
                    wanted = settled.stores
                    if wanted:
                        variables = frame.f_locals
                was_foreign, changes = False, 0
                objects, texts_shown = activation.objects, activation.shown
                for position, name in wanted:
                    value = _get(variables, name, ABSENT)
                    if value is objects[position]:
                        continue
                    value_kind = type(value)
                    if (value_kind is int and -LONG < value < LONG) or (
                        value_kind is str
                        or value_kind is bool
                        or value is None
                        or value_kind is float
                    ):
                        objects[position], nature, seen = value, INERT, repr(value)
                        if len(seen) > characters:
                            seen, _ = look(value)
                        new = number(seen, len(texts))
                    elif value is ABSENT:
                        objects[position], new, nature = value, NOTHING, INERT
                    else:
                        seen, nature = look(value, variables)
                        new = number(seen, len(texts))
                        may_stay = nature == INERT and value_kind is not list
                        stays = may_stay and is_steady(value, value_kind)
                        objects[position] = value if stays else CHANGEABLE
                    if nature != INERT:
                        activation.impure |= 1 << position
                        activation.ever_impure |= 1 << position
                        was_foreign = was_foreign or nature == FOREIGN
                    elif activation.impure:
                        activation.impure &= ~(1 << position)
                    if new != texts_shown[position]:
                        texts_shown[position] = new
                        add_item(position)
                        add_item(new)
                        changes += 1
                if activation.impure and wanted and code.is_function:
                    _forget_locals(frame, variables)
                if changes or activation.scope == NOTHING:
                    add_base(activation.scope)
                    add_layout(activation.layout)
                    add_size(changes)
                    activation.scope = scopes
                    scopes += 1
                line = activation.line = frame.f_lineno or 0
                if kind != LINE or was_foreign:
                    activation.settled = None if kind != CALL or was_foreign else code.begun
                elif code.events == WARM:
                    place = activation.places.get(frame.f_lasti)
                    harmless = None if place is None else place.harmless
                    if place is None or harmless is None:
                        foresee(activation, line, self._stored_globals)
                    else:
                        if not place.is_turn:
                            activation.visited[line] = activation.impure
                        if activation.impure & harmless.need:
                            activation.settled = None
                        elif harmless.is_simple or harmless.holds(activation):
                            activation.settled = harmless
                        else:
                            activation.settled = None
                else:
                    code.events += 1
                    activation.settled = None
                depth = len(stack)
                serial, scope, total = activation.serial, activation.scope, printed.total
                note((kind, mark, line, serial, depth, scope, shown, total))
                if kind == RETURN:
                    stack.pop()
                if heap.is_asked:
                    heap.leave()
                if mark and kind == CALL:
                    return kept(frame, trace)
            except MemoryError:
                self._stop("memory")
            return trace

        return trace

    def _leave(self, frame: FrameType, argument: object) -> bool:
        """Whether a return event only tells that an exception leaves its frame; then it is left."""
        activation = self.stack[-1]
        thrown = activation.thrown
        if frame.f_lineno != activation.line:  # a `with` block was left, which is told by no event
            thrown = frame.f_lasti
        unwinds = _unwinds(frame.f_lasti, activation.code.opcodes, argument, thrown)
        if unwinds:
            self.stack.pop()
        return unwinds

    def _begin_to_count(self, frame: FrameType, event: str, argument: Any) -> Any:
        """From this event on nothing is recorded."""
        self.columns.cut, self._depth = True, len(self.stack)
        del self.stack[1:]  # the entry stays, so that its end is seen
        self._count = self._counter()
        _settrace(self._count)
        return self._count(frame, event, argument)

    def _counter(self) -> TraceFunction:
        """The trace function past the budget."""
        known, stop, never = self._known, self._stop, self._never
        stack, counted, recursion = self.stack, self._budget, self._recursion
        thrown, thrown_at = 0, -1  # the last exception event: its number, its frame's f_lasti
        pause = min(counted + EVENTS_OF_A_TURN, never)

        def count(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal counted, pause, thrown, thrown_at
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
            if counted > pause:
                if counted > never:
                    stop("never")
                pause = min(counted + EVENTS_OF_A_TURN, never)
                self.pause()
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
        code (`types.coroutine` makes one) are the program's too, by whatever name."""
        own = self._own.get(address(code))
        if own is None:
            self._keep.append(code)
            own = self._original(code)
        found: Code | None = None
        if own is not None:
            name, functions = own.co_name, self.columns.functions
            found = Code(code, len(functions), self.columns)
            is_def = found.is_function and not name.startswith("<")
            line = 0 if name == "<module>" else own.co_firstlineno
            functions.append((own.co_qualname, line, is_def))
        self._codes[address(code)] = found
        return found

    def _original(self, code: CodeType) -> CodeType | None:
        if code.co_filename != self._filename:
            return None
        if not self._originals:
            self._originals = {_identity(own): own for own in self._own.values()}
        return self._originals.get(_identity(code))

    def _stored_globals(self) -> set[str]:
        """The names that the program may store to or delete outside of functions' variables."""
        if self._stored is None:
            self._stored = stored_globals(self._own.values())
        return self._stored

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


def _identity(code: CodeType) -> tuple[object, ...]:
    places = code.co_filename, code.co_firstlineno, code.co_linetable
    return *places, code.co_code, code.co_consts, code.co_names


def _unwinds(at: int, opcodes: bytes, argument: object, thrown: int) -> bool:
    """Whether a return event only tells that an exception leaves the frame. `at` is the frame's
    `f_lasti`; `thrown` is that of its last event if that was an exception, else -1."""
    opcode = opcodes[at]
    if opcode == quirks.YIELD_VALUE:
        return argument is None and at == thrown
    return opcode != quirks.RETURN_VALUE


def _resumes(frame: FrameType, code: Code) -> int:
    """RESUME where a call event continues a frame that was suspended, else 0."""
    at = frame.f_lasti
    if code.opcodes[at] == quirks.RESUME:
        return RESUME if code.opcodes[at + 1] else 0
    return 0 if code.opcodes[at] == quirks.RETURN_GENERATOR else RESUME
