"""Render: a trajectory as the document of language section 6."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokenization.grammar import (
    ACTIONS,
    COPY,
    CUT,
    EXITS,
    FORWARD_KINDS,
    INVERSE_KINDS,
    LOCALS_FIRST,
    Content,
    Document,
    Marker,
    Part,
    Role,
)
from tokenization.scopes import Scopes
from tracing.states.actions import Action
from tracing.states.tree import StateTree
from tracing.states.view import EXIT, Visit
from tracing.trace import Kind
from tracing.trajectories.replay import replay
from tracing.trajectories.trajectory import Direction, Trajectory

# Members of enumerations are looked up here, once: naming one costs more than comparing it.
_CALL, _RETURN = int(Kind.CALL), int(Kind.RETURN)
_FORWARD = tuple(FORWARD_KINDS[kind] for kind in Kind)
_INVERSE = tuple(INVERSE_KINDS[kind] for kind in Kind)
_FRAME_SEP, _ACTION_SEP = Marker.FRAME_SEP, Marker.ACTION_SEP
_SRC_SEP, _ARG_SEP = Marker.SRC_SEP, Marker.ARG_SEP
_CONTEXT = bytes([Role.STRUCTURE, Role.STRUCTURE, Role.CONTEXT])
_OWN = 6  # contents that have a frame's own role, with the ACTION_SEP after it
_START, _STATE = (  # by the number of contents of a frame and its action
    {
        1 + _OWN + action: bytes([Role.STRUCTURE, *[role] * _OWN, *[Role.ACTION] * action])
        for action in (1, 2)  # contents of an action, without and with SRC
    }
    for role in (Role.START, Role.STATE)
)
_END = bytes([Role.STRUCTURE, Role.STATE, Role.STATE, Role.STATE])


def render(tree: StateTree, trajectory: Trajectory) -> Document:
    """The whole document of a trajectory, not cut to any length."""
    visits = replay(tree, trajectory)
    parts = Renderer(tree).parts(visits, trajectory.actions, trajectory.direction)
    return Document(trajectory.id, tuple(parts))


class Renderer:
    """Renders trajectories of one trace; what it has written once it remembers."""

    def __init__(self, tree: StateTree) -> None:
        self._trace = tree.trace
        self._closing = tree.closing
        self._scopes = Scopes(tree.trace)
        self._lines = tree.trace.code_lines()

    def parts(
        self, visits: Sequence[Visit], actions: Sequence[Action], direction: Direction
    ) -> Iterator[Part]:
        """The parts of a document, made as they are asked for.

        `visits` are the states before, between and after the actions. Where the last of them is
        the exit the document is complete; otherwise that state, which has no action, is left out.
        """
        forward = direction is Direction.FORWARD
        yield _context(self._trace.code if forward else self._trace.source())
        frames = self._forward(visits, actions) if forward else self._inverse(visits)
        roles = _START
        for frame, action in zip(frames, actions, strict=False):
            contents = (*frame, *_action(action))
            yield Part(contents, roles[len(contents)])
            roles = _STATE
        if visits[-1] == EXIT:
            yield _end(EXITS[self._trace.outcome] if forward else Marker.INV_EXIT_ENTRY)
        else:
            yield CUT

    def _forward(
        self, visits: Sequence[Visit], actions: Sequence[Action]
    ) -> Iterator[tuple[Content, ...]]:
        """The frames of language 6.4: LOCALS beside those that the activation showed last."""
        trace, scopes, lines = self._trace, self._scopes, self._lines
        shown: dict[int, int] = {}  # activation -> scope
        previous, target = -1, False
        for visit, action in zip(visits, actions, strict=False):
            state = visit.state
            kind, activation = trace.kinds[state], trace.activations[state]
            if kind >= _RETURN:
                body = scopes.argument(trace.arguments[state])
            else:
                scope = trace.scope_of[state]
                if kind == _CALL or target or activation != previous or activation not in shown:
                    body = scopes.complete(scope)
                else:
                    body = scopes.changes(shown[activation], scope)
                shown[activation] = scope
            previous, target = activation, action.src is not None  # of a breakpoint
            yield _frame(_FORWARD[kind], lines[trace.lines[state]], body)

    def _inverse(self, visits: Sequence[Visit]) -> Iterator[tuple[Content, ...]]:
        """The frames of language 6.5: a closing state counts as having shown its locals."""
        trace, scopes, lines = self._trace, self._scopes, self._lines
        shown: dict[int, int] = {}
        for visit in visits:
            state = visit.state
            kind, activation = trace.kinds[state], trace.activations[state]
            scope = trace.scope_of[state]
            if kind >= _RETURN and not visit.copy:
                body = scopes.argument(trace.arguments[state])
                if state == self._closing[activation]:
                    shown[activation] = scope
            else:
                if kind == _CALL or activation not in shown:
                    body = scopes.complete(scope)
                else:
                    body = scopes.differences(shown[activation], scope)
                shown[activation] = scope
            marker = COPY if visit.copy else _INVERSE[kind]
            yield _frame(marker, lines[trace.lines[state]], body)


def _context(code: str) -> Part:
    return Part((Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, code), _CONTEXT)


def _frame(marker: Marker, src: str, body: str) -> tuple[Content, ...]:
    """A frame; `body` is LOCALS or ARG."""
    if marker in LOCALS_FIRST:
        return (_FRAME_SEP, marker, _ARG_SEP, body, _SRC_SEP, src)
    return (_FRAME_SEP, marker, _SRC_SEP, src, _ARG_SEP, body)


def _action(action: Action) -> tuple[Content, ...]:
    marker = ACTIONS[action.kind]
    return (_ACTION_SEP, marker) if action.src is None else (_ACTION_SEP, marker, action.src)


def _end(exit_: Marker) -> Part:
    contents = (Marker.FRAME_SEP, exit_, Marker.TRACE_END, Marker.END_OF_TEXT)
    return Part(contents, _END)
