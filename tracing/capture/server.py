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
import socket
import struct
import tempfile
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NoReturn

from . import guard, kernel, pinned, room
from .isolation import Isolation, IsolationError, Plan
from .keepers import Keepers
from .plain import PlainRun
from .program import Channel, Run
from .rehearsal import rehearse
from .template import Template

REQUEST = struct.Struct("<dq")  # wall seconds, bytes of the request
STATUS = struct.Struct("<i?dq")  # wait status, ended at the deadline, CPU seconds, peak bytes

_RESULT = 3  # the descriptor of the pipe for the result, in a child
_DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
_PROCESSORS = os.sched_getaffinity(0)
_SETTLED = 20  # milliseconds after which a child may leave the server's processor

# Before they are pinned for programs, or refused to them.
_exit, _set_group, _loads = os._exit, os.setpgid, marshal.loads

# The standard modules that programs import most; importing them here costs each program nothing.
PRELOADED = """abc argparse array asyncio base64 bisect calendar cmath collections collections.abc
concurrent.futures contextlib copy csv dataclasses datetime decimal difflib enum fractions functools
hashlib heapq inspect io itertools json locale logging math numbers operator os pprint queue random
re secrets statistics string struct sys textwrap threading time timeit traceback types typing
unicodedata unittest uuid warnings weakref zoneinfo""".split()


class Server:
    """The process that answers. `control` is the socket to the host, `plan` tells the walls,
    `limits` those of each program, where a request has no others; `fixed`, whether memory is to be
    at the same addresses in every run."""

    def __init__(
        self, control: socket.socket, plan: Plan, limits: dict[str, Any], fixed: bool
    ) -> None:
        self._control = control
        self._plan = plan
        self._limits = limits
        self._fixed = fixed
        self._taken = 0  # bytes of addresses that are no memory
        self._isolation = Isolation(plan)
        self._keepers: Keepers
        self._template = Template()
        self._poll = select.poll()
        self._poll.register(control, 0)  # of nothing but that the host has closed it
        self._poll.register(self._template.ended, select.POLLIN)

    def prepare(self, modules: Iterable[ModuleType], hear_of_forks: Callable[[], None]) -> None:
        """Make everything ready; ends the process where that fails. `modules` are the recorder's;
        `hear_of_forks` is called when all others are loaded."""
        try:
            self._isolation.enter()
            self._load(modules, hear_of_forks)
            self._isolation.close()
            self._isolation.prove()
            self._template.start(self._begin_template, self._be_child)
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
        turns = pinned.pin()
        plan = self._plan
        self._keepers = Keepers(
            modules, tuple(plan.readable), bool(plan.scratch), bool(plan.packages), turns
        )
        kernel.adopt_orphans()
        guard.end_where_files_grow()
        gc.disable()

    def _begin_template(self) -> None:
        self._isolation.follow()
        rehearse(self._keepers)
        if self._fixed:
            self._taken = room.settle()
        self._make_ready()  # now, as some of it is given back for more room in a child
        gc.collect()
        gc.freeze()

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
        """Answer requests until the host is gone, or one cannot go on."""
        try:
            while message := self._control.recv(REQUEST.size, socket.MSG_PEEK):
                seconds, _ = REQUEST.unpack(message)
                if not self._answer(seconds):
                    break
            else:
                return
        except BrokenPipeError:  # the template has ended
            pass
        self._template.close()
        self._isolation.end_all()

    def _answer(self, seconds: float) -> bool:
        """Have a program run; False where no other can run after it."""
        template, last = self._template, self._template.last
        # The child begins where the server is, which waits then. Left to itself the kernel often
        # puts it where another server's child runs, and leaves this processor idle.
        kernel.run_on(template.process, {kernel.processor()})
        template.fork()
        late = self._watch(seconds)
        is_clear = template.end()
        if not _is_taken(self._control):
            return False
        is_clear = self._isolation.tidy() and is_clear
        self._control.sendall(STATUS.pack(last.status, late, last.seconds, last.peak))
        return is_clear

    def _watch(self, seconds: float) -> bool:
        """Wait for the child's end; True where the deadline came first, and the child is killed.
        Ends the server where the host goes away."""
        whole = max(0, int(seconds * 1000))
        soon = min(whole, _SETTLED)
        if self._has_ended(soon):
            return False
        for process in (self._template.process, self._template.last.child):
            kernel.run_on(process, _PROCESSORS)
        if self._has_ended(whole - soon):
            return False
        self._template.kill()
        while not self._has_ended(_SETTLED):  # it may not have been there yet
            self._template.kill()
        return True

    def _has_ended(self, milliseconds: int) -> bool:
        """Whether the child ends within this time."""
        ready = {number for number, _ in self._poll.poll(milliseconds)}
        if self._control.fileno() in ready:
            self._template.kill()
            _exit(0)
        return bool(ready)

    def _be_child(self) -> NoReturn:
        """Everything of a child."""
        try:
            self._isolation.follow()
            _set_group(0, 0)
            size, (request_file, result) = _receive(self._control)
            # Its place moves on for the host too, which sees by that that the program began.
            request: dict[str, Any] = _loads(os.read(request_file, size))
            os.dup2(result, _RESULT)
            os.closerange(_RESULT + 1, _DESCRIPTORS)
            self._channel.key = request.pop("key")
            self._run_of(request).go(request, self._isolation.close_child, self._taken)
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


def _is_taken(control: socket.socket) -> bool:
    """Whether the last request has been taken."""
    try:
        return not control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return True


def _receive(control: socket.socket) -> tuple[int, list[int]]:
    """The size of the request that is there, and its descriptors."""
    ancillary_size = socket.CMSG_LEN(2 * 4)
    message, ancillary, _, _ = control.recvmsg(REQUEST.size, ancillary_size, socket.MSG_DONTWAIT)
    descriptors = array.array("i")
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    _, size = REQUEST.unpack(message)
    return size, list(descriptors)
