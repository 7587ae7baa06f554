"""Keepers: what stands between every program and the recorder, made once for all of them."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable
from types import ModuleType
from typing import Any, NoReturn, Protocol

from . import guard, hidden, machine, recursion, semaphores, signals, streams, threads
from .turns import Turns


class Rejecting(Protocol):
    """What ends a run with a rejection."""

    def reject(self, reason: str, detail: str) -> NoReturn:
        """End it, for a reason and with one line of detail."""

    def lose(self, what: str) -> None:
        """End it, unless it has ended, where something will not be recorded."""


class Keepers:
    """`modules` are the recorder's; `readable` are the files and folders that programs may read,
    and `scratch` whether they may write in their working directory. `has_packages`: they may use
    installed packages, whose code of C can do all that ctypes can. `missing` grows by the names of
    modules that were not found. `turns` are those of its threads."""

    def __init__(
        self,
        modules: Iterable[ModuleType],
        readable: tuple[str, ...],
        scratch: bool,
        has_packages: bool,
        turns: Turns,
    ) -> None:
        blind = hidden.Blind()
        self.missing = _remember_missing()
        self.threads = threads.Threads(turns)
        semaphores.put(turns)
        self.printed = streams.make()
        self.recursion = recursion.Recursion(recursion.LIMIT, 0)
        self._handlers = signals.Handlers()
        self.guard = guard.Guard(blind, readable, scratch)
        machine.Machine(lambda: not self.guard.open, self.guard.place, scratch)
        hidden_names = {module.__name__ for module in modules}
        if not has_packages:
            hidden_names |= _forget_ctypes()
        blind.close(hidden_names)
        self.blind = blind

    def arm(self, channel: Rejecting, most_threads: int) -> None:
        """Keep a program in this process, or one that this process forks: what it is refused ends
        its run."""
        self.missing.clear()
        self.threads.started.clear()
        self.threads.most = most_threads
        self.threads.refuse = lambda what: channel.reject("denied", what)
        self.guard.arm(channel.reject)
        self._handlers.stop = channel.lose


def _forget_ctypes() -> set[str]:
    """Take away what reads and writes any memory without an event; to load it again is heard of.
    The names of the modules."""
    names = {name for name in sys.modules if name.partition(".")[0] in ("ctypes", "_ctypes")}
    for name in names:
        del sys.modules[name]
    return names


def _remember_missing() -> set[str]:
    """The names of the modules that no finder finds, from now on."""
    missing: set[str] = set()

    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if type(name) is str:
            missing.add(name)

    finder: Any = types.SimpleNamespace(find_spec=hidden.seal(find_spec))
    sys.meta_path.append(finder)
    return missing
