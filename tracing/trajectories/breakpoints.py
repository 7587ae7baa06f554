"""Breakpoints: which source lines a breakpoint can be drawn on."""

from __future__ import annotations

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.trajectories.chance import Chance
from tracing.trajectories.trajectory import Direction


class Breakpoints:
    """The lines of breakpoints in a tree: those still to come, and, with probability `absent`,
    those of the context that do not come any more. Inverse walks have none."""

    def __init__(self, tree: StateTree, direction: Direction, absent: float) -> None:
        # In a cut trace nobody knows which lines do not come any more.
        self.absent = 0.0 if tree.trace.cut else absent
        self._tree = tree
        self.until = 0  # from this state on there is no line to draw
        if direction == Direction.FORWARD:
            places = tree.places
            self.until = len(tree) if self.absent and places.texts else places.final

    def draw(self, position: int, chance: Chance) -> Action:
        """A breakpoint for a state before `until`; lines of one sort are equally likely."""
        places = self._tree.places
        coming, count = places.first_coming(position), len(places.texts)
        is_absent = coming == count or (coming and chance.uniform() < self.absent)
        k = chance.index(coming) if is_absent else coming + chance.index(count - coming)
        return Action(ActionKind.BREAKPOINT, places.texts[k])
