"""The fork server: a lean process with one thread that forks a child for each program.

It makes itself ready behind its walls and says so, or says why it cannot: one line of JSON. Then
the host sends, over the same socket, a request's deadline and size with two descriptors: a file in
memory that holds the request (marshalled), and the pipe for the result. The server answers with how
the child ended. It ends when the host closes the socket.
"""

from __future__ import annotations

import array
import gc
import json
import marshal
import os
import resource
import select
import signal
import socket
import struct
import tempfile
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NoReturn

from . import guard, kernel, pinned
from .isolation import Isolation, IsolationError, Plan
from .keepers import Keepers
from .plain import PlainRun
from .program import Channel, Run
from .rehearsal import rehearse

REQUEST = struct.Struct("<dq")  # wall seconds, bytes of the request
STATUS = struct.Struct("<i?dq")  # wait status, ended at the deadline, CPU seconds, peak bytes

_RESULT = 3  # the descriptor of the pipe for the result, in a child
_DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
_PROCESSORS = os.sched_getaffinity(0)
_SETTLED = 20  # milliseconds after which a child may leave the server's processor

# Before they are pinned for programs, or refused to them.
_exit, _kill_group, _kill_one = os._exit, os.killpg, os.kill
_set_group, _open_process, _loads = os.setpgid, os.pidfd_open, marshal.loads

# The standard modules that programs import most; importing them here costs each program nothing.
PRELOADED = """abc argparse array asyncio base64 bisect calendar cmath collections collections.abc
concurrent.futures contextlib copy csv dataclasses datetime decimal difflib enum fractions functools
hashlib heapq inspect io itertools json locale logging math numbers operator os pprint queue random
re secrets statistics string struct sys textwrap threading time timeit traceback types typing
unicodedata unittest uuid warnings weakref zoneinfo""".split()


class Server:
    """The process that forks. `control` is the socket to the host, `plan` tells the walls, `limits`
    those of each program, where a request has no others."""

    def __init__(self, control: socket.socket, plan: Plan, limits: dict[str, Any]) -> None:
        self._control = control
        self._plan = plan
        self._limits = limits
        self._isolation = Isolation(plan)
        self._keepers: Keepers
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def prepare(self, modules: Iterable[ModuleType], hear_of_forks: Callable[[], None]) -> None:
        """Make everything ready; ends the process where that fails. `modules` are the recorder's;
        `hear_of_forks` is called when all others are loaded."""
        try:
            self._isolation.enter()
            self._load(modules, hear_of_forks)
            self._isolation.close()
            self._isolation.prove()
        except IsolationError as error:
            self._tell(trouble=str(error))
            _exit(0)
        self._tell(isolation=self._isolation.description)

    def _load(self, modules: Iterable[ModuleType], hear_of_forks: Callable[[], None]) -> None:
        for name in PRELOADED:
            __import__(name)
        hear_of_forks()
        _add_site_builtins()
        if self._plan.scratch:
            tempfile.tempdir = pinned.PLACE
        pinned.pin()
        plan = self._plan
        self._keepers = Keepers(
            modules, tuple(plan.readable), bool(plan.scratch), bool(plan.packages)
        )
        kernel.adopt_orphans()
        guard.end_where_files_grow()
        rehearse(self._keepers)
        self._make_ready()
        gc.collect()
        gc.freeze()
        gc.disable()

    def _make_ready(self) -> None:
        """Make the runs that children go on with: traced and not, scripts and not."""
        limits = self._limits
        self._channel = Channel(_RESULT, limits["trace"])
        self._runs = {
            (kind, is_script): kind(limits, is_script, self._channel, self._keepers)
            for kind in (PlainRun, Run)
            for is_script in (True, False)
        }

    def _tell(self, **what: str) -> None:
        self._control.sendall(f"{json.dumps(what)}\n".encode())

    def serve(self) -> None:
        """Answer requests until the host is gone, or a program cannot be cleared away."""
        while True:
            message, descriptors = _receive(self._control)
            if not message:
                return
            seconds, size = REQUEST.unpack(message)
            if not self._answer(seconds, size, descriptors):
                return

    def _answer(self, seconds: float, size: int, descriptors: list[int]) -> bool:
        # The child begins where the server is, which waits then. Left to itself the kernel often
        # puts it where another server's child runs, and leaves this processor idle.
        kernel.run_on(0, {kernel.processor()})
        child = os.fork()
        if child == 0:
            self._be_child(size, *descriptors)
        late = self._watch(child, seconds)  # at once: what is written to now is copied
        _kill(child)
        _, status, usage = os.wait4(child, 0)
        for descriptor in descriptors:
            os.close(descriptor)
        is_clear = self._isolation.sweep()
        seconds = usage.ru_utime + usage.ru_stime
        kernel.run_on(0, _PROCESSORS)
        self._control.sendall(STATUS.pack(status, late, seconds, usage.ru_maxrss * 1024))
        return is_clear

    def _watch(self, child: int, seconds: float) -> bool:
        """Wait for the child's end; True where the deadline came first. Ends the server where the
        host goes away."""
        handle = _open_process(child)
        self._poll.register(handle, select.POLLIN)
        # No step is left out: the fewer ways there are, the less a server's memory, and with it the
        # addresses of a program's objects, tells of what ran before.
        whole = max(0, int(seconds * 1000))
        soon = min(whole, _SETTLED)
        self._poll.poll(soon)
        kernel.run_on(child, _PROCESSORS)
        ready = {number for number, _ in self._poll.poll(whole - soon)}
        self._poll.unregister(handle)
        os.close(handle)
        if self._control.fileno() in ready:  # nothing is sent in the middle: the host closed it
            _kill(child)
            _exit(0)
        return not ready

    def _be_child(self, size: int, request_file: int, result: int) -> NoReturn:
        """Everything of a child."""
        try:
            self._isolation.begin_child()
            _set_group(0, 0)
            # Its place moves on for the host too, which sees by that that the program began.
            request: dict[str, Any] = _loads(os.read(request_file, size))
            os.dup2(result, _RESULT)
            os.closerange(_RESULT + 1, _DESCRIPTORS)
            self._channel.key = request.pop("key")
            self._run_of(request).go(request, self._isolation.close_child)
        finally:
            _exit(1)

    def _run_of(self, request: dict[str, Any]) -> Run:
        """The run that is ready; made anew where the request has limits of its own."""
        kind, is_script = Run if request["traced"] else PlainRun, request["entry"] is None
        limits = request["limits"]
        if limits is None:
            return self._runs[kind, is_script]
        self._channel.most = limits["trace"]
        return kind(limits, is_script, self._channel, self._keepers)


def _add_site_builtins() -> None:
    """`exit`, `help` and others: an interpreter that is started as usual has them."""
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()


def _kill(child: int) -> None:
    try:
        _kill_group(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    try:
        _kill_one(child, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    message, ancillary, _, _ = control.recvmsg(REQUEST.size, socket.CMSG_LEN(2 * 4))
    descriptors = array.array("i")
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    return message, list(descriptors)
