"""Run one program under ``sys.settrace`` the naive way and write down all that happened.

This is the recording half of an independent reading of the language specification.  It shares no
code with the pipeline: at every event it renders every local variable of the frame from scratch.
Run it as a child process, one program per process::

    python -s -P -S recorder.py JOB.json RESULT.json

with an environment of ``PYTHONHASHSEED=0`` and ``LANG=C.UTF-8`` only.  The job holds ``source``,
``entry``, ``args`` and ``stdin``, and may hold ``budget`` (states recorded) and ``limit`` (states
counted before the outcome is ``never``).

Where section 2, 3 or 6.1 of the specification leaves room, these readings were chosen:

Tracing

* The budget and the count of ten million count *states*; an unwinding return is neither.
* After the budget, activations are still followed, so that a level all of whose states were
  recorded counts as closed although it was left after the last recorded state.
* Every ``exception`` event is a state, the traceback-less StopIteration of ``yield from`` too.
* A call state is a resumption unless it stands on ``RESUME 0`` or on ``RETURN_GENERATOR``: the
  latter is a generator that is closed or thrown into before its first step.
* ``is_def``: the code is a function's and its name does not begin with ``<``.
* The line of a state whose instruction has no line is that of the state before in its frame.
* The cyclic garbage collector is off, so that recording moves no finalizer into the recorder.
* While an event is recorded the recursion limit is raised by a few frames, so that recording does
  not end earlier than the call of the trace function itself would.
* ``SystemExit`` with a code equal to 0 (``False`` too) is ``normal``.
* The entry's activation is the first one whose code has the entry's name as its *qualified* name
  and is a ``def``'s; for ``f = lambda: …`` there is none.

Values

* Exact ``int float complex bool NoneType str bytes ellipsis NotImplementedType`` are scalars.
  Only of other texts is `` at 0x…`` taken out, and what else is an address: `` @ 0x…`` of objects
  of ``hashlib``, and the owner of a ``threading.RLock`` that is locked.
* The outermost container is nested 1 deep, so eight are shown and the ninth is ``<depth>``, an
  empty one too.  A cycle is noticed before the depth.
* Keys of dictionaries count as nested in them.
* A subclass of a container, a ``deque``, a ``defaultdict``, a view, a dataclass and so on are not
  descended into: their own ``repr`` stands, without the bounds on depth and items.
* A class of the program is ``<class 'qualname'>`` where its resolved ``__repr__`` is
  ``type.__repr__``; a metaclass with another one (``EnumType`` is such) is asked.
* An instance of a program's class of modules is a module.  Its ``repr`` would ask the program for
  ``__spec__`` and ``__file__``.
* A bound method is ``<bound method qualname>`` whichever class it comes from.  Asynchronous
  generators are "other objects".
* An instance's slots come base class first; a private slot has its mangled name, as the keys of
  ``__dict__`` have; ``__dict__`` and ``__weakref__`` are no slots.
* A ``__repr__`` fails with whatever exception, ``BaseException`` included.
* Names that begin and end with two underscores include ``__`` and ``___``.

CODE and the run

* The module has ``__file__`` ``prog.py``, ``sys.argv`` is ``["prog.py"]``, the working directory
  is empty, ``random`` is seeded once, before the module's body.
* A program whose module body fails before the entry, or does not compile, has no recording.
* Line breaks are ``\\r\\n``, ``\\r`` and ``\\n``; one leading BOM is removed.
* Names are looked for in the source, not in the arguments; a source that the tokenizer of the
  standard library gives up on contributes the names up to there.
"""

from __future__ import annotations

import builtins
import gc
import io
import json
import opcode
import os
import random
import re
import sys
import tokenize
import types

TYPE_CHECKING = False  # the modules below take longer to import than most programs to run
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

    from _typeshed import TraceFunction

FILE = "prog.py"
BUDGET = 10_000
LIMIT = 10_000_000
DEPTH = 8
ITEMS = 200
CHARS = 2_000
ROOM = 60
SUSPENDS = 0x20 | 0x80 | 0x200  # code of generators, coroutines and asynchronous generators
SCALARS = (int, float, complex, bool, type(None), str, bytes, type(...), type(NotImplemented))
ADDRESS = re.compile(r"(?: at|(?<= object) @) 0x[0-9a-fA-F]+|(?<=RLock object) owner=(?!0 )\d+")


# Values (section 3)


class Renderer:
    """Writes values as text; ``module`` is the ``__module__`` of the program's classes."""

    def __init__(self, module: str) -> None:
        self.module = module

    def text(self, value: object) -> str:
        """Return the text of a value, cut to the bound on characters."""
        whole = self._nested(value, ())
        if len(whole) <= CHARS:
            return whole
        return f"{whole[:CHARS]}<+{len(whole) - CHARS} chars>"

    def _nested(self, value: object, path: tuple[int, ...]) -> str:
        """Return the text of a value inside the containers whose ids are in ``path``."""
        kind = type(value)
        if kind in SCALARS:
            return self._repr(value)
        if kind in (list, tuple, dict, set, frozenset) or self._has_plain_state(kind):
            return self._container(value, path)
        return self._other(value)

    def _has_plain_state(self, kind: type) -> bool:
        """Tell whether instances of this class are written with their state."""
        ours = getattr(kind, "__module__", None) == self.module
        return ours and _resolved(kind, "__repr__") is object.__repr__

    def _container(self, value: object, path: tuple[int, ...]) -> str:
        """Return the text of something that is descended into, or what stands for it."""
        if id(value) in path:
            return "<cycle>"
        if len(path) >= DEPTH:
            return "<depth>"
        path = (*path, id(value))
        if type(value) is dict:
            return self._dict(value, path)
        if isinstance(value, (set, frozenset)):
            return self._set(value, path)
        if isinstance(value, (list, tuple)):
            return self._sequence(value, path)
        return self._instance(value, path)

    def _sequence(self, value: list[object] | tuple[object, ...], path: tuple[int, ...]) -> str:
        """Return the text of an exact list or tuple."""
        texts = [self._nested(item, path) for item in list(value[:ITEMS])]
        if type(value) is list:
            return f"[{_joined(texts, len(value))}]"
        if len(value) == 1:
            return f"({texts[0]},)"
        return f"({_joined(texts, len(value))})"

    def _dict(self, value: dict[object, object], path: tuple[int, ...]) -> str:
        """Return the text of an exact dict."""
        pairs = list(value.items())
        texts = [
            f"{self._nested(key, path)}: {self._nested(item, path)}" for key, item in pairs[:ITEMS]
        ]
        return "{" + _joined(texts, len(pairs)) + "}"

    def _set(self, value: set[object] | frozenset[object], path: tuple[int, ...]) -> str:
        """Return the text of an exact set or frozenset, items sorted by their texts."""
        if not value:
            return self._repr(value)
        texts = sorted(self._nested(item, path) for item in list(value))
        braces = "{" + _joined(texts[:ITEMS], len(texts)) + "}"
        return braces if type(value) is set else f"frozenset({braces})"

    def _instance(self, value: object, path: tuple[int, ...]) -> str:
        """Return ``Point(x=1, y=2)``."""
        state = _state(value)
        texts = [f"{name}={self._nested(item, path)}" for name, item in state[:ITEMS]]
        return f"{type(value).__name__}({_joined(texts, len(state))})"

    def _other(self, value: object) -> str:
        """Return the text of anything that is not descended into."""
        if isinstance(value, types.FunctionType):
            return f"<function {value.__qualname__}>"
        if isinstance(value, types.MethodType):
            return f"<bound method {_method_name(value)}>"
        if isinstance(value, types.GeneratorType):
            return f"<generator {value.__qualname__}>"
        if isinstance(value, types.CoroutineType):
            return f"<coroutine {value.__qualname__}>"
        if _resolved(type(value), "__repr__") is types.ModuleType.__repr__:
            return f"<module {object.__getattribute__(value, '__dict__')['__name__']!r}>"
        if self._is_own_class(value):
            return f"<class {value.__qualname__!r}>"  # type: ignore[attr-defined]
        return self._repr(value)

    def _is_own_class(self, value: object) -> bool:
        """Tell whether a value is a class of the program without a ``__repr__`` of its own."""
        if not isinstance(value, type) or _resolved(type(value), "__repr__") is not type.__repr__:
            return False
        return getattr(value, "__module__", None) == self.module

    def _repr(self, value: object) -> str:
        """Return ``repr`` without memory addresses, or the name of what it raised."""
        try:
            text = repr(value)
        except BaseException as error:
            return f"<{type(error).__name__} in __repr__>"
        return text if type(value) in SCALARS else ADDRESS.sub("", text)


def _joined(texts: list[str], total: int) -> str:
    """Join the texts shown of ``total`` items and say how many are left out."""
    left = total - len(texts)
    return ", ".join([*texts, f"<+{left} items>"] if left > 0 else texts)


def _resolved(kind: type, name: str) -> object:
    """Return what a special method lookup on instances of ``kind`` finds, unbound."""
    for base in kind.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def _method_name(method: types.MethodType) -> str:
    """Return the name that CPython writes into the ``repr`` of a bound method."""
    function = method.__func__
    for attribute in ("__qualname__", "__name__"):
        name = getattr(function, attribute, None)
        if isinstance(name, str):
            return name
    return "?"


def _state(value: object) -> list[tuple[str, object]]:
    """Return the attributes of an instance: ``__dict__``, then the slots that are set."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        attributes = {}
    return [(str(name), item) for name, item in list(attributes.items())] + _slots(value)


def _slots(value: object) -> list[tuple[str, object]]:
    """Return the slots that are set, in the order of their definition, base class first."""
    found: dict[str, object] = {}
    for base in reversed(type(value).__mro__):
        for name in _slot_names(base):
            try:
                found[name] = base.__dict__[name].__get__(value)
            except (AttributeError, KeyError):
                continue
    return list(found.items())


def _slot_names(kind: type) -> list[str]:
    """Return the names of the slots that one class defines, private ones mangled."""
    slots = kind.__dict__.get("__slots__", ())
    names: Iterable[str] = (slots,) if isinstance(slots, str) else slots
    owner = kind.__name__.lstrip("_")
    return [
        f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name
        for name in names
        if name not in ("__dict__", "__weakref__")
    ]


# Local variables (section 3.3)


def local_variables(frame: types.FrameType) -> list[tuple[str, object]]:
    """Return the local variables of a frame that are shown, in their order."""
    code, values = frame.f_code, frame.f_locals
    if not code.co_flags & 0x1:
        pairs = [(name, value) for name, value in list(values.items()) if isinstance(name, str)]
        return [(n, v) for n, v in pairs if not (n.startswith("__") and n.endswith("__"))]
    slots = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    return [(name, values[name]) for name in slots if name in values]


# CODE (section 6.1)


def normalised(source: str) -> str:
    """Return the source without BOM, with ``\\n`` only, and with one line break at its end."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\n") + "\n"


def names_in(source: str) -> set[str]:
    """Return the spellings of all name tokens of a source."""
    names: set[str] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                names.add(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass
    return names


def wrapper_name(source: str) -> str:
    """Return ``main``, or the first of ``main_1``, ``main_2``, … that the source does not use."""
    names, name, number = names_in(source), "main", 0
    while name in names:
        number += 1
        name = f"main_{number}"
    return name


def build_code(source: str, entry: str | None, args: str | None) -> tuple[str, str]:
    """Return CODE and the name of the wrapper (empty for a script)."""
    text = normalised(source)
    if entry is None:
        return text, ""
    wrapper = wrapper_name(text)
    return f"{text}\ndef {wrapper}():\n    return {entry}({args or ''})\n", wrapper


# Recording (section 2)


class Activation:
    """One stay in a frame, while it is open."""

    def __init__(self, serial: int, frame: types.FrameType) -> None:
        self.serial = serial
        self.frame = frame
        self.line = 0
        self.instruction: int | None = None  # the last that began, in a generator's frame
        self.whole = True


class Tally:
    """What a recording holds besides its states."""

    def __init__(self) -> None:
        self.count = 0
        self.cut = False
        self.closed: list[int] = []
        self.entry_activation: int | None = None
        self.last_activation: int | None = None
        self.fault: str | None = None


class Recorder:
    """The trace function and what it has recorded."""

    def __init__(self, job: dict[str, object], module: str, never: Callable[[], None]) -> None:
        self.renderer = Renderer(module)
        self.entry = job.get("entry")
        self.budget = _number(job.get("budget"), BUDGET)
        self.limit = _number(job.get("limit"), LIMIT)
        self.never = never
        self.events: list[dict[str, object]] = []
        self.tally = Tally()
        self.open: list[Activation] = []
        self.serials = 0
        self.hook = self.trace

    def trace(self, frame: types.FrameType, event: str, arg: object) -> TraceFunction | None:
        """Take one event of the interpreter; only the program's own frames are traced."""
        if frame.f_code.co_filename != FILE:
            return None
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + ROOM)
        try:
            self._take(frame, event, arg)
        finally:
            sys.setrecursionlimit(limit)
        return self.hook

    def _take(self, frame: types.FrameType, event: str, arg: object) -> None:
        """Follow the activations and add the states."""
        if event == "call":
            self._enter(frame)
            frame.f_trace_opcodes = bool(frame.f_code.co_flags & SUSPENDS)
        if not self.open or self.open[-1].frame is not frame:
            self.tally.fault = f"a {event} event outside the innermost activation"
            return
        if event in ("call", "line"):
            self._state(event)
        elif event == "exception":
            self._exception(arg)
        elif event == "return":
            self._leave(arg)
        elif event == "opcode":
            self.open[-1].instruction = frame.f_lasti

    def _enter(self, frame: types.FrameType) -> None:
        """Open an activation."""
        self.open.append(Activation(self.serials, frame))
        code = frame.f_code
        named = self.entry is not None and code.co_qualname == self.entry
        if named and self.tally.entry_activation is None and is_def(code):
            self.tally.entry_activation = self.serials
        self.serials += 1

    def _exception(self, arg: object) -> None:
        """Add an exception state."""
        assert isinstance(arg, tuple)
        self._state("exception", arg[1])

    def _leave(self, arg: object) -> None:
        """Add a return state, unless an exception leaves the frame; close the activation."""
        activation = self.open[-1]
        leaving = leaves_by(activation.frame, activation.instruction)
        if leaving != "unwinding":
            self._state("return", arg, yields=leaving == "yield")
        self.open.pop()
        if activation.whole:
            self.tally.closed.append(activation.serial)

    def _state(self, kind: str, arg: object = None, yields: bool = False) -> None:
        """Record one state of the innermost activation, or count it past the budget."""
        activation = self.open[-1]
        self.tally.count += 1
        self.tally.last_activation = activation.serial
        activation.line = _line(activation)
        if len(self.events) < self.budget:
            self.events.append(self._event(kind, activation, arg, yields))
            return
        self.tally.cut, activation.whole = True, False
        if self.tally.count >= self.limit:
            self.never()

    def _event(
        self, kind: str, activation: Activation, arg: object, yields: bool
    ) -> dict[str, object]:
        """Render one state."""
        frame, text = activation.frame, self.renderer.text
        return {
            "kind": kind,
            "line": activation.line,
            "activation": activation.serial,
            "depth": len(self.open),
            "is_def": is_def(frame.f_code),
            "resume": kind == "call" and resumes(frame),
            "yield_": yields,
            "locals": [(name, text(value)) for name, value in local_variables(frame)],
            "arg": text(arg) if kind in ("return", "exception") else None,
        }

    def problem(self) -> str | None:
        """Return why the recording is not complete, or None (section 2.5)."""
        if self.tally.fault is not None:
            return self.tally.fault
        if sys.gettrace() != self.hook:
            return "the tracer was lost"
        if self.open:
            return "an activation is still open"
        if self.tally.last_activation != 0:
            return "the last event is not the entry's"
        return None


def _number(value: object, default: int) -> int:
    """Return a number of the job, or its default."""
    return value if isinstance(value, int) else default


def _line(activation: Activation) -> int:
    """Return the line a frame stands on, or stood on before."""
    line: int | None = activation.frame.f_lineno
    return activation.line if line is None else line


def is_def(code: types.CodeType) -> bool:
    """Tell whether code comes from a ``def`` or an ``async def``."""
    return bool(code.co_flags & 0x1) and not code.co_name.startswith("<")


def _operation(frame: types.FrameType) -> tuple[str, int]:
    """Return the name and the argument of the instruction a frame stands on."""
    code = frame.f_code.co_code
    return opcode.opname[code[frame.f_lasti]], code[frame.f_lasti + 1]


def resumes(frame: types.FrameType) -> bool:
    """Tell whether a call event is the resumption of a generator or coroutine."""
    return _operation(frame) not in (("RESUME", 0), ("RETURN_GENERATOR", 0))


def leaves_by(frame: types.FrameType, instruction: int | None) -> str:
    """Tell a return, a yield (or await) and an exception apart at a return event.

    A frame that is thrown into, and whose exception goes on after a ``finally`` or ``with``, stands
    on the YIELD_VALUE of its suspension as well, but has not begun it last.
    """
    operation, _ = _operation(frame)
    if operation == "RETURN_VALUE":
        return "return"
    if operation == "YIELD_VALUE" and instruction == frame.f_lasti:
        return "yield"
    return "unwinding"


# The run


class Run:
    """One program, run once."""

    def __init__(self, job: dict[str, object], result: str) -> None:
        self.job = job
        self.result = result
        entry, args = job.get("entry"), job.get("args")
        self.source = normalised(str(job["source"]))
        self.code, self.wrapper = build_code(
            self.source,
            None if entry is None else str(entry),
            None if args is None else str(args),
        )
        self.module = types.ModuleType("prog" if self.wrapper else "__main__")
        self.recorder = Recorder(job, self.module.__name__, self.finish_never)
        self.returned: str | None = None

    def run(self) -> NoReturn:
        """Run the program, write the result, and end the process."""
        self._prepare()
        try:
            code = compile(self.code, FILE, "exec", dont_inherit=True)
            if self.wrapper:
                exec(code, self.module.__dict__)
        except BaseException as error:
            self.finish("error", f"before the recording: {type(error).__name__}: {error}")
        left_by, problem = self._record(code)
        self.finish("normal" if _is_normal(left_by) else "error", problem, left_by)

    def _prepare(self) -> None:
        """Make the process look the way a program expects."""
        sys.modules[self.module.__name__] = self.module
        self.module.__dict__["__builtins__"] = builtins
        self.module.__dict__["__file__"] = FILE
        sys.argv = [FILE]
        gc.disable()
        random.seed(0)

    def _record(self, code: types.CodeType) -> tuple[BaseException | None, str | None]:
        """Run the entry under the tracer; return the exception that left it and what is wrong.

        The run ends with the entry's closing state: what the entry returned is let go of later,
        untraced, since it is this process that lets go of it and not the program.
        """
        value, left_by = None, None
        namespace = self.module.__dict__
        try:
            sys.settrace(self.recorder.hook)
            if self.wrapper:
                value = namespace[self.wrapper]()
            else:
                exec(code, namespace)
        except BaseException as error:
            left_by = error
        problem = self.recorder.problem()
        sys.settrace(None)
        self.returned = self.recorder.renderer.text(value)
        return left_by, problem

    def finish_never(self) -> None:
        """End a run that went past the limit."""
        self.finish("never", None)

    def finish(
        self, outcome: str, problem: str | None, error: BaseException | None = None
    ) -> NoReturn:
        """Write the result and leave without any further code of the program."""
        sys.settrace(None)
        tally = self.recorder.tally
        record = {
            "code": self.code,
            "source": self.source,
            "script": not self.wrapper,
            "outcome": outcome,
            "problem": problem,
            "cut": tally.cut,
            "count": tally.count,
            "closed": tally.closed,
            "entry_activation": tally.entry_activation if self.wrapper else 0,
            "returned": self.returned,
            "error": None if error is None else type(error).__name__,
            "stdout": _printed(f"{self.result}.stdout"),
            "events": self.recorder.events,
        }
        with open(self.result, "w", encoding="ascii") as file:
            json.dump(record, file)
        os._exit(0)


def _is_normal(error: BaseException | None) -> bool:
    """Tell whether a run ended normally."""
    if isinstance(error, SystemExit):
        return error.code is None or error.code == 0
    return error is None


def _redirect(result: str, stdin: str) -> None:
    """Give the process its standard input, and a file as its standard output."""
    with open(f"{result}.stdin", "wb") as file:
        file.write(stdin.encode("utf-8", "surrogatepass"))
    source = os.open(f"{result}.stdin", os.O_RDONLY)
    sink = os.open(f"{result}.stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(source, 0)
    os.dup2(sink, 1)
    os.close(source)
    os.close(sink)


def _printed(path: str) -> str:
    """Return the beginning of what the program printed."""
    try:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1_000_000)
    except (OSError, ValueError):
        return ""


def main() -> NoReturn:
    """Read the job, run it and write the result."""
    job_path, result = sys.argv[1:3]
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    _redirect(result, str(job.get("stdin") or ""))
    Run(job, result).run()


if __name__ == "__main__":
    main()
