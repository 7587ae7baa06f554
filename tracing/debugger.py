"""Debugger: a walk through one recorded program, one action at a time.

It does exactly what the actions of the language (sections 4 and 5) do, so what it visits is what a
model that acts as a debugger has to predict. Nothing runs: the trace is all there is.
"""

from __future__ import annotations

from tracing.states.actions import Action, ActionKind
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import EXIT, EXIT_POSITION, Visit, visit_of
from tracing.trace import Trace
from tracing.trajectories.replay import moves_from
from tracing.trajectories.starts import closing_start
from tracing.trajectories.trajectory import Direction, Trajectory


class Debugger:
    """A session over a trace.

    It keeps to the scope of `activation` (0, the entry's: the whole trace; see
    `tracing.states.scopes`), and starts on `start`, a 0-based index of its events. Without one it
    is the scope's call state (forward) or the closing state that inverse documents start on.

    Raises ValueError where no session of that direction can start there, or there is no such scope.
    """

    def __init__(
        self,
        trace: Trace,
        direction: Direction = Direction.FORWARD,
        start: int | None = None,
        activation: int = 0,
    ) -> None:
        self.tree = ScopeTrees(StateTree.of(trace)).tree(activation)
        self._activation = activation
        self.direction = direction
        if start is None:
            start = _start(self.tree, direction)
        self._start = start
        self._moves = moves_from(self.tree, direction, start)
        self._positions = [self._moves.start]
        self._actions: list[Action] = []

    @property
    def state(self) -> Visit:
        """The state it stands on; `EXIT` after the last."""
        return visit_of(self._positions[-1], len(self.tree))

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All states of the session so far: one more than there are actions."""
        return tuple(visit_of(position, len(self.tree)) for position in self._positions)

    @property
    def trajectory(self) -> Trajectory:
        """The session so far as choices: it replays to `visits`, and renders as a document."""
        actions = tuple(self._actions)
        program = self.tree.trace.program
        return Trajectory(program, self.direction, 0, self._start, actions, self._activation)

    def available(self) -> tuple[ActionKind, ...]:
        """The kinds of action that can be taken here; none at the exit."""
        position = self._positions[-1]
        return () if position == EXIT_POSITION else self._moves.available(position)

    def act(self, action: Action) -> Visit:
        """Takes an action and returns the state it leads to.

        Raises ValueError, and stays, where it is not available.
        """
        self._positions.append(self._moves.move(self._positions[-1], action))
        self._actions.append(action)
        return self.state

    def undo(self) -> Visit:
        """Takes the last action back and returns the state it was taken in.

        Raises ValueError where there is none.
        """
        if not self._actions:
            raise ValueError("there is no action to undo")
        self._actions.pop()
        self._positions.pop()
        return self.state

    @property
    def ended(self) -> bool:
        """Whether it has come to the exit."""
        return self.state == EXIT


def _start(tree: StateTree, direction: Direction) -> int:
    if direction is Direction.FORWARD:
        return 0
    start = closing_start(tree)
    if start is None:
        raise ValueError(f"{tree.trace.program}: the end of its entry is not recorded")
    return start
