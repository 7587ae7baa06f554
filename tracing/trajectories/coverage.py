"""Coverage: what a set of trajectories of one program visited, and how far its actions led."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.trajectory import Direction


class Coverage:
    """The states of a whole trace that trajectories visited, and the transitions they took.

    A state counts once, on its copy or itself; a transition is a position and an action.
    """

    def __init__(self) -> None:
        self.states: set[int] = set()
        self.transitions: set[tuple[int, bool, ActionKind, str | None]] = set()

    def add(
        self, base: int, states: int, positions: Sequence[int], actions: Sequence[Action]
    ) -> None:
        """Adds a walk over a tree of `states` states, of which state 0 is `base` of the trace."""
        for position, action in zip(positions, actions, strict=False):
            state = base + position % states
            self.states.add(state)
            self.transitions.add((state, position >= states, action.kind, action.src))

    def has_state(self, base: int, states: int, position: int) -> bool:
        """Whether a position was visited; the exit always was."""
        return position == EXIT_POSITION or base + position % states in self.states

    def has_transition(self, base: int, states: int, position: int, action: Action) -> bool:
        """Whether an action was taken at a position."""
        place = (base + position % states, position >= states)
        return (*place, action.kind, action.src) in self.transitions


def distance(tree: StateTree, direction: Direction, position: int, target: int) -> int:
    """How many states an action leads on: 1 for the next one; never less.

    Forward the exit comes after the last recorded state. In inverse walks the states are counted
    that lie between in recorded order; a copy stands after its state's subtree, and every move to
    the exit is 1.
    """
    if direction == Direction.FORWARD:
        return (len(tree) if target == EXIT_POSITION else target) - position
    if target == EXIT_POSITION:
        return 1
    return max(1, (_moment(tree, position) - _moment(tree, target) + 1) // 2)


def bucket(distance: int) -> int:
    """The b of the distances from 2**b to 2**(b + 1) - 1."""
    return distance.bit_length() - 1


def reach(
    tree: StateTree, direction: Direction, positions: Sequence[int], actions: Sequence[Action]
) -> Counter[tuple[ActionKind, int]]:
    """How often each kind of action led how far (as a `bucket`) in one walk, its end included."""
    steps = zip(positions, positions[1:], actions, strict=False)
    return Counter(
        (action.kind, bucket(distance(tree, direction, position, target)))
        for position, target, action in steps
    )


def _moment(tree: StateTree, position: int) -> int:
    """Twice the time of a position in recorded order."""
    n = len(tree)
    return 2 * position if position < n else 2 * tree.over[position - n] - 1
