"""The rules of language sections 4 and 5, written out naively: the judge of the fast moves.

It knows the tree from how the run was made (`Recording`), not from the trace, and follows the text
of the rules one by one, at whatever cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from support.traces import Recording

from tracing.states.actions import Action, ActionKind
from tracing.states.view import EXIT, Visit
from tracing.trace import Kind, Mark, Trace


class Reference:
    """The tree of a finished recording: levels, and what hangs below each state."""

    def __init__(self, recording: Recording, trace: Trace) -> None:
        self.trace = trace
        self.depths = recording.depths
        self.parents = recording.parents
        self.levels: list[list[int]] = [[] for _ in recording.owners]
        for state, activation in enumerate(trace.activations):
            self.levels[activation].append(state)
        self.ends = recording.ends

    def children(self, state: int) -> list[int]:
        """The activations that hang below a state (-1: the entry), in recorded order."""
        return [k for k, parent in enumerate(self.parents) if parent == state]

    def closing_state(self, activation: int) -> int | None:
        """None where the recording does not show the end of the level."""
        last, end = self.levels[activation][-1], self.ends.get(activation)
        n = len(self.trace)
        if not self.trace.cut or self.trace.kinds[last] == Kind.RETURN or (end or n) < n:
            return last
        return None

    # Forward

    def next_node(self, state: int) -> int | None:
        """The next node on the same level of the tree; at its end, one level up."""
        parent = self.parents[self.trace.activations[state]]
        siblings = [s for k in self.children(parent) for s in self.levels[k]]
        later = siblings[siblings.index(state) + 1 :]
        if later:
            return later[0]
        return None if parent == -1 else self.next_node(parent)

    def next_on_line(self, src: str, state: int) -> int | None:
        """The first later state that is about to run a source line."""
        lines = self.trace.code_lines()
        for later in range(state + 1, len(self.trace)):
            if lines[self.trace.lines[later]] == src and self.stops_breakpoints(later):
                return later
        return None

    def stops_breakpoints(self, state: int) -> bool:
        """Only lines, and calls of functions that are not resumptions."""
        trace = self.trace
        function = trace.functions[trace.owners[trace.activations[state]]]
        first_call = trace.kinds[state] == Kind.CALL and not trace.marks[state] & Mark.RESUME
        return trace.kinds[state] == Kind.LINE or (first_call and function.is_def)

    def forward(self, state: int, action: Action) -> Visit | None:
        """Where a forward action leads; None where it is not available."""
        beyond = None if self.trace.cut else EXIT
        if action.kind == ActionKind.CONTINUE:
            return EXIT
        if action.kind == ActionKind.STEP_INTO:
            return Visit(state + 1) if state + 1 < len(self.trace) else beyond
        if action.kind == ActionKind.STEP_RETURN:
            closing = self.closing_state(self.trace.activations[state])
            return None if closing in (None, state) else Visit(closing)
        if action.kind == ActionKind.STEP_OVER:
            target = self.next_node(state)
        else:
            target = self.next_on_line(action.src or "", state)
        return beyond if target is None else Visit(target)

    # Inverse

    def reversed_order(self, parent: int = -1) -> Iterator[Visit]:
        """What hangs below a state, reversed, every state with children behind its copy."""
        for activation in reversed(self.children(parent)):
            for state in reversed(self.levels[activation]):
                if self.children(state):
                    yield Visit(state, copy=True)
                    yield from self.reversed_order(state)
                yield Visit(state)

    def inverse_start(self, state: int) -> Visit:
        """A closing state is met first; any other line is stood on as it is."""
        is_closing = self.closing_state(self.trace.activations[state]) == state
        return Visit(state, copy=is_closing and bool(self.children(state)))

    def inverse(self, order: list[Visit], start: int, visit: Visit, action: Action) -> Visit | None:
        """Where an inverse action leads, on a walk that began on state `start`; None where it is
        not available. `order` is the whole reversed order."""
        activation = self.trace.activations[visit.state]
        call = Visit(self.levels[activation][0])
        if action.kind == ActionKind.INV_STEP_CALL:
            return None if visit == call else call
        if visit == Visit(self.levels[self.trace.activations[start]][0]):
            return EXIT
        further = order[order.index(visit) + 1 :]
        if action.kind == ActionKind.INV_STEP_INTO:
            return further[0]
        depth = self.depths[visit.state]
        return next(other for other in further if self.depths[other.state] <= depth)
