"""Actions: what a person tells a debugger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActionKind(StrEnum):
    """The moves of language sections 4 (forward) and 5 (inverse)."""

    STEP_INTO = "step_into"
    STEP_OVER = "step_over"
    STEP_RETURN = "step_return"
    BREAKPOINT = "breakpoint"
    CONTINUE = "continue"
    INV_STEP_INTO = "inv_step_into"
    INV_STEP_OVER = "inv_step_over"
    INV_STEP_CALL = "inv_step_call"


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `src` is the source line of a BREAKPOINT, with its indentation, else None."""

    kind: ActionKind
    src: str | None = None
