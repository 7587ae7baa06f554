"""The machine, pinned: a program sees the same process, user and host wherever it runs, and of the
files that are there those that it may read.
"""

from __future__ import annotations

import errno
import grp
import os
import platform
import posix
import pwd
import resource
import socket
import stat
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import paths, pinned
from .hidden import seal, seal_as
from .pinned import in_place_of

_PROCESS, _PARENT, _USER = 2, 1, 1000
_NAME, _HOST, _HOME = "user", "localhost", "/program"
_FIXED: dict[str, Any] = {
    "getpid": _PROCESS,
    "getpgrp": _PROCESS,
    "getppid": _PARENT,
    **dict.fromkeys(("getuid", "geteuid", "getgid", "getegid"), _USER),
    **dict.fromkeys(("getresuid", "getresgid"), (_USER,) * 3),
    "getlogin": _NAME,
    "getloadavg": (0.0, 0.0, 0.0),
    "cpu_count": 1,
    "times": posix.times_result((0.0,) * 5),
    "uname": posix.uname_result(("Linux", _HOST, "6.0", "#1", "x86_64")),
}
_USAGE = (0.0, 0.0, 1 << 14, *(0,) * 13)  # of time, memory, pages, ...
_SPACE = posix.statvfs_result((4096, 4096, 1 << 20, 1 << 19, 1 << 19, 0, 0, 0, 0, 255))
_NS = 10**9
# Of the settings of the system, those that tell of this machine: processors, pages of memory.
_CONFIGURED = {
    posix.sysconf_names[name]: value
    for name, value in {
        "SC_NPROCESSORS_CONF": 1,
        "SC_NPROCESSORS_ONLN": 1,
        "SC_PHYS_PAGES": 1 << 20,
        "SC_AVPHYS_PAGES": 1 << 19,
    }.items()
}
_ABLE = os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks
_own, _readlink, _sysconf = os.getpid, posix.readlink, posix.sysconf
_is_file, _is_folder = stat.S_ISREG, stat.S_ISDIR


class Machine:
    """Answers in the machine's place while `runs` says that a program runs. `place` tells where to
    look for a path: None, for it is not to be seen. Without `scratch` the working directory has no
    name but a pinned one."""

    def __init__(
        self, runs: Callable[[], bool], place: Callable[[Any], Any], scratch: bool
    ) -> None:
        self._runs = runs
        self._place = place
        for name, value in _FIXED.items():
            self._put(posix, name, _always(value))
        self._put(posix, "getgroups", lambda: [_USER])
        self._put(posix, "sched_getaffinity", lambda process, /: {0})
        self._put(posix, "getpgid", lambda pid: _PROCESS)
        self._put(posix, "getsid", lambda process, /: _PROCESS)
        send = _to_whom(posix.kill)  # its group is the program alone
        for name in ("kill", "killpg"):
            self._put(posix, name, send)
        self._put(posix, "statvfs", lambda path: _SPACE)
        self._put(posix, "fstatvfs", lambda fd, /: _SPACE)
        self._put(posix, "sysconf", _configured)
        self._put(resource, "getrusage", _using(resource.getrusage))
        for name in ("stat", "lstat", "readlink"):
            self._put(posix, name, self._asking(getattr(posix, name)))
        self._put(posix, "fstat", _telling(posix.fstat))
        self._put(posix, "access", self._accessing(posix.access))
        for name in () if scratch else ("chdir", "listdir", "scandir"):
            self._put(posix, name, self._going(getattr(posix, name)))
        for module in (vars(socket)["_socket"], socket):
            self._put(module, "gethostname", lambda: _HOST)
        self._put_users()
        _put_platform()

    def _put(self, module: ModuleType, name: str, function: Callable[..., Any]) -> None:
        real = getattr(module, name)
        function = in_place_of(real, function)

        def answer(*arguments: Any, **named: Any) -> Any:
            return (function if self._runs() else real)(*arguments, **named)

        for home in (module, os) if module is posix else (module,):
            seal_as(home, name, answer)
            for able in _ABLE:
                if real in able:
                    able.add(getattr(home, name))

    def _put_users(self) -> None:
        user = pwd.struct_passwd((_NAME, "x", _USER, _USER, "", _HOME, "/bin/sh"))
        group = grp.struct_group((_NAME, "x", _USER, []))
        for module, entry, kind, number in ((pwd, user, "pw", "uid"), (grp, group, "gr", "gid")):
            for name, position in ((number, 2), ("name", 0)):
                function = f"get{kind}{name[:3]}"
                find = _finder(getattr(module, function), name, entry, position)
                self._put(module, function, find)
            self._put(module, f"get{kind}all", _listing(entry))

    def _asking(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(path: Any, **named: Any) -> Any:
            path = paths.plain(path)
            if paths.is_none(path):
                return ask(path, **named)
            place = self._place(path)
            if place is None and path is not None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
            if ask is _readlink:
                return ask(place, **named)
            return _FOLDER if place == "." else _of_any_run(ask(place, **named))

        return asked

    def _accessing(self, ask: Callable[..., bool]) -> Callable[..., bool]:
        def asked(path: Any, mode: int, **named: Any) -> bool:
            path = paths.plain(path)
            if paths.is_none(path):
                return ask(path, mode, **named)
            place = self._place(path)
            return (place is not None or path is None) and ask(place, mode, **named)

        return asked

    def _going(self, go: Callable[..., Any]) -> Callable[..., Any]:
        def gone(*where: Any, **named: Any) -> Any:
            where = tuple(map(paths.plain, where))
            is_here = where and not paths.is_none(where[0]) and self._place(where[0]) == "."
            return go(".") if is_here else go(*where, **named)

        return gone


def _put_platform() -> None:
    """`platform` starts other programs to find out about the processor and the interpreter's file;
    where there are none it answers so, too."""
    names = vars(platform)
    names["_uname_cache"] = None
    names["_Processor"].from_subprocess = seal(lambda: None)
    names["_syscmd_file"] = seal(lambda target, default="": default)


def _status(mode: int, links: int, size: int) -> posix.stat_result:
    """Of what is there since the program began."""
    ns = pinned.START_NS
    times = (*[ns // _NS] * 3, *[ns / _NS] * 3, *[ns] * 3)
    return posix.stat_result((mode, 1, 1, links, _USER, _USER, size, *times, 4096, 0, 0))


_FOLDER = _status(0o40755, 2, 0)


def _of_any_run(found: posix.stat_result) -> posix.stat_result:
    """What is told of a file; of a pipe, a device or what has no name, nothing of this run."""
    is_named = found.st_nlink and (_is_file(found.st_mode) or _is_folder(found.st_mode))
    return found if is_named else _status(found.st_mode, 1, found.st_size)


def _telling(real: Callable[[int], posix.stat_result]) -> Callable[[int], posix.stat_result]:
    return lambda fd: _of_any_run(real(fd))


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


def _listing(entry: Any) -> Callable[[], list[Any]]:
    return lambda: [entry]


def _to_whom(send: Callable[[int, int], None]) -> Callable[[int, int], None]:
    return lambda whom, number, /: send(_own() if whom == _PROCESS else whom, number)


def _using(real: Callable[[int], Any]) -> Callable[[int], Any]:
    def use(who: int, /) -> Any:
        real(who)  # which knows whom one can ask for
        return resource.struct_rusage(_USAGE)

    return use


def _configured(name: Any, /) -> int:
    number = posix.sysconf_names.get(name) if issubclass(type(name), str) else name
    return _CONFIGURED[number] if number in _CONFIGURED else _sysconf(name)


def _finder(
    real: Callable[[Any], Any], what: str, entry: Any, position: int
) -> Callable[[Any], Any]:
    kind = type(entry[position])

    def find(key: Any, /) -> Any:
        if type(key) is not kind:
            real(key)  # which refuses it
        if key != entry[position]:
            raise KeyError(f"{real.__name__}(): {what} not found: {key!r}")
        return entry

    return find
