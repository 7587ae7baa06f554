"""What a program cannot see: functions, frames and classes of the recorder.

Whoever reaches one function of the recorder reaches its globals, and can forge the record. So what
a program is given is sealed, and what looks at the stack passes over the recorder's frames:
`sys._getframe`, `frame.f_back`, tracebacks. Lists of subclasses do not name its classes.
Taking the trace function off a frame, or its line events, is heard of.
"""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable, Collection, Iterator
from types import FrameType, MappingProxyType, ModuleType, TracebackType
from typing import Any, NoReturn, TypeVar

from . import proxies, quirks, states
from .pinned import Builtin

Function = TypeVar("Function", bound=Callable[..., Any])

# The recorder's code objects are known by their file names: of its modules, and of its start.
_PREFIX = "<recorder."
_TRACER = "<recorder.tracer>"
_OF_CTYPES = "StgDict"  # which does not say so itself
_START: str = getattr(sys.modules["__main__"], "__file__", "")

_code: Callable[[FrameType], Any] = vars(FrameType)["f_code"].__get__
_back: Callable[[FrameType], FrameType | None] = vars(FrameType)["f_back"].__get__
_frame_of: Callable[[TracebackType], FrameType] = vars(TracebackType)["tb_frame"].__get__
_next: Callable[[TracebackType], TracebackType | None] = vars(TracebackType)["tb_next"].__get__
_set_next: Callable[..., None] = vars(TracebackType)["tb_next"].__set__
_getframe = sys._getframe
_wrap: Callable[..., Any] = vars(functools)["_lru_cache_wrapper"]


def seal(function: Function) -> Function:
    """A callable of C that calls a function and shows nothing of it."""
    sealed: Function = _wrap(function, 0, False, None)
    return sealed


def seal_as(module: ModuleType, name: str, function: Callable[..., Any]) -> None:
    """Put a sealed function in the place of something of a module's. The constants that a class
    there has stay."""
    before = getattr(module, name)
    constants = vars(before) if isinstance(before, type) else {}
    built_in = Builtin(seal(function))
    vars(built_in).update({key: value for key, value in constants.items() if type(value) is int})
    built_in.__name__ = built_in.__qualname__ = name
    built_in.__module__ = module.__name__
    setattr(module, name, built_in)


def is_own(frame: FrameType) -> bool:
    """Whether a frame is the recorder's."""
    name = _file(frame)
    return name.startswith(_PREFIX) or name == _START


def _file(frame: FrameType) -> str:
    name = _code(frame).co_filename
    return name if type(name) is str else ""


def visible(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is not the recorder's, from this one on."""
    while frame is not None and is_own(frame):
        frame = _back(frame)
    return frame


def is_recorded(frame: FrameType | None) -> bool:
    """Whether an event is being recorded, so that no other will be; `frame` is the innermost."""
    while frame is not None and _file(frame) != _TRACER:
        frame = _back(frame)
    return frame is not None


def depth() -> int:
    """The frames below the caller's own, and that."""
    frame, levels = _back(_getframe(0)), 0
    while frame is not None:
        frame, levels = _back(frame), levels + 1
    return levels


class Blind:
    """Makes this process and its children blind to the recorder; `looks` is True while
    `sys._getframe` is asked in the way that it is to be. `stop` is called with what was tried."""

    def __init__(self) -> None:
        self.looks = False
        self.stop: Callable[[str], NoReturn]

    def close(self, names: Collection[str]) -> None:
        """Hide frames, and the classes of the modules of these names."""
        for kind in list(below(object)):
            if kind.__module__ in names or kind.__name__ == _OF_CTYPES:
                quirks.forget_subclass(kind)
        proxies.close(namespace(MappingProxyType), seal)
        states.close(namespace(object), seal)
        self._hide_frames()
        seal_as(sys, "_getframe", self._look)
        sys._clear_type_cache()

    def _hide_frames(self) -> None:
        frames, tracebacks = namespace(FrameType), namespace(TracebackType)
        frames["f_back"] = property(seal(lambda frame: visible(_back(frame))))
        tracebacks["tb_frame"] = property(seal(lambda traceback: visible(_frame_of(traceback))))
        tracebacks["tb_next"] = property(seal(_next_visible), seal(_set_next))
        for name in ("f_trace", "f_trace_lines", "f_trace_opcodes"):
            get, stop = frames[name].__get__, seal(self._refuse(f"frame.{name}"))
            frames[name] = property(seal(_shown(get)), stop, stop)

    def _refuse(self, what: str) -> Callable[..., NoReturn]:
        return lambda *arguments: self.stop(what)

    def caller(self, levels: int) -> FrameType:
        """The frame so many levels above the one that calls this, whosever it is."""
        self.looks = True
        frame = _getframe(levels + 1)
        self.looks = False
        return frame

    def _look(self, depth: int = 0, /) -> FrameType:
        """Return a frame object from the call stack."""
        frame = visible(self.caller(1))
        for _ in range(depth):
            if frame is None:
                break
            frame = visible(_back(frame))
        if frame is None:
            raise ValueError("call stack is not deep enough")
        return frame


def _next_visible(traceback: TracebackType) -> TracebackType | None:
    following = _next(traceback)
    while following is not None and is_own(_frame_of(following)):
        following = _next(following)
    return following


def below(kind: type) -> Iterator[type]:
    """All classes that are derived from one."""
    others: list[type] = type.__subclasses__(kind)
    for other in others:
        yield other
        yield from below(other)


def _shown(get: Callable[[FrameType], object]) -> Callable[[FrameType], object]:
    """What of a frame is shown: not a function of the recorder, but the sealed one."""

    def show(frame: FrameType) -> object:
        value = get(frame)
        return sys.gettrace() if callable(value) else value

    return show


def namespace(kind: type) -> dict[str, Any]:
    """The dictionary behind the read-only view of a type's attributes."""
    found: dict[str, Any] = gc.get_referents(kind.__dict__)[0]
    return found
