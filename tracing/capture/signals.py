"""Handlers of signals, which are called in the middle of anything.

A handler is given the program's frame that it interrupts. Where it comes while an event is
recorded, what it does cannot be recorded, and the run ends.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from . import hidden

_signal: ModuleType = vars(signal)["_signal"]  # what `signal` wraps
_set, _get = _signal.signal, _signal.getsignal
_OWN = (_signal.SIG_DFL, _signal.SIG_IGN, _signal.default_int_handler)


class Handlers:
    """The handlers that the program set; `stop` is called with what cannot be recorded."""

    def __init__(self) -> None:
        self.stop: Callable[[str], None]
        self._wrapped: dict[int, tuple[object, object]] = {}  # by the wrapper's address
        hidden.seal_as(_signal, "signal", self._signal)
        hidden.seal_as(_signal, "getsignal", lambda number, /: self._unwrap(_get(number)))

    def _signal(self, number: int, handler: Any, /) -> object:
        """In place of `_signal.signal`."""
        if callable(handler) and not any(handler is own for own in _OWN):
            wrapper = self._wrap(handler)
            before = _set(number, wrapper)
            self._wrapped[id(wrapper)] = wrapper, handler
        else:
            before = _set(number, handler)
        return self._unwrap(before)

    def _wrap(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handle(number: int, frame: FrameType | None) -> None:
            if hidden.is_recorded(frame):
                self.stop(f"signal {number} came while an event was recorded")
            else:
                handler(number, hidden.visible(frame))

        return hidden.seal(handle)

    def _unwrap(self, handler: object) -> object:
        return self._wrapped.get(id(handler), (None, handler))[1]
