"""Terrain: what a walk stands on, and what it has met, by the syntax of the source."""

from __future__ import annotations

from typing import TypeAlias

from tracing.states.syntax import Statement, Syntax
from tracing.states.tree import StateTree
from tracing.trajectories.biases import SyntaxBias

# The statement that a state stands on, whether it calls what was visited, whether it is the head of
# a long loop; what is so for a policy that does not ask for syntax.
Standing: TypeAlias = tuple[int, bool, bool]
NOWHERE: Standing = (0, False, False)
_LOOP = int(Statement.LOOP)


class Terrain:
    """What the syntax of a whole trace's source tells, by lines and by their texts; and the columns
    of its tree."""

    def __init__(self, tree: StateTree, syntax: Syntax, bias: SyntaxBias) -> None:
        trace = tree.trace
        self.over, self.lines = tree.over, trace.lines
        self.activations, self.owners = trace.activations, trace.owners
        self.bias = bias
        self.texts = trace.code_lines()
        wrapper = max(0, len(self.texts) - len(syntax.statements))
        self.statements = syntax.statements + bytes(wrapper)  # uint8[lines + 1], Statement
        self.arms = {self.texts[line] for line in syntax.arms}
        self.factors = {  # on breakpoints; lines without one have 1
            self.texts[line]: bias.breakpoints.get(name, 1.0)
            for name, lines in (
                ("after_loop", sorted(syntax.after_loops)),
                ("return", self._standing(Statement.RETURN)),
                ("except", self._standing(Statement.EXCEPT)),
            )
            for line in lines
        }

    def _standing(self, statement: Statement) -> list[int]:
        return [line for line, found in enumerate(self.statements) if found == statement]


class Met:
    """What one walk has met so far."""

    __slots__ = ("_functions", "_heads", "_terrain", "_texts")

    def __init__(self, terrain: Terrain) -> None:
        self._terrain = terrain
        self._functions: set[int] = set()  # visited, as owners
        self._heads: dict[tuple[int, int], int] = {}  # visits of loops, by activation and line
        self._texts: set[str] = set()  # lines visited

    def visit(self, state: int) -> Standing:
        """A state of the whole trace is visited."""
        terrain, functions = self._terrain, self._functions
        owners, activations = terrain.owners, terrain.activations
        line, activation = terrain.lines[state], activations[state]
        functions.add(owners[activation])
        self._texts.add(terrain.texts[line])
        statement, visits = terrain.statements[line], 0
        if statement == _LOOP:
            visits = self._heads[activation, line] = self._heads.get((activation, line), 0) + 1
        # The first activation below a state is the one that comes next.
        is_calling = terrain.over[state] > state + 1
        calls_seen = is_calling and owners[activations[state + 1]] in functions
        return statement, calls_seen, visits >= terrain.bias.long_loop

    def branch(self, src: str) -> float:
        """The factor on a breakpoint where a suite of a branch begins."""
        if src in self._texts:
            return 1.0
        return self._terrain.bias.breakpoints.get("branch", 1.0)
