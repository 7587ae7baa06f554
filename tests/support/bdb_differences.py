"""The table: where `bdb` and the language differ, and where bdb goes instead.

Each difference tells the event that bdb goes to where it applies. Where none does, or that event is
the language's own target, bdb goes where the language goes. So a row that applies too often is
found out as one that applies too seldom, and each row has a test of its own that fails where bdb
and the language agree.

`step`, `next`, `return`, and `continue` to temporary breakpoints on every line that reads as the
breakpoint's, stand for step_into, step_over, step_return and breakpoint; `continue` for continue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from support.bdb_log import Event, Log

from tracing.states.actions import Action, ActionKind
from tracing.trace import Kind


@dataclass(frozen=True)
class Step:
    """One command, given where bdb stands; places are events of the log, `log.end` the exit.

    `ours` is where the language's action leads, None where it is not available.
    """

    log: Log
    at: int
    action: Action
    ours: int | None

    @property
    def here(self) -> Event:
        """The event that bdb stands on."""
        return self.log.events[self.at]

    @property
    def steps(self) -> bool:
        """Whether bdb steps: it also takes `next` for `step` where a frame returns."""
        kind = self.action.kind
        is_next = kind is ActionKind.STEP_OVER and self.here.kind == Kind.RETURN
        return kind is ActionKind.STEP_INTO or is_next

    def later(self) -> Iterator[tuple[int, Event]]:
        """The events after the one that bdb stands on, with their places."""
        for place in range(self.at + 1, self.log.end):
            yield place, self.log.events[place]


@dataclass(frozen=True)
class Difference:
    """A row. `goes_to` is the place that bdb goes to, None where the row does not apply."""

    name: str
    says: str
    goes_to: Callable[[Step], int | None]


def _unwinding_return(step: Step) -> int | None:
    if step.steps:
        place = _next_seen(step)
        is_there = place < step.log.end and step.log.events[place].is_unwinding
        return place if is_there else None
    if step.action.kind is ActionKind.STEP_OVER and not step.here.in_generator:
        place = _next_in_frame(step)
        is_there = place < step.log.end and step.log.events[place].is_unwinding
        return place if is_there else None
    return None


def _hidden_end(step: Step) -> int | None:
    after = step.at + 1
    if not step.steps or after == step.log.end or not step.log.events[after].is_hidden:
        return None
    return _next_seen(step)


def _left_by_exception(step: Step) -> int | None:
    if step.action.kind is not ActionKind.STEP_RETURN or step.here.in_generator:
        return None
    return step.log.unwinding(step.at)


def _end_of_generator_called(step: Step) -> int | None:
    here = step.here
    if step.action.kind is not ActionKind.STEP_RETURN or here.in_generator:
        return None
    if not here.called_by_generator:
        return None
    for place, event in step.later():
        if event.activation == here.activation and event.kind == Kind.RETURN:
            return None
        if event.is_end:
            return place
    return None


def _over_in_generator(step: Step) -> int | None:
    place, is_elsewhere = _after_generator(step)
    return None if is_elsewhere else place


def _end_elsewhere(step: Step) -> int | None:
    place, is_elsewhere = _after_generator(step)
    return place if is_elsewhere else None


def _after_generator(step: Step) -> tuple[int | None, bool]:
    """Where a first step_over in a generator goes, and whether that is in another frame."""
    if step.steps or step.action.kind is not ActionKind.STEP_OVER or not step.here.in_generator:
        return None, False
    place = _next_in_generator(step)
    return place, place < step.log.end and step.log.events[place].frame != step.here.frame


def _return_in_generator(step: Step) -> int | None:
    if step.action.kind is not ActionKind.STEP_RETURN or not step.here.in_generator:
        return None
    return next(
        (p for p, e in step.later() if e.is_end and e.frame != step.here.frame), step.log.end
    )


def _definition(step: Step) -> int | None:
    src, ours = step.action.src, step.ours
    if step.action.kind is not ActionKind.BREAKPOINT or ours in (None, step.log.end):
        return None
    if step.log.events[ours].kind == Kind.LINE:
        return None
    lines = step.log.trace.code_lines()
    hits = (p for p, e in step.later() if e.kind == Kind.LINE and lines[e.line] == src)
    return next(hits, step.log.end)


def _next_seen(step: Step) -> int:
    """The next event that bdb does not skip where it steps."""
    return next((place for place, event in step.later() if not event.is_hidden), step.log.end)


def _next_in_frame(step: Step) -> int:
    frame = step.here.frame
    return next((place for place, event in step.later() if event.frame == frame), step.log.end)


def _next_in_generator(step: Step) -> int:
    """Where `next` goes in the frame of a generator: to its next line or exception, in whatever
    activation, or to an exception that tells the end of a generator in another frame."""
    for place, event in step.later():
        if event.frame == step.here.frame:
            if event.kind == Kind.LINE or (event.kind == Kind.EXCEPTION and not event.is_hidden):
                return place
        elif event.is_end:
            return place
    return step.log.end


UNWINDING_RETURN = Difference(
    "unwinding return",
    "bdb stops where an exception leaves a frame, as if it returned None; that is no state",
    _unwinding_return,
)
HIDDEN_END = Difference(
    "end of `yield from`",
    "bdb skips the StopIteration that ends a `yield from` or `await`; it is a state",
    _hidden_end,
)
LEFT_BY_EXCEPTION = Difference(
    "return of a level left by an exception",
    "bdb goes to its unwinding return; step_return goes to its closing state",
    _left_by_exception,
)
END_FOR_CALLER = Difference(
    "return into a generator",
    "bdb stops at a StopIteration or GeneratorExit of any frame on the way",
    _end_of_generator_called,
)
OVER_IN_GENERATOR = Difference(
    "next in a generator",
    "bdb passes yields, the return and resumptions; step_over stops at each",
    _over_in_generator,
)
END_ELSEWHERE = Difference(
    "next in a generator whose end is told elsewhere",
    "bdb stops at a StopIteration or GeneratorExit of another frame",
    _end_elsewhere,
)
RETURN_IN_GENERATOR = Difference(
    "return in a generator",
    "bdb goes to where another frame is told of a generator's end, or to the exit",
    _return_in_generator,
)
DEFINITION = Difference(
    "breakpoint on a `def` line",
    "bdb stops where the function is defined; the language also where it is called",
    _definition,
)

# In the order in which bdb looks: the first that applies decides.
DIFFERENCES = (
    HIDDEN_END,
    UNWINDING_RETURN,
    END_FOR_CALLER,
    LEFT_BY_EXCEPTION,
    OVER_IN_GENERATOR,
    END_ELSEWHERE,
    RETURN_IN_GENERATOR,
    DEFINITION,
)


def expected(step: Step, rows: Sequence[Difference]) -> tuple[str, int | None]:
    """The row of these that applies ("" where none does), and the place that bdb has to go to;
    None where that is not recorded."""
    for row in rows:
        place = row.goes_to(step)
        if place is not None and place != step.ours:
            return row.name, place
    return "", step.ours
