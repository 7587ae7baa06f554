"""One program in the child: from its source text to the one frame that the child sends."""

from __future__ import annotations

import _thread
import ast
import atexit
import builtins
import errno
import gc
import json
import keyword
import logging
import mmap
import os
import resource
import sys
import threading
import types
from array import array
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NoReturn

from . import ahead, collected, context, guard, hidden, lent, streams, threads, wire
from .columns import NOTHING
from .heap import Heap
from .keepers import Keepers
from .tracer import Tracer, own_code
from .values import renderer

FILENAME = "prog.py"
TRACE, REJECTION, PLAIN = b"T", b"R", b"P"
HEAD = 1 + 8 + 16  # type, length, digest
_DETAIL = 500  # characters of a rejection's detail
_RESERVE = 4 << 20  # bytes kept, untouched, for what is to be done when all others are taken


# What is needed when the program has ended, and may have replaced it where others look for it.
_write, _exit, _run_exit_functions = os.write, os._exit, atexit._run_exitfuncs
_count_exit_functions, _usage = atexit._ncallbacks, resource.getrusage
_to_json: Callable[[object, int], tuple[str, ...]] = vars(json.encoder)["c_make_encoder"](
    None, None, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True
)
_exit_code: Callable[[BaseException], Any] = vars(SystemExit)["code"].__get__
_errno_of: Callable[[BaseException], Any] = vars(OSError)["errno"].__get__
_module_of: Callable[[BaseException], Any] = vars(ImportError)["name"].__get__
_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
_NO_MEMORY = errno.ENOMEM
_VERSION = ".".join(map(str, sys.version_info[:3]))
_COMPILERS = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)
_NO_CODE = compile("", FILENAME, "exec")
_EXEC = _MODULE = 1  # levels of recursion


class Channel:
    """The way out: one frame of at most so many bytes on the result pipe, numbered by being the
    only one, and authenticated with a key that only the host and this object have."""

    def __init__(self, descriptor: int, most: int) -> None:
        self.most = most
        self._descriptor = descriptor
        self.key = b""
        self._first = _thread.allocate_lock()
        self.is_closing = False  # the frame is being made: nothing that happens now counts

    def send(self, kind: bytes, payload: bytes) -> NoReturn:
        """Send the frame and end the process, at once and without any exit code of the program."""
        self.is_closing = True
        if len(payload) > self.most:
            self.reject("trace size", f"{len(payload)} bytes")
        self._first.acquire()  # another thread that comes later waits for the end
        data = memoryview(frame(kind, payload, self.key))
        while data:
            data = data[_write(self._descriptor, data) :]
        _exit(0)

    def reject(self, reason: str, detail: str) -> NoReturn:
        """Send a rejection: the value of a `Reason`, and one line."""
        self.is_closing = True
        line = detail.encode("utf-8", "backslashreplace").decode()[:_DETAIL]
        self.send(REJECTION, dumped([reason, " ".join(line.split())]).encode())

    def lose(self, what: str) -> None:
        """Reject what will not be recorded whole, unless the frame is being made."""
        if not self.is_closing:
            self.reject("lost tracer", what)


def frame(kind: bytes, payload: bytes, key: bytes) -> bytes:
    """A frame: its type (1 byte), the payload's length (8) and digest (16), and the payload."""
    digest = blake2b(kind + payload, digest_size=16, key=key).digest()
    return kind + len(payload).to_bytes(8, "little") + digest + payload


def dumped(data: object) -> str:
    """JSON, by C alone."""
    return "".join(_to_json(data, 0))


class Run:
    """One run of a program within `limits`, a script or not. It is made ready in the process that
    forks, before the program is known; a child goes on with its own copy. `bounds` are those that
    the kernel is to keep."""

    _kind = TRACE  # of the frame that is sent

    def __init__(
        self, limits: dict[str, Any], is_script: bool, channel: Channel, keepers: Keepers
    ) -> None:
        self.limits = limits
        self._channel = channel
        self._guard = keepers.guard
        self._blind = keepers.blind
        self._missing = keepers.missing
        self._threads = keepers.threads
        self._printed = keepers.printed
        self._recursion = keepers.recursion
        self._is_script = is_script
        self._name = "__main__" if is_script else "prog"
        self.bounds = guard.bounds(
            limits["memory"],
            limits["cpu_seconds"],
            limits["output"] + 1,  # by which it is known that there was more
            limits["processes"],
            limits["files"],
        )
        self._awaiting = _awaiting()
        self._printed.arm(limits["output"], self._refuse_output)
        keepers.arm(channel, limits["processes"])
        self._prepare()

    def go(self, request: dict[str, Any], close: Callable[[], None], beyond: int = 0) -> NoReturn:
        """Run a program (`source`, `entry`, `args`, `stdin`) and send what came of it. `close`
        raises the walls around it; `beyond` are bytes of addresses that are not its memory."""
        self._accept(request)
        guard.limit(self.bounds, beyond)
        close()
        self._finish(self._go())

    def _accept(self, request: dict[str, Any]) -> None:
        self._request = request
        self._source = context.normalise(request["source"])
        streams.connect(request["stdin"].encode("utf-8", "surrogatepass"))
        self._printed.begin()

    def _go(self) -> str:
        """Compile and run; the outcome."""
        code, main = self._compile()
        module = self._module()
        if any(name in self._source for name in threads.NAMES):
            self._threads.make_waits()
        self._begin(code)
        self._recursion.stand_on(hidden.depth() + 1 + _EXEC)
        self._reserve: mmap.mmap | None = mmap.mmap(-1, _RESERVE)
        # What the collector counts begins at nothing, whatever was made, or kept to be used again.
        gc.freeze()
        gc.collect()
        self._guard.open = False
        return self._run(code, module, main)

    def _refuse_output(self) -> NoReturn:
        self._channel.reject("output", f"more than {self.limits['output']} bytes printed")

    def _renderer(self, heap: Heap | None = None) -> Callable[[object, object], tuple[str, int]]:
        limits, printed = self.limits, self._printed

        def mute(on: bool) -> None:
            printed.muted = on

        bounds = limits["nesting"], limits["items"], limits["characters"]
        return renderer(self._name, *bounds, mute, heap)

    def _prepare(self) -> None:
        """Make what records the run."""
        limits = self.limits
        heap = Heap(lambda: own_code(self._root).values(), self._threads.started)
        self._tracer = Tracer(
            _NO_CODE,
            self._renderer(heap),
            heap,
            limits["characters"],
            self._printed,
            self._threads.started,
            self._recursion,
            self._stop,
            limits["events"],
            limits["never"],
        )
        self._tracer.pause = self._threads.pause

    def _begin(self, code: types.CodeType) -> None:
        """Be about to run this code."""
        self._root = code
        self._tracer.take(code)
        if any(name in self._source for name in lent.NAMES):
            lent.lend(self._blind, own_code(code).values())
        if collected.NAME in self._source:
            collected.count_for_program()
        if ahead.NAME in self._source:
            ahead.veil(own_code(code).values())

    def _compile(self) -> tuple[types.CodeType, str]:
        """CODE compiled, and the name of its wrapper (empty for a script)."""
        if self._is_script:
            self._code = self._source
            return self._compiled(self._source), ""
        entry, args = self._request["entry"], self._request["args"]
        main = context.wrapper_name(self._source)
        self._code = context.wrap(self._source, main, entry, args)
        code = self._compiled_at_once(main) if _is_simple(args) and _is_name(entry) else None
        return code or self._compiled_apart(entry, args), main

    def _compiled_at_once(self, main: str) -> types.CodeType | None:
        """CODE compiled; None where its wrapper may be what makes a whole of the source."""
        try:
            code = compile(self._code, FILENAME, "exec", dont_inherit=True)
        except _COMPILERS:
            return None
        line = self._source.count("\n") + 2  # that of a wrapper without decorators
        stands_alone = not self._source.endswith("\\\n") and any(
            type(constant) is types.CodeType
            and constant.co_name == main
            and constant.co_firstlineno == line
            for constant in code.co_consts
        )
        return code if stands_alone else None

    def _compiled_apart(self, entry: str, args: str) -> types.CodeType:
        """CODE compiled, or what is wrong: with the source, then with the call."""
        self._compiled(self._source)
        if not _is_simple(args) and not _is_call(args):
            self._channel.reject("bad arguments", args)
        if not _is_name(entry):
            self._channel.reject("entry not found", entry)
        return self._compiled(self._code, args)

    def _compiled(self, source: str, args: str = "") -> types.CodeType:
        """The source compiled, in which a call has these arguments."""
        try:
            return compile(source, FILENAME, "exec", dont_inherit=True)
        except _COMPILERS as error:
            if not _is_call(args):
                self._channel.reject("bad arguments", args)
            # Where a source is nested too deeply the compiler says that it lacks memory, too.
            lacks = isinstance(error, MemoryError) and self._has_little_memory()
            reason = "memory" if lacks else "syntax error"
            self._channel.reject(reason, f"{type(error).__name__}: {error}")

    def _module(self) -> types.ModuleType:
        module = types.ModuleType(self._name)
        module.__dict__.update(__builtins__=builtins, __file__=FILENAME)
        sys.modules[self._name] = module
        sys.argv = [FILENAME]
        sys.orig_argv = ["python", FILENAME]  # the true ones tell of the machine
        return module

    def _run(self, code: types.CodeType, module: types.ModuleType, main: str) -> str:
        """Run the module and, for a function entry, its wrapper, at the depth at which the module
        would call it; the recorded one is the last."""
        namespace = module.__dict__
        # Given in this way, `exec` counts as a level of recursion however warm this code is.
        body = code, namespace
        if not self._is_script:
            try:
                exec(*body)
            except BaseException as error:
                self._reserve = None
                self._judge(error)
                self._channel.reject("module error", _describe(error))
            name = self._request["entry"].partition(".")[0]
            if name == main or (name not in namespace and not hasattr(builtins, name)):
                self._channel.reject("entry not found", self._request["entry"])
        entry: Any = namespace.get(main)
        try:
            if self._is_script:
                self._start()
                exec(*body)
            else:
                self._recursion.go_deeper(_EXEC + _MODULE)
                self._start()
                self._take(entry())
        except BaseException as error:
            # Without memory to handle it, the interpreter would raise it here again without end.
            self._reserve = None
            return self._end(error)
        return self._end(None)

    def _take(self, value: object) -> None:
        """What the entry gave; the record has it."""

    def _start(self) -> None:
        self._recursion.make_room()
        self._tracer.start()

    def _end(self, error: BaseException | None) -> str:
        """Stop recording; the outcome."""
        whole = self._tracer.finish()
        if error is not None:
            self._judge(error)
        if not whole:
            self._channel.reject("lost tracer", "the trace function was taken off during the run")
        return outcome_of(error)

    def _judge(self, error: BaseException) -> None:
        """Reject where the error tells of this machine rather than of the program."""
        kind = type(error)
        if issubclass(kind, MemoryError):
            self._channel.reject("memory", "MemoryError")
        # A deque that is freed because memory lacks loses the error that says so.
        if kind is SystemError and self._has_little_memory():
            self._channel.reject("memory", "SystemError")
        number = _errno_of(error) if issubclass(kind, OSError) else None
        if type(number) is int and number == _NO_MEMORY:
            self._channel.reject("memory", "no more memory for the process")
        if issubclass(kind, ModuleNotFoundError):
            name = _module_of(error)
            if type(name) is str and name in self._missing:
                self._channel.reject("import missing", name)

    def _has_little_memory(self) -> bool:
        """Whether at some time most of the memory was taken."""
        peak = _usage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return bool(2 * peak > self.limits["memory"])

    def _stop(self, why: str) -> NoReturn:
        self._reserve = None
        if why == "never":
            self._send("never")
        if why == "memory":
            self._channel.reject("memory", "MemoryError while recording")
        self._channel.reject("lost tracer", "an event of a frame that is not the innermost")

    def _finish(self, outcome: str) -> NoReturn:
        """What the interpreter does at its end, then the record."""
        ends: list[Callable[[], object]] = [lambda: sys.stdout.flush()]
        if self._threads.started or _awaiting() != self._awaiting:
            ends = [_wait_for_threads, _run_exit_functions, *ends]
        for end in ends:
            try:
                end()
            except BaseException:
                pass
        self._send(outcome)

    def _send(self, outcome: str) -> NoReturn:
        try:
            self._printed.flush()
            self._channel.is_closing = True
            printed = self._printed.read()
            if printed is None:
                self._channel.reject("tampered", "its standard output is another file")
            if len(printed) > self.limits["output"]:
                self._refuse_output()
            payload = self._record(outcome, printed)
        except MemoryError:
            self._channel.reject("memory", "MemoryError while writing the record")
        self._channel.send(self._kind, payload)

    def _record(self, outcome: str, printed: bytes) -> bytes:
        columns = self._tracer.columns
        names = columns.names()
        kinds, marks, *numbers = zip(*columns.events, strict=True)
        head = {
            "code": self._code,
            "source_lines": self._source.count("\n"),
            "entry": self._request["entry"],
            "python": _VERSION,
            "outcome": outcome,
            "cut": columns.cut,
            "counted": self._tracer.counted,
            "threads": len(self._threads.started),
            "functions": columns.functions,
        }
        return wire.record(
            [
                wire.texts([dumped(head)]),
                wire.octets(printed),
                wire.octets(bytes(kinds)),
                wire.octets(bytes(marks)),
                *map(wire.integers, numbers),
                *map(wire.integers, _numbers(columns, names)),
                wire.texts(names),
                wire.texts(columns.texts),
            ]
        )


def _numbers(columns: Any, names: dict[str, int]) -> list[Any]:
    layouts = list(columns.layouts)
    return [
        columns.owners,
        array("I", map(len, layouts)),
        array("I", [names[name] for layout in layouts for name in layout]),
        _shift(columns.scope_base),
        columns.scope_layout,
        columns.scope_sizes,
        _shift(columns.scope_items),
    ]


def _shift(values: array[int]) -> array[int]:
    """NOTHING becomes 0 and everything else one more, so that small numbers stay small."""
    return array("I", [value + 1 & NOTHING for value in values])


def outcome_of(error: BaseException | None) -> str:
    """The outcome of a run that came to its end, by the exception that ended it."""
    return "normal" if error is None or _is_good_end(error) else "error"


def _is_good_end(error: BaseException) -> bool:
    """Whether an exception is SystemExit with 0 or None."""
    if not issubclass(type(error), SystemExit):
        return False
    code = _exit_code(error)
    return code is None or (issubclass(type(code), int) and int.__eq__(code, 0))


def _is_simple(args: str) -> bool:
    """Whether a text that the compiler takes between the parentheses of a call cannot end it."""
    return not any(mark in args for mark in ")#\n\r")


def _is_call(args: str) -> bool:
    """Whether a text can stand between the parentheses of one call, a comment in it or not."""
    try:
        calls = [ast.parse(f"f({args}{end})", mode="eval").body for end in ("", "\n")]
        compile(f"f({args})", FILENAME, "eval", dont_inherit=True)  # it has more rules
    except _COMPILERS:
        return False
    return all(isinstance(call, ast.Call) and isinstance(call.func, ast.Name) for call in calls)


def _is_name(entry: str) -> bool:
    """Whether a text is the name of a function, or of a function of a class."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in entry.split("."))


def _describe(error: BaseException) -> str:
    name = _name_of(type(error))
    try:
        return f"{name}: {error}"
    except MemoryError:
        raise
    except BaseException:
        return name


def _awaiting() -> tuple[int, ...]:
    """What is registered for the interpreter's end: functions, those of threads, logs' handlers."""
    functions, handlers = vars(threading)["_threading_atexits"], vars(logging)["_handlerList"]
    return _count_exit_functions(), len(functions), len(handlers)


def _wait_for_threads() -> None:
    threading._shutdown()  # type: ignore[attr-defined]
