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
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import paths, pinned
from .hidden import seal_as

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
_MOMENT = pinned.START_NS // 10**9
_FOLDER = posix.stat_result((0o40755, 1, 1, 2, _USER, _USER, 0, _MOMENT, _MOMENT, _MOMENT))
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
        for name in ("getpgid", "getsid"):
            self._put(posix, name, lambda process, /: _PROCESS)
        send = _to_whom(posix.kill)  # its group is the program alone
        for name in ("kill", "killpg"):
            self._put(posix, name, send)
        for name in ("statvfs", "fstatvfs"):
            self._put(posix, name, lambda path, /: _SPACE)
        self._put(posix, "sysconf", _configured)
        self._put(resource, "getrusage", lambda who, /: resource.struct_rusage(_USAGE))
        for name in ("stat", "lstat", "readlink"):
            self._put(posix, name, self._asking(getattr(posix, name)))
        self._put(posix, "access", self._accessing(posix.access))
        for name in () if scratch else ("chdir", "listdir", "scandir"):
            self._put(posix, name, self._going(getattr(posix, name)))
        for module in (vars(socket)["_socket"], socket):
            self._put(module, "gethostname", lambda: _HOST)
        self._put_users()
        vars(platform)["_uname_cache"] = None

    def _put(self, module: ModuleType, name: str, function: Callable[..., Any]) -> None:
        real = getattr(module, name)

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
            self._put(module, f"get{kind}{number}", _finder(entry, 2))
            self._put(module, f"get{kind}nam", _finder(entry, 0))
            self._put(module, f"get{kind}all", _listing(entry))

    def _asking(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(path: Any, **named: Any) -> Any:
            path = paths.plain(path)
            place = self._place(path)
            if place is None and path is not None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
            return _FOLDER if place == "." and ask is not _readlink else ask(place, **named)

        return asked

    def _accessing(self, ask: Callable[..., bool]) -> Callable[..., bool]:
        def asked(path: Any, mode: int, **named: Any) -> bool:
            path = paths.plain(path)
            place = self._place(path)
            return (place is not None or path is None) and ask(place, mode, **named)

        return asked

    def _going(self, go: Callable[..., Any]) -> Callable[..., Any]:
        def gone(*where: Any, **named: Any) -> Any:
            where = tuple(map(paths.plain, where))
            is_here = where and self._place(where[0]) == "."
            return go(".") if is_here else go(*where, **named)

        return gone


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


def _listing(entry: Any) -> Callable[[], list[Any]]:
    return lambda: [entry]


def _to_whom(send: Callable[[int, int], None]) -> Callable[[int, int], None]:
    return lambda whom, number, /: send(_own() if whom == _PROCESS else whom, number)


def _configured(name: Any, /) -> int:
    number = posix.sysconf_names.get(name) if issubclass(type(name), str) else name
    return _CONFIGURED[number] if number in _CONFIGURED else _sysconf(name)


def _finder(entry: Any, position: int) -> Callable[[Any], Any]:
    def find(key: Any, /) -> Any:
        if key != entry[position]:
            raise KeyError(f"not found: {key!r}")
        return entry

    return find
