"""Runs programs under the tracer and, at each event, renders every local variable anew.

Standard input: a JSON list of records with `id`, `source`, `entry`, `args` and `stdin`. Standard
output: a JSON object, id to {"events", "left_by", "differences"}: how many events were compared,
the class of the exception that ended the run, and where the tracer's texts were not those of a
renderer that knows nothing of the events before. With `--stale`, the tracer is given a renderer
that remembers objects by their address alone, with `--still` a heap that takes no notice of
changes, with `--forget NAME` words of memory that are not compared (a function of `quirks`), so
that there must be differences.

It is run as a script, and forks for each program: what a program does to its process ends there.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import io
import json
import os
import resource
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tracing.capture import context, graphs, nests, objects, quirks, tracer
from tracing.capture.columns import NOTHING
from tracing.capture.heap import Heap
from tracing.capture.recursion import Recursion
from tracing.capture.tracer import Tracer, own_code
from tracing.capture.values import renderer

BOUNDS = (8, 200, 2_000)
MOST = 20_000  # events of a program that are compared
SHOWN = 5  # differences
THREADS: list[object] = []  # none is told of
SECONDS = 20  # of CPU time for a program
WARM = 30  # events of a code object, before its lines are counted: short programs come to it, too
MANY = 0  # characters of an instance, before it is watched: short ones are, too
WORTH = 0  # looks at one that stays, by which that was worth it: always, then
LONG = 0  # characters of a container, before it is told by what changed in it
Look = Callable[[object, object], tuple[str, int]]
Make = Callable[[str, Heap], Look]
Scope = list[tuple[str, str]]


def renew(module: str, heap: Heap | None = None) -> Look:
    """A renderer that has seen nothing yet."""
    return renderer(module, *BOUNDS, lambda on: None, heap)


def stale(module: str, heap: Heap) -> Look:
    """A renderer that is wrong about objects that change."""
    look, known = renew(module), {}

    def remembering(value: object, namespace: object) -> tuple[str, int]:
        return known.setdefault(id(value), look(value, namespace))

    return remembering


class Still(Heap):
    """A heap on which nothing ever changes."""

    def enter(self, depth: int) -> None:
        """No notice is taken."""


class Comparison:
    """A trace function that records by the tracer and then compares what it wrote down."""

    def __init__(self, root: types.CodeType, module: str, make: Make, heap: type[Heap]) -> None:
        self._module = module
        self.total = 0  # bytes printed, by its name in the tracer
        recursion = Recursion(sys.getrecursionlimit(), 0)
        recursion.make_room()
        self._heap = heap(lambda: own_code(root).values(), THREADS)
        self._tracer = Tracer(
            *(root, make(module, self._heap), self._heap, BOUNDS[2], self, THREADS, recursion),
            *(self._stop, 10**9, 10**9),
        )
        self._scopes: list[dict[int, int]] = []  # position to text, for each scope
        self.events = 0
        self.differences: list[tuple[int, int, Scope, Scope]] = []

    def __call__(self, frame: types.FrameType, event: str, argument: object) -> Any:
        """One event of the interpreter."""
        events = self._tracer.columns.events
        before = len(events)
        followed = self._tracer.function(frame, event, argument)
        if len(events) > before:
            self._compare(frame, events[-1][5])
            self._heap.leave()  # what was made to compare is not the program's
        if len(events) == MOST:
            raise StopTracing
        return None if followed is None else self

    def _compare(self, frame: types.FrameType, scope: int) -> None:
        self.events += 1
        shown, expected = self._shown(scope), self._expected(frame)
        if shown != expected and len(self.differences) < SHOWN:
            self.differences.append((self.events, frame.f_lineno, expected, shown))

    def _shown(self, scope: int) -> Scope:
        columns, scopes = self._tracer.columns, self._scopes
        at = sum(columns.scope_sizes[: len(scopes)]) if len(scopes) <= scope else 0
        for number in range(len(scopes), scope + 1):
            base, size = columns.scope_base[number], columns.scope_sizes[number]
            texts = {} if base == NOTHING else dict(scopes[base])
            for k in range(2 * at, 2 * (at + size), 2):
                texts[columns.scope_items[k]] = columns.scope_items[k + 1]
            scopes.append(texts)
            at += size
        texts = list(columns.texts)
        layout = list(columns.layouts)[columns.scope_layout[scope]]
        held = scopes[scope]
        return [
            (name, texts[held[position]])
            for position, name in enumerate(layout)
            if held.get(position, NOTHING) != NOTHING
        ]

    def _expected(self, frame: types.FrameType) -> Scope:
        look, variables, code = renew(self._module), frame.f_locals, frame.f_code
        if code.co_flags & 0x1:
            slots = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
            names = [name for name in slots if name in variables]
        elif isinstance(variables, dict):
            names = [
                name
                for name in dict.keys(variables)
                if type(name) is str and not (name[:2] == "__" == name[-2:])
            ]
        else:
            names = []
        return [(name, look(dict.__getitem__(variables, name), None)[0]) for name in names]

    def _stop(self, why: str) -> Any:
        raise AssertionError(why)


class StopTracing(BaseException):
    """Enough was compared."""


def compare(record: dict[str, Any], make: Make, heap: type[Heap]) -> dict[str, Any]:
    """Run one program in this process."""
    source, entry = context.normalise(record["source"]), record["entry"]
    module = types.ModuleType("__main__" if entry is None else "prog")
    module.__dict__.update(__builtins__=builtins, __file__="prog.py")
    sys.modules[module.__name__] = module
    sys.stdin = io.StringIO(record["stdin"] or "")
    name, left_by = "", ""
    if entry is not None:
        name = context.wrapper_name(source)
        source = context.wrap(source, name, entry, record["args"])
    code = compile(source, "prog.py", "exec", dont_inherit=True)
    gc.disable()  # as the server has it
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if entry is not None:
            exec(code, module.__dict__)
        comparison = Comparison(code, module.__name__, make, heap)
        sys.settrace(comparison)
        try:
            if entry is None:
                exec(code, module.__dict__)
            else:
                module.__dict__[name]()
        except BaseException as error:
            left_by = type(error).__name__
        finally:
            sys.settrace(None)
    return {
        "events": comparison.events,
        "left_by": left_by,
        "differences": comparison.differences,
    }


def apart(records: list[dict[str, Any]], make: Make, heap: type[Heap]) -> Iterator[tuple[str, Any]]:
    """The programs' results, each from a process of its own."""
    for record in records:
        reading, writing = os.pipe()
        if os.fork() == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            with open(writing, "w") as stream:
                json.dump(compare(record, make, heap), stream)
            os._exit(0)
        os.close(writing)
        with open(reading) as stream:
            yield record["id"], json.loads(stream.read() or "null")
        os.wait()


if __name__ == "__main__":
    tracer.WARM, objects.MANY, graphs.WORTH, nests.LONG = WARM, MANY, WORTH, LONG
    renderer_of = stale if "--stale" in sys.argv else renew
    kind_of_heap = Still if "--still" in sys.argv else Heap
    if "--forget" in sys.argv:
        setattr(quirks, sys.argv[-1], lambda *value: memoryview(b""))
    json.dump(dict(apart(json.load(sys.stdin), renderer_of, kind_of_heap)), sys.stdout)
