"""Grammar: the markers of the language, the roles of tokens, and what a document is made of.

document = BEGIN_OF_TEXT TRACE_CONTEXT_START CODE {frame action} [exit] END_OF_TEXT
frame    = FRAME_SEP kind SRC_SEP SRC ARG_SEP (LOCALS | ARG)     a forward line: LOCALS first
action   = ACTION_SEP marker [SRC]                               SRC: after BREAKPOINT alone
exit     = FRAME_SEP EXIT TRACE_END
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from itertools import chain
from typing import NamedTuple

from tracing.states.actions import ActionKind
from tracing.trace import Kind, Outcome


class Marker(Enum):
    """The markers; a value is how a marker is spelled.

    No `str` equals a marker: a text that spells one stays a text.
    """

    BEGIN_OF_TEXT = "<|begin_of_text|>"
    END_OF_TEXT = "<|end_of_text|>"
    PAD = "<|pad|>"
    TRACE_CONTEXT_START = "<|trace_context_start|>"
    TRACE_END = "<|trace_end|>"
    FRAME_SEP = "<|frame_sep|>"
    ACTION_SEP = "<|action_sep|>"
    SRC_SEP = "<|src_sep|>"
    ARG_SEP = "<|arg_sep|>"
    CALL_SEP = "<|call_sep|>"
    LINE_SEP = "<|line_sep|>"
    RETURN_SEP = "<|return_sep|>"
    EXCEPTION_SEP = "<|exception_sep|>"
    INV_CALL_SEP = "<|inv_call_sep|>"
    INV_LINE_SEP = "<|inv_line_sep|>"
    INV_LINE_CALL_SEP = "<|inv_line_call_sep|>"
    INV_RETURN_SEP = "<|inv_return_sep|>"
    INV_EXCEPTION_SEP = "<|inv_exception_sep|>"
    STEP_INTO = "<|step_into|>"
    STEP_OVER = "<|step_over|>"
    STEP_RETURN = "<|step_return|>"
    BREAKPOINT = "<|breakpoint|>"
    CONTINUE = "<|continue|>"
    INV_STEP_INTO = "<|inv_step_into|>"
    INV_STEP_OVER = "<|inv_step_over|>"
    INV_STEP_CALL = "<|inv_step_call|>"
    EXIT_NORMAL = "<|exit_normal|>"
    EXIT_ERROR = "<|exit_error|>"
    EXIT_NEVER = "<|exit_never|>"
    INV_EXIT_ENTRY = "<|inv_exit_entry|>"

    # Members are singletons; Enum's own hash is a Python function, and encoding looks up millions.
    __hash__ = object.__hash__


class Role(IntEnum):
    """What a token is to a training run (language section 8)."""

    PADDING = 0
    STRUCTURE = 1
    CONTEXT = 2
    ACTION = 3
    STATE = 4
    START = 5


FORWARD_KINDS: Mapping[Kind, Marker] = {
    Kind.CALL: Marker.CALL_SEP,
    Kind.LINE: Marker.LINE_SEP,
    Kind.RETURN: Marker.RETURN_SEP,
    Kind.EXCEPTION: Marker.EXCEPTION_SEP,
}
INVERSE_KINDS: Mapping[Kind, Marker] = {
    Kind.CALL: Marker.INV_CALL_SEP,
    Kind.LINE: Marker.INV_LINE_SEP,
    Kind.RETURN: Marker.INV_RETURN_SEP,
    Kind.EXCEPTION: Marker.INV_EXCEPTION_SEP,
}
COPY = Marker.INV_LINE_CALL_SEP  # the duplicate of a state with children, whatever its kind

FRAMES = frozenset({*FORWARD_KINDS.values(), *INVERSE_KINDS.values(), COPY})
ARGUMENTS = frozenset(  # the frames that hold ARG; the others hold LOCALS
    {
        Marker.RETURN_SEP,
        Marker.EXCEPTION_SEP,
        Marker.INV_RETURN_SEP,
        Marker.INV_EXCEPTION_SEP,
    }
)
LOCALS_FIRST = frozenset({Marker.LINE_SEP})  # the frames that end with SRC

ACTIONS: Mapping[ActionKind, Marker] = {kind: Marker[kind.name] for kind in ActionKind}
EXITS: Mapping[Outcome, Marker] = {
    Outcome.NORMAL: Marker.EXIT_NORMAL,
    Outcome.ERROR: Marker.EXIT_ERROR,
    Outcome.NEVER: Marker.EXIT_NEVER,
}

Content = Marker | str


class Segment(NamedTuple):
    """A marker or a text, and the role of its tokens."""

    content: Content
    role: Role


class Part(NamedTuple):
    """Markers and texts that stand or fall together when a document is cut.

    `roles` has one byte, a Role, for each of `contents`.
    """

    contents: tuple[Content, ...]
    roles: bytes


CUT = Part((Marker.END_OF_TEXT,), bytes([Role.STRUCTURE]))  # the end without an exit


@dataclass(frozen=True, slots=True)
class Document:
    """One trajectory, written down: first the context, then each frame with its action, at last
    the end, which holds the exit where the trajectory reached it."""

    id: str
    parts: tuple[Part, ...]

    @property
    def contents(self) -> Iterator[Content]:
        """The markers and texts, without their roles."""
        return chain.from_iterable(part.contents for part in self.parts)

    @property
    def segments(self) -> Iterator[Segment]:
        """The markers and texts, each with its role."""
        roles = chain.from_iterable(part.roles for part in self.parts)
        return (Segment(c, Role(r)) for c, r in zip(self.contents, roles, strict=True))

    @property
    def text(self) -> str:
        """The document as one text, its markers as they are spelled."""
        return spelled(self.contents)


def spelled(contents: Iterable[Content]) -> str:
    """Markers and texts as one text."""
    return "".join(c.value if isinstance(c, Marker) else c for c in contents)
