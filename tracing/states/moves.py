"""Moves: what each action does, forward (language section 4) and in inverse (section 5).

Both classes answer the same questions about a position (see `view`): which actions are available
there, and where one leads, with or without the check that it is available. From the exit there is
no move.
"""

from __future__ import annotations

from functools import cache
from itertools import compress

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trace import Kind

FORWARD = (
    ActionKind.STEP_INTO,
    ActionKind.STEP_OVER,
    ActionKind.STEP_RETURN,
    ActionKind.BREAKPOINT,
    ActionKind.CONTINUE,
)
INVERSE = (ActionKind.INV_STEP_INTO, ActionKind.INV_STEP_OVER, ActionKind.INV_STEP_CALL)

# Moves are made by the million; looking a member of an enum up costs more than one.
_INTO, _OVER, _RETURN, _BREAKPOINT, _CONTINUE = FORWARD
_, _INV_OVER, _INV_CALL = INVERSE
_WITHOUT_RETURN = (_INTO, _OVER, _BREAKPOINT, _CONTINUE)
_INVERSE_AT_CALL = INVERSE[:2]


class Forward:
    """The forward moves over a tree. A position is a state or the exit.

    In a cut trace a move whose target lies beyond the recording is not available; `continue`
    always is.
    """

    __slots__ = ("_activations", "_is_cut", "_last_line", "_states", "_tree", "start")

    def __init__(self, tree: StateTree) -> None:
        self._tree = tree
        self._states = len(tree)
        self._activations, self._is_cut = tree.trace.activations, tree.trace.cut
        self._last_line = tree.places.final
        self.start = 0

    def available(self, position: int) -> tuple[ActionKind, ...]:
        """The actions that can be taken at a state, in the order of `FORWARD`."""
        closing = self._tree.closing[self._activations[position]]
        if not self._is_cut:
            return FORWARD if position < closing else _WITHOUT_RETURN
        states = self._states
        return _subset(
            position + 1 < states,
            self._tree.over[position] < states,
            position < closing < states,
            position < self._last_line,
        )

    def move(self, position: int, action: Action) -> int:
        """The position an action leads to.

        Raises ValueError where it is not available.
        """
        if not self._allows(position, action):
            raise _unavailable(position, action)
        return self.target(position, action)

    def target(self, position: int, action: Action) -> int:
        """The position that an available action leads to; unlike `move` it does not check."""
        kind, tree = action.kind, self._tree
        if kind is _INTO:
            target = position + 1
        elif kind is _OVER:
            target = tree.over[position]
        elif kind is _RETURN:
            target = tree.closing[self._activations[position]]
        elif action.src is not None:
            target = tree.places.next(action.src, position)
        else:
            return EXIT_POSITION
        return target if target < self._states else EXIT_POSITION

    def _allows(self, position: int, action: Action) -> bool:
        if position == EXIT_POSITION or action.kind not in self.available(position):
            return False
        if action.kind is not _BREAKPOINT:
            return True
        # In a cut trace a line without a later occurrence may come beyond the recording.
        places, src = self._tree.places, action.src
        if src not in places.texts:
            return False
        return not self._is_cut or places.next(src, position) < self._states


class Inverse:
    """The inverse moves over a tree, within the level of `start_state`: its call state is the last
    position, from which every move leads to the exit.

    The walk begins on the copy of a closing state that has something below it (the first position
    of its level in the reversed order), and on the state itself otherwise.

    Raises ValueError where `start_state` is neither the closing state of its level nor a line.
    """

    __slots__ = ("_activations", "_end", "_opening", "_states", "_tree", "start")

    def __init__(self, tree: StateTree, start_state: int) -> None:
        trace = tree.trace
        activation = trace.activations[start_state]
        is_closing = tree.closing[activation] == start_state
        if not is_closing and trace.kinds[start_state] != Kind.LINE:
            raise ValueError(f"state {start_state} is neither a closing state nor a line")
        self._tree = tree
        self._states = len(tree)
        self._activations, self._opening = trace.activations, tree.opening
        self._end = tree.opening[activation]
        is_copy = is_closing and tree.is_calling(start_state)
        self.start = start_state + self._states if is_copy else start_state

    def available(self, position: int) -> tuple[ActionKind, ...]:
        """The actions that can be taken at a position, in the order of `INVERSE`."""
        return _INVERSE_AT_CALL if self._call_state(position) == position else INVERSE

    def move(self, position: int, action: Action) -> int:
        """The position an action leads to.

        Raises ValueError where it is not available.
        """
        if position == EXIT_POSITION or action.kind not in self.available(position):
            raise _unavailable(position, action)
        return self.target(position, action)

    def target(self, position: int, action: Action) -> int:
        """The position that an available action leads to; unlike `move` it does not check."""
        if position == self._end:
            return EXIT_POSITION
        if action.kind is _INV_CALL:
            return self._call_state(position)
        if action.kind is _INV_OVER and position >= self._states:
            return position - self._states
        return self._tree.back[position]

    def _call_state(self, position: int) -> int:
        """The call state of the level of a position."""
        return self._opening[self._activations[position % self._states]]


@cache
def _subset(*can: bool) -> tuple[ActionKind, ...]:
    """The forward actions that can be taken; `continue` always can."""
    return tuple(compress(FORWARD, (*can, True)))


def _unavailable(position: int, action: Action) -> ValueError:
    src = "" if action.src is None else f" {action.src!r}"
    return ValueError(f"{action.kind}{src} is not available at position {position}")
