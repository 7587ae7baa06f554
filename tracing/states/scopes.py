"""Scopes: one activation of a trace and all below it, as a trace of its own.

Its call state is state 0. CODE is the lines of the source that belong to the functions visited, in
the order of the file and with their indentation; there is no wrapper.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import replace
from functools import cached_property

from tracing.states.syntax import Syntax
from tracing.states.tree import StateTree
from tracing.trace import Kind, Outcome, Trace


class ScopeTrees:
    """The tree of a whole trace, and those of its scopes, each made once when it is asked for."""

    def __init__(self, whole: StateTree) -> None:
        self.whole = whole
        self._trees = {0: whole}

    @cached_property
    def syntax(self) -> Syntax | None:
        """That of the source; None where it has none that can be told."""
        return Syntax.of(self.whole.trace.source())

    def tree(self, activation: int) -> StateTree:
        """The tree of the scope of an activation; the whole one for activation 0.

        Raises ValueError where the activation is none of the trace's, or has no scope.
        """
        tree = self._trees.get(activation)
        if tree is None:
            tree = self._trees[activation] = StateTree.of(self._scope(activation))
        return tree

    def base(self, activation: int) -> int:
        """The state of the whole trace that is state 0 of the scope."""
        return self.whole.opening[activation]

    def entries(self, least: int, most: int | None) -> dict[int, list[int]]:
        """The activations that a scope can be made of, by their function (index), in order.

        They were called with `least` to `most` activations open (the entry's is 1), their end was
        recorded, and they visit no function of the wrapper. None where the syntax of the source
        cannot be told.
        """
        trace, tree = self.whole.trace, self.whole
        found: dict[int, list[int]] = {}
        if self.syntax is None:
            return found
        for activation in range(1, len(trace.owners)):
            depth = trace.depths[tree.opening[activation]]
            if depth < least or (most is not None and depth > most):
                continue
            if self._is_whole(activation):
                found.setdefault(trace.owners[activation], []).append(activation)
        return {owner: found[owner] for owner in sorted(found)}

    def _is_whole(self, activation: int) -> bool:
        """Whether an activation's end was recorded, and no function of the wrapper is visited."""
        tree = self.whole
        if tree.closing[activation] == len(tree):
            return False
        first = bisect_left(self._foreign, activation)
        return first == len(self._foreign) or self._foreign[first] >= self._end(activation)

    @cached_property
    def _foreign(self) -> list[int]:
        """The activations of functions that stand in the wrapper, such as a lambda that is an
        argument of the entry, ascending."""
        trace = self.whole.trace
        inside = [function.line <= trace.source_lines for function in trace.functions]
        return [a for a, owner in enumerate(trace.owners) if not inside[owner]]

    def _end(self, activation: int) -> int:
        """The first activation after those of a scope."""
        tree = self.whole
        return bisect_left(tree.opening, tree.over[tree.closing[activation]])

    def _scope(self, activation: int) -> Trace:
        trace, tree = self.whole.trace, self.whole
        if not 0 < activation < len(trace.owners) or self.syntax is None:
            raise ValueError(f"activation {activation} of {trace.program} has no scope")
        begin, closing = tree.opening[activation], tree.closing[activation]
        if not self._is_whole(activation):
            raise ValueError(f"activation {activation} of {trace.program} does not end in its code")
        end = tree.over[closing]
        owners = trace.owners[activation : self._end(activation)]
        lines = self._lines(self.syntax, owners) | set(trace.lines[begin:end])
        numbers = {line: number for number, line in enumerate(sorted(lines), 1)}
        code = trace.code_lines()
        outer = trace.depths[begin] - 1
        returned = trace.kinds[closing] == Kind.RETURN
        return replace(
            trace,
            code="".join(code[line] + "\n" for line in numbers),
            source_lines=len(lines),
            entry=None,
            outcome=Outcome.NORMAL if returned else Outcome.ERROR,
            cut=False,
            counted=end - begin,
            kinds=trace.kinds[begin:end],
            marks=trace.marks[begin:end],
            lines=array("I", [numbers[line] for line in trace.lines[begin:end]]),
            activations=array("I", [a - activation for a in trace.activations[begin:end]]),
            depths=array("I", [depth - outer for depth in trace.depths[begin:end]]),
            scope_of=trace.scope_of[begin:end],
            arguments=trace.arguments[begin:end],
            printed=trace.printed[begin:end],
            owners=owners,
            functions=tuple(
                replace(function, line=numbers.get(function.line, 0))
                for function in trace.functions
            ),
        )

    def _lines(self, syntax: Syntax, owners: array[int]) -> set[int]:
        """The lines of each function visited."""
        functions = self.whole.trace.functions
        firsts = {functions[owner].line for owner in owners}
        return {line for first in firsts for line in syntax.extent(first)}
