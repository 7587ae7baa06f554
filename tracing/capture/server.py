"""The fork server: a lean process with one thread that forks a child for each program.

The host sends, over a socket, a request's deadline with two descriptors: a file in memory that
holds the request (JSON), and the pipe for the result. The server answers with how the child ended.
It ends when the host closes the socket.
"""

from __future__ import annotations

import array
import functools
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
from collections.abc import Iterable
from types import ModuleType
from typing import Any, NoReturn

from . import guard, hidden, machine, pinned, signals
from .program import Channel, Run

REQUEST = struct.Struct("<d")  # wall seconds
STATUS = struct.Struct("<i?dq")  # wait status, ended at the deadline, CPU seconds, peak bytes
READY = b"ready"
_PARENT_DEATH_SIGNAL, _SUBREAPER = 1, 36  # prctl: end with the parent; orphans become ours

_exit = os._exit

# The standard modules that programs import most; importing them here costs each program nothing.
PRELOADED = """abc argparse array asyncio base64 bisect calendar cmath collections collections.abc
concurrent.futures contextlib copy csv dataclasses datetime decimal difflib enum fractions functools
hashlib heapq inspect io itertools json locale logging math numbers operator os pprint queue random
re secrets statistics string struct sys textwrap threading time timeit traceback types typing
unicodedata unittest uuid warnings weakref zoneinfo""".split()


class Keepers:
    """What stands between every program and the recorder, made once. `modules` are the
    recorder's."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        blind = hidden.Blind()
        self.handlers = signals.Handlers()
        self.guard = guard.Guard(blind)
        machine.Machine(lambda: not self.guard.open, self.guard.place)
        blind.close(modules)


def serve(control: socket.socket, modules: Iterable[ModuleType]) -> None:
    """Answer requests until the host is gone. `modules` are the recorder's."""
    for name in PRELOADED:
        __import__(name)
    _add_site_builtins()
    pinned.pin()
    keepers = Keepers(modules)
    _prctl(_SUBREAPER, 1)
    gc.collect()
    gc.freeze()
    gc.disable()
    control.sendall(READY)
    while True:
        message, descriptors = _receive(control)
        if not message:
            return
        (seconds,) = REQUEST.unpack(message)
        _answer(control, seconds, descriptors, keepers)


def _add_site_builtins() -> None:
    """`exit`, `help` and others: an interpreter that is started as usual has them."""
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()


def _answer(
    control: socket.socket, seconds: float, descriptors: list[int], keepers: Keepers
) -> None:
    child = os.fork()
    if child == 0:
        _prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        _be_child(keepers, *descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    late = _watch(control, child, seconds)
    _kill(child)
    _, status, usage = os.wait4(child, 0)
    _reap()
    seconds = usage.ru_utime + usage.ru_stime
    control.sendall(STATUS.pack(status, late, seconds, usage.ru_maxrss * 1024))


def _be_child(keepers: Keepers, request_file: int, result: int) -> NoReturn:
    """Everything of a child."""
    try:
        os.setsid()
        with open(request_file, "rb") as file:
            request: dict[str, Any] = json.loads(file.read().decode("utf-8", "surrogatepass"))
        os.dup2(result, 3)
        os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        channel = Channel(3, bytes.fromhex(request.pop("key")), request["limits"]["trace"])
        Run(request, channel, keepers.guard, keepers.handlers).go()
    finally:
        _exit(1)


def _watch(control: socket.socket, child: int, seconds: float) -> bool:
    """Wait for the child's end; True where the deadline came first. Ends the server where the host
    goes away."""
    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(control, select.POLLIN)
    ready = {number for number, _ in poll.poll(max(0, int(seconds * 1000)))}
    os.close(handle)
    if control.fileno() in ready:  # nothing is sent in the middle: the host closed the socket
        _kill(child)
        os._exit(0)
    return not ready


def _kill(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _reap() -> None:
    """End and collect what the child left behind."""
    while True:
        try:
            pid, _, _ = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return


def _prctl(option: int, value: int) -> None:
    _libc().prctl(option, value, 0, 0, 0)


@functools.cache
def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None)


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    message, ancillary, _, _ = control.recvmsg(REQUEST.size, socket.CMSG_LEN(2 * 4))
    descriptors = array.array("i")
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    return message, list(descriptors)
