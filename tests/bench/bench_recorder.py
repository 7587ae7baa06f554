"""What recording costs, beside other recorders: CPU time over the untraced run, per event.

    python tests/bench/bench_recorder.py [--rounds 5] [--corpus FILE.jsonl] [--floors]

Ten long programs, four in which containers grow, three in which containers in containers change,
and short calls: those of a corpus file, or of the corpus in the package. All recorders run the same
programs in turn, in one process; the medians over the rounds are printed, and their ratios to ours.
What is made before the program is known is not counted: the server has it before it forks.
`written` is ours with the bytes that the child sends, as `obvious` has its JSON. PySnooper and
hunter take part where they are installed.

With --floors, short calls by their length are measured alone, beside what no recorder of this kind
can be faster than: one that only notes events and lines, one that is told in advance which
variables will have changed, and shows these by their own repr, and one that has to look (not again
at the very same number, string, truth value or None).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import statistics
import sys
import time
import tracemalloc
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.read import read_file
from tracing.capture import context, wire
from tracing.capture.heap import Heap
from tracing.capture.program import _numbers
from tracing.capture.tracer import Tracer
from tracing.capture.values import renderer
from tracing.limits import Limits
from tracing.program import Program

BANDS = ((8, 40), (60, 300))  # events of short calls
MOST = 150  # programs of one band
FOLDER = Path(__file__).parent / "long"
LIMITS = Limits(events=10**9)
EMPTY = compile("", "prog.py", "exec")
Run = Callable[[], object]
Recorder = Callable[[types.CodeType, Run], int]


def ours() -> Recorder:
    """This project's recorder, which gives the number of its events."""
    record = recorder()
    return lambda code, run: len(record(code, run).events)


def written() -> Recorder:
    """The same, with its record written."""
    record = recorder()

    def recorded(code: types.CodeType, run: Run) -> int:
        columns = record(code, run)
        write(columns)
        return len(columns.events)

    return recorded


def recorder() -> Callable[[types.CodeType, Run], Any]:
    """What records one run, made as the server makes it; it gives the columns."""
    heap = Heap(lambda: tracer._own.values())
    bounds = LIMITS.nesting, LIMITS.items, LIMITS.characters
    look = renderer("prog", *bounds, lambda on: None, heap)
    recursion: Any = types.SimpleNamespace(shallow=10**9)
    printed = types.SimpleNamespace(total=0)
    run_of = printed, [], recursion, _stop, 10**9, 10**9
    tracer = Tracer(EMPTY, look, heap, LIMITS.characters, *run_of)

    def record(code: types.CodeType, run: Run) -> Any:
        tracer.take(code)
        tracer.start()
        try:
            run()
        finally:
            tracer.finish()
        return tracer.columns

    return record


def write(columns: Any) -> list[bytes]:
    """The columns as the child writes them."""
    kinds, marks, *numbers = zip(*columns.events, strict=True)
    names = columns.names()
    return [
        *(bytes(kinds), bytes(marks), wire.texts(names), wire.texts(columns.texts)),
        *map(wire.integers, numbers),
        *map(wire.integers, _numbers(columns, names)),
    ]


def _stop(why: str) -> Any:
    raise AssertionError(why)


def traced(run: Run, trace: Callable[[types.FrameType, str, Any], Any]) -> None:
    """Run with a trace function."""
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(None)


def obvious(code: types.CodeType, run: Run, keep: Callable[[str], None] | None = None) -> int:
    """`repr` of every local at every event, the difference to before, as JSON."""
    lines: list[str] = []
    before: dict[int, dict[str, str]] = {}

    def trace(frame: types.FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != "prog.py":
            return None
        shown = {}
        for name, value in frame.f_locals.items():
            try:
                shown[name] = repr(value)
            except Exception as error:
                shown[name] = f"<{type(error).__name__}>"
        old = before.get(id(frame), {})
        changed = {name: text for name, text in shown.items() if old.get(name) != text}
        before[id(frame)] = shown
        lines.append(json.dumps([event, frame.f_lineno, changed]))
        if event == "return":
            before.pop(id(frame))
        return trace

    traced(run, trace)
    for line in lines if keep else ():
        keep(line)
    return len(lines)


def noting(code: types.CodeType, run: Run) -> int:
    """Events and lines, and nothing else."""
    return told([])(code, run)


def told(plan: list[list[str]]) -> Recorder:
    """A recorder that knows which variables will have changed at each event (none past the end of
    the plan)."""
    events: list[tuple[str, int, list[str]]] = []
    names = iter(plan)

    def trace(frame: types.FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != "prog.py":
            return None
        texts = []
        if changed := next(names, None):
            variables = frame.f_locals
            texts = [repr(variables[name]) for name in changed]
        events.append((event, frame.f_lineno, texts))
        return trace

    def record(code: types.CodeType, run: Run) -> int:
        traced(run, trace)
        return len(events)

    return record


def looking() -> Recorder:
    """A recorder of all changed variables that does no more than it must to find them."""
    events: list[tuple[str, int, dict[str, str]]] = []
    before: dict[int, tuple[dict[str, object], dict[str, str]]] = {}
    atoms = (int, str, float, bool, type(None))

    def trace(frame: types.FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != "prog.py":
            return None
        held, texts = before.setdefault(id(frame), ({}, {}))
        changed = {}
        for name, value in frame.f_locals.items():
            if held.get(name, before) is value and type(value) in atoms:
                continue
            try:
                text = repr(value)
            except Exception as error:
                text = f"<{type(error).__name__}>"
            held[name] = value
            if texts.get(name) != text:
                texts[name] = changed[name] = text
        events.append((event, frame.f_lineno, changed))
        if event == "return":
            del before[id(frame)]
        return trace

    def record(code: types.CodeType, run: Run) -> int:
        traced(run, trace)
        return len(events)

    return record


def plan_of(program: Program) -> list[list[str]]:
    """Which variables have another repr at each event."""
    plan: list[list[str]] = []

    def keep(line: str) -> None:
        _, _, changed = json.loads(line)
        plan.append([name for name, text in changed.items() if text[:1] != "<"])

    cost(lambda: lambda code, run: obvious(code, run, keep), program)
    return plan


def pysnooper(code: types.CodeType, run: Run) -> int:
    """PySnooper over the whole run, into memory."""
    import pysnooper

    sink = io.StringIO()
    with pysnooper.snoop(sink, depth=10**6, watch=(), color=False):
        run()
    return sink.getvalue().count("\n")


def hunter(code: types.CodeType, run: Run) -> int:
    """hunter with its printer of variables, into memory."""
    import hunter

    sink = io.StringIO()
    snooper = hunter.VarsSnooper(stream=sink)  # in the place of its printer of calls to stderr
    with hunter.trace(filename="prog.py", action=snooper, clear_env_var=True):
        run()
    return sink.getvalue().count("\n")


def programs(corpus: str | None) -> Iterator[tuple[str, Program]]:
    """The long programs of these folders, and functions with their calls."""
    for folder in (FOLDER, FOLDER / "growing", FOLDER / "nested"):
        for path in sorted(folder.glob("*.py")):
            yield folder.name, Program(path.stem, path.read_text(encoding="utf-8"), "run")
    for found in read_file(corpus or "builtin", CorpusConfig()):
        if isinstance(found, Program) and found.entry is not None and not found.stdin:
            yield "short", found


def prepare(program: Program) -> tuple[types.CodeType, Run]:
    """The compiled program, and a function that calls its wrapper in a fresh module."""
    source = context.normalise(program.source)
    name = context.wrapper_name(source)
    text = context.wrap(source, name, program.entry or "", program.args)
    code = compile(text, "prog.py", "exec", dont_inherit=True)

    module = types.ModuleType("prog")
    sys.modules["prog"] = module
    exec(code, module.__dict__)
    main = module.__dict__[name]

    def run() -> object:
        try:
            return main()
        except (Exception, SystemExit):
            return None

    return code, run


def cost(make: Callable[[], Recorder], program: Program) -> tuple[float, int]:
    """CPU seconds over the untraced run, and events. Cyclic garbage is collected outside of the
    time, for whoever made it: while a program is recorded its collection is off."""
    gc.collect()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code, run = prepare(program)
        started = time.process_time()
        run()
        plain = time.process_time() - started
        code, run = prepare(program)
        record = make()
        started = time.process_time()
        events = record(code, run)
        return time.process_time() - started - plain, events


def memory(program: Program) -> tuple[int, int]:
    """Bytes at the highest point over the untraced run, and those of the columns when written."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        peaks = []
        for record in (False, True):
            code, run = prepare(program)
            tracemalloc.start()
            columns = recorder()(code, run) if record else run()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return peaks[1] - peaks[0], sum(map(len, write(columns)))


def available() -> dict[str, Callable[[], Recorder]]:
    """What makes the recorders that can run here, by their names."""
    found = {"ours": ours, "written": written, "obvious": lambda: obvious}
    for name, recorder in (("pysnooper", pysnooper), ("hunter", hunter)):
        with contextlib.suppress(ImportError):
            __import__(name)
            found[name] = lambda recorder=recorder: recorder
    return found


def main() -> None:
    """Print microseconds per event and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus")
    parser.add_argument("--floors", action="store_true")
    options = parser.parse_args()
    gc.disable()
    chosen = list(programs(options.corpus))
    gc.freeze()
    if options.floors:
        _floors([program for which, program in chosen if which == "short"], options.rounds)
        return
    for kind in ("long", "growing", "nested", "short"):
        group = [program for which, program in chosen if which == kind]
        if group:
            _compare(kind, group, options.rounds)


def _floors(group: list[Program], rounds: int) -> None:
    sizes = {program.id: cost(lambda: noting, program)[1] for program in group}
    for least, most in BANDS:
        band = [program for program in group if least <= sizes[program.id] <= most]
        band = band[:: len(band) // MOST + 1]
        seconds = [_seconds(program, rounds) for program in band]
        events = sum(sizes[program.id] for program in band)
        print(f"{least} to {most} events: {len(band)} programs, {events:,} events, {rounds} rounds")
        medians = {
            name: statistics.median(map(sum, zip(*(each[name] for each in seconds), strict=True)))
            for name in seconds[0]
        }
        for name, median in medians.items():
            ratio = medians["obvious"] / median
            print(
                f"  {name:10} {median / events * 1e6:8.2f} µs/event, obvious takes {ratio:5.2f} ×"
            )


def _seconds(program: Program, rounds: int) -> dict[str, list[float]]:
    """What a program costs by each recorder and each floor, in rounds."""
    plan = plan_of(program)
    ways: dict[str, Callable[[], Recorder]] = {
        "ours": ours,
        "obvious": lambda: obvious,
        "looking": looking,
        "told": lambda: told(plan),
        "noting": lambda: noting,
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, make in ways.items():
            found[name].append(cost(make, program)[0])
    return found


def _compare(kind: str, group: list[Program], rounds: int) -> None:
    recorders = available()
    events = sum(cost(ours, program)[1] for program in group)
    seconds: dict[str, list[float]] = {name: [] for name in recorders}
    for _ in range(rounds):
        for name, make in recorders.items():
            seconds[name].append(sum(cost(make, p)[0] for p in group))
    print(f"{kind}: {len(group)} programs, {events:,} events, {rounds} rounds")
    peak, written = map(sum, zip(*map(memory, group), strict=True))
    print(f"  {peak / events:.0f} bytes of memory and {written / events:.0f} of record per event")
    base = statistics.median(seconds["ours"])
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"  {name:10} {median / events * 1e6:8.2f} µs/event  {median / base:6.2f} × ours")


if __name__ == "__main__":
    main()
