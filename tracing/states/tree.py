"""StateTree: the levels of a trace, each hung below the state of its caller (language section 4).

The tree is columns. In recorded order a state is followed by all that hangs below it, so a subtree
is a range of states, and one number for each state, the first state after its subtree, tells it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from tracing.states.places import Places, mask_of
from tracing.trace import Kind, Trace


@dataclass(frozen=True)
class StateTree:
    """The tree over a trace of n states and a activations. Immutable; all states are 0-based.

    The columns say where moves lead: `over` forward, `back` in the reversed order of language
    section 5, in which every state with something below it comes twice: first its copy, then what
    hangs below it, then the state. `back` is indexed by, and holds, positions (see `view`).
    """

    trace: Trace
    over: array[int]  # uint32[n], the first later state that is not deeper; n if there is none
    back: array[int]  # uint32[2n], the position before a position; 0 where that is none
    opening: array[int]  # uint32[a], the call state of an activation
    closing: array[int]  # uint32[a], its closing state; n where the recording ended before it

    @classmethod
    def of(cls, trace: Trace) -> StateTree:
        """Builds the tree of a trace in time and memory linear in its events."""
        opening = array("I", compress(range(len(trace)), mask_of(trace, Kind.CALL)))
        over, back, closing = _link(trace)
        return cls(trace, over, back, opening, closing)

    @cached_property
    def places(self) -> Places:
        """When each source line is about to run; found when it is first asked for."""
        return Places.of(self.trace, self.opening)

    @property
    def depth(self) -> array[int]:
        """uint32[n]: the activations open at a state, its own included; the entry's has 1."""
        return self.trace.depths

    def __len__(self) -> int:
        """The number of states."""
        return len(self.over)

    def is_calling(self, state: int) -> bool:
        """Whether something hangs below a state."""
        return self.over[state] > state + 1


def _link(trace: Trace) -> tuple[array[int], array[int], array[int]]:
    """The columns `over`, `back` and `closing`.

    Between two states of one activation that follow each other `over` and `back` lead from one to
    the other. So there is work only where the activation changes.
    """
    n = len(trace)
    order = array("I", range(n + 1))
    over = order[1:]
    back = order[:1] + order[: n - 1] + order[:1] * n
    latest = array("I", [0]) * len(trace.owners)
    path: list[int] = []  # the latest state of each level above the current one, outermost first
    previous = 0
    for state, activation in enumerate(trace.activations):
        if activation != previous:
            latest[previous] = state - 1
            path.append(state - 1)
            back[state] = _leave(path, trace.depths[state], state, over, back)
            previous = activation
    latest[previous] = n - 1
    path.append(n - 1)
    _leave(path, 1, n, over, back)
    return over, back, _closing(trace, over, latest)


def _leave(path: list[int], level: int, state: int, over: array[int], back: array[int]) -> int:
    """Closes the levels of `path` from `level` (1 is the outermost) on, because `state` comes next.

    Returns the position before `state`: that of the outermost state so left, or, where none is
    left, of the state that `state` hangs below.
    """
    before = path[-1]
    if len(path) < level:
        return before
    path.pop()
    while len(path) >= level:
        left = path.pop()
        over[left] = state
        back[len(over) + left] = before
        before = len(over) + left
    return before


def _closing(trace: Trace, over: array[int], latest: array[int]) -> array[int]:
    """The latest state of each level, where it is known to be the last.

    In a cut trace a level is still open if neither a return nor a later state that is not deeper
    has closed it.
    """
    if not trace.cut:
        return latest
    n = len(trace)
    is_open = [over[state] == n and trace.kinds[state] != Kind.RETURN for state in latest]
    return array("I", [n if o else state for o, state in zip(is_open, latest, strict=True)])
