"""Whose turn it is: threads run one at a time, each until it waits for another, for time or for the
end; and time goes on at once when all of them wait. So threads that sleep wake in the order of
their times, and what threads do to each other is the same in every run.

A thread that waits is parked before a lock of its own, its baton. Who comes to wait, or ends, hands
over to the one that has been ready for the longest, or else to the first whose time comes. What
makes threads wait (locks, simple queues, sleep, an event loop's poll) asks here while there are
several threads. Beside one that waits for something else, or does not wait for a second, another
comes to run.
"""

from __future__ import annotations

import _queue
import _thread
import ctypes
import gc
import itertools
import sys
import time
from collections.abc import Callable
from typing import Any

_NS = 10**9
SECONDS_TO_LOOK = 0.1  # after which a thread that runs lets others look at clocks
_LOOK_SECONDS = 0.05  # between such looks
_TURN_SECONDS = 0.5  # of work, after which one that is ready runs beside one that does not wait
_IDLE_SECONDS, _IDLE_SHARE = 1.0, 0.05  # of time in which so little work is done that nobody runs
_TURN_NS = 10_000_000  # that pass while a thread runs without waiting
_POLL, _PAUSE = object(), object()  # awaited by who polls, and who waits for nothing
_LOCK_IS_TOLD: list[Any] = [True, -1]  # whether to wait, and how long, where nothing is said
_QUEUE_IS_TOLD: list[Any] = [True, None]

_new_lock, _identity = _thread.allocate_lock, _thread.get_ident
_clock, _work = time.monotonic, time.process_time
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

    def __init__(self, number: int) -> None:
        self.number = number
        self.baton = _new_lock()
        _take(self.baton)
        self.awaited: object = None
        self.until: int | None = None
        self.late = self.look_again = False


class Turns:
    """The threads of the program. `others` are alive beside the first; `waiting` are those that
    wait. `alarm` tells when the first is to be interrupted, if at all; `ring` does it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.others = 0
        self._running = 1  # more where one was interrupted
        self._threads: dict[int, Thread] = {}
        self._ready: list[Thread] = []
        self.waiting: list[Thread] = []
        self._guard = _thread.RLock()
        self._numbers = itertools.count(1)
        self._first = self._threads[_identity()] = Thread(next(self._numbers))
        self.alarm: Callable[[], int | None] = lambda: None
        self.ring: Callable[[], None]

    def number(self) -> int:
        """That of the thread that asks, in the order in which they were started."""
        return self._threads[_identity()].number

    def add(self) -> Thread:
        """One more, that is ready."""
        thread = Thread(next(self._numbers))
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
            # Others may await a lock that the interpreter releases when a thread is gone.
            self._hand_over([t for t in self.waiting if type(t.awaited) is _thread.LockType])

    def pause(self) -> None:
        """Let those run whose turn it is by now; for the first thread, from time to time."""
        if self.others:
            self.clock.now += _TURN_NS
            for thread in self.waiting[:]:
                if thread.until is not None and thread.until <= self.clock.now:
                    self._get_ready([thread])
            if self._ready:
                self._wait(_PAUSE, self.clock.now)

    def sleep(self, nanoseconds: int) -> None:
        """Wait for time alone."""
        self.retry(lambda: None, None, nanoseconds)

    def poll(self, look: Callable[[], Any], nanoseconds: int | None) -> Any:
        """Wait for what only looking finds. See `retry`."""
        return self.retry(look, _POLL, nanoseconds)

    def retry(self, attempt: Callable[[], Any], awaited: object, nanoseconds: int | None) -> Any:
        """What an attempt gives, as soon as that is something, but at the end of this time
        whatever it is. One thread alone looks again from time to time, where there is no end: a
        signal's handler may do what it waits for."""
        until = None if nanoseconds is None else self.clock.now + nanoseconds
        while not (found := attempt()):
            if self.others:
                has_time = self._wait(awaited, until)
            elif until is None:
                has_time = not _take(self._first.baton, True, _LOOK_SECONDS)
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
            self.waiting.append(thread)
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
        found = [thread for thread in self.waiting if thread.awaited is awaited]
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
            if thread in self.waiting:
                self.waiting.remove(thread)
                self._ready.append(thread)

    def _next(self) -> None:
        """Let the next one run, if there is one that can."""
        polling = [thread for thread in self.waiting if thread.look_again]
        timed = [thread for thread in self.waiting if thread.until is not None]
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
        elif self._first in self.waiting:
            self._run(self._first)

    def _run(self, thread: Thread, looks: bool = False) -> None:
        self._forget(thread)
        for other in () if looks else self.waiting:
            other.look_again = other.awaited is _POLL
        self._running += 1
        _put_back(thread.baton)

    def _forget(self, thread: Thread) -> bool:
        """Whether it had not been let run."""
        for threads in (self._ready, self.waiting):
            if thread in threads:
                threads.remove(thread)
                return True
        return False

    def _park(self, thread: Thread) -> None:
        """Wait for the turn of this one."""
        since, worked = _clock(), _work()
        while not _take(thread.baton, True, _LOOK_SECONDS):
            self._look(thread, _clock() - since, _work() - worked)

    def _look(self, thread: Thread, seconds: float, worked: float) -> None:
        """Let a thread run that has been parked for long, beside one that does not wait or waits
        for something else; or look again, where all wait for what may have happened unheard."""
        is_idle = seconds > _IDLE_SECONDS and worked < seconds * _IDLE_SHARE
        with _Guarded(self._guard):
            if not self._running:
                self._get_ready([thread])
                self._next()
            elif thread in self._ready and (is_idle or worked > _TURN_SECONDS):
                self._run(thread)
            elif self._sleeps(thread) and (is_idle or worked > 2 * _TURN_SECONDS):
                self._run_late(thread)

    def _sleeps(self, thread: Thread) -> bool:
        return thread in self.waiting and thread.until is not None


class _Guarded:
    """Holds a lock, by the methods that it had before they were made anew."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        _take_guard(self._lock)

    def __exit__(self, *error: object) -> None:
        _put_back_guard(self._lock)


class Waits:
    """Has locks and simple queues ask whose turn it is, once there is more than one thread. What
    is made is sealed. Where they are told how to wait the real ones check that, on a free lock."""

    def __init__(self, turns: Turns, seal: Callable[[Method], Method]) -> None:
        self._turns = turns
        self._is_made = False
        kinds = (
            (_thread.LockType, self._of_lock(_thread.LockType, _new_lock)),
            (_thread.RLock, self._of_owned_lock()),
            (_queue.SimpleQueue, self._of_queue()),
        )
        self._kinds = [
            (kind, gc.get_referents(kind.__dict__)[0], _sealed(seal, kind, methods))
            for kind, methods in kinds
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
        turns, take = self._turns, vars(kind)["acquire"]

        def acquire(*given: Any, **named: Any) -> bool:
            if named or len(given) != 1:
                return acquire_as_told(*given, **named)
            return take(*given, False) or wait_for(*given, None)

        def acquire_as_told(*given: Any, **named: Any) -> bool:
            take(*given and (new(),), *given[1:], **named)
            lock, blocking, timeout = [*given, *_LOCK_IS_TOLD[len(given) - 1 :]]
            timeout = named.get("timeout", timeout)
            if take(lock, False):
                return True
            if not named.get("blocking", blocking):
                return False
            return wait_for(lock, None if timeout == -1 else int(timeout * _NS))

        def wait_for(lock: Any, nanoseconds: int | None) -> bool:
            return bool(turns.retry(lambda: take(lock, False), lock, nanoseconds))

        made = {"acquire": acquire, "__enter__": acquire, "acquire_lock": acquire}
        made |= {
            name: self._waking(vars(kind)[name])
            for name in ("release", "__exit__", "release_lock")
            if name in vars(kind)
        }
        return {name: method for name, method in made.items() if name in vars(kind)}

    def _waking(self, real: Method) -> Method:
        """What wakes those that wait for its first argument."""
        waiting, wake = self._turns.waiting, self._turns.wake

        def method(*given: Any, **named: Any) -> Any:
            result = real(*given, **named)
            if waiting:
                wake(given[0])
            return result

        return method

    def _of_owned_lock(self) -> dict[str, Method]:
        real = dict(vars(_thread.RLock))
        methods = self._of_lock(_thread.RLock, _thread.RLock)

        def acquire_restore(lock: Any, state: Any) -> None:
            methods["acquire"](lock)
            real["release"](lock)
            real["_acquire_restore"](lock, state)

        methods["_release_save"] = self._waking(real["_release_save"])
        methods["_acquire_restore"] = acquire_restore
        return methods

    def _of_queue(self) -> dict[str, Method]:
        turns, real = self._turns, dict(vars(_queue.SimpleQueue))
        get = real["get"]

        def get_one(*given: Any, **named: Any) -> Any:
            full: Any = _queue.SimpleQueue()
            real["put"](full, None)
            get(*given and (full,), *given[1:], **named)
            queue, blocking, timeout = [*given, *_QUEUE_IS_TOLD[len(given) - 1 :]]
            timeout = named.get("timeout", timeout)
            if not named.get("block", blocking):
                return get(*given, **named)
            nanoseconds = None if timeout is None else int(timeout * _NS)
            turns.retry(lambda: real["qsize"](queue), queue, nanoseconds)
            return get(queue, False)

        puts = {name: self._waking(real[name]) for name in ("put", "put_nowait")}
        return {"get": get_one, **puts}


def _sealed(
    seal: Callable[[Method], Method], kind: type, methods: dict[str, Method]
) -> dict[str, Method]:
    """The methods, each with its name."""
    sealed = {name: seal(method) for name, method in methods.items()}
    for name, method in sealed.items():
        method.__name__, method.__qualname__ = name, f"{kind.__qualname__}.{name}"
    return sealed
