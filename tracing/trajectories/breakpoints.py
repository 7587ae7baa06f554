"""Breakpoints: which source lines a breakpoint can be drawn on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.trajectories.chance import Chance
from tracing.trajectories.trajectory import Direction

Weigh = Callable[[int], Sequence[float]]


class Breakpoints:
    """The lines of breakpoints in a tree: those still to come, and, with probability `absent`,
    those of the context that do not come any more. Inverse walks have none."""

    def __init__(self, tree: StateTree, direction: Direction, absent: float) -> None:
        # In a cut trace nobody knows which lines do not come any more.
        self._absent = 0.0 if tree.trace.cut else absent
        self._tree = tree
        self.until = 0  # from this state on there is no line to draw
        if direction == Direction.FORWARD:
            places = tree.places
            self.until = len(tree) if self._absent and places.texts else places.final

    def draw(self, position: int, chance: Chance, weigh: Weigh | None = None) -> Action:
        """A breakpoint for a state before `until`. Lines of one sort are equally likely, but for
        those to come, the k-th and on, where `weigh(k)` gives their weights."""
        places = self._tree.places
        coming, count = places.first_coming(position), len(places.texts)
        if coming == count or (coming and self._absent and chance.happens(self._absent)):
            k = chance.index(coming)
        elif weigh is None:
            k = coming + chance.index(count - coming)
        else:
            k = coming + chance.choose(weigh(coming))
        return breakpoint_on(places.texts[k])


@lru_cache(maxsize=1024)
def breakpoint_on(src: str) -> Action:
    """The action of a breakpoint on a source line."""
    return Action(ActionKind.BREAKPOINT, src)
