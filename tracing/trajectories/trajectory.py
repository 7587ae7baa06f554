"""Trajectory: a start state and the actions taken from it. Everything else is a replay of these."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tracing.states.actions import Action


class Direction(StrEnum):
    """Forward in time, or backwards."""

    FORWARD = "forward"
    INVERSE = "inverse"


class Trajectory(NamedTuple):
    """The choices of one walk through one program's states.

    `start` is the index of the event it starts on; `number` tells trajectories of one program and
    direction apart. `activation` is that whose scope it keeps to (see `tracing.states.scopes`), and
    `start` counts from its call; 0, the entry's, stands for the whole trace. `policy` is the name
    of what drew it, where several did; numbers are told apart by it too.
    """

    program: str
    direction: Direction
    number: int
    start: int
    actions: tuple[Action, ...]
    activation: int = 0
    policy: str = ""

    @property
    def id(self) -> str:
        """`PROGRAM#DIRECTION.NUMBER`, with a policy `PROGRAM#DIRECTION.POLICY.NUMBER`, and
        `:ACTIVATION` unless that is 0; `parse_id`, `policy_of` and `activation_of` read it back."""
        policy = f".{self.policy}" if self.policy else ""
        scope = f":{self.activation}" if self.activation else ""
        return f"{self.program}#{self.direction}{policy}.{self.number}{scope}"


def parse_id(text: str) -> tuple[str, Direction, int]:
    """The program, direction and number of a trajectory's id, or of the id of a window of its
    document, which ends in `@2`, `@3` and so on.

    Raises ValueError where the text is not one.
    """
    program, _, rest = text.rpartition("#")
    direction, *_, number = rest.partition("@")[0].partition(":")[0].split(".")
    return program, Direction(direction), int(number)


def policy_of(text: str) -> str:
    """The name of the policy in the id of a trajectory or document; empty where it has none."""
    return text.rpartition("#")[2].partition(".")[2].rpartition(".")[0]


def window_of(text: str) -> int:
    """The number of the window that the id of a document names: 1 for the first, or only, one."""
    return int(text.rpartition("#")[2].partition("@")[2] or 1)


def activation_of(text: str) -> int:
    """The activation that a trajectory's id names. Raises ValueError where it is not a number."""
    return int(text.rpartition("#")[2].partition("@")[0].partition(":")[2] or 0)
