"""One program in the child: from its source text to the one frame that the child sends."""

from __future__ import annotations

import ast
import builtins
import hashlib
import json
import os
import sys
import threading
import types
from array import array
from typing import Any, NoReturn

from . import context, guard, pinned, streams, wire
from .columns import NOTHING
from .recursion import Recursion
from .tracer import Tracer
from .values import renderer

FILENAME = "prog.py"
RECURSION_LIMIT = 1000
TRACE, REJECTION = b"T", b"R"
HEAD = 1 + 8 + 16  # type, length, digest


class Channel:
    """The way out: one frame on the result pipe, numbered by being the only one, and authenticated
    with a key that only the host and this object have."""

    def __init__(self, descriptor: int, key: bytes, most: int) -> None:
        self._most = most
        self._descriptor = descriptor
        self._key = key

    def send(self, kind: bytes, payload: bytes) -> NoReturn:
        """Send the frame and end the process, at once and without any exit code of the program."""
        if len(payload) > self._most:
            self.reject("trace size", f"{len(payload)} bytes")
        data = memoryview(frame(kind, payload, self._key))
        while data:
            data = data[os.write(self._descriptor, data) :]
        os._exit(0)

    def reject(self, reason: str, detail: str) -> NoReturn:
        """Send a rejection: the value of a `Reason`, and one line."""
        line = " ".join(detail.split())[:500]
        self.send(REJECTION, json.dumps([reason, line]).encode())


def frame(kind: bytes, payload: bytes, key: bytes) -> bytes:
    """A frame: its type (1 byte), the payload's length (8) and digest (16), and the payload."""
    digest = hashlib.blake2b(kind + payload, digest_size=16, key=key).digest()
    return kind + len(payload).to_bytes(8, "little") + digest + payload


class Missing:
    """The last finder: remembers the modules that no other finder found."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """As of any finder; never finds anything."""
        self.names.add(name)


class Run:
    """One run. `request` holds the program (`source`, `entry`, `args`, `stdin`) and its limits."""

    def __init__(self, request: dict[str, Any], channel: Channel) -> None:
        self._request = request
        self._limits: dict[str, Any] = request["limits"]
        self._channel = channel
        self._missing = Missing()
        self._threads = _count_threads()
        self._is_script = request["entry"] is None
        self._source = context.normalise(request["source"])
        self._name = "__main__" if self._is_script else "prog"

    def go(self) -> NoReturn:
        """Run the program and send what came of it."""
        limits = self._limits
        pinned.settle()
        code, main = self._compile()
        module = self._module()
        printed = streams.open_streams(
            self._request["stdin"].encode("utf-8", "surrogatepass"),
            limits["output"],
            lambda: self._channel.reject("output", f"more than {limits['output']} bytes printed"),
        )
        self._stdout = sys.stdout

        def mute(on: bool) -> None:
            printed.muted = on

        look = renderer(self._name, limits["nesting"], limits["items"], limits["characters"], mute)
        self._tracer = Tracer(
            code,
            look,
            limits["characters"],
            printed,
            self._threads,
            Recursion(RECURSION_LIMIT, _depth() + 1),
            self._stop,
            limits["events"],
            limits["never"],
        )
        self._guard = guard.Guard(self._channel.reject, tuple(self._request["readable"]))
        guard.limit(
            limits["memory"],
            limits["cpu_seconds"],
            limits["output"],
            limits["processes"],
            limits["files"],
        )
        self._guard.open = False
        self._finish(self._run(code, module, main))

    def _compile(self) -> tuple[types.CodeType, str]:
        """CODE compiled, and the name of its wrapper (empty for a script)."""
        code, main = self._compiled(self._source), ""
        self._code = self._source
        if not self._is_script:
            entry, args = self._request["entry"], self._request["args"]
            if not _is_call(args):
                self._channel.reject("bad arguments", args)
            main = context.wrapper_name(self._source)
            self._code = context.wrap(self._source, main, entry, args)
            code = self._compiled(self._code)
        return code, main

    def _compiled(self, source: str) -> types.CodeType:
        try:
            return compile(source, FILENAME, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
            self._channel.reject("syntax error", f"{type(error).__name__}: {error}")

    def _module(self) -> types.ModuleType:
        module = types.ModuleType(self._name)
        module.__dict__.update(__file__=FILENAME, __builtins__=builtins)
        sys.modules[self._name] = module
        sys.argv = [FILENAME]
        sys.meta_path.append(self._missing)
        return module

    def _run(self, code: types.CodeType, module: types.ModuleType, main: str) -> str:
        """Run the module and, for a function entry, its wrapper; the recorded one is the last."""
        namespace = module.__dict__
        if not self._is_script:
            try:
                exec(code, namespace)
            except BaseException as error:
                self._judge(error)
                self._channel.reject("module error", _describe(error))
            name = self._request["entry"].partition(".")[0]
            if name not in namespace and not hasattr(builtins, name):
                self._channel.reject("entry not found", self._request["entry"])
        entry: Any = namespace.get(main)
        self._start()
        try:
            if self._is_script:
                exec(code, namespace)
            else:
                entry()
        except BaseException as error:
            self._end()
            return self._outcome(error)
        self._end()
        return "normal"

    def _start(self) -> None:
        self._guard.open = True
        self._tracer.start()
        self._guard.open = False

    def _end(self) -> None:
        self._guard.open = True
        whole = self._tracer.finish()
        self._guard.open = False
        if not whole:
            self._channel.reject("lost tracer", "the trace function was taken off during the run")

    def _outcome(self, error: BaseException) -> str:
        self._judge(error)
        ended = isinstance(error, SystemExit) and (error.code is None or error.code == 0)
        return "normal" if ended else "error"

    def _judge(self, error: BaseException) -> None:
        """Reject where the error tells of this machine rather than of the program."""
        if isinstance(error, MemoryError):
            self._channel.reject("memory", "MemoryError")
        if isinstance(error, ModuleNotFoundError) and error.name in self._missing.names:
            self._channel.reject("import missing", str(error.name))

    def _stop(self, why: str) -> NoReturn:
        self._guard.open = True
        if why == "never":
            self._send("never")
        if why == "memory":
            self._channel.reject("memory", "MemoryError while recording")
        self._channel.reject("lost tracer", "an event of a frame that is not the innermost")

    def _finish(self, outcome: str) -> NoReturn:
        """What the interpreter does at its end, then the record."""
        try:
            threading._shutdown()  # type: ignore[attr-defined]
        except BaseException:
            pass
        _run_exit_functions()
        self._guard.open = True
        self._send(outcome)

    def _send(self, outcome: str) -> NoReturn:
        try:
            payload = self._record(outcome)
        except MemoryError:
            self._channel.reject("memory", "MemoryError while writing the record")
        self._channel.send(TRACE, payload)

    def _record(self, outcome: str) -> bytes:
        columns = self._tracer.columns
        kinds, marks, *numbers = zip(*columns.events, strict=True)
        head = {
            "code": self._code,
            "source_lines": self._source.count("\n"),
            "entry": self._request["entry"],
            "python": ".".join(map(str, sys.version_info[:3])),
            "outcome": outcome,
            "cut": columns.cut,
            "counted": self._tracer.counted,
            "threads": len(self._threads),
            "functions": columns.functions,
        }
        return wire.record(
            [
                wire.texts([json.dumps(head)]),
                wire.octets(streams.read_printed(self._stdout, self._limits["output"])),
                wire.octets(bytes(kinds)),
                wire.octets(bytes(marks)),
                *map(wire.integers, numbers),
                *map(wire.integers, _numbers(columns)),
                wire.texts(columns.names),
                wire.texts(columns.texts),
            ]
        )


def _numbers(columns: Any) -> list[Any]:
    layouts = list(columns.layouts)
    return [
        columns.owners,
        array("I", map(len, layouts)),
        array("I", [name for layout in layouts for name in layout]),
        _shift(columns.scope_base),
        columns.scope_layout,
        columns.scope_sizes,
        _shift(columns.scope_items),
    ]


def _shift(values: array[int]) -> array[int]:
    """NOTHING becomes 0 and everything else one more, so that small numbers stay small."""
    return array("I", [value + 1 & NOTHING for value in values])


def _is_call(args: str) -> bool:
    """Whether a text can stand between the parentheses of one call."""
    try:
        tree = ast.parse(f"f({args})", mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name)


def _describe(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException:
        return type(error).__name__


def _depth() -> int:
    """Frames below the program's own."""
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def _count_threads() -> list[None]:
    """A list that grows by one with each thread that is started."""
    import _thread

    started: list[None] = []
    real = _thread.start_new_thread

    def start_new_thread(*args: Any, **named: Any) -> int:
        started.append(None)
        return real(*args, **named)

    for module, name in (
        (_thread, "start_new_thread"),
        (_thread, "start_new"),
        (threading, "_start_new_thread"),
    ):
        setattr(module, name, start_new_thread)
    return started


def _run_exit_functions() -> None:
    import atexit

    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass
