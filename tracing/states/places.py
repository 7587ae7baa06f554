"""Places: when each source line is about to run, which is where breakpoints stop."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import compress

from tracing.trace import Kind, Mark, Trace

_LINES = bytes(kind == Kind.LINE for kind in range(256))  # a table for bytes.translate
_RESUME = int(Mark.RESUME)


@dataclass(frozen=True, slots=True)
class Places:
    """The states that count for breakpoints, by their source line (language section 4): lines, and
    calls of `def` functions that are not resumptions. Lines with equal text are one source line.
    n is the number of states of the trace.

    `texts` are the distinct source lines where a breakpoint can be set (those that are not blank,
    or that run nevertheless), in the order of their last occurrence: the lines that never run
    first, in the order of the code. So at any state the lines still to come are a tail of `texts`.
    """

    texts: tuple[str, ...]
    lasts: array[int]  # int64[len(texts)], ascending: last state on that line, -1 where none is
    occurrences: dict[str, array[int]]  # for each of `texts`: uint32[*], its states, then n

    @classmethod
    def of(cls, trace: Trace, calls: array[int]) -> Places:
        """Collects the places of a trace. `calls` are its call states, by activation."""
        occurrences = _occurrences(trace, calls)
        lasts = {text: states[-1] if states else -1 for text, states in occurrences.items()}
        texts = sorted(
            [text for text, last in lasts.items() if last >= 0 or text.strip()],
            key=lasts.__getitem__,
        )
        for states in occurrences.values():
            states.append(len(trace))
        return cls(
            tuple(texts),
            array("q", [lasts[text] for text in texts]),
            {text: occurrences[text] for text in texts},
        )

    @property
    def final(self) -> int:
        """The last state on any line; -1 where there is none."""
        return self.lasts[-1] if self.lasts else -1

    def first_coming(self, state: int) -> int:
        """The index k such that `texts[k:]` still come after a state, and `texts[:k]` do not."""
        return bisect_right(self.lasts, state)

    def next(self, src: str, state: int) -> int:
        """The first state after `state` that is about to run `src`; n if there is none.

        Raises KeyError where no breakpoint can be set on `src`.
        """
        states = self.occurrences[src]
        return states[bisect_right(states, state)]


def _occurrences(trace: Trace, calls: array[int]) -> dict[str, array[int]]:
    counted = bytearray(trace.kinds.translate(_LINES))
    for owner, state in zip(trace.owners, calls, strict=True):
        counted[state] = trace.functions[owner].is_def and not trace.marks[state] & _RESUME
    texts = trace.code_lines()[1:]
    occurrences = {text: array("I") for text in texts}
    note = [array("I").append, *(occurrences[text].append for text in texts)]
    lines = compress(trace.lines, counted)
    for line, state in zip(lines, compress(range(len(trace)), counted), strict=True):
        note[line](state)
    return occurrences
