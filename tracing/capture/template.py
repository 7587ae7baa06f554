"""The process that children are forked from.

It does nothing but that, in the same steps each time, and what it makes on the way it gives up in
the opposite order: so its memory is the same at every fork, and with it the addresses of a
program's objects, whatever ran before. When to fork, and how long to let a child live, is the
server's affair, which sees in shared memory whom it would have to end, and how a child ended.
"""

from __future__ import annotations

import mmap
import os
import signal
from collections.abc import Callable
from typing import NoReturn

from . import kernel

_TIMES = 8  # after which a process does what it does in the same way
_CLEAR, _UNCLEAR = b"c", b"u"
# Before they are pinned for programs, or refused to them.
_exit, _kill_group, _kill_one, _fork = os._exit, os.killpg, os.kill, os.fork


class Template:
    """The process, seen from the server, whose child it is and with which it ends.

    `process` is its number, `ended` a descriptor that can be read from when a child has ended, and
    `last` tells of the last child.
    """

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self.last = kernel.Ending(self._page)
        self._hear, self._go = os.pipe()
        self.ended, self._tell = os.pipe()
        self.process = 0

    def start(self, begin: Callable[[], None], be_child: Callable[[], NoReturn]) -> None:
        """Start the process, which calls `begin` once, and `be_child` in each child. Raises
        BrokenPipeError where it ends."""
        self.process = _fork()
        if self.process == 0:
            try:
                self._get_ready()
                begin()
                for _ in range(_TIMES):
                    self._fork_one(be_child)
                self._serve(be_child)
            finally:
                _exit(0)
        os.close(self._hear)
        os.close(self._tell)
        self.end()

    def _get_ready(self) -> None:
        os.close(self._go)
        os.close(self.ended)
        self._page.madvise(mmap.MADV_DONTFORK)  # children do not have it
        kernel.adopt_orphans()

    def _serve(self, be_child: Callable[[], NoReturn]) -> None:
        hear, tell = self._hear, self._tell
        os.write(tell, _CLEAR)
        while os.read(hear, 1):
            os.write(tell, _CLEAR if self._fork_one(be_child) else _UNCLEAR)

    def _fork_one(self, be_child: Callable[[], NoReturn]) -> bool:
        """Fork a child and wait for its end; whether nobody that it made is left."""
        child = _fork()
        if child == 0:
            be_child()
        self.last.wait(child)
        return kernel.is_alone()

    def fork(self) -> None:
        """Have a child forked, which begins at once. Raises BrokenPipeError as `end` does."""
        self.last.clear()
        os.write(self._go, b"f")

    def kill(self) -> None:
        """Kill the child, if it is there yet, and whom it has in its group."""
        child = self.last.child
        for kill in (_kill_group, _kill_one) if child else ():
            try:
                kill(child, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass

    def end(self) -> bool:
        """Wait for the child's end, which `last` then tells of; whether nobody that it made is
        left. Raises BrokenPipeError where the process itself has ended."""
        told = os.read(self.ended, 1)
        if not told:
            self.kill()
            raise BrokenPipeError("the process that forks has ended")
        return told == _CLEAR

    def close(self) -> None:
        """Let the process end."""
        os.close(self._go)
