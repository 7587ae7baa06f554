"""Trajectory: a start state and the actions taken from it. Everything else is a replay of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracing.states.actions import Action


class Direction(StrEnum):
    """Forward in time, or backwards."""

    FORWARD = "forward"
    INVERSE = "inverse"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The choices of one walk through one program's states.

    `start` is the index of the event it starts on; `number` tells trajectories of one program and
    direction apart.
    """

    program: str
    direction: Direction
    number: int
    start: int
    actions: tuple[Action, ...]

    @property
    def id(self) -> str:
        """`PROGRAM#DIRECTION.NUMBER`; `parse_id` reads it back."""
        return f"{self.program}#{self.direction}.{self.number}"


def parse_id(text: str) -> tuple[str, Direction, int]:
    """The program, direction and number of a trajectory's id, or of the id of a window of its
    document, which ends in `@2`, `@3` and so on.

    Raises ValueError where the text is not one.
    """
    program, _, rest = text.rpartition("#")
    direction, _, number = rest.partition("@")[0].partition(".")
    return program, Direction(direction), int(number)


def window_of(text: str) -> int:
    """The number of the window that the id of a document names: 1 for the first, or only, one."""
    return int(text.rpartition("#")[2].partition("@")[2] or 1)
