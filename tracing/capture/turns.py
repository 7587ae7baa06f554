"""Whose turn it is: threads run one at a time, each until it waits for another, for time or for the
end; and time goes on at once when all of them wait. So threads that sleep wake in the order of
their times, and what threads do to each other is the same in every run.

A thread that waits is parked before a lock of its own, its baton. Who comes to wait, or ends, hands
over to the one that has been ready for the longest, or else to the first whose time comes. What
makes threads wait (locks, simple queues, sleep, an event loop's poll) asks here while there are
several threads. One that waits for something else, or never waits, loses its turn after a second.
"""

from __future__ import annotations

import _queue
import _thread
import ctypes
import gc
import sys
import time
from collections.abc import Callable
from typing import Any

_NS = 10**9
TURN_SECONDS = 1.0  # a thread that never waits is interrupted after this
_LOOK_SECONDS = 0.05  # between looks at a clock, of one that is parked
_TURN_NS = 10_000_000  # that pass while a thread runs without waiting
_POLL, _PAUSE = (
    object(),
    object(),
)  # what a thread awaits that polls, and one that waits for nothing

_new_lock, _identity, _clock = _thread.allocate_lock, _thread.get_ident, time.monotonic
_take, _put_back = vars(_thread.LockType)["acquire"], vars(_thread.LockType)["release"]
_take_guard, _put_back_guard = vars(_thread.RLock)["acquire"], vars(_thread.RLock)["release"]
_modified = ctypes.pythonapi.PyType_Modified
_modified.argtypes = [ctypes.py_object]

Method = Callable[..., Any]


class Clock:
    """Nanoseconds since the program started; `slept` are those of them in which it did nothing."""

    def __init__(self) -> None:
        self.now = self.slept = 0

    def tick(self) -> int:
        """The time, a microsecond later than when it was last asked."""
        self.now += 1_000
        return self.now

    def work(self) -> int:
        """The same, without sleep."""
        return self.tick() - self.slept

    def pass_until(self, moment: int) -> None:
        """Let nothing happen until then."""
        passed = max(0, moment - self.now)
        self.now += passed
        self.slept += passed


class Thread:
    """One that runs or waits for `awaited`, until a moment at most; it is `late` where that came.
    One that polls is to `look_again` when another has run."""

    def __init__(self) -> None:
        self.baton = _new_lock()
        _take(self.baton)
        self.awaited: object = None
        self.until: int | None = None
        self.late = self.look_again = False


class Turns:
    """The threads of the program. `others` are alive beside the first. `alarm` tells when the first
    is to be interrupted, if at all; `ring` does it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.others = 0
        self._running = 1  # more where one was interrupted
        self._threads: dict[int, Thread] = {}
        self._ready: list[Thread] = []
        self._waiting: list[Thread] = []
        self._guard = _thread.RLock()
        self._first = self._threads[_identity()] = Thread()
        self.alarm: Callable[[], int | None] = lambda: None
        self.ring: Callable[[], None]

    def add(self) -> Thread:
        """One more, that is ready."""
        thread = Thread()
        self.others += 1
        self._ready.append(thread)
        return thread

    def live(self, thread: Thread, run: Callable[[], object]) -> None:
        """What such a thread does, from its first turn on."""
        self._threads[_identity()] = thread
        self._park(thread)
        try:
            run()
        finally:
            del self._threads[_identity()]
            self.others -= 1
            # Others may await locks that the interpreter releases when a thread is gone.
            self._hand_over([one for one in self._waiting if one.awaited is not _POLL])

    def pause(self) -> None:
        """Let those run whose turn it is by now; for the first thread, from time to time."""
        if self.others:
            self.clock.now += _TURN_NS
            for thread in self._waiting[:]:
                if thread.until is not None and thread.until <= self.clock.now:
                    self._get_ready([thread])
            if self._ready:
                self._wait(_PAUSE, self.clock.now)

    def sleep(self, nanoseconds: int) -> None:
        """Wait for time alone."""
        self.retry(lambda: None, None, nanoseconds)

    def poll(self, look: Callable[[], Any], nanoseconds: int | None, block: Method) -> Any:
        """Wait for what only looking finds. See `retry`."""
        return self.retry(look, _POLL, nanoseconds, block)

    def retry(
        self,
        attempt: Callable[[], Any],
        awaited: object,
        nanoseconds: int | None,
        block: Callable[[], Any] | None = None,
    ) -> Any:
        """What an attempt gives, as soon as that is something, but at the end of this time
        whatever it is. One thread alone calls `block`, where there is no end."""
        until = None if nanoseconds is None else self.clock.now + nanoseconds
        while not (found := attempt()):
            if self.others:
                has_time = self._wait(awaited, until)
            elif until is None:
                return block() if block else found
            else:
                has_time = not self._pass_until(until)
            if not has_time:
                return attempt()
        return found

    def _wait(self, awaited: object, until: int | None) -> bool:
        """Let others run; False where the time came first."""
        thread = self._threads[_identity()]
        thread.awaited, thread.until = awaited, until
        thread.late = thread.look_again = False
        try:
            self._waiting.append(thread)
            self._hand_over()
            self._park(thread)
        except BaseException:  # of a signal's handler
            with _Guarded(self._guard):
                if self._forget(thread):
                    self._running += 1
                else:
                    _take(thread.baton, False)
            raise
        return not thread.late

    def _pass_until(self, moment: int) -> bool:
        """Let time pass; False where an alarm came before that moment."""
        alarm = self.alarm()
        if alarm is None or alarm > moment:
            self.clock.pass_until(moment)
            return True
        self.clock.pass_until(alarm)
        self.ring()
        return False

    def wake(self, awaited: object) -> None:
        """Those that await this are ready."""
        found = [thread for thread in self._waiting if thread.awaited is awaited]
        if found:
            with _Guarded(self._guard):
                self._get_ready(found)
                if not self._running:  # in a signal's handler, while all wait
                    self._next()

    def _hand_over(self, ready: list[Thread] | None = None) -> None:
        with _Guarded(self._guard):
            self._get_ready(ready or [])
            self._running -= 1
            if not self._running:
                self._next()

    def _get_ready(self, threads: list[Thread]) -> None:
        for thread in threads:
            if thread in self._waiting:
                self._waiting.remove(thread)
                self._ready.append(thread)

    def _next(self) -> None:
        """Let the next one run, if there is one that can."""
        polling = [thread for thread in self._waiting if thread.look_again]
        timed = [thread for thread in self._waiting if thread.until is not None]
        if self._ready:
            self._run(self._ready[0])
        elif polling:
            polling[0].look_again = False
            self._run(polling[0], looks=True)
        elif timed:
            self._run_late(min(timed, key=lambda thread: thread.until or 0))

    def _run_late(self, thread: Thread) -> None:
        """Let one run whose time comes, or the first one where it is interrupted before."""
        if self._pass_until(thread.until or 0):
            thread.late = True
            self._run(thread)
        elif self._first in self._waiting:
            self._run(self._first)

    def _run(self, thread: Thread, looks: bool = False) -> None:
        self._forget(thread)
        for other in () if looks else self._waiting:
            other.look_again = other.awaited is _POLL
        self._running += 1
        _put_back(thread.baton)

    def _forget(self, thread: Thread) -> bool:
        """Whether it had not been let run."""
        for threads in (self._ready, self._waiting):
            if thread in threads:
                threads.remove(thread)
                return True
        return False

    def _park(self, thread: Thread) -> None:
        """Wait for the turn of this one."""
        since = _clock()
        while not _take(thread.baton, True, _LOOK_SECONDS):
            self._interrupt(thread, _clock() - since)

    def _interrupt(self, thread: Thread, seconds: float) -> None:
        """Let a thread run that has been parked for long, beside one that does not wait."""
        with _Guarded(self._guard):
            if thread in self._ready and seconds > TURN_SECONDS:
                self._run(thread)
            elif (
                thread in self._waiting and thread.until is not None and seconds > 2 * TURN_SECONDS
            ):
                self._run_late(thread)


class _Guarded:
    """Holds a lock, by the methods that it had before they were made anew."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        _take_guard(self._lock)

    def __exit__(self, *error: object) -> None:
        _put_back_guard(self._lock)


class Waits:
    """Has locks and simple queues ask whose turn it is, once there is more than one thread.
    `put_in_place` makes of a method and a new one what is to be there."""

    def __init__(self, turns: Turns, put_in_place: Callable[[Method, Method], Method]) -> None:
        self._turns = turns
        self._is_made = False
        made = {
            _thread.LockType: self._of_lock(_thread.LockType, _new_lock),
            _thread.RLock: self._of_owned_lock(),
            _queue.SimpleQueue: self._of_queue(),
        }
        self._kinds = [
            (kind, gc.get_referents(kind.__dict__)[0], _made(put_in_place, kind, methods))
            for kind, methods in made.items()
        ]

    def make(self) -> None:
        """Make their methods anew."""
        if not self._is_made:
            self._is_made = True
            for kind, attributes, methods in self._kinds:
                attributes.update(methods)
                _modified(kind)
            sys._clear_type_cache()

    def _of_lock(self, kind: type, new: Callable[[], Any]) -> dict[str, Method]:
        turns, real = self._turns, dict(vars(kind))
        take, put_back = real["acquire"], real["release"]

        def acquire(lock: Any, *how: Any, **named: Any) -> bool:
            if how or named:
                take(new(), *how, **named)  # which knows what it can be told
            blocking = how[0] if how else named.get("blocking", True)
            timeout = how[1] if len(how) > 1 else named.get("timeout", -1)
            if not blocking:
                return bool(take(lock, False))
            nanoseconds = None if timeout == -1 else int(timeout * _NS)
            attempt, block = (lambda: take(lock, False)), lambda: take(lock)
            return bool(turns.retry(attempt, lock, nanoseconds, block))

        def release(lock: Any, *error: Any) -> None:
            put_back(lock)
            turns.wake(lock)

        names: dict[str, Method] = {"acquire": acquire, "__enter__": acquire}
        names |= {"release": release, "__exit__": release}
        return {
            **names,
            **{f"{name}_lock": names[name] for name in names if f"{name}_lock" in real},
        }

    def _of_owned_lock(self) -> dict[str, Method]:
        turns, real = self._turns, dict(vars(_thread.RLock))
        methods = self._of_lock(_thread.RLock, _thread.RLock)

        def release_save(lock: Any) -> Any:
            state = real["_release_save"](lock)
            turns.wake(lock)
            return state

        def acquire_restore(lock: Any, state: Any) -> None:
            methods["acquire"](lock)
            real["release"](lock)
            real["_acquire_restore"](lock, state)

        return {**methods, "_release_save": release_save, "_acquire_restore": acquire_restore}

    def _of_queue(self) -> dict[str, Method]:
        turns, real = self._turns, dict(vars(_queue.SimpleQueue))
        get = real["get"]

        def get_one(queue: Any, *how: Any, **named: Any) -> Any:
            if how or named:
                full: Any = _queue.SimpleQueue()
                real["put"](full, None)
                get(full, *how, **named)  # which knows what it can be told
            blocking = how[0] if how else named.get("block", True)
            timeout = how[1] if len(how) > 1 else named.get("timeout")
            if not blocking or (not turns.others and timeout is None):
                return get(queue, blocking)
            nanoseconds = None if timeout is None else int(timeout * _NS)
            turns.retry(lambda: real["qsize"](queue), queue, nanoseconds)
            return get(queue, False)

        def putting(put: Method) -> Method:
            def put_one(queue: Any, *what: Any, **named: Any) -> None:
                put(queue, *what, **named)
                turns.wake(queue)

            return put_one

        return {
            "get": get_one,
            "put": putting(real["put"]),
            "put_nowait": putting(real["put_nowait"]),
        }


def _made(
    put_in_place: Callable[[Method, Method], Method], kind: type, methods: dict[str, Method]
) -> dict[str, Method]:
    """The new methods of a kind, each with its name."""
    made = {name: put_in_place(vars(kind)[name], method) for name, method in methods.items()}
    for name, method in made.items():
        method.__name__, method.__qualname__ = name, f"{kind.__qualname__}.{name}"
    return made
