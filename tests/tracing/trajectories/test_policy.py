"""The policy's probabilities, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.states.actions import ActionKind
from tracing.states.moves import FORWARD, INVERSE
from tracing.trajectories.policy import Policy
from tracing.trajectories.trajectory import Direction

FORWARD_NAMES = st.dictionaries(st.sampled_from([str(kind) for kind in FORWARD]), st.floats(0, 10))


def test_the_default_is_the_table_of_the_language() -> None:
    found = Policy().probabilities(Direction.FORWARD, FORWARD)
    mixed = [0.35, 0.10, 0.20, 0.10, 0.05]
    steps = [0.5, 0.5, 0.0, 0.0, 0.0]
    expected = [0.5 * m / 0.8 + 0.5 * s for m, s in zip(mixed, steps, strict=True)]
    assert [found[kind] for kind in FORWARD] == pytest.approx(expected)


def test_the_default_of_inverse_walks() -> None:
    found = Policy().probabilities(Direction.INVERSE, INVERSE)
    expected = [0.5 * 0.35 / 0.65 + 0.25, 0.5 * 0.10 / 0.65 + 0.25, 0.5 * 0.20 / 0.65]
    assert [found[kind] for kind in INVERSE] == pytest.approx(expected)


def test_weights_are_renormalised_over_the_available_actions() -> None:
    available = (ActionKind.STEP_OVER, ActionKind.CONTINUE)
    found = Policy().probabilities(Direction.FORWARD, available)
    assert found == pytest.approx(
        {ActionKind.STEP_OVER: 0.5 * 0.10 / 0.15 + 0.5, ActionKind.CONTINUE: 0.5 * 0.05 / 0.15}
    )


def test_a_distribution_without_weight_leaves_the_choice_to_the_other() -> None:
    found = Policy().probabilities(Direction.FORWARD, (ActionKind.CONTINUE,))
    assert found == {ActionKind.CONTINUE: 1.0}
    only_return = Policy(mixed={"step_return": 1.0}, mixed_share=1.0)
    found = only_return.probabilities(Direction.FORWARD, (ActionKind.STEP_INTO,))
    assert found == {ActionKind.STEP_INTO: 1.0}


def test_where_neither_has_weight_the_walk_still_ends() -> None:
    policy = Policy(mixed={"step_return": 1.0}, steps={"breakpoint": 1.0})
    found = policy.probabilities(Direction.FORWARD, (ActionKind.STEP_INTO, ActionKind.CONTINUE))
    assert found == {ActionKind.CONTINUE: 1.0}
    policy = Policy(inverse_mixed={"inv_step_call": 1.0}, inverse_steps={"inv_step_call": 1.0})
    found = policy.probabilities(Direction.INVERSE, INVERSE[:2])
    assert found == {ActionKind.INV_STEP_INTO: 1.0}


@settings(deadline=None)
@given(FORWARD_NAMES, FORWARD_NAMES, st.floats(0, 1), st.sets(st.sampled_from(FORWARD)))
def test_probabilities_sum_to_one(
    mixed: dict[str, float], steps: dict[str, float], share: float, some: set[ActionKind]
) -> None:
    mixed["step_into"] = steps["step_into"] = 1.0
    available = [kind for kind in FORWARD if kind in some or kind == ActionKind.CONTINUE]
    policy = Policy(mixed=mixed, steps=steps, mixed_share=share)
    found = policy.probabilities(Direction.FORWARD, available)
    assert math.fsum(found.values()) == pytest.approx(1)
    assert set(found) <= set(available)
    assert all(found.values())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mixed": {"step_in": 1.0}}, "mixed: unknown action 'step_in'; known are step_into, "),
        ({"inverse_steps": {"step_into": 1.0}}, "inverse_steps: unknown action 'step_into'"),
        ({"steps": {"step_into": -1.0}}, "steps: the weight of step_into is -1.0"),
        ({"steps": {"step_into": math.nan}}, "steps: the weight of step_into is nan"),
        ({"steps": {"step_into": math.inf}}, "steps: the weight of step_into is inf"),
        ({"mixed": {"step_into": 0.0}}, "mixed: no action has a weight above 0"),
        ({"mixed": {}}, "mixed: no action has a weight above 0"),
        ({"mixed_share": 1.5}, "mixed_share is 1.5, not a share between 0 and 1"),
        ({"absent_breakpoints": -0.1}, "absent_breakpoints is -0.1"),
        ({"line_starts": math.nan}, "line_starts is nan"),
    ],
)
def test_what_is_no_policy_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Policy(**fields)


def test_equal_policies_are_one_key_and_others_are_not() -> None:
    """Programs share tables by policy: weights decide, whatever the hash leaves out."""
    one, same, other = Policy(), Policy(), Policy(steps={"step_into": 1.0})
    assert hash(one) == hash(same)
    assert len({one, same, other}) == 2
