"""Traces made without running anything: by hand, event by event, or at random."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tracing.trace import NO_TEXT, Function, Kind, Mark, Outcome, Trace

SOURCE = """\
def f(x):
    y = x
    for i in g(x):

        y += h(i)
    return y

def g(n):
    for i in range(n):
        yield i
    y = x

def h(z):
    return (lambda: z)()
"""
WRAPPER = """\

def main():
    return f(1)
"""

MAIN, F, G, H, LAMBDA, MODULE = range(6)
FUNCTIONS = (
    Function("main", 16, True),
    Function("f", 1, True),
    Function("g", 8, True),
    Function("h", 13, True),
    Function("h.<locals>.<lambda>", 14, False),
    Function("<module>", 0, False),
)
BODIES = ((17,), (2, 3, 5, 6), (9, 10, 11), (14,), (14,), (1, 8, 13))  # lines by function


@dataclass
class Recording:
    """A trace in the making. Every method but `finish` records what one moment of a run leaves.

    `parents`, `depths` and `ends` are the truth about the tree, kept for tests: for each activation
    the state it hangs below (-1 for the entry's) and when it ended, for each state the number of
    open activations.
    """

    entry: str | None = "f"
    events: list[tuple[Kind, Mark, int, int]] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)  # activations, outermost first
    latest: list[int] = field(default_factory=list)  # the last state of each activation
    ends: dict[int, int] = field(default_factory=dict)  # events recorded when an activation ended

    def call(self, function: int, resume: bool = False) -> None:
        """The innermost activation calls a function, or resumes a generator at its last line."""
        self.parents.append(self.latest[self.open[-1]] if self.open else -1)
        self.open.append(len(self.owners))
        self.owners.append(function)
        self.latest.append(-1)
        line = BODIES[function][-1] if resume else FUNCTIONS[function].line
        self._record(Kind.CALL, line, Mark.RESUME if resume else Mark.NONE)

    def line(self, choice: int = 0) -> None:
        """It comes to one of its function's lines."""
        lines = BODIES[self.owners[self.open[-1]]]
        self._record(Kind.LINE, lines[choice % len(lines)])

    def exception(self) -> None:
        """An exception is raised in it, or comes to it from below."""
        self._record(Kind.EXCEPTION, self._current_line())

    def leave(self, yields: bool = False) -> None:
        """It returns or yields."""
        self._record(Kind.RETURN, self._current_line(), Mark.YIELD if yields else Mark.NONE)
        self.ends[self.open.pop()] = len(self.events)

    def unwind(self) -> None:
        """An exception leaves it, which is no event."""
        self.ends[self.open.pop()] = len(self.events)

    def finish(self, outcome: Outcome = Outcome.NORMAL) -> Trace:
        """The trace; cut where an activation is still open."""
        kinds, marks, lines, activations = zip(*self.events, strict=True)
        n = len(kinds)
        script = self.entry is None
        return Trace(
            program="p",
            code=SOURCE if script else SOURCE + WRAPPER,
            source_lines=SOURCE.count("\n"),
            entry=self.entry,
            python="3.11.7",
            outcome=outcome,
            cut=bool(self.open),
            counted=n,
            threads=0,
            stdout=b"",
            kinds=bytes(kinds),
            marks=bytes(marks),
            lines=array("I", lines),
            activations=array("I", activations),
            depths=array("I", self.depths),
            scope_of=array("I", [state % 3 for state in range(n)]),
            arguments=array("I", [NO_TEXT if k in (Kind.CALL, Kind.LINE) else 0 for k in kinds]),
            printed=array("I", [0]) * n,
            owners=array("I", self.owners),
            functions=FUNCTIONS,
            names=("x", "y"),
            texts=("1", "[2]"),
            scopes=((), (0, 0), (0, 0, 1, 1)),
        )

    def _current_line(self) -> int:
        return self.events[self.latest[self.open[-1]]][2]

    def _record(self, kind: Kind, line: int, mark: Mark = Mark.NONE) -> None:
        activation = self.open[-1]
        self.latest[activation] = len(self.events)
        self.events.append((kind, mark, line, activation))
        self.depths.append(len(self.open))


def run_at_random(decisions: bytes, entry: str | None = "f", cut: bool = False) -> Recording:
    """A run in which each byte decides what happens next; it ends after the last one.

    It knows no language: anything happens that a stack of frames allows, so also what few programs
    do, such as an exception that somebody outside of the program swallows.
    """
    recording = Recording(entry)
    recording.call(MODULE if entry is None else MAIN)
    for decision in decisions:
        _happen(recording, decision % 8, decision // 8)
    while recording.open and not cut:
        recording.leave()
    return recording


def _happen(recording: Recording, what: int, choice: int) -> None:
    depth = len(recording.open)
    if what <= 2:
        recording.line(choice)
    elif what <= 4:
        recording.call((F, G, H, LAMBDA)[choice % 4])
    elif what == 5 and depth > 1:
        recording.leave(yields=choice % 4 == 0)
    elif what == 6 and depth > 1:
        _raise(recording, choice)
    elif what == 7:
        recording.call(G, resume=True)


def _raise(recording: Recording, choice: int) -> None:
    """An exception is raised and, by `choice`, caught here, or leaves one or more frames."""
    if choice % 5:
        recording.exception()
    for _ in range(min(choice % 4, len(recording.open) - 1)):
        recording.unwind()
        if choice % 3:
            recording.exception()


def recordings(*, max_size: int = 50) -> st.SearchStrategy[Recording]:
    """Random runs of functions and scripts, whole and cut."""
    return st.builds(
        run_at_random,
        st.binary(max_size=max_size),
        entry=st.sampled_from(["f", None]),
        cut=st.booleans(),
    )


def call_tree_trace(events: int) -> Trace:
    """A whole trace of about `events` events, with the call depths of ordinary programs."""
    recording = Recording("f")
    recording.call(MAIN)
    recording.line()
    recording.call(F)
    while len(recording.events) < events - 2:
        recording.line(len(recording.events) % 4)
        if len(recording.events) % 5 == 0:
            recording.call(H)
            recording.line()
            recording.leave()
    recording.leave()
    recording.leave()
    return recording.finish()
