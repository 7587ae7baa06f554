"""Time, chance, place and threads, pinned: a program sees the same ones in every run.

Time starts at a fixed moment and goes on by a microsecond at each look; where all wait for it, it
moves on at once (`turns`). Entropy comes from a seeded generator. Threads are numbered in the order
in which they are started.
"""

from __future__ import annotations

import _thread
import datetime
import functools
import gc
import importlib
import logging
import math
import operator
import os
import random
import select
import selectors
import signal
import sys
import threading
import time
import timeit
import uuid
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any

from .turns import SECONDS_TO_LOOK, Clock, Turns

START_NS = 1_767_225_600 * 10**9  # 2026-01-01 00:00:00 UTC
_NS = 10**9
_OF_WORK = (time.CLOCK_PROCESS_CPUTIME_ID, time.CLOCK_THREAD_CPUTIME_ID)
_LONGEST = (1 << 63) // _NS  # seconds in the kind of number that the interpreter keeps time in
_TOO_LARGE = "too large to convert to C _PyTime_t"
_SEED = 0
_NODE = 1 << 40  # what `uuid` takes for the network address; the bit says that it is none
_replaced: dict[int, tuple[Any, Any]] = {}  # what was, and what is now, by the first's address
PLACE = "/program"  # the name of the working directory
_next: Callable[[Any], Any] = vars(TracebackType)["tb_next"].__get__


def pin() -> Turns:
    """Pin clock, entropy, working directory and threads of this process and its children."""
    turns = Turns()
    _pin_clock(turns.clock)
    _pin_profiler(importlib.import_module("_lsprof"))
    _pin_waiting(turns)
    _pin_dates()
    _pin_entropy()
    _replace(os, "getcwd", lambda: PLACE)
    _replace(os, "getcwdb", lambda: PLACE.encode())
    _pin_timers(turns)
    _pin_threads(turns)
    _spread()
    return turns


def _pin_clock(clock: Clock) -> None:
    for name, read in (
        ("time", lambda: START_NS + clock.tick()),
        ("monotonic", clock.tick),
        ("perf_counter", clock.tick),
        ("process_time", clock.work),
        ("thread_time", clock.work),
    ):
        _replace(time, name, _in_seconds(read))
        _replace(time, f"{name}_ns", read)
    read_one = _reading(clock, time.clock_gettime_ns)
    _replace(time, "clock_gettime", lambda which, /: read_one(which) / _NS)
    _replace(time, "clock_gettime_ns", read_one)
    _replace(time, "pthread_getcpuclockid", lambda thread, /: time.CLOCK_THREAD_CPUTIME_ID)
    for name in ("localtime", "gmtime", "ctime"):
        _replace(time, name, _with_now(getattr(time, name), 0, time.time, none_is_now=True))
    _replace(time, "asctime", _with_now(time.asctime, 0, time.localtime))
    _replace(time, "strftime", _with_now(time.strftime, 1, time.localtime))
    logging._startTime = time.time()  # type: ignore[attr-defined]
    importlib.reload(timeit)  # it keeps the clock that it finds when it is imported


def _reading(clock: Clock, real: Callable[[int], int]) -> Callable[[int], int]:
    def read(which: int, /) -> int:
        real(which)  # which knows what clocks there are
        now = clock.work() if which in _OF_WORK else clock.tick()
        return now + (START_NS if which == time.CLOCK_REALTIME else 0)

    return read


def _pin_profiler(module: ModuleType) -> None:
    """The profiler of C has a clock of its own; it takes another one that it is given."""
    real = module.Profiler

    class Profiler(real):  # type: ignore[valid-type, misc]
        def __init__(self, timer: Any = None, *options: Any, **named: Any) -> None:
            super().__init__(timer or time.perf_counter, *options, **named)

    Profiler.__module__, Profiler.__qualname__ = module.__name__, real.__name__
    module.Profiler = Profiler  # type: ignore[attr-defined]


def _in_seconds(read: Callable[[], int]) -> Callable[[], float]:
    return lambda: read() / _NS


def _with_now(
    real: Callable[..., Any], position: int, now: Callable[[], Any], none_is_now: bool = False
) -> Callable[..., Any]:
    """`real` with the pinned time at an argument that was left out."""

    def function(*args: Any) -> Any:
        is_none = none_is_now and len(args) == position + 1 and args[position] is None
        if is_none or len(args) == position:
            return real(*args[:position], now())
        return real(*args)

    return function


class Builtin(functools.partial[Any]):
    """A function that shows itself as one of C and, like those, is no method in a class."""

    __name__: str
    __qualname__: str

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


def in_place_of(real: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, but what it cannot be called with the real one refuses, in its own words."""

    def answer(*given: Any, **named: Any) -> Any:
        try:
            return function(*given, **named)
        except TypeError as error:
            if _next(error.__traceback__):  # of what happened in there
                raise
            wrong = error
        real(*given, **named)
        raise wrong

    return answer


def _replace(module: Any, name: str, function: Callable[..., Any]) -> None:
    real = getattr(module, name)
    built_in = Builtin(in_place_of(real, function))
    built_in.__name__ = built_in.__qualname__ = name
    built_in.__module__ = module.__name__
    setattr(module, name, built_in)
    _replaced[id(real)] = real, built_in


def _spread() -> None:
    """Replace also what modules, but for the recorder's, have by other names."""
    others = [m for key, m in sys.modules.items() if not key.startswith(f"{__package__}.")]
    for module in others:
        for name, value in [*vars(module).items()]:
            if id(value) in _replaced:
                setattr(module, name, _replaced[id(value)][1])


def _pin_waiting(turns: Turns) -> None:
    """Where all threads wait for time, or for what one of them is to do, they go on at once."""

    selectors.EpollSelector._selector_cls = _polling(turns, select.epoll, _NS)  # type: ignore[attr-defined]
    selectors.PollSelector._selector_cls = _polling(turns, select.poll, _NS // 1000)  # type: ignore[attr-defined]
    _replace(select, "select", _selecting(turns, select.select))
    _replace(time, "sleep", lambda seconds, /: turns.sleep(_to_sleep(seconds)))


def _polling(turns: Turns, real: Callable[[], Any], unit: int) -> Callable[[], Any]:
    """What selectors poll by, whose times are in units of so many nanoseconds."""

    class Poll:
        def __init__(self) -> None:
            self._real = real()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def poll(self, timeout: float | None = None, *most: int) -> Any:
            time = None if timeout is None or timeout < 0 else int(timeout * unit)
            return turns.poll(lambda: self._real.poll(0, *most), time)

    return Poll


def _selecting(turns: Turns, real: Callable[..., Any]) -> Callable[..., Any]:
    def choose(*given: Any) -> Any:
        if not 3 <= len(given) <= 4:
            return real(*given)  # which refuses it
        look, time = functools.partial(real, *given[:3]), given[3] if len(given) == 4 else None
        found = look(0)  # which refuses what are no files
        if any(found):
            return found
        if not (time is None or (type(time) in (int, float) and time >= 0)):
            return look(time)  # which refuses it
        nanoseconds = None if time is None else int(time * _NS)
        return turns.poll(lambda: _some(look(0)), nanoseconds) or found

    return choose


def _some(found: tuple[list[Any], ...]) -> Any:
    return found if any(found) else None


def _to_sleep(seconds: float) -> int:
    """What `time.sleep` takes, in nanoseconds. Raises what it raises."""
    number = seconds if isinstance(seconds, float) else operator.index(seconds)
    if number != number:
        raise ValueError("Invalid value NaN (not a number)")
    if abs(number) > _LONGEST:
        is_float = isinstance(number, float)
        what = "out of range for platform time_t" if is_float else _TOO_LARGE
        raise OverflowError(f"timestamp {what}")
    if number < 0:
        raise ValueError("sleep length must be non-negative")
    return int(number * _NS)


def _pin_dates() -> None:
    """`datetime` reads the system's clock in C, and its classes cannot be assigned to; the
    dictionary behind the read-only view of their namespace can."""

    def now(cls: Any, tz: Any = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    def utcnow(cls: Any) -> Any:
        return cls.utcfromtimestamp(time.time())

    namespace = gc.get_referents(datetime.datetime.__dict__)[0]
    namespace["now"], namespace["utcnow"] = classmethod(now), classmethod(utcnow)
    sys._clear_type_cache()


def _pin_entropy() -> None:
    source = random.Random(_SEED)
    real = random.Random.seed

    def urandom(size: int, /) -> bytes:
        number = operator.index(size)
        if number < 0:
            raise ValueError("negative argument not allowed")
        return source.randbytes(number)

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        """Initialize internal state from a seed."""
        real(self, source.getrandbits(64) if a is None else a, version)

    def getrandom(size: int, flags: int = 0) -> bytes:
        return source.randbytes(size)

    _replace(os, "urandom", urandom)
    _replace(os, "getrandom", getrandom)
    random._urandom = urandom  # type: ignore[attr-defined]
    random.Random.seed = seed  # type: ignore[method-assign]
    random.seed(_SEED)
    uuid._generate_time_safe = None  # type: ignore[attr-defined]
    uuid._node = _NODE  # type: ignore[attr-defined]


def _pin_timers(turns: Turns) -> None:
    """A timer that has not gone off has all of its time left. That of time as such goes off, too,
    where all wait until after its end."""
    real, ask, real_alarm = signal.setitimer, signal.getitimer, signal.alarm
    known: dict[int, tuple[float, float]] = {}
    ends = [0]

    def getitimer(which: int, /) -> tuple[float, float]:
        return known[which] if any(ask(which)) else (0.0, 0.0)

    def setitimer(which: int, seconds: float, interval: float = 0.0, /) -> tuple[float, float]:
        before = getitimer(which)
        real(which, seconds, interval)
        know(which, float(seconds), float(interval))
        return before

    def alarm(seconds: int, /) -> int:
        before, _ = getitimer(signal.ITIMER_REAL)
        real_alarm(seconds)
        know(signal.ITIMER_REAL, float(seconds), 0.0)
        return math.ceil(before)

    def know(which: int, seconds: float, interval: float) -> None:
        known[which] = seconds, interval
        if which == signal.ITIMER_REAL:
            ends[0] = turns.clock.now + int(seconds * _NS)

    def ring() -> None:
        _, interval = known[signal.ITIMER_REAL]
        real(signal.ITIMER_REAL, interval, interval)
        know(signal.ITIMER_REAL, interval, interval)
        signal.raise_signal(signal.SIGALRM)

    turns.alarm = lambda: ends[0] if any(ask(signal.ITIMER_REAL)) else None
    turns.ring = ring
    for function in (getitimer, setitimer, alarm):
        _replace(signal, function.__name__, function)


def _pin_threads(turns: Turns) -> None:
    """Identifiers of threads are addresses; here they are numbers, and the main thread is 1."""

    def get_ident() -> int:
        """Return a non-zero integer that identifies the current thread."""
        return turns.number()

    def get_native_id() -> int:
        """Return a number that the system would give to the current thread; that of the main one
        is the process'."""
        return get_ident() + 1

    main = threading.main_thread()
    main._ident, main._native_id = get_ident(), get_native_id()  # type: ignore[attr-defined]
    threading._active = {main.ident: main}  # type: ignore[attr-defined]
    for module in (_thread, threading):
        _replace(module, "get_ident", get_ident)
        _replace(module, "get_native_id", get_native_id)
    sys.setswitchinterval(SECONDS_TO_LOOK)
