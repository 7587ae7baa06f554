"""The walls around programs, by level. What a program may do is the same behind all of them (see
`guard`); they differ in what holds where the guard should not.

strict     a world of its own (`namespaces`), and what the next level has
container  a user of its own where root can give one, no privileges, Landlock, a filter of system
           calls; needs no right that an ordinary container lacks
unsafe     the kernel's limits alone

Whether the walls stand is found out by walking into them (`Isolation.prove`).
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from . import kernel, landlock, namespaces, seccomp
from .pinned import PLACE

STRICT, CONTAINER, UNSAFE = "strict", "container", "unsafe"
_DONE = 3  # exit status of a process that came to the end of what it was to try
_SWEEP_SECONDS = 5.0
# Before they are pinned for programs.
_clock, _getpid, _kill = time.monotonic, os.getpid, os.kill
_ATTACH = 16  # of `ptrace`
_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/run")
_SECRETS = ("/", "/etc/passwd", "/proc/self/environ", "/proc/1/cmdline")


class IsolationError(Exception):
    """A level cannot be had here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`readable` are the files and folders that programs may read, `packages` those of them that
    hold installed packages, `libraries` those that the interpreter must read; `user` is the number
    of a user that nobody else is, where root can become one; `scratch` the bytes that a program may
    keep in its working directory."""

    level: str
    readable: Sequence[str]
    packages: Sequence[str]
    libraries: Sequence[str]
    user: int | None
    scratch: int


class Isolation:
    """The walls of this process and its children."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._there = [path for path in plan.readable if os.path.lexists(path)]
        self._has_own_user = False
        self._has_landlock = False
        self._small: seccomp.Filter | None = None
        self.follow = kernel.ending_with_parent(signal.SIGKILL)  # called in a child: end with us
        self._parent = 0

    def enter(self) -> None:
        """Go to where programs run. Raises IsolationError."""
        plan = self._plan
        if plan.level != UNSAFE and not kernel.is_known():
            raise IsolationError(f"not known how on other machines than {kernel.MACHINE}")
        if plan.scratch and plan.level != STRICT:
            raise IsolationError(f"level {plan.level} cannot give a working directory of a size")
        try:
            if plan.level == STRICT:
                shown = (*plan.readable, *plan.libraries)
                namespaces.enter(namespaces.World(shown, PLACE, plan.scratch), plan.user)
            else:
                _leave_for_nowhere()
                self._change_user()
        except OSError as error:
            raise IsolationError(str(error)) from None

    def _change_user(self) -> None:
        plan = self._plan
        if plan.level == CONTAINER and plan.user is not None and self._can_work_as(plan.user):
            kernel.become(plan.user)
            self._has_own_user = True

    def _can_work_as(self, user: int) -> bool:
        """Whether that user can read what programs may read."""
        return _comes_through(lambda: _work_as(user, self._there))

    def close(self) -> None:
        """Raise the walls that also hold for this process itself. Raises IsolationError."""
        plan = self._plan
        self._parent = os.getpid()
        kernel.be_inspected(False)
        if plan.level == UNSAFE:
            return
        try:
            kernel.give_up_privileges()
            self._has_landlock = landlock.version() > 0
            if self._has_landlock:
                places = [PLACE] if plan.scratch else []
                landlock.restrict((".", *plan.readable, *plan.libraries), [os.devnull], places)
            self._small = seccomp.Filter(seccomp.small(self._has_landlock))
            large = seccomp.Filter(seccomp.large(bool(plan.scratch)))
            large.install(self._parent)
            _check_readable(self._there)
        except OSError as error:
            raise IsolationError(str(error)) from None

    def close_child(self) -> None:
        """Raise the rest of the walls, in a child that has all that it needs."""
        if self._small:
            self._small.install(_getpid())

    @property
    def description(self) -> str:
        """The level, and what it is made of."""
        plan = self._plan
        if plan.level == UNSAFE:
            return f"{plan.level}: limits alone"
        own_user = plan.level == STRICT or self._has_own_user
        made = [
            *(["namespaces"] if plan.level == STRICT else []),
            "a user of its own" if own_user else "no user of its own",
            "Landlock" if self._has_landlock else "no Landlock",
            "seccomp",
        ]
        return f"{plan.level}: {', '.join(made)}"

    def prove(self) -> None:
        """Walk into every wall, as a program's process would. Raises IsolationError, naming those
        that are not there."""
        if self._plan.level == UNSAFE:
            return
        missing = [what for what, walk in self._walks() if _comes_through(walk)]
        if missing:
            raise IsolationError(f"a program could {', '.join(dict.fromkeys(missing))}")

    def _walks(self) -> list[tuple[str, Callable[[], object]]]:
        """What a program could do without walls, and how; each is tried behind them."""
        plan = self._plan
        folders = [*_WRITABLE, *plan.readable, *plan.libraries, *([] if plan.scratch else ["."])]
        secrets = _SECRETS if self._has_landlock else ()
        new_users = ctypes.c_ulong(1 << 28)
        walks: list[tuple[str, Callable[[], object]]] = [
            *(("write to files", functools.partial(_write_in, folder)) for folder in folders),
            *(("read files", functools.partial(os.open, path, os.O_RDONLY)) for path in secrets),
            ("start a process", os.fork),
            ("run another program", lambda: kernel.system("execve", b"/bin/true", None, None)),
            ("reach the network", lambda: socket.socket(socket.AF_INET)),
            ("signal a process", lambda: kernel.system("kill", self._parent, 0)),
            ("look into a process", lambda: kernel.system("ptrace", _ATTACH, self._parent)),
            ("make a namespace", lambda: kernel.system("unshare", new_users)),
            ("keep memory in files", lambda: os.memfd_create("wall")),
            ("choose processors", lambda: kernel.set_processors(0, {kernel.processor()})),
        ]
        return [(what, functools.partial(self._behind, walk)) for what, walk in walks]

    def _behind(self, walk: Callable[[], object]) -> None:
        self.close_child()
        walk()

    def tidy(self) -> bool:
        """Remove what a program has left in the working directory; False where that cannot be
        done."""
        return not self._plan.scratch or _empty()

    def end_all(self) -> None:
        """End all other processes that are here."""
        if self._plan.level == STRICT or self._has_own_user:
            try:
                _kill(-1, signal.SIGKILL)  # whom one may: processes of this user, but not itself
            except ProcessLookupError:
                pass
        _collect()


def _write_in(folder: str) -> None:
    os.open(folder, os.O_WRONLY | os.O_TMPFILE)  # which leaves nothing behind


def _comes_through(walk: Callable[[], object]) -> bool:
    """Whether a child that does something is neither stopped nor told that it failed."""
    child = os.fork()
    if child == 0:
        _walk(walk)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == _DONE


def _walk(walk: Callable[[], object]) -> NoReturn:
    status = 1
    try:
        walk()
        status = _DONE
    except OSError:
        pass
    finally:
        os._exit(status)


def _work_as(user: int, readable: Sequence[str]) -> None:
    kernel.become(user)
    _check_readable(readable)


def _check_readable(paths: Sequence[str]) -> None:
    """Raises OSError naming what cannot be read."""
    for path in paths:
        os.close(os.open(path, os.O_RDONLY))


def _leave_for_nowhere() -> None:
    """Make the working directory one that is empty, and that nothing can be put in: a deleted one.
    What it is called is pinned (`pinned`)."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.chmod(folder, 0o755)
    os.rmdir(folder)
    tempfile.tempdir = tempfile._name_sequence = None  # type: ignore[attr-defined] # as before


def _collect() -> None:
    """End the children, also those that became ours, and collect them."""
    deadline = _clock() + _SWEEP_SECONDS
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            _end_children()
            if _clock() > deadline:
                return


def _end_children() -> None:
    """Where processes cannot be looked at there are none that outlive `kill`."""
    own = str(os.getpid())
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in filter(str.isdecimal, names):
        try:
            with open(f"/proc/{name}/stat") as file:
                if file.read().rpartition(")")[2].split()[1] == own:
                    os.kill(int(name), signal.SIGKILL)
        except OSError:
            pass


def _empty() -> bool:
    """Remove everything in the working directory; False where that fails or takes too long."""
    deadline, others = _clock() + _SWEEP_SECONDS, itertools.count()
    while names := os.listdir(PLACE):
        if _clock() > deadline:
            return False
        for name in names:
            _remove(os.path.join(PLACE, name), others)
    return True


def _remove(path: str, others: Iterator[int]) -> None:
    """Remove a file; of a folder, move up what is in it, however deep that is, and remove it."""
    try:
        if not _is_folder(path):
            os.unlink(path)
            return
        for name in os.listdir(path):
            below = os.path.join(path, name)
            _is_folder(below)
            os.rename(below, os.path.join(PLACE, str(next(others))))
        os.rmdir(path)
    except OSError:  # of a name that is taken: the next one is tried the next time
        pass


def _is_folder(path: str) -> bool:
    """Whether this is a folder; one can then be read and moved."""
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    if is_folder:
        os.chmod(path, 0o700)
    return is_folder
