"""Drives the standard library's `bdb` over programs and writes down where it stops.

Standard input: JSON, a list of jobs: `code` (compiled as it stands), `main` (the function that is
debugged after the module's body has run, or null: the module itself is), `stdin`, `most` (events
after which a session is given up), `sessions`, each a list of commands: `step`, `next`, `return`,
`continue`, or a list of line numbers: a temporary breakpoint on each, and `continue`. `return`
where a frame is returning anyhow is `step`.

Standard output: one line of JSON for each session, in order: see `Session`. null: it was killed.

Every decision is bdb's own. Two things are arranged around it: frames of other files are not
followed, and a breakpoint that nothing reaches (on a line behind the last) keeps bdb from letting
frames go untraced, unless `alone` is set in the job. It is run as a script and forks for each
session: the program runs anew each time, with the clock and chance that recorded programs have.
"""

from __future__ import annotations

import bdb
import builtins
import dis
import gc
import io
import json
import linecache
import os
import random
import resource
import select
import signal
import sys
import types
from collections.abc import Callable
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tracing.capture import pinned, quirks, threads
from tracing.capture.server import PRELOADED

FILENAME = "prog.py"
KINDS = {"call": 0, "line": 1, "return": 2, "exception": 3}
GENERATOR, CALLER_IS_GENERATOR, STOP, HIDDEN = 1, 2, 4, 8  # flags of an event
SECONDS = 20  # for a session
NESTING, ITEMS, CHARACTERS = 8, 200, 2000
SCALARS = (type(None), bool, int, float, complex, str, bytes, range)
Command = str | list[int]


class Session(bdb.Bdb):
    """One session. What it finds:

    `functions`: [qualname, co_flags, name] of each function seen; `events`, of the program's own
    frames, as the interpreter sends them: [kind, line, function, frame, flags], flat, where `frame`
    is a number that a frame keeps over its resumptions; `stops`: [event, command given there,
    local variables, argument], with texts of built-in values (null: another value).
    """

    def __init__(
        self,
        path: str,
        idle: int,
        commands: list[Command],
        most: int,
        give_up: Callable[[], NoReturn],
    ) -> None:
        super().__init__()
        self._path = path
        self._give_up = give_up
        self._commands = commands
        self._most = most
        self._count = 0
        self._depth = 0
        self._frames: dict[int, int] = {}
        self._serial = 0
        self._functions: dict[tuple[str, int, str], int] = {}
        self.events: list[int] = []
        self.stops: list[list[Any]] = []
        if idle:
            self.set_break(path, idle)

    @property
    def functions(self) -> list[tuple[str, int, str]]:
        """What is known of each function, by its number in `events`."""
        return list(self._functions)

    def trace_dispatch(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Write an event down and hand it on; frames of other files are not followed."""
        if frame.f_code.co_filename != FILENAME:
            return None if event == "call" else self.trace_dispatch
        if event == "call":
            if self._count and not self._depth:  # nothing follows the end of the entry
                return None
            self._depth += 1
        elif not self._depth:
            return None
        self._note(frame, event, arg)
        try:
            return super().trace_dispatch(frame, event, arg)
        finally:
            if event == "return":
                self._depth -= 1
            if frame.f_code.co_flags & CO_OPTIMIZED:
                variables = frame.f_locals  # bdb would keep alive what the program lets go
                quirks.forget_locals(frame, variables)

    def _note(self, frame: FrameType, event: str, arg: Any) -> None:
        if self._count >= self._most:
            self._give_up()
        self._count += 1
        code = frame.f_code
        function = (code.co_qualname, code.co_flags, code.co_name)
        number = self._functions.setdefault(function, len(self._functions))
        serial = self._number(frame, event)
        flags = _flags(frame, event, arg)
        self.events += (KINDS[event], frame.f_lineno or 0, number, serial, flags)

    def _number(self, frame: FrameType, event: str) -> int:
        """The frame's number: a new one where it has not run before."""
        if (event == "call" and not _has_run(frame)) or id(frame) not in self._frames:
            self._serial += 1
            self._frames[id(frame)] = self._serial
        return self._frames[id(frame)]

    def stop_here(self, frame: FrameType) -> bool:
        """bdb's answer; never in other files."""
        return frame.f_code.co_filename == FILENAME and bool(super().stop_here(frame))

    def user_call(self, frame: FrameType, argument_list: Any) -> None:
        """bdb asks here also where a breakpoint is merely possible in the file."""
        if self.stop_here(frame):
            self._stop(frame, "call", None)

    def user_line(self, frame: FrameType) -> None:
        """A stop."""
        self._stop(frame, "line", None)

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        """A stop."""
        self._stop(frame, "return", text_of(return_value))

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        """A stop."""
        self._stop(frame, "exception", _exception_text(exc_info[1]))

    def do_clear(self, arg: str) -> None:
        """A temporary breakpoint was hit."""
        self.clear_bpbynumber(arg)

    def _stop(self, frame: FrameType, event: str, argument: str | None) -> None:
        for point in [b for b in bdb.Breakpoint.bpbynumber if b and b.temporary]:
            self.clear_bpbynumber(point.number)
        if not self._commands:
            self.stops.append([self._count - 1, None, scope_of(frame), argument])
            self._give_up()
        command = self._commands.pop(0)
        if command == "return" and event == "return":
            command = "step"
        self.stops.append([self._count - 1, command, scope_of(frame), argument])
        self._obey(frame, command)

    def _obey(self, frame: FrameType, command: Command) -> None:
        if command == "step":
            self.set_step()
        elif command == "next":
            self.set_next(frame)
        elif command == "return":
            self.set_return(frame)
        else:
            for line in () if command == "continue" else command:
                self.set_break(self._path, line, temporary=True)
            self.set_continue()


def _has_run(frame: FrameType) -> bool:
    """Whether a call resumes a generator or coroutine: a start is at RESUME 0, or, where something
    is thrown into it first, at the instruction that made it."""
    code, at = frame.f_code.co_code, frame.f_lasti
    name = dis.opname[code[at]]
    return not (name == "RETURN_GENERATOR" or (name == "RESUME" and code[at + 1] == 0))


def _flags(frame: FrameType, event: str, arg: Any) -> int:
    flags = GENERATOR if _is_generator(frame) else 0
    if frame.f_back is not None and _is_generator(frame.f_back):
        flags |= CALLER_IS_GENERATOR
    if event == "exception" and arg[0] in (StopIteration, GeneratorExit):
        flags |= STOP
        if flags & GENERATOR and arg[0] is StopIteration and arg[2] is None:
            flags |= HIDDEN
    return flags


def _is_generator(frame: FrameType) -> bool:
    return bool(frame.f_code.co_flags & bdb.GENERATOR_AND_COROUTINE_FLAGS)


def scope_of(frame: FrameType) -> dict[str, str | None]:
    """The local variables, with the texts of built-in values."""
    variables = frame.f_locals
    if not isinstance(variables, dict):
        return {}
    is_function = frame.f_code.co_flags & 0x3 == 0x3  # OPTIMIZED and NEWLOCALS
    return {
        name: text_of(value)
        for name, value in dict.items(variables)
        if type(name) is str and (is_function or not name[:2] == "__" == name[-2:])
    }


def text_of(value: Any) -> str | None:
    """The repr of a value that is built-in all the way down, sets sorted by their items' texts;
    None for others, and past the bounds of values."""
    text = _text(value, 0)
    return None if text is None or len(text) > CHARACTERS else text


def _text(value: Any, depth: int) -> str | None:
    kind = type(value)
    if kind in SCALARS:
        return None if kind is int and value.bit_length() > 2_000 else repr(value)
    if kind not in (list, tuple, dict, set, frozenset) or depth >= NESTING or len(value) > ITEMS:
        return None
    items = [x for pair in value.items() for x in pair] if kind is dict else list(value)
    texts = [_text(item, depth + 1) for item in items]
    if None in texts:
        return None
    return _joined(kind, [text for text in texts if text is not None])


def _joined(kind: type, texts: list[str]) -> str:
    if kind is dict:
        return f"{{{', '.join(map(': '.join, zip(texts[::2], texts[1::2], strict=True)))}}}"
    if kind is list:
        return f"[{', '.join(texts)}]"
    if kind is tuple:
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
    inner = f"{{{', '.join(sorted(texts))}}}" if texts else ""
    if kind is set:
        return inner or "set()"
    return f"frozenset({inner})"


def _exception_text(error: Any) -> str | None:
    kind = type(error)
    if not isinstance(error, BaseException) or kind.__repr__ is not BaseException.__repr__:
        return None
    arguments = _text(error.args, 1)
    if arguments is None:
        return None
    return f"{kind.__name__}({arguments[1:-1].removesuffix(',')})"


def run(job: dict[str, Any], commands: list[Command], send: Callable[[Any], NoReturn]) -> NoReturn:
    """One session, in this process, which `send` ends."""
    code, name = job["code"], "__main__" if job["main"] is None else "prog"
    module = types.ModuleType(name)
    module.__dict__.update(__builtins__=builtins, __file__=FILENAME)
    sys.modules[name] = module
    sys.argv = [FILENAME]
    path = os.path.abspath(FILENAME)
    lines = [*(line + "\n" for line in code.split("\n")), "\n"]
    linecache.cache[path] = (len(code), None, lines, path)

    def end(how: str) -> NoReturn:
        sys.settrace(None)
        functions, events, stops = session.functions, session.events, session.stops
        send({"functions": functions, "events": events, "stops": stops, "ended": how})

    idle = 0 if job.get("alone") else len(lines)
    session = Session(path, idle, commands, job["most"], lambda: end("given up"))
    compiled = compile(code, FILENAME, "exec", dont_inherit=True)
    try:
        if job["main"] is None:
            session.run(compiled, module.__dict__, module.__dict__)
        else:
            exec(compiled, module.__dict__)
            session.runcall(module.__dict__[job["main"]])
    except BaseException as error:
        good = isinstance(error, SystemExit) and error.code in (None, 0)
        end("normal" if good else "error")
    end("normal")


def apart(job: dict[str, Any], commands: list[Command]) -> str:
    """One session in a process of its own: its line."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(job, commands, writing)
    os.close(writing)
    data, poll = bytearray(), select.poll()
    poll.register(reading, select.POLLIN)
    while poll.poll(SECONDS * 1000) and (chunk := os.read(reading, 1 << 20)):
        data += chunk
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return data.decode() if data.endswith(b"}") else "null"


def _be_child(job: dict[str, Any], commands: list[Command], writing: int) -> None:
    def send(found: Any) -> NoReturn:
        with open(writing, "wb") as stream:
            stream.write(json.dumps(found).encode())
        os._exit(0)

    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 22, 1 << 22))
        random.seed(0)  # as `pin` does; a fork seeds anew
        _connect(job["stdin"] or "")
        run(job, commands, send)
    finally:
        os._exit(1)


def _connect(stdin: str) -> None:
    """Give this process what the program reads, and nowhere to print to."""
    file, null = os.memfd_create("stdin"), os.open(os.devnull, os.O_RDWR)
    os.write(file, stdin.encode("utf-8", "surrogatepass"))
    os.lseek(file, 0, os.SEEK_SET)
    for number, target in enumerate((file, null, null)):
        os.dup2(target, number)
    sys.stdin, sys.stdout = (
        io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8"),
        io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8"),
    )


def main() -> None:
    """Answer all jobs."""
    jobs = json.load(sys.stdin)
    output = sys.stdout
    for name in PRELOADED:
        __import__(name)
    threads.Threads(pinned.pin()).most = 64
    gc.collect()
    gc.freeze()
    gc.disable()  # as where programs are recorded
    for job in jobs:
        for commands in job["sessions"]:
            print(apart(job, commands), file=output, flush=True)


if __name__ == "__main__":
    main()
