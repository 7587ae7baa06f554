"""Policy: how likely each action is (language section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracing.states.actions import ActionKind
from tracing.states.moves import FORWARD, INVERSE
from tracing.trajectories.biases import (
    Entries,
    Horizons,
    SyntaxBias,
    check_number,
    check_share,
    check_weights,
)
from tracing.trajectories.trajectory import Direction

_MIXED = {
    "step_into": 0.35,
    "step_over": 0.10,
    "step_return": 0.20,
    "breakpoint": 0.10,
    "continue": 0.05,
}
_STEPS = {"step_into": 0.5, "step_over": 0.5}
_INVERSE_MIXED = {"inv_step_into": 0.35, "inv_step_over": 0.10, "inv_step_call": 0.20}
_INVERSE_STEPS = {"inv_step_into": 0.5, "inv_step_over": 0.5}
_ALWAYS_AVAILABLE = {
    Direction.FORWARD: ActionKind.CONTINUE,
    Direction.INVERSE: ActionKind.INV_STEP_INTO,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights of the actions by their names, as two distributions for each direction.

    An action is drawn from `mixed` with probability `mixed_share`, else from `steps`, over the
    actions available in the state. Weights need not sum to 1; an action without one is not drawn.

    Raises ValueError, naming the field, where an action is unknown, a weight or share is not one,
    or a distribution has no weight at all.
    """

    mixed_share: float = 0.5
    mixed: dict[str, float] = field(default_factory=_MIXED.copy, hash=False)
    steps: dict[str, float] = field(default_factory=_STEPS.copy, hash=False)
    inverse_mixed: dict[str, float] = field(default_factory=_INVERSE_MIXED.copy, hash=False)
    inverse_steps: dict[str, float] = field(default_factory=_INVERSE_STEPS.copy, hash=False)
    absent_breakpoints: float = 0.05  # share of breakpoints on a line that does not come any more
    line_starts: float = 0.0  # share of inverse trajectories that start on any line state
    syntax: SyntaxBias | None = None  # by what a state stands on
    horizons: Horizons | None = None  # by how far an action leads
    entries: Entries | None = None  # trajectories that start at other calls than the entry's
    unvisited: float = 1.0  # factor on what no earlier trajectory of the program did

    @property
    def is_plain(self) -> bool:
        """Whether the two distributions are all that decides an action."""
        return self.syntax is None and self.horizons is None and self.unvisited == 1.0

    def __post_init__(self) -> None:
        check_weights("mixed", self.mixed, FORWARD)
        check_weights("steps", self.steps, FORWARD)
        check_weights("inverse_mixed", self.inverse_mixed, INVERSE)
        check_weights("inverse_steps", self.inverse_steps, INVERSE)
        for name in ("mixed_share", "absent_breakpoints", "line_starts"):
            check_share(name, getattr(self, name))
        check_number("unvisited", self.unvisited)

    def probabilities(
        self, direction: Direction, available: Sequence[ActionKind], has_lines: bool = True
    ) -> dict[ActionKind, float]:
        """The probability of each action of a state, zero left out; they sum to 1.

        Without a line for one (`has_lines`) no breakpoint is among them. Where a distribution gives
        no weight to any of them the other stands for it; where neither does, the action of the
        direction that is always available is certain.
        """
        forward = direction == Direction.FORWARD
        kinds = [kind for kind in available if has_lines or kind != ActionKind.BREAKPOINT]
        mixed = _restricted(self.mixed if forward else self.inverse_mixed, kinds)
        steps = _restricted(self.steps if forward else self.inverse_steps, kinds)
        if not mixed and not steps:
            return {_ALWAYS_AVAILABLE[direction]: 1.0}
        share = self.mixed_share
        pairs = zip(kinds, mixed or steps, steps or mixed, strict=True)
        both = {kind: share * m + (1 - share) * s for kind, m, s in pairs}
        return {kind: probability for kind, probability in both.items() if probability}


def _restricted(weights: Mapping[str, float], kinds: Sequence[ActionKind]) -> list[float]:
    """A distribution over some actions, renormalised; empty where none of them has weight."""
    some = [weights.get(kind, 0.0) for kind in kinds]
    total = sum(some)
    return [weight / total for weight in some] if total else []
