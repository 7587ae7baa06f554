"""Scenarios of CPython's `test_pdb`, read from their doctests and interpreted with the debugger.

A doctest defines functions, and runs one that stops itself while pdb is given commands; what pdb
shows tells where it stops. The line that stops is `pass` here, and the walk begins at the first
stop.
"""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from support.programs import Runner
from support.scenarios import NotExpressibleError

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.trace import Kind

COMMANDS = {
    "step": ActionKind.STEP_INTO,
    "next": ActionKind.STEP_OVER,
    "return": ActionKind.STEP_RETURN,
    "continue": ActionKind.CONTINUE,
}
ALIASES = {"s": "step", "n": "next", "r": "return", "c": "continue"}
SHOWING = set("list l longlist ll p pp where w bt whatis args a display undisplay".split())
_STOP = re.compile(r"> <doctest .*\[(\d+)\]>\((\d+)\)(\S+?)\(")
_SET_TRACE = re.compile(r"(import pdb; )?pdb\.Pdb\(.*?\)\.set_trace\(\)")


@dataclass(frozen=True)
class Stop:
    """Where pdb stops, and the command that it is given there."""

    event: str
    line: int
    function: str
    command: str


@dataclass(frozen=True)
class Scenario:
    """A program and its stops."""

    source: str
    stops: list[Stop]


def scenario_of(function: Any) -> Scenario:
    """The scenario of a doctest of theirs. Raises NotExpressibleError."""
    examples = doctest.DocTestParser().get_examples(function.__doc__ or "")
    session = [k for k, e in enumerate(examples) if "PdbTestInput(" in e.source]
    if len(session) != 1:
        raise NotExpressibleError("not one session")
    source, begins = "", {}
    for number, example in enumerate(examples):
        begins[number] = source.count("\n")
        source += _program(example.source, number == session[0])
    if "skip=" in source:
        raise NotExpressibleError("skipped modules")
    if len(_SET_TRACE.findall(source)) != 1 or _SET_TRACE.sub("pass", source).count("pdb"):
        raise NotExpressibleError("it does not stop once by itself")
    stops = list(_stops(examples[session[0]].want, begins))
    return Scenario(_SET_TRACE.sub("pass", source), stops)


def _program(source: str, is_session: bool) -> str:
    """What an example runs, on as many lines."""
    if is_session:
        block = ast.parse(source).body[-1]
        if not isinstance(block, ast.With):
            raise NotExpressibleError("not a program")
        first = block.body[0].lineno
        body = ["if True:", *source.splitlines()[first - 1 :]]
        return "\n" * (first - 2) + "\n".join(body) + "\n"
    return "\n" * source.count("\n") if "reset_Breakpoint" in source else source


def _stops(want: str, begins: dict[int, int]) -> Iterator[Stop]:
    event, at, word = "", None, ""
    for line in want.splitlines():
        if line.startswith("--"):
            event = line.strip("- ").lower()
        elif word in SHOWING and line.startswith(">"):
            pass  # a listing of the stack
        elif found := _STOP.match(line):
            at = (event or "line", begins[int(found[1])] + int(found[2]), found[3])
            event = ""
        elif re.match(r"^(Internal )?\w+(Error|Iteration|Exit)\b", line):
            event = "exception"
        elif line.startswith("(Pdb)"):
            if at is None:
                raise NotExpressibleError("a stop elsewhere")
            command = line.removeprefix("(Pdb)").strip()
            word = command.partition(" ")[0]
            yield Stop(*at, command=command)


def replay(scenario: Scenario, runner: Runner) -> tuple[int, str]:
    """Walk through a scenario; how many stops agree, and what ended the walk: nothing, a command
    that the language has not, or "difference"."""
    first, *later = scenario.stops
    debugger = Debugger(runner.trace(f"\n{scenario.source}"))
    while _where(debugger) != (first.event, first.line, first.function):
        debugger.act(Action(ActionKind.STEP_INTO))
    breaks: set[str] = set()
    for number, stop in enumerate([first, *later]):
        if _where(debugger) != (stop.event, stop.line, stop.function):
            return number, "difference"
        try:
            _obey(debugger, stop.command, breaks)
        except NotExpressibleError as error:
            return number + 1, str(error)
    return len(scenario.stops), ""


def _where(debugger: Debugger) -> tuple[str, int, str]:
    if debugger.ended:
        return "exit", 0, ""
    trace, state = debugger.tree.trace, debugger.state.state
    owner = trace.functions[trace.owners[trace.activations[state]]]
    return (
        Kind(trace.kinds[state]).name.lower(),
        trace.lines[state],
        owner.qualname.rpartition(".")[2],
    )


def _obey(debugger: Debugger, command: str, breaks: set[str]) -> None:
    word, _, argument = command.partition(" ")
    word = ALIASES.get(word, word)
    if word == "break" and argument.isidentifier():
        breaks.add(_first_line(debugger.tree.trace.code, argument))
    elif word == "continue" and breaks:
        _continue(debugger, breaks)
    elif word in COMMANDS:
        debugger.act(Action(COMMANDS[word]))
    elif word not in SHOWING and not word.startswith("!"):
        raise NotExpressibleError(word or "repetition")


def _first_line(code: str, function: str) -> str:
    """The line on which pdb stops for a function: the first of its body."""
    found = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)]
    line = next(n.body[0].lineno for n in found if n.name == function)
    return code.split("\n")[line - 1]


def _continue(debugger: Debugger, breaks: set[str]) -> None:
    """Go to the nearest breakpoint, or to the exit."""
    places = {}
    for src in sorted(breaks):
        visit = debugger.act(Action(ActionKind.BREAKPOINT, src))
        places[src] = len(debugger.tree) if debugger.ended else visit.state
        debugger.undo()
    debugger.act(Action(ActionKind.BREAKPOINT, min(places, key=places.__getitem__)))
