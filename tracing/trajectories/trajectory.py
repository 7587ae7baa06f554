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
    direction apart. `activation` is that whose scope it keeps to (see `tracing.states.scopes`), and
    `start` counts from its call; 0, the entry's, stands for the whole trace.
    """

    program: str
    direction: Direction
    number: int
    start: int
    actions: tuple[Action, ...]
    activation: int = 0

    @property
    def id(self) -> str:
        """`PROGRAM#DIRECTION.NUMBER`, and `:ACTIVATION` unless that is 0; `parse_id` and
        `activation_of` read it back."""
        scope = f":{self.activation}" if self.activation else ""
        return f"{self.program}#{self.direction}.{self.number}{scope}"


def parse_id(text: str) -> tuple[str, Direction, int]:
    """The program, direction and number of a trajectory's id, or of the id of a window of its
    document, which ends in `@2`, `@3` and so on.

    Raises ValueError where the text is not one.
    """
    program, _, rest = text.rpartition("#")
    direction, _, number = rest.partition("@")[0].partition(":")[0].partition(".")
    return program, Direction(direction), int(number)


def window_of(text: str) -> int:
    """The number of the window that the id of a document names: 1 for the first, or only, one."""
    return int(text.rpartition("#")[2].partition("@")[2] or 1)


def activation_of(text: str) -> int:
    """The activation that a trajectory's id names. Raises ValueError where it is not a number."""
    return int(text.rpartition("#")[2].partition("@")[0].partition(":")[2] or 0)
