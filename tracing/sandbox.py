"""Sandbox: runs a program somewhere it can do no harm, and gives back what it did.

`ForkServer` starts one lean process (`tracing/capture`), which forks a child for each program
behind the walls of a level (`tracing/isolation`). Time is watched from outside the child, twice: by
the server, and with some grace by the host, which replaces a server that does not answer.
"""

from __future__ import annotations

import json
import marshal
import os
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Protocol

from tracing import codec, isolation
from tracing.capture import context
from tracing.capture.program import HEAD, PLAIN, REJECTION, TRACE, frame
from tracing.capture.server import REQUEST, STATUS
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.trace import Outcome, Trace

_START = Path(__file__).parent / "capture" / "__main__.py"
_ENVIRONMENT = {"LANG": "C.UTF-8", "TZ": "UTC"}  # nothing of the host's
_GRACE = 3.0  # seconds past the deadline after which the server itself is taken for lost
_START_SECONDS = 60.0
_END_SECONDS = 1.0  # for a server to end by itself: what its children used is then known to us
_UNNAMED = {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_WRAPPER = re.compile(r"\ndef (main(?:_[1-9][0-9]*)?)\(\):\n")


class Sandbox(Protocol):
    """Runs programs, one at a time."""

    def run(self, program: Program) -> Trace | Rejection:
        """What the program did, or why that cannot be used. Raises only for faults of our own."""

    def close(self) -> None:
        """End everything that was started."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What one run did that was not recorded: how it ended, the text of what the entry gave or of
    the exception that left it (None: a script that gave nothing), and what it printed."""

    outcome: Outcome
    gave: str | None
    stdout: bytes


class SandboxError(Exception):
    """The sandbox itself does not work here."""


class ForkServer:
    """The fork server, seen from the host.

    `limits` hold for each program; `packages` are folders whose modules programs may import beside
    the standard library. `scratch` is how many bytes a program may keep in its working directory,
    where the level can give it.

    With a `seed`, strings are hashed by that and memory is wherever it comes: to find out whether a
    program depends on either. `description` tells the isolation once the server runs,
    `passed_over` which stronger levels could not be had, and why.
    """

    def __init__(
        self,
        limits: Limits,
        packages: tuple[str, ...] = (),
        level: Level = Level.BEST,
        scratch: int = 0,
        seed: int | None = None,
    ) -> None:
        self._limits = limits
        self._ready_for = limits  # what the server has made itself ready for
        self._packages = packages
        self._ladder = isolation.ladder(level)
        self._scratch = scratch
        self._seed = seed
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._user = isolation.User()
        self.description = ""
        self.passed_over: tuple[str, ...] = ()
        self.restarts = 0

    def run(self, program: Program) -> Trace | Rejection:
        """See `Sandbox`."""
        data = self._bytes_of(program, traced=True)
        return self._trace(program, data) if isinstance(data, bytes) else data

    def run_plain(self, program: Program) -> Plain | Rejection:
        """What the program did where nothing was recorded, or why that cannot be said."""
        data = self._bytes_of(program, traced=False)
        if isinstance(data, Rejection):
            return data
        outcome, gave, printed = json.loads(data)
        return Plain(Outcome(outcome), gave, bytes.fromhex(printed))

    def _bytes_of(self, program: Program, traced: bool) -> bytes | Rejection:
        """What the child sent of a run. A program that did not begin, as where the server was
        killed just then, is not to blame for that: it is run once more."""
        found, has_begun = self._run_once(program, traced)
        return found if has_begun else self._run_once(program, traced)[0]

    def _run_once(self, program: Program, traced: bool) -> tuple[bytes | Rejection, bool]:
        """What the child sent, and whether it had taken the program."""
        if self._control is not None and _is_closed(self._control):
            self._replace()
        control = self._control or self._start()
        key = secrets.token_bytes(16)
        request, result = self._send(control, program, traced, key)
        try:
            data, answer = self._wait(control, result)
            has_begun = os.lseek(request, 0, os.SEEK_CUR) > 0  # no other than a child reads it
        except BaseException:
            self.close()  # it is in the middle of something
            raise
        finally:
            os.close(request)
            os.close(result)
        if not answer:
            self._replace()
        kind = TRACE if traced else PLAIN
        return self._judge(program, kind, key, data, answer), has_begun

    def close(self) -> None:
        """See `Sandbox`."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            _end(self._process)
            self._process = None

    def _replace(self) -> None:
        self.close()
        self.restarts += 1

    def with_seed(self, seed: int) -> ForkServer:
        """Another server like this one, with a seed."""
        level = self._ladder[0] if len(self._ladder) == 1 else Level.BEST
        return ForkServer(self._limits, self._packages, level, self._scratch, seed)

    def start(self) -> Level:
        """Start at the strongest level that can be had; later starts are of that one alone.

        Raises SandboxError.
        """
        if self._control is None:
            self._start()
        return self._ladder[0]

    def _start(self) -> socket.socket:
        troubles: list[str] = []
        for level in self._ladder:
            trouble = self._start_at(level)
            if not trouble and self._control is not None:
                self._ladder, self.passed_over = (level,), self.passed_over + tuple(troubles)
                return self._control
            self.close()
            troubles.append(f"{level}: {trouble}")
        hint = f"tracing.isolation: {Level.UNSAFE} would run them behind limits alone"
        raise SandboxError(f"programs cannot be run here: {'; '.join(troubles)} ({hint})")

    def _start_at(self, level: Level) -> str:
        """Start a server; why that is not possible, or nothing."""
        user = self._user.number if level != Level.UNSAFE else None
        plan = {
            "level": level,
            "readable": isolation.readable(self._packages),
            "libraries": isolation.libraries(),
            "user": user,
            "scratch": self._scratch,
            "packages": self._packages,
            "fixed": self._seed is None,
            "limits": asdict(self._limits),
        }
        self._ready_for = self._limits
        ours, theirs = socket.socketpair()
        with theirs:
            executable = getattr(sys, "_base_executable", sys.executable)
            start, number = str(_START), str(theirs.fileno())
            self._process = subprocess.Popen(
                [executable, "-s", "-P", "-S", start, number, json.dumps(plan)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={"PYTHONHASHSEED": str(self._seed or 0), **_ENVIRONMENT},
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._control = ours
        told = _told(ours)
        self.description = told.get("isolation", "")
        return told.get("trouble", "" if told else "its process does not start")

    def _send(
        self, control: socket.socket, program: Program, traced: bool, key: bytes
    ) -> tuple[int, int]:
        """Hand over one request: its file, and the reading end of its result."""
        request = {
            "source": program.source,
            "entry": program.entry,
            "args": program.args,
            "stdin": program.stdin,
            "traced": traced,
            "key": key,
            "limits": None if self._limits == self._ready_for else asdict(self._limits),
        }
        data = marshal.dumps(request)
        file = os.memfd_create("request")
        reading, writing = os.pipe()
        try:
            os.pwrite(file, data, 0)  # only the child moves its place
            message = REQUEST.pack(self._limits.wall_seconds, len(data))
            socket.send_fds(control, [message], [file, writing])
        except OSError:  # the server is gone; `_wait` notices
            pass
        finally:
            os.close(writing)
        return file, reading

    def _wait(self, control: socket.socket, result: int) -> tuple[bytes, bytes | None]:
        """What the child wrote, and what the server says of its end; nothing where the server has
        ended itself, None where it does not answer."""
        deadline = time.monotonic() + self._limits.wall_seconds + _GRACE
        data = bytearray()
        most = self._limits.trace + HEAD + 1
        os.set_blocking(result, False)
        poll = select.poll()
        poll.register(result, select.POLLIN)
        poll.register(control, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            ready = {number for number, _ in poll.poll(left * 1000)}
            if result in ready and not _read(result, data, most):
                poll.unregister(result)
            if control.fileno() in ready:
                while _read(result, data, most):
                    pass
                return bytes(data), _receive(control)
        return bytes(data), None

    def _judge(
        self, program: Program, kind: bytes, key: bytes, data: bytes, answer: bytes | None
    ) -> bytes | Rejection:
        if _is_whole(data) or len(data) > HEAD + self._limits.trace:  # none is that long
            return _open(program, kind, key, data)
        if answer is None:
            return Rejection(program.id, Reason.TIME, "the sandbox did not answer in time")
        if not answer:
            return Rejection(program.id, Reason.KILLED, "the sandbox itself was ended")
        wait, late, cpu, _ = STATUS.unpack(answer)
        code = os.waitstatus_to_exitcode(wait)
        if late:
            return Rejection(program.id, Reason.TIME, f"{self._limits.wall_seconds} s of wall time")
        if cpu >= self._limits.cpu_seconds or code == -signal.SIGXCPU:
            return Rejection(program.id, Reason.TIME, f"{self._limits.cpu_seconds} s of CPU time")
        if code == -signal.SIGSYS:
            return Rejection(program.id, Reason.DENIED, "a system call that is refused")
        if code == -signal.SIGXFSZ:
            return Rejection(program.id, Reason.OUTPUT, f"more than {self._limits.output} bytes")
        if data:
            return _open(program, kind, key, data)
        return Rejection(program.id, Reason.KILLED, _ending(code))

    def _trace(self, program: Program, payload: bytes) -> Trace | Rejection:
        """The trace that the child sent, if it can be one of the program."""
        try:
            trace = codec.decode(payload, program.id)
        except codec.CodecError as error:
            return Rejection(program.id, Reason.TAMPERED, str(error))
        if not _is_code_of(trace, program):
            return Rejection(program.id, Reason.TAMPERED, "a trace of another program")
        strangers = _not_in_code(trace)
        if strangers:
            return Rejection(program.id, Reason.TAMPERED, f"no function of it: {strangers[0]}")
        return trace


def _end(server: subprocess.Popen[bytes]) -> None:
    """Wait for a server whose host has closed the socket; end it where it does not end itself."""
    try:
        server.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _open(program: Program, wanted: bytes, key: bytes, data: bytes) -> bytes | Rejection:
    """The payload of the one frame that the child was to send, if it is of the kind `wanted`."""
    kind, payload = data[:1], data[HEAD:]
    if not compare_digest(data, frame(kind, payload, key)):
        return Rejection(program.id, Reason.TAMPERED, "a result that the recorder did not write")
    if kind == REJECTION:
        reason, detail = json.loads(payload)
        return Rejection(program.id, Reason(reason), detail)
    if kind != wanted:
        return Rejection(program.id, Reason.TAMPERED, "a result of another kind")
    return payload


def _told(control: socket.socket) -> dict[str, str]:
    """What a server says when it is ready, or cannot be; nothing where it says nothing."""
    control.settimeout(_START_SECONDS)
    try:
        line = control.recv(4096)
    except (TimeoutError, ConnectionError):
        line = b""
    control.settimeout(None)
    told: dict[str, str] = json.loads(line) if line.endswith(b"\n") else {}
    return told


def _is_closed(control: socket.socket) -> bool:
    """Whether the server has ended: it says nothing unless it is asked."""
    poll = select.poll()  # of any number of a descriptor
    poll.register(control, select.POLLIN)
    return bool(poll.poll(0))


def _read(result: int, data: bytearray, most: int) -> bool:
    """Read what is there, up to `most` bytes in all; False where nothing is, or all is."""
    try:
        chunk = os.read(result, min(1 << 20, most - len(data)))
    except BlockingIOError:
        return False
    data += chunk
    return bool(chunk)


def _receive(control: socket.socket) -> bytes:
    """The server's answer; nothing where it has ended."""
    try:
        answer = control.recv(STATUS.size)
    except ConnectionError:
        return b""
    return answer if len(answer) == STATUS.size else b""


def _is_whole(data: bytes) -> bool:
    """Whether these bytes have the length of the one frame that they begin with."""
    return len(data) >= HEAD and len(data) == HEAD + int.from_bytes(data[1:9], "little")


def _is_code_of(trace: Trace, program: Program) -> bool:
    source = context.normalise(program.source)
    if program.entry is None:
        return trace.code == source and trace.entry is None
    wrapper = _WRAPPER.match(trace.code, len(source))
    return (
        wrapper is not None
        and trace.code == context.wrap(source, wrapper[1], program.entry, program.args)
        and trace.entry == program.entry
    )


def _not_in_code(trace: Trace) -> list[str]:
    """The functions whose names are neither in the code nor ones that the compiler gives."""
    names = {function.qualname.rpartition(".")[2] for function in trace.functions}
    unseen = [name for name in names - _UNNAMED if name not in trace.code]
    if not unseen:
        return []
    words = context.names_in(trace.code)  # spelled otherwise than the compiler writes them
    return sorted(name for name in unseen if name not in words)


def _ending(code: int) -> str:
    if code >= 0:
        return f"its process ended with status {code}"
    return f"its process was ended by {signal.Signals(-code).name}"
