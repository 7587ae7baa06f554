"""The events of one session of `bdb` laid beside the states of a recorded trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from support.bdb_live import CALLER_IS_GENERATOR, GENERATOR, HIDDEN, STOP

from tracing.trace import Kind, Trace

NONE = -1  # no state: the return event of a frame that an exception leaves
FIELDS = 5


@dataclass(frozen=True)
class Event:
    """One event of the interpreter. `frame` is a number that a frame keeps over its resumptions;
    `state` is the recorded state that it is, or NONE."""

    kind: Kind
    line: int
    function: int
    frame: int
    flags: int
    activation: int
    state: int

    @property
    def in_generator(self) -> bool:
        """Whether its frame is that of a generator or coroutine."""
        return bool(self.flags & GENERATOR)

    @property
    def called_by_generator(self) -> bool:
        """Whether its frame was called by that of a generator or coroutine."""
        return bool(self.flags & CALLER_IS_GENERATOR)

    @property
    def is_end(self) -> bool:
        """Whether it is a StopIteration or GeneratorExit."""
        return bool(self.flags & STOP)

    @property
    def is_hidden(self) -> bool:
        """Whether it is the StopIteration that ends a `yield from` or `await`: bdb skips it where
        it steps."""
        return bool(self.flags & HIDDEN)

    @property
    def is_unwinding(self) -> bool:
        """Whether it only tells that an exception leaves its frame."""
        return self.state == NONE


@dataclass(frozen=True)
class Log:
    """The events of a session as far as they are those of the trace; `whole` where they all are.
    An event is known by its place."""

    trace: Trace
    functions: list[tuple[str, int, str]]  # qualname, co_flags, name
    events: list[Event]
    whole: bool

    @cached_property
    def place_of(self) -> dict[int, int]:
        """The place of each state."""
        return {event.state: at for at, event in enumerate(self.events) if event.state != NONE}

    @cached_property
    def recursive(self) -> set[int]:
        """The activations of functions that were open already."""
        found, open_ = set(), Counter[int]()
        for event in self.events:
            if event.kind == Kind.CALL:
                open_[event.function] += 1
                if open_[event.function] > 1:
                    found.add(event.activation)
            elif event.kind == Kind.RETURN:
                open_[event.function] -= 1
        return found

    @property
    def end(self) -> int:
        """The place behind the last event: the end of the program."""
        return len(self.events)

    def last_state(self, at: int) -> int:
        """The state of an event or, where it has none, the one before."""
        while self.events[at].is_unwinding:
            at -= 1
        return self.events[at].state

    def unwinding(self, at: int) -> int | None:
        """The place of the event by which an exception leaves the activation of an event."""
        activation = self.events[at].activation
        for later in range(at, self.end):
            event = self.events[later]
            if event.activation == activation and event.kind == Kind.RETURN:
                return later if event.is_unwinding else None
        return None


def log_of(trace: Trace, found: dict[str, Any]) -> Log:
    """Lay the events of a session beside the trace, up to the first that is not its."""
    numbers, events = found["events"], []
    alignment = _Alignment(trace, found["functions"])
    whole = True
    for k in range(0, len(numbers), FIELDS):
        event = alignment.next(*numbers[k : k + FIELDS])
        if event is None:
            whole = False
            break
        events.append(event)
    if found["ended"] != "given up" and alignment.state != len(trace) and not trace.cut:
        whole = False
    return Log(trace, [tuple(function) for function in found["functions"]], events, whole)


class _Alignment:
    """Walks through the trace with the events of the interpreter. A return event is a state if the
    next state is one of its activation; otherwise it only tells that an exception leaves it."""

    def __init__(self, trace: Trace, functions: list[tuple[str, int, str]]) -> None:
        self._trace = trace
        self._functions = functions
        self._open: list[int] = []
        self._called = 0
        self.state = 0

    def next(self, kind: int, line: int, function: int, frame: int, flags: int) -> Event | None:
        """The event beside its state; None where it is not what is recorded."""
        if kind == Kind.CALL:
            self._open.append(self._called)
            self._called += 1
        if not self._open or (self.state == len(self._trace) and self._trace.cut):
            return None
        activation, state = self._open[-1], self.state
        if kind == Kind.RETURN:
            self._open.pop()
            if not self._is(state, activation, kind):
                return Event(Kind.RETURN, line, function, frame, flags, activation, NONE)
        if not self._is(state, activation, kind) or self._told(state) != (
            line,
            self._functions[function][0],
        ):
            return None
        self.state += 1
        return Event(Kind(kind), line, function, frame, flags, activation, state)

    def _is(self, state: int, activation: int, kind: int) -> bool:
        trace = self._trace
        return (
            state < len(trace)
            and trace.activations[state] == activation
            and trace.kinds[state] == kind
        )

    def _told(self, state: int) -> tuple[int, str]:
        trace = self._trace
        owner = trace.owners[trace.activations[state]]
        return trace.lines[state], trace.functions[owner].qualname
