"""What a program is refused, and how it is noticed.

A program that is refused something real is no longer the program that was meant: its run ends there
and its record says so. The audit hook is the witness; the limits of the kernel are the wall.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

Stop = Callable[[str, str], NoReturn]  # reason, detail

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DENIED = frozenset(
    """os.chmod os.chown os.exec os.fork os.forkpty os.link os.mkdir os.posix_spawn os.remove
    os.removexattr os.rename os.rmdir os.setxattr os.spawn os.symlink os.system os.truncate os.utime
    pty.spawn socket.bind socket.connect socket.getaddrinfo socket.gethostbyaddr
    socket.gethostbyname socket.getnameinfo socket.sendmsg socket.sendto
    subprocess.Popen""".split()
)
_LISTINGS = frozenset({"os.listdir", "os.scandir", "os.chdir"})
_ORDINARY = frozenset({"builtins.id", "object.__getattr__"})  # of no interest, and very frequent
_TAMPERING = frozenset("sys.addaudithook gc.get_objects gc.get_referrers".split())


class Guard:
    """Ends the run where the program is refused something, or interferes with its recording.

    `readable` are the files and folders that it may read. What does not exist is not refused: that
    answer is the true one. The recorder itself passes while `open` is True.
    """

    def __init__(self, stop: Stop, readable: tuple[str, ...]) -> None:
        self.open = True
        self._stop = stop
        self._readable = readable
        self._own = os.getpid()
        sys.addaudithook(self._hook())
        # Not by their events: the interpreter and the recorder raise these too.
        sys.settrace = self._settrace
        sys.setprofile = self._setprofile

    def _hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """The audit hook: it runs at each `id(x)` and `frame.f_code`, the recorder's too."""

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if event not in _ORDINARY and not self.open:
                self._hear(event, args)

        return hook

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._judge(args[0], args[2])
        elif event in _LISTINGS:
            self._judge(args[0] or ".", 0)
        elif event in _DENIED:
            self._stop("denied", event)
        elif event in _TAMPERING or event.startswith("ctypes."):
            self._stop("tampered", event)
        elif event == "socket.__new__":
            if args[1] not in (socket.AF_UNIX, -1):  # an event loop makes a pair of its own
                self._stop("denied", event)
        elif event in ("os.kill", "os.killpg") and args[0] != self._own:
            self._stop("denied", event)

    def _settrace(self, function: object, /) -> None:
        """In place of `sys.settrace`. To set what is there, as doctest does, is no harm."""
        if function is not sys.gettrace():
            self._stop("tampered", "sys.settrace")

    def _setprofile(self, function: object, /) -> None:
        """In place of `sys.setprofile`."""
        if function is not None:
            self._stop("tampered", "sys.setprofile")

    def _judge(self, path: Any, flags: int) -> None:
        if isinstance(path, int):
            return
        name = os.path.abspath(os.fsdecode(path))
        if flags & _WRITES and name != os.devnull:
            self._stop("denied", f"open for writing: {name}")
        if not name.startswith(self._readable) and os.path.lexists(name):
            self._stop("denied", f"open: {name}")


def limit(memory: int, cpu_seconds: int, output: int, processes: int, files: int) -> None:
    """Set the kernel's limits of this process: bytes, seconds, numbers."""
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
