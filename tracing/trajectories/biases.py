"""Biases: what a policy may be told beside the weights of actions. All are off by default."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from tracing.states.moves import FORWARD, INVERSE
from tracing.states.syntax import Statement

STATEMENTS = tuple(statement.name.lower() for statement in Statement)
TARGETS = ("after_loop", "branch", "return", "except")
_DISTANCES = 32  # buckets at most
_ACTIONS = {
    "call": {"step_into": 1.5, "inv_step_into": 1.5},
    "loop": {"breakpoint": 2.0},
    "with": {"step_over": 1.5, "inv_step_over": 1.5},
    "try": {"breakpoint": 1.5},
    "except": {"step_into": 1.5},
}
_BREAKPOINTS = {"after_loop": 4.0, "branch": 4.0, "return": 4.0, "except": 4.0}


@dataclass(frozen=True, slots=True)
class SyntaxBias:
    """Factors that the statement a state stands on puts on actions, and that lines have as places
    of breakpoints. 1 changes nothing, 0 forbids.

    Raises ValueError, naming the field, where a name is unknown or a factor is not one.
    """

    actions: dict[str, dict[str, float]] = field(  # statement: {action: factor}
        default_factory=lambda: {name: factors.copy() for name, factors in _ACTIONS.items()},
        hash=False,
    )
    breakpoints: dict[str, float] = field(  # other lines have 1
        default_factory=_BREAKPOINTS.copy, hash=False
    )
    seen_calls: float = 4.0  # on stepping over a call of a function that was seen before
    loop_returns: float = 4.0  # on leaving a level whose loop head came `long_loop` times
    long_loop: int = 3

    def __post_init__(self) -> None:
        for statement, factors in self.actions.items():
            check_name("actions", "statement", statement, STATEMENTS)
            for action, factor in factors.items():
                check_name(f"actions.{statement}", "action", action, (*FORWARD, *INVERSE))
                check_number(f"actions.{statement}.{action}", factor)
        for target, factor in self.breakpoints.items():
            check_name("breakpoints", "place", target, TARGETS)
            check_number(f"breakpoints.{target}", factor)
        for name in ("seen_calls", "loop_returns"):
            check_number(name, getattr(self, name))
        if self.long_loop < 1:
            raise ValueError(f"long_loop is {self.long_loop}, not at least 1")


@dataclass(frozen=True, slots=True)
class Horizons:
    """How far actions should lead: a `share` of them aim at a distance, drawn by `weights`.

    Weight b is that of the distances from 2**b to 2**(b + 1) - 1 states (see `distance`).
    Raises ValueError, naming the field.
    """

    share: float = 0.5
    weights: tuple[float, ...] = (1.0,) * 10

    def __post_init__(self) -> None:
        check_share("share", self.share)
        if len(self.weights) > _DISTANCES:
            raise ValueError(f"weights are {len(self.weights)}, not at most {_DISTANCES}")
        for number, weight in enumerate(self.weights):
            check_number(f"weights.{number}", weight)
        if not any(self.weights):
            raise ValueError("weights: none is above 0")


@dataclass(frozen=True, slots=True)
class Entries:
    """A `share` of the trajectories start at the call of any activation, which they do not leave.

    The function is drawn first, then one of its activations; these were called with `least_depth`
    to `most_depth` activations open, their own included (the entry's is 1).
    Raises ValueError, naming the field.
    """

    share: float = 0.5
    least_depth: int = 2
    most_depth: int | None = None

    def __post_init__(self) -> None:
        check_share("share", self.share)
        if self.least_depth < 2:
            raise ValueError(f"least_depth is {self.least_depth}, not at least 2")
        if self.most_depth is not None and self.most_depth < self.least_depth:
            raise ValueError(f"most_depth is {self.most_depth}, not at least least_depth")


def check_weights(name: str, weights: Mapping[str, float], kinds: Sequence[str]) -> None:
    """Raises ValueError where a distribution over actions is none."""
    for action, weight in weights.items():
        check_name(name, "action", action, kinds)
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"{name}: the weight of {action} is {weight}, not a number >= 0")
    if not any(weights.values()):
        raise ValueError(f"{name}: no action has a weight above 0")


def check_name(key: str, what: str, name: str, known: Sequence[str]) -> None:
    """Raises ValueError where a name is not known."""
    if name not in known:
        nearest = get_close_matches(name, known, n=1, cutoff=0.0)[0]
        problem = f"unknown {what} {name!r}; known are {', '.join(known)}; nearest: {nearest}"
        raise ValueError(f"{key}: {problem}")


def check_number(key: str, value: float) -> None:
    """Raises ValueError where a factor or weight is not one."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{key} is {value}, not a number >= 0")


def check_share(key: str, value: float) -> None:
    """Raises ValueError where a share is not one."""
    if not 0 <= value <= 1:
        raise ValueError(f"{key} is {value}, not a share between 0 and 1")
