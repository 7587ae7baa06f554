"""The moves against the standard library's `bdb`, driven live over random commands.

Where they differ stands in `support/bdb_differences.py`; everywhere else they must agree, in each
stratum by itself. Each row of that table has a test here that fails if bdb and the language agreed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from support.bdb_differences import DIFFERENCES
from support.bdb_judge import STRATA, Take, Tally, drive, job, judge, sessions, take
from support.bdb_log import log_of
from support.programs import Runner

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.trace import Kind, Outcome, Trace

ROOT = Path(__file__).parents[2]
BUILTIN = ROOT / "pipeline" / "corpus" / "builtin"
PROGRAMS = ROOT / "tests" / "programs"
LONG = ROOT / "tests" / "bench" / "long"
CORPUS = ROOT.parent / "shared" / "corpora" / "pack_dev.jsonl"
CHANGED_BY_A_LOOK = {"first_lines.py"}  # by what its `__repr__` does, which `bdb` does not call
MOST_DEVIATING = 0.02  # share of sessions in which the program itself does otherwise under bdb
Records = Iterable[dict[str, Any]]


def own() -> list[dict[str, Any]]:
    """The project's own programs."""
    rows = map(json.loads, (BUILTIN / "index.jsonl").read_text().splitlines())
    builtin = [{**row, "source": (BUILTIN / row["file"]).read_text()} for row in rows]
    paths = sorted([*PROGRAMS.rglob("*.py"), *LONG.glob("*.py")])
    return builtin + [_record(path) for path in paths if path.name not in CHANGED_BY_A_LOOK]


def _record(path: Path) -> dict[str, Any]:
    source, _, rest = path.read_text().partition("#: ")
    call = rest.partition("\n")[0].removesuffix(" with scopes")
    if not rest:
        is_long = path.parent == LONG
        call = "run()" if is_long else "f()" if "\ndef f(" in f"\n{source}" else "script"
    name, _, args = call.removesuffix(")").partition("(")
    entry = None if name == "script" else name
    return {
        "id": str(path.relative_to(ROOT)),
        "source": source,
        "entry": entry,
        "args": args,
        "stdin": None,
    }


def corpus(every: int = 1) -> list[dict[str, Any]]:
    """The development corpus, or one program of so many."""
    return [json.loads(line) for line in CORPUS.read_text().splitlines()[::every]]


def traces(runner: Runner, records: Records) -> list[tuple[Trace, str]]:
    """The traces of the programs that are traced, each with its stdin. Programs that come to the
    limit of recursion are left out: a debugger needs frames of its own there."""
    found = []
    for record in records:
        args, stdin = record["args"] or "", record["stdin"] or ""
        trace = runner.run(record["source"], record["entry"], args, stdin)
        if isinstance(trace, Trace) and not _reaches_the_limit(trace):
            found.append((replace(trace, program=record["id"]), stdin))
    return found


def _reaches_the_limit(trace: Trace) -> bool:
    return trace.outcome is Outcome.NEVER or any("RecursionError" in text for text in trace.texts)


@pytest.fixture(scope="module")
def programs(runner: Runner) -> list[tuple[Trace, str]]:
    return traces(runner, own())


def judged(programs: list[tuple[Trace, str]], number: int, seed: int, taking: Take = take) -> Tally:
    tally = Tally()
    for k in range(0, len(programs), 50):
        for session in sessions(programs[k : k + 50], number, seed):
            tally += judge(session, taking)
    return tally


def assert_agrees(tally: Tally, number: int) -> None:
    """No step is unexplained, in no stratum too few are looked at, and hardly a session is lost."""
    assert tally.faults == []
    assert all(tally.of(stratum, "agrees") > 20 for stratum in STRATA), list(tally.rows())
    assert tally.notes["killed"] == 0
    assert tally.notes["deviates"] <= MOST_DEVIATING * number, tally.deviating
    assert tally.notes["values"] > number


def report(tally: Tally, record_property: Callable[[str, object], None]) -> None:
    record_property("agreement with bdb", "\n".join(tally.rows()))


def over_as_into(debugger: Debugger, action: Action) -> None:
    """The negative control: step_over is step_into."""
    if action.kind is ActionKind.STEP_OVER:
        action = Action(ActionKind.STEP_INTO)
    debugger.act(action)


def test_own_programs(
    programs: list[tuple[Trace, str]], record_property: Callable[[str, object], None]
) -> None:
    tally = judged(programs, 2, seed=1)
    assert_agrees(tally, 2 * len(programs))
    assert tally.deviating == []
    report(tally, record_property)


def test_a_wrong_step_over_is_found_in_each_stratum(programs: list[tuple[Trace, str]]) -> None:
    tally = judged(programs, 1, seed=2, taking=over_as_into)
    assert all(tally.of(stratum, "fault") > 0 for stratum in STRATA), list(tally.rows())


@pytest.mark.skipif(not CORPUS.exists(), reason="no development corpus")
def test_some_of_the_development_corpus(
    runner: Runner, record_property: Callable[[str, object], None]
) -> None:
    tally = judged(traces(runner, corpus(every=12)), 1, seed=4)
    assert tally.faults == []
    report(tally, record_property)


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason="no development corpus")
def test_development_corpus(runner: Runner, record_property: Callable[[str, object], None]) -> None:
    everything = traces(runner, corpus())
    tally = judged(everything, 3, seed=3)
    assert_agrees(tally, 3 * len(everything))
    report(tally, record_property)


# One program for each row: script, commands, and where bdb stops last: kind, line. The debugger
# goes to another state, or to none.

GENERATOR = """
def g():
    yield 1
    x = 2
    yield 3
it = g()
next(it)
next(it)
"""
RAISES = """
def f():
    x = 1
    raise KeyError(x)
try:
    f()
except KeyError:
    pass
"""
DELEGATES = """
def sub():
    yield 1
    return 2
def g():
    x = yield from sub()
    yield x
for n in g():
    pass
"""
RETURNS_INTO = """
def ends():
    return next(iter(()), 0) or inner()
def inner():
    try:
        next(iter(()))
    except StopIteration:
        return 5
def g():
    yield ends()
for n in g():
    pass
"""
TOLD = """
def g():
    yield 1
def f():
    it = g()
    next(it)
    try:
        next(it)
    except StopIteration:
        pass
f()
"""

ROWS: dict[str, tuple[str, list[Any], str]] = {
    "unwinding return": (RAISES, [[3], "step"], "step"),
    "return of a level left by an exception": (RAISES, [[2]], "return"),
    "end of `yield from`": (DELEGATES, [[3], "step"], "step"),
    "next in a generator": (GENERATOR, [[2]], "next"),
    "next in a generator whose end is told elsewhere": (TOLD, [[2]], "next"),
    "return in a generator": (GENERATOR, [[2]], "return"),
    "return into a generator": (RETURNS_INTO, [[2]], "return"),
}


@pytest.mark.parametrize("row", [row.name for row in DIFFERENCES])
def test_each_row_is_a_difference(runner: Runner, row: str) -> None:
    if row == "breakpoint on a `def` line":
        source, before, last = "def f():\n    return 1\nf()\n", [], [1]
    else:
        source, before, last = ROWS[row]
    trace = runner.trace(source)
    (found,) = drive([job(trace, "", [[*before, last]])])
    tally = judge((trace, found))
    assert tally.faults == []
    assert sum(n for (_, _, verdict), n in tally.counts.items() if verdict == row) > 0
    denied = [other for other in DIFFERENCES if other.name != row]
    assert judge((trace, found), differences=denied).faults != []


def test_the_call_of_the_entry_is_no_stop(runner: Runner) -> None:
    trace = runner.trace("def f():\n    return 1\n", "f")
    (found,) = drive([job(trace, "", [["step"]])])
    first = found["stops"][0][0]
    assert (trace.kinds[Debugger(trace).state.state], first) == (Kind.CALL, 1)


def test_lines_that_read_alike_are_one(runner: Runner) -> None:
    """A breakpoint of bdb has a number: on the later of two equal lines it passes the earlier."""
    trace = runner.trace("x = 1\nprint(x)\ny = 2\nprint(x)\n")
    session = [[[4], "step"], [[2, 4], "step"]]
    later, both = (
        log_of(trace, s).events[s["stops"][1][0]].line for s in drive([job(trace, "", session)])
    )
    debugger = Debugger(trace)
    debugger.act(Action(ActionKind.STEP_INTO))
    ours = debugger.act(Action(ActionKind.BREAKPOINT, "print(x)"))
    assert (later, both, trace.lines[ours.state]) == (4, 2, 2)


def test_a_sibling_call_is_the_next_stop_of_both(runner: Runner) -> None:
    source = "def f():\n    return 1\ndef g():\n    return 2\nx = f() + g()\n"
    trace = runner.trace(source)
    (found,) = drive([job(trace, "", [[[2], "return", "next", "next"]])])
    log = log_of(trace, found)
    stops = [(log.events[at].kind, log.events[at].line) for at, *_ in found["stops"]]
    assert stops[2:4] == [(Kind.RETURN, 2), (Kind.CALL, 3)]
    assert judge((trace, found)).faults == []


def test_the_line_that_bdb_stands_on_does_not_count_for_either(runner: Runner) -> None:
    trace = runner.trace("for n in range(2):\n    x = n\n")
    (found,) = drive([job(trace, "", [[[2], [2], [2]]])])
    assert [at for at, *_ in found["stops"]] == [1, 2, 4]
    tally = judge((trace, found))
    assert (tally.faults, tally.of("plain", "agrees")) == ([], 3)


def test_bdb_alone_loses_frames_that_it_enters_while_it_runs_on(runner: Runner) -> None:
    """Without any breakpoint bdb does not follow what `next` calls, nor anything after
    `continue`; the language does."""
    source = dedent("""
        def g():
            yield 1
        def through(it):
            y = next(it)
            return y
        it = g()
        next(it, through(g()))
    """).lstrip()
    trace = runner.trace(source)
    script = [["next"] * 5]
    alone = drive([job(trace, "", script, alone=True)])
    beside = drive([job(trace, "", script)])
    counts = [len(next(found)["events"]) for found in (alone, beside)]
    assert counts[0] < counts[1]
