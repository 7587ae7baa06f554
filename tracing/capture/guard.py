"""What a program is refused, and how it is noticed.

A program that is refused something real is no longer the program that was meant: its run ends there
and its record says so. The audit hook is the witness, and refusing functions stand in the place of
those that send no audit event; the limits of the kernel are the wall.
"""

from __future__ import annotations

import _imp
import errno
import fcntl
import functools
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, NoReturn

from . import codes, collected, hidden, kernel, paths, unheard
from .pinned import PLACE

Stop = Callable[[str, str], NoReturn]  # reason, detail

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DENIED = frozenset(
    """fcntl.flock fcntl.lockf os.chown os.exec os.fork os.forkpty os.lockf os.posix_spawn
    os.removexattr os.setxattr os.spawn os.system pty.spawn signal.pthread_kill socket.bind
    socket.connect socket.getaddrinfo socket.gethostbyaddr socket.gethostbyname socket.getnameinfo
    socket.getservbyname socket.getservbyport socket.sendmsg socket.sendto socket.sethostname
    sqlite3.enable_load_extension sqlite3.load_extension subprocess.Popen syslog.openlog
    syslog.syslog""".split()
)
# What changes files, and which of its arguments name them.
_CHANGES = {
    "os.chmod": (0,),
    "os.link": (0, 1),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
# Functions that send no event, by their modules.
_REFUSED = {
    "_multiprocessing": "sem_unlink",
    "_posixshmem": "shm_open shm_unlink",
    "_posixsubprocess": "fork_exec",
    "_socket": "getprotobyname if_indextoname if_nameindex if_nametoindex",
    "_uuid": "generate_time_safe",
    "faulthandler": "dump_traceback dump_traceback_later register",  # of the recorder's frames, too
    "posix": """chroot copy_file_range initgroups login_tty memfd_create mkfifo mknod nice openpty
        pathconf pidfd_open
        posix_fallocate sched_setaffinity sched_setparam sched_setscheduler sendfile setegid seteuid
        setgid setgroups setpgid setpriority setregid setresgid setresuid setreuid setsid setuid
        splice sync tcsetpgrp""",
    "readline": "append_history_file read_history_file read_init_file write_history_file",
    "signal": "pidfd_send_signal",
    "time": "clock_settime clock_settime_ns",
}
_COPIES = {
    "posix": ("os",),
    "_socket": ("socket",),
    "signal": ("_signal",),
    "_posixsubprocess": ("subprocess",),
}
_LISTINGS = frozenset({"os.listdir", "os.scandir", "os.chdir", "os.getxattr", "os.listxattr"})
# Of no interest, and very frequent.
_ORDINARY = frozenset({"builtins.id", "marshal.dumps", "object.__getattr__"})
_TAMPERING = frozenset(
    """cpython.PyInterpreterState_New gc.get_referrers sys._current_exceptions
    sys._current_frames sys.addaudithook""".split()
)
# Modules that open files, or reach out further, without an event.
_UNHEARD = frozenset({"_dbm", "_gdbm", "_tkinter", "nis", "ossaudiodev", "spwd"})
_OF_TESTS = frozenset({"_testbuffer", "_testcapi", "_testinternalcapi", "_xxsubinterpreters"})
_OF_OTHERS = frozenset({fcntl.F_SETOWN, fcntl.F_SETSIG, fcntl.F_SETLEASE, fcntl.F_NOTIFY})
_OWN_LIMITS = frozenset({resource.RLIMIT_STACK})  # harmless
_LEVELS = 3  # from a judge to who caused the event: one of ours, the hook, and that
# What types refer to are their methods, and what sealed functions refer to is the recorder.
_LEADS_FURTHER = (type, MappingProxyType, type(hidden.seal(len)))

_getpid, _gettrace, _setrlimit = os.getpid, sys.gettrace, resource.setrlimit


class Guard:
    """Ends the run where the program is refused something, or interferes with its recording.

    What does not exist, on any machine, is not refused: that answer is the true one. The recorder
    itself passes while `open` is True, as it is until a program's process is armed.
    """

    def __init__(self, blind: hidden.Blind, readable: tuple[str, ...], scratch: bool) -> None:
        """`readable` are the files and folders that programs may read; `scratch`: they may write in
        their working directory."""
        self.open = True
        self._blind = blind
        self._stop: Stop
        self._readable = readable
        self._folders = tuple([f"{path}/" for path in readable])
        self._scratch = scratch
        # What the program takes for the trace function.
        self._decoy = hidden.seal(lambda *args: self._stop("tampered", "the trace function called"))
        self._makers = codes.judge_makers(blind.caller, self._is_safe, self._refuse_code)
        unheard.judge_certificates(lambda path: self._judge_path(path, 0))
        unheard.judge_databases(self._judge_database, lambda what: self._stop("tampered", what))
        self._judges: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "code.__new__": self._judge_code,
            "gc.get_objects": self._judge_listing,
            "gc.get_referents": self._judge_referents,
            "fcntl.fcntl": lambda args: self._judge_command(args[1]),
            "fcntl.ioctl": lambda args: self._judge_request(args[1]),
            "import": self._judge_import,
            "marshal.load": self._judge_code,
            "marshal.loads": self._judge_code,
            "open": lambda args: self._judge_path(args[0], args[2]),
            "os.kill": self._judge_kill,
            "os.killpg": self._judge_kill,
            "resource.prlimit": lambda args: self._judge_limit(args[1]),
            "resource.setrlimit": lambda args: self._judge_limit(args[0]),
            "socket.__new__": self._judge_socket,
            "sqlite3.connect": lambda args: self._judge_database(args[0]),
            "sys._getframe": self._judge_look,
        }
        for event in _LISTINGS:
            self._judges[event] = lambda args: self._judge_path(args[0] or ".", 0)
        for event, places in _CHANGES.items():
            self._judges[event] = functools.partial(self._judge_change, event, places)
        self._replace()
        self._compiled = frozenset(filter(_is_compiled, sys.modules))
        sys.addaudithook(self._hook())

    def arm(self, stop: Stop) -> None:
        """Guard this process and its children, once `open` is False."""
        self._stop = stop

    def _hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """The audit hook: it runs at each `id(x)` and `frame.f_code`, the recorder's too."""

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if event not in _ORDINARY and not self.open:
                self._hear(event, args)

        return hook

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        judge = self._judges.get(event)
        if judge is not None:
            judge(args)
        elif event in _DENIED:
            self._stop("denied", event)
        elif event in _TAMPERING or event.startswith("ctypes."):
            self._stop("tampered", event)

    def _replace(self) -> None:
        """Put functions of ours in the place of some of the interpreter's."""
        self._blind.stop = lambda what: self._stop("tampered", what)
        # Not by their events: the interpreter and the recorder raise these too.
        hidden.seal_as(sys, "gettrace", lambda: None if _gettrace() is None else self._decoy)
        hidden.seal_as(sys, "settrace", self._settrace)
        hidden.seal_as(sys, "setprofile", self._setprofile)
        for name in ("create_builtin", "create_dynamic"):
            hidden.seal_as(_imp, name, self._creator(getattr(_imp, name)))
        for module, names in _REFUSED.items():
            if find_spec(module) is not None:  # not every interpreter has them all
                for name in names.split():
                    self._refuse(module, name)

    def _refuse(self, module: str, name: str) -> None:
        homes = [import_module(home) for home in (module, *_COPIES.get(module, ()))]
        real = getattr(homes[0], name)

        def refuse(*arguments: Any, **named: Any) -> Any:
            if not self.open:
                self._stop("denied", f"{module}.{name}")
            return real(*arguments, **named)

        for home in homes:
            for known in (name, f"_{name}"):
                if hasattr(home, known):
                    hidden.seal_as(home, known, refuse)

    def _creator(self, create: Callable[..., Any]) -> Callable[..., Any]:
        """In place of what makes modules of C: none is made a second time, for that would have its
        own functions again."""

        def create_module(*spec: Any) -> Any:
            module = create(*spec)
            name = getattr(module, "__name__", None)
            if not self.open and name in self._compiled:
                self._stop("tampered", f"another module {name}")
            return module

        return create_module

    def _settrace(self, function: object, /) -> None:
        """In place of `sys.settrace`. To set what is there, as doctest does, is no harm."""
        if function is not (None if _gettrace() is None else self._decoy):
            self._stop("tampered", "sys.settrace")

    def _setprofile(self, function: object, /) -> None:
        """In place of `sys.setprofile`."""
        if function is not None:
            self._stop("tampered", "sys.setprofile")

    def _judge_code(self, args: tuple[Any, ...]) -> None:
        if self._blind.caller(_LEVELS).f_code not in self._makers:
            self._refuse_code()

    def _is_safe(self, path: str) -> bool:
        """Whether no program can have written a file."""
        name, climbs = paths.absolute(path)
        return self._may_read(name) and not climbs

    def _refuse_code(self) -> None:
        if not self.open:
            self._stop("tampered", "a code object of its own making")

    def _judge_listing(self, args: tuple[Any, ...]) -> None:
        if self._blind.caller(_LEVELS).f_code is not collected.LISTS:
            self._stop("tampered", "gc.get_objects")

    def _judge_referents(self, args: tuple[Any, ...]) -> None:
        if any(issubclass(type(value), _LEADS_FURTHER) for value in args[0]):
            self._stop("tampered", "gc.get_referents")

    def _judge_import(self, args: tuple[Any, ...]) -> None:
        name = str.rpartition(args[0], ".")[2]  # what precedes it, C does not look at
        file = args[1]
        if name in _OF_TESTS or (file is not None and self._is_another(name, file)):
            self._stop("tampered", f"import {args[0]}")
        if name in _UNHEARD:
            self._stop("denied", f"import {args[0]}")

    def _is_another(self, name: str, file: str) -> bool:
        """Whether a module of C is there already, or is one that a program can have made."""
        self._judge_path(file, 0)
        return name in self._compiled or paths.is_below(paths.absolute(file)[0], PLACE)

    def _judge_kill(self, args: tuple[Any, ...]) -> None:
        if args[0] != _getpid():
            self._stop("denied", "os.kill")

    def _judge_limit(self, kind: int) -> None:
        if kind not in _OWN_LIMITS:
            self._stop("denied", "resource.setrlimit")

    def _judge_socket(self, args: tuple[Any, ...]) -> None:
        if args[1] not in (socket.AF_UNIX, -1):  # an event loop makes a pair of its own
            self._stop("denied", "socket.__new__")

    def _judge_database(self, path: Any) -> None:
        if not (type(path) is str and path == ":memory:") and not self._may_change(path):
            self._stop("denied", "a database in a file")

    def _judge_change(self, event: str, places: tuple[int, ...], args: tuple[Any, ...]) -> None:
        if not all(self._may_change(args[place]) for place in places):
            self._stop("denied", event)

    def _may_change(self, path: Any) -> bool:
        """Whether a path is in the working directory, and that is one to write in."""
        if not self._scratch or issubclass(type(path), int):
            return False
        name, climbs = paths.absolute(path)
        return not climbs and name.startswith(f"{PLACE}/")

    def _judge_command(self, command: int) -> None:
        if command in _OF_OTHERS:
            self._stop("denied", "fcntl.fcntl")

    def _judge_request(self, request: int) -> None:
        if request not in kernel.REQUESTS:
            self._stop("denied", "fcntl.ioctl")

    def _judge_look(self, args: tuple[Any, ...]) -> None:
        if not self._blind.looks:
            self._stop("tampered", "another sys._getframe")

    def _judge_path(self, path: Any, flags: int) -> None:
        if issubclass(type(path), int):
            return
        name, climbs = paths.absolute(path)
        if flags & _WRITES and name != os.devnull and not self._may_change(path):
            self._stop("denied", f"open for writing: {name}")
        if climbs or not (self._may_read(name) or paths.is_below(name, PLACE)):
            if climbs or paths.is_known(name):
                self._stop("denied", f"open: {name}")
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def place(self, path: Any) -> Any:
        """Where to look for what a program asks of a path; None where it is not to be seen."""
        if not paths.has_text(path):
            return path
        name, climbs = paths.absolute(path)
        if name == PLACE:
            return "."
        leads_there = any(
            folder.startswith(f"{name}/".replace("//", "/")) for folder in self._folders
        )
        is_seen = leads_there or self._may_read(name) or paths.is_below(name, PLACE)
        return path if is_seen and not climbs else None

    def _may_read(self, name: str) -> bool:
        return name in self._readable or name.startswith(self._folders)


def _is_compiled(name: str) -> bool:
    """Whether a module that is loaded is one of C."""
    file = getattr(sys.modules[name], "__file__", None)
    return file is None or file.endswith(".so")


Bounds = list[tuple[int, tuple[int, int]]]  # kinds of limits, and the limits


def bounds(memory: int, cpu_seconds: int, output: int, processes: int, files: int) -> Bounds:
    """The kernel's limits of a program's process: bytes, seconds, numbers."""
    fixed = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: output,
        resource.RLIMIT_NOFILE: files,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_CORE: 0,
    }
    seconds = (resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    return [*((kind, (value, value)) for kind, value in fixed.items()), seconds]


def limit(bounds: Bounds, beyond: int) -> None:
    """Set limits of this process, which may have `beyond` more bytes of addresses than it is
    allowed memory."""
    for kind, values in bounds:
        if kind == resource.RLIMIT_AS:
            values = values[0] + beyond, values[1] + beyond
        _setrlimit(kind, values)


def end_where_files_grow() -> None:
    """Have this process and its children end where a file grows beyond its limit. Python ignores
    that, and has the write fail."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
