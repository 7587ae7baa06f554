"""Places: when each source line is about to run, which is where breakpoints stop."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import compress

from tracing.trace import MODULE_SRC, Kind, Mark, Trace

_TABLES = {kind: bytes(byte == kind for byte in range(256)) for kind in Kind}
_RESUME = int(Mark.RESUME)
_no_states = partial(array, "I")


@dataclass(frozen=True, slots=True)
class Places:
    """The states that count for breakpoints, by their source line (language section 4): lines, and
    calls of `def` functions that are not resumptions. Lines with equal text are one source line.
    n is the number of states of the trace.

    `texts` are the distinct source lines where a breakpoint can be set (those that are not blank,
    or that run nevertheless; what an empty module shows is none), in the order of their last
    occurrence: the lines that never run first, in the order of the code. So at any state the lines
    still to come are a tail of `texts`.
    """

    texts: tuple[str, ...]
    lasts: array[int]  # int64[len(texts)], ascending: last state on that line, -1 where none is
    occurrences: dict[str, array[int]]  # for each line that runs: uint32[*], its states, then n
    states: int  # n

    @classmethod
    def of(cls, trace: Trace, calls: array[int]) -> Places:
        """Collects the places of a trace. `calls` are its call states, by activation."""
        lines = trace.code_lines()
        occurrences = _by_text(lines, _by_line(trace, calls))
        lasts = {line: -1 for line in lines[1:] if line.strip()}
        lasts |= {
            text: states[-1]
            for text, states in occurrences.items()
            if text != MODULE_SRC or text in lasts
        }
        for states in occurrences.values():
            states.append(len(trace))
        texts = tuple(sorted(lasts, key=lasts.__getitem__))
        return cls(texts, array("q", [lasts[t] for t in texts]), occurrences, len(trace))

    @property
    def final(self) -> int:
        """The last state on any line; -1 where there is none."""
        return self.lasts[-1] if self.lasts else -1

    def first_coming(self, state: int) -> int:
        """The index k such that `texts[k:]` still come after a state, and `texts[:k]` do not."""
        return bisect_right(self.lasts, state)

    def coming(self, state: int) -> list[int]:
        """The first state after a state on each of the lines still to come, `texts[k:]`."""
        columns = [self.occurrences[src] for src in self.texts[self.first_coming(state) :]]
        return [states[bisect_right(states, state)] for states in columns]

    def next(self, src: str, state: int) -> int:
        """The first state after `state` that is about to run `src`; n if there is none."""
        states = self.occurrences.get(src)
        return self.states if states is None else states[bisect_right(states, state)]


def mask_of(trace: Trace, kind: Kind) -> bytes:
    """uint8[n]: 1 where a state is of this kind, else 0."""
    return trace.kinds.translate(_TABLES[kind])


def _by_line(trace: Trace, calls: array[int]) -> dict[int, array[int]]:
    """The states that count, ascending, by the number of their line."""
    counted = bytearray(mask_of(trace, Kind.LINE))
    marks, is_def = trace.marks, [function.is_def for function in trace.functions]
    for owner, state in zip(trace.owners, calls, strict=True):
        counted[state] = is_def[owner] and not marks[state] & _RESUME
    found: defaultdict[int, array[int]] = defaultdict(_no_states)
    lines = compress(trace.lines, counted)
    for line, state in zip(lines, compress(range(len(trace)), counted), strict=True):
        found[line].append(state)
    return found


def _by_text(lines: list[str], found: dict[int, array[int]]) -> dict[str, array[int]]:
    """The same by the text of the line."""
    occurrences: dict[str, array[int]] = {}
    for line, states in found.items():
        earlier = occurrences.get(lines[line])
        occurrences[lines[line]] = array("I", sorted((*earlier, *states))) if earlier else states
    return occurrences
