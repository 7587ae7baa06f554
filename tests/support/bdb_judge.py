"""Judges the debugger by sessions of `bdb`: each stop, and each command between two of them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from inspect import (
    CO_ASYNC_GENERATOR,
    CO_COROUTINE,
    CO_GENERATOR,
    CO_ITERABLE_COROUTINE,
    CO_OPTIMIZED,
)
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from support.bdb_differences import DIFFERENCES, Difference, Step, expected
from support.bdb_log import Log, log_of

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.trace import NO_TEXT, Kind, Trace

SCRIPT = Path(__file__).parent / "bdb_live.py"
STRATA = ("plain", "recursion", "exceptions", "generators", "async", "classes", "comprehensions")
COMMANDS = {
    "step": ActionKind.STEP_INTO,
    "next": ActionKind.STEP_OVER,
    "return": ActionKind.STEP_RETURN,
    "continue": ActionKind.CONTINUE,
}
WEIGHTS = {"step": 40, "next": 30, "return": 6, "breakpoint": 6, "continue": 1}
Take = Callable[[Debugger, Action], None]
Session = tuple[Trace, Any]  # what `bdb_live` found; None where it was killed


def take(debugger: Debugger, action: Action) -> None:
    """The action itself."""
    debugger.act(action)


@dataclass
class Tally:
    """What was found. `counts` is by stratum, action and verdict: "agrees", the name of a
    difference, "fault", or "not available"."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    deviating: list[str] = field(default_factory=list)

    def add(self, strata: Iterable[str], action: ActionKind, verdict: str) -> None:
        """Count one step in each of its strata."""
        for stratum in strata:
            self.counts[stratum, str(action), verdict] += 1

    def __iadd__(self, other: Tally) -> Tally:
        self.counts += other.counts
        self.notes += other.notes
        self.faults += other.faults
        self.deviating += other.deviating
        return self

    def of(self, stratum: str, verdict: str) -> int:
        """How many steps of a stratum had a verdict."""
        return sum(n for (s, _, v), n in self.counts.items() if (s, v) == (stratum, verdict))

    def rows(self) -> Iterator[str]:
        """The report: a line for each stratum."""
        yield f"{'stratum':<15} {'steps':>8} {'agree':>8} {'table':>8} {'unexplained':>12}"
        for stratum in STRATA:
            total = sum(n for (s, _, _), n in self.counts.items() if s == stratum)
            agree, faults = self.of(stratum, "agrees"), self.of(stratum, "fault")
            table = total - agree - faults - self.of(stratum, "not available")
            yield f"{stratum:<15} {total:>8} {agree:>8} {table:>8} {faults:>12}"


def sessions(
    traces: Iterable[tuple[Trace, str]], number: int, seed: object, length: int = 40
) -> Iterator[Session]:
    """Random sessions over traces, each with its program's stdin."""
    traces = list(traces)
    scripts = [
        [
            commands(trace, random.Random(f"{seed} {trace.program} {k}"), length)
            for k in range(number)
        ]
        for trace, _ in traces
    ]
    lines = drive([job(*pair, script) for pair, script in zip(traces, scripts, strict=True)])
    for trace, _ in traces:
        for _ in range(number):
            yield trace, next(lines)


def job(trace: Trace, stdin: str, scripts: list[list[Any]], alone: bool = False) -> dict[str, Any]:
    """What `bdb_live` is asked."""
    main = None if trace.entry is None else trace.functions[trace.owners[0]].qualname
    return {
        "code": trace.code,
        "main": main,
        "stdin": stdin,
        "most": 2 * len(trace) + 100,
        "sessions": scripts,
        "alone": alone,
    }


def drive(jobs: list[dict[str, Any]]) -> Iterator[Any]:
    """The sessions of jobs, in order."""
    with TemporaryDirectory() as folder:  # programs may write where they are
        process = subprocess.run(
            [sys.executable, "-s", "-P", str(SCRIPT)],
            input=json.dumps(jobs),
            env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "TZ": "UTC"},
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            check=True,
        )
    yield from map(json.loads, process.stdout.splitlines())


def commands(trace: Trace, chance: random.Random, length: int) -> list[Any]:
    """A random script. Half of them begin with a run to some line."""
    numbers: dict[str, list[int]] = {}
    for number, text in enumerate(trace.code_lines()):
        numbers.setdefault(text, []).append(number)
    tree = StateTree.of(trace)
    texts = [text for text in tree.places.texts if text in numbers and numbers[text] != [0]]
    running = [text for text in texts if text in tree.places.occurrences] or texts
    if not texts:
        return ["step"] * length
    script: list[Any] = [numbers[chance.choice(running)]] * chance.randrange(2)
    for _ in range(length):
        word = chance.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
        pool = texts if chance.randrange(8) == 0 else running
        script.append(numbers[chance.choice(pool)] if word == "breakpoint" else word)
    return script


def judge(
    session: Session, taking: Take = take, differences: Sequence[Difference] = DIFFERENCES
) -> Tally:
    """Follow one session with the debugger; the table is `differences`."""
    trace, found = session
    tally = Tally()
    if found is None:
        tally.notes["killed"] += 1
        return tally
    log = log_of(trace, found)
    stops = [stop for stop in found["stops"] if stop[0] < len(log.events)]
    if not log.whole and not trace.cut and found["ended"] != "given up":
        tally.notes["deviates"] += 1
        tally.deviating.append(trace.program)
    _Follower(log, found, stops, tally, taking, differences).follow()
    return tally


class _Follower:
    """The debugger beside one session."""

    def __init__(
        self,
        log: Log,
        found: Any,
        stops: list[list[Any]],
        tally: Tally,
        taking: Take,
        differences: Sequence[Difference],
    ) -> None:
        self._log, self._found, self._stops = log, found, stops
        self._tally, self._take, self._differences = tally, taking, differences
        self._debugger = Debugger(log.trace)
        self._lines = log.trace.code_lines()

    def follow(self) -> None:
        """Every command, and every stop."""
        log, trace = self._log, self._log.trace
        if self._stops and self._stops[0][0] != 1:  # the call of the entry is no stop
            self._fault(f"the first stop is at {self._stops[0][0]}")
        for number, (at, command, scope, argument) in enumerate(self._stops):
            self._stand(log.last_state(at))
            if not log.events[at].is_unwinding:
                self._compare(at, scope, argument)
            if command is None:
                return
            if number + 1 < len(self._stops):
                self._judge(at, command, self._stops[number + 1][0])
            elif self._is_at_end():
                self._judge(at, command, log.end)
                if trace.outcome != self._found["ended"]:
                    self._fault(f"the outcome is {self._found['ended']}, recorded {trace.outcome}")

    def _is_at_end(self) -> bool:
        is_last = len(self._stops) == len(self._found["stops"])
        return is_last and self._log.whole and self._found["ended"] != "given up"

    def _stand(self, state: int) -> None:
        """Bring the debugger to a state by its own actions."""
        while self._debugger.ended or self._debugger.state.state > state:
            self._debugger.undo()
        while self._debugger.state.state < state:
            self._debugger.act(Action(ActionKind.STEP_INTO))

    def _judge(self, at: int, command: Any, place: int) -> None:
        action = self._action(at, command)
        ours = self._ours(action)
        row, wanted = expected(Step(self._log, at, action, ours), self._differences)
        strata = strata_of(self._log, at, place)
        if ours is None and action.kind is not ActionKind.STEP_RETURN:
            self._tally.add(strata, action.kind, "not available")
        elif place == wanted:
            self._tally.add(strata, action.kind, row or "agrees")
        else:
            self._tally.add(strata, action.kind, "fault")
            self._fault(
                f"{action} at event {at}: bdb {place}, ours {ours}, {row or 'no row'} {wanted}"
            )

    def _action(self, at: int, command: Any) -> Action:
        """The action that a command stands for. On an unwinding return the debugger stands on the
        state before, and bdb takes `next` for `step`."""
        if isinstance(command, list):
            return Action(ActionKind.BREAKPOINT, self._lines[command[0]])
        if command == "next" and self._log.events[at].is_unwinding:
            command = "step"
        return Action(COMMANDS[command])

    def _ours(self, action: Action) -> int | None:
        """The place of the event that the action leads to."""
        before = len(self._debugger.visits)
        try:
            self._take(self._debugger, action)
        except ValueError:
            return None
        state = self._debugger.state.state
        ended = self._debugger.ended
        while len(self._debugger.visits) > before:
            self._debugger.undo()
        return self._log.end if ended else self._log.place_of.get(state, self._log.end)

    def _compare(self, at: int, scope: dict[str, str | None], argument: str | None) -> None:
        """Variables and argument of a stop, where bdb's side has a text."""
        trace, state = self._log.trace, self._log.events[at].state
        shown = trace.scope(state)
        if set(shown) != set(scope):
            self._fault(f"variables at event {at}: bdb {sorted(scope)}, recorded {sorted(shown)}")
            return
        for name, text in scope.items():
            self._same(f"{name} at event {at}", text, shown[name])
        number = trace.arguments[state]
        if number != NO_TEXT:
            self._same(f"the argument at event {at}", argument, trace.texts[number])

    def _same(self, what: str, text: str | None, shown: str) -> None:
        if text is not None:
            self._tally.notes["values"] += 1
            if text != shown:
                self._fault(f"{what}: bdb {text}, recorded {shown}")

    def _fault(self, what: str) -> None:
        self._tally.faults.append(f"{self._log.trace.program}: {what}")


def strata_of(log: Log, at: int, place: int) -> list[str]:
    """The strata of a step: what stands or happens from the one event to the other."""
    events = log.events[at : place + 1]
    found = set()
    for function in {event.function for event in events}:
        found |= _strata_of_function(*log.functions[function])
    if any(event.kind == Kind.EXCEPTION or event.is_unwinding for event in events):
        found.add("exceptions")
    if any(event.activation in log.recursive for event in events):
        found.add("recursion")
    return sorted(found) or ["plain"]


def _strata_of_function(qualname: str, flags: int, name: str) -> set[str]:
    found = set()
    if flags & CO_GENERATOR:
        found.add("generators")
    if flags & (CO_COROUTINE | CO_ASYNC_GENERATOR | CO_ITERABLE_COROUTINE):
        found.add("async")
    if name.endswith("comp>") or name == "<genexpr>":
        found.add("comprehensions")
    owner = qualname.rpartition(".")[0]
    is_method = bool(owner) and not owner.endswith("<locals>")
    is_body = not flags & CO_OPTIMIZED and name != "<module>"
    if is_method or is_body:
        found.add("classes")
    return found
