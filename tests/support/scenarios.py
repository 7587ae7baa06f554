"""Scenarios of CPython's `test_bdb` interpreted with the debugger.

A scenario is a list of pairs: what is expected where it stops, `(event, line, function, ...)`, and
the command that is given there. `Interpreter` stands in the place of their `TracerRun`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

from support.programs import Runner

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.trace import Kind

COMMANDS = {
    "step": ActionKind.STEP_INTO,
    "next": ActionKind.STEP_OVER,
    "return": ActionKind.STEP_RETURN,
}
IMPORTER = "tfunc_import"  # it imports the module and calls its `main`: the wrapper does


class NotExpressibleError(Exception):
    """A scenario needs something that the language has not."""


class Interpreter:
    """Runs one scenario. `modules` are the sources of the scenario's modules by name."""

    def __init__(self, theirs: Any, runner: Runner, expect_set: list[Any], skip: Any) -> None:
        if skip:
            raise NotExpressibleError("skipped modules")
        self._theirs, self._runner = theirs, runner
        self._pairs = list(zip(expect_set[::2], expect_set[1::2], strict=True))
        self._breaks: list[tuple[str, bool]] = []  # source line, whether it is temporary
        self.modules: dict[str, str] = {}

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def runcall(self, function: Any) -> None:
        """Debug a call of a function of theirs."""
        if function.__name__ != IMPORTER:
            functions = [getattr(self._theirs, f"tfunc_{k}") for k in ("main", "first", "second")]
            self._debug("\n".join(map(inspect.getsource, functions)), function.__name__)
        elif len(self.modules) != 1:
            raise NotExpressibleError("several modules")
        else:
            self._debug(next(iter(self.modules.values())), "main")

    def run(self, code: Any) -> None:
        """Their tests give code objects here, whose source is not known."""
        raise NotExpressibleError("a code object")

    def runeval(self, *arguments: object) -> None:
        """Debug an expression."""
        raise NotExpressibleError("an expression")

    def _debug(self, source: str, entry: str) -> None:
        source = textwrap.dedent(source)
        self._tree = ast.parse(source)
        self._debugger = Debugger(self._runner.trace(f"\n{source}", entry))
        self._trace = self._debugger.tree.trace
        self._lines = self._trace.code_lines()
        self._relative = entry != "main"
        self._go_to_start(entry)
        for expected, command in self._pairs:
            if expected:
                self._compare(*expected)
            if command == ("quit",):
                return
            self._obey(*command)

    def _go_to_start(self, entry: str) -> None:
        """Their first stop is the first line of the function that is called; the import before the
        call of `main` has no state, so there it is the call of the wrapper."""
        while self._relative and self._name() != entry:
            self._debugger.act(Action(ActionKind.STEP_INTO))
        if self._relative:
            self._debugger.act(Action(ActionKind.STEP_INTO))

    def _name(self) -> str:
        state = self._debugger.state.state
        owner = self._trace.owners[self._trace.activations[state]]
        return self._trace.functions[owner].qualname

    def _compare(self, event: str, line: int, name: str, *more: Any) -> None:
        state, trace = self._debugger.state.state, self._trace
        assert not self._debugger.ended, (event, line, name)
        if name == IMPORTER:
            assert trace.activations[state] == 0, (event, line, name)
            return
        owner = trace.functions[trace.owners[trace.activations[state]]]
        shown = trace.lines[state] - (owner.line - 1 if self._relative else 0)
        assert (shown, owner.qualname) == (line, name)
        assert event in ("None", Kind(trace.kinds[state]).name.lower())
        if event == "exception":
            assert trace.texts[trace.arguments[state]].startswith(f"{more[0].__name__}(")

    def _obey(self, name: str, arguments: tuple[Any, ...] = ()) -> None:
        if name in COMMANDS:
            self._debugger.act(Action(COMMANDS[name]))
        elif name == "continue":
            self._continue()
        elif name == "break":
            self._break(*arguments)
        elif name == "clear":
            line = self._lines[arguments[1]]
            self._breaks = [point for point in self._breaks if point[0] != line]
        else:
            raise NotExpressibleError(name)

    def _break(
        self,
        file: str,
        line: int | None,
        temporary: bool = False,
        cond: Any = None,
        func: Any = None,
    ) -> None:
        if cond is not None:
            raise NotExpressibleError("conditions")
        if func is not None:  # bdb stops on the first line of its body
            found = [n for n in ast.walk(self._tree) if getattr(n, "name", None) == func]
            line = found[0].body[0].lineno  # type: ignore[attr-defined]
        elif self._relative:
            state = self._debugger.state.state
            owner = self._trace.owners[self._trace.activations[state]]
            line = (line or 0) + self._trace.functions[owner].line - 1
        self._breaks.append((self._lines[line or 0], temporary))

    def _continue(self) -> None:
        """Go to the nearest breakpoint."""
        visits: list[tuple[int, tuple[str, bool]]] = []
        for point in self._breaks:
            visit = self._debugger.act(Action(ActionKind.BREAKPOINT, point[0]))
            visits.append((visit.state, point))
            self._debugger.undo()
        hits = [visit for visit in visits if visit[0] >= 0]
        if not hits:
            self._debugger.act(Action(ActionKind.CONTINUE))
            return
        _, point = min(hits)
        self._debugger.act(Action(ActionKind.BREAKPOINT, point[0]))
        if point[1]:
            self._breaks.remove(point)
