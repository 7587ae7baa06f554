"""The recorder in the place of the trace function of CPython's own `test_sys_settrace`."""

from __future__ import annotations

import sys
from inspect import CO_GENERATOR
from itertools import pairwise
from types import FrameType, ModuleType
from typing import Any, NoReturn

from tracing.capture.heap import Heap
from tracing.capture.recursion import Recursion
from tracing.capture.tracer import Tracer
from tracing.capture.values import renderer

KINDS = ("call", "line", "return", "exception")


class RecorderTracer:
    """What `make_tracer` of these tests gives: `trace`, and `events` as (line, event).

    The events are those that are recorded, and returns that are not, because the recorder takes
    them for an exception that leaves the frame. `check` finds out whether they are.
    """

    def __init__(self, module: ModuleType) -> None:
        root = module.__loader__.get_code(module.__name__)  # type: ignore[union-attr]
        heap = Heap()
        look = renderer(module.__name__, 8, 200, 2000, lambda on: None, heap)
        recursion = Recursion(sys.getrecursionlimit(), 0)
        recursion.make_room()
        self.total = 0  # bytes printed, by its name in the recorder
        self._recorder = Tracer(root, look, heap, 2000, self, [], recursion, _stop, 10**6, 10**6)
        self._heard: list[tuple[str, object, bool, bool]] = []  # event, argument,
        # whether it is recorded, whether the frame is a generator's
        self.events: list[tuple[int, str]] = []

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Hand an event to the recorder, and note what became of it."""
        recorded = self._recorder.columns.events
        before = len(recorded)
        followed = self._recorder.function(frame, event, argument)
        is_recorded = len(recorded) > before
        if is_recorded:
            kind, _, line, *_ = recorded[-1]
            self.events.append((line, KINDS[kind]))
        elif followed is not None:
            self.events.append((frame.f_lineno, event))
        if followed is not None:
            is_generator = bool(frame.f_code.co_flags & CO_GENERATOR)
            self._heard.append((event, argument, is_recorded, is_generator))
        return None if followed is None else self.trace

    traceWithGenexp = trace  # noqa: N815

    def check(self) -> None:
        """Raise AssertionError where a return was left out that is none of an exception: one that
        gives a value, or after which the caller does not hear of an exception (who closes a
        generator does not)."""
        for (event, argument, is_recorded, is_generator), (after, *_) in pairwise(self._heard):
            if not is_recorded:
                assert (event, argument) == ("return", None)
                assert after == "exception" or is_generator
        if self._heard and not self._heard[-1][2]:
            assert self._heard[-1][:2] == ("return", None)


def _stop(why: str) -> NoReturn:
    raise AssertionError(why)
