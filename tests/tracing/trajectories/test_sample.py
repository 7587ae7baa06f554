"""Drawn trajectories: they fit, they are different, and the policy's frequencies hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import laws
from support.traces import MAIN, F, H, Recording, call_tree_trace, recordings, run_at_random

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import FORWARD, INVERSE, Forward, Inverse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT
from tracing.trace import Function, Kind
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import Sampler, draw
from tracing.trajectories.starts import closing_start, line_starts
from tracing.trajectories.trajectory import Direction

POLICIES = st.sampled_from(
    [
        Policy(),
        Policy(line_starts=0.5, absent_breakpoints=0.5),
        Policy(mixed={"breakpoint": 1.0}, mixed_share=1.0, absent_breakpoints=0.0),
        Policy(mixed={"step_return": 1.0}, steps={"step_return": 1.0}),
        Policy(inverse_mixed={"inv_step_call": 1.0}, inverse_steps={"inv_step_call": 1.0}),
    ]
)
INTO_ONLY = Policy(steps={"step_into": 1.0}, inverse_steps={"inv_step_into": 1.0}, mixed_share=0.0)


@settings(deadline=None)
@given(recordings(), POLICIES, st.sampled_from(Direction), st.integers(0, 5))
def test_what_is_drawn_fits(
    recording: Recording, policy: Policy, direction: Direction, seed: int
) -> None:
    tree = StateTree.of(recording.finish())
    drawn = draw(tree, policy, direction, count=4, seed=seed)
    assert len(drawn.trajectories) + drawn.dropped + drawn.unavailable == 4
    assert len({(t.start, t.actions) for t in drawn.trajectories}) == len(drawn.trajectories)
    for trajectory in drawn.trajectories:
        laws.assert_replays(tree, trajectory)
    assert drawn == draw(tree, policy, direction, count=4, seed=seed)


@settings(deadline=None)
@given(recordings(), POLICIES, st.sampled_from(Direction))
def test_a_number_has_the_same_trajectory_however_many_are_drawn(
    recording: Recording, policy: Policy, direction: Direction
) -> None:
    tree = StateTree.of(recording.finish())
    few = draw(tree, policy, direction, count=2, seed=0).trajectories
    many = draw(tree, policy, direction, count=5, seed=0).trajectories
    assert many[: len(few)] == few


def test_seeds_programs_and_directions_draw_differently() -> None:
    tree = StateTree.of(call_tree_trace(200))
    drawn = [draw(tree, Policy(), Direction.FORWARD, 8, seed).trajectories for seed in range(2)]
    assert [t.actions for t in drawn[0]] != [t.actions for t in drawn[1]]


def test_the_only_trajectory_is_drawn_once_and_dropped_after() -> None:
    tree = StateTree.of(call_tree_trace(50))
    for direction in Direction:
        drawn = draw(tree, INTO_ONLY, direction, count=3, seed=0, redraws=2)
        assert [t.number for t in drawn.trajectories] == [0]
        assert (drawn.dropped, drawn.unavailable) == (2, 0)


@pytest.mark.parametrize("redraws", [0, 1, 5])
def test_what_was_drawn_before_is_drawn_again(redraws: int) -> None:
    tree = StateTree.of(run_at_random(b"").finish())  # two states: most trajectories are the same
    sampler = Sampler(tree, Policy(), Direction.FORWARD, seed=0)
    kept: dict[tuple[Action, ...], int] = {}
    for number in range(12):
        attempts = [sampler.sample(number, attempt) for attempt in range(redraws + 1)]
        new = [t.actions for t in attempts if t is not None and t.actions not in kept]
        if new:
            kept[new[0]] = number
    drawn = draw(tree, Policy(), Direction.FORWARD, count=12, seed=0, redraws=redraws)
    assert {t.actions: t.number for t in drawn.trajectories} == kept
    assert drawn.dropped == 12 - len(kept) > 0


def test_the_same_actions_from_another_start_are_another_trajectory() -> None:
    tree = StateTree.of(call_tree_trace(100))
    policy = Policy(
        inverse_steps={"inv_step_call": 1.0},
        inverse_mixed={"inv_step_into": 1.0},  # at the call, where there is no other step
        mixed_share=0.0,
        line_starts=1.0,
    )
    drawn = draw(tree, policy, Direction.INVERSE, count=5, seed=0)
    assert len({t.start for t in drawn.trajectories}) > 1
    assert len({t.actions for t in drawn.trajectories}) == 1


def test_frequencies_are_those_of_the_policy() -> None:
    """At the first state of 20,000 trajectories; the bound is four standard deviations."""
    tree = StateTree.of(call_tree_trace(60))
    for direction, kinds in ((Direction.FORWARD, FORWARD), (Direction.INVERSE, INVERSE)):
        sampler = Sampler(tree, Policy(), direction, seed=1)
        first = Counter(first_action(sampler, number) for number in range(20_000))
        available = first_available(tree, direction)
        expected = Policy().probabilities(direction, available)
        assert available == kinds
        for kind in kinds:
            p = expected[kind]
            assert abs(first[kind] / 20_000 - p) < 4 * (p * (1 - p) / 20_000) ** 0.5


def first_action(sampler: Sampler, number: int) -> ActionKind:
    trajectory = sampler.sample(number)
    assert trajectory is not None
    return trajectory.actions[0].kind


def first_available(tree: StateTree, direction: Direction) -> tuple[ActionKind, ...]:
    if direction == Direction.FORWARD:
        return Forward(tree).available(0)
    start = closing_start(tree)
    assert start is not None
    return Inverse(tree, start).available(start)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_the_share_of_absent_breakpoints(share: float) -> None:
    tree = StateTree.of(call_tree_trace(400))
    policy = Policy(mixed={"breakpoint": 1.0}, mixed_share=1.0, absent_breakpoints=share)
    sampler = Sampler(tree, policy, Direction.FORWARD, seed=3)
    absent = 0
    for number in range(2_000):
        trajectory = sampler.sample(number)
        assert trajectory is not None
        src = trajectory.actions[0].src
        assert src is not None
        assert src.strip()
        absent += tree.places.next(src, 0) == len(tree)
    assert absent / 2_000 == pytest.approx(share, abs=0.04)


def test_where_no_line_comes_any_more_a_breakpoint_is_absent_or_not_drawn() -> None:
    tree = StateTree.of(run_at_random(b"").finish())
    kinds = {"breakpoint": 1.0, "step_into": 1e-9}
    for absent, kind in ((0.05, ActionKind.BREAKPOINT), (0.0, ActionKind.STEP_INTO)):
        policy = Policy(mixed=kinds, mixed_share=1.0, absent_breakpoints=absent)
        trajectory = Sampler(tree, policy, Direction.FORWARD, seed=0).sample(0)
        assert trajectory is not None
        assert trajectory.actions[0].kind == kind


def test_lines_of_breakpoints_are_drawn_uniformly() -> None:
    tree = StateTree.of(call_tree_trace(400))
    policy = Policy(mixed={"breakpoint": 1.0}, mixed_share=1.0, absent_breakpoints=0.0)
    sampler = Sampler(tree, policy, Direction.FORWARD, seed=4)
    drawn = [sampler.sample(number) for number in range(4_000)]
    counts = Counter(t.actions[0].src for t in drawn if t is not None)
    coming = tree.places.texts[tree.places.first_coming(0) :]
    assert set(counts) == set(coming)
    assert max(counts.values()) < 1.3 * min(counts.values())


def test_no_absent_breakpoint_in_a_cut_trace() -> None:
    recording = run_at_random(bytes([3, 0, 8, 16, 3, 1, 5] * 8), cut=True)
    tree = StateTree.of(recording.finish())
    policy = Policy(mixed={"breakpoint": 1.0}, mixed_share=1.0, absent_breakpoints=1.0)
    for trajectory in draw(tree, policy, Direction.FORWARD, 50, seed=0).trajectories:
        assert trajectory.actions[-1].kind != ActionKind.BREAKPOINT
        laws.assert_replays(tree, trajectory)


def entry_that_never_returns() -> Recording:
    recording = Recording()
    recording.call(MAIN)
    recording.line()
    recording.call(H)
    recording.leave()
    recording.call(F)
    recording.line()
    recording.call(H)
    return recording


def test_inverse_trajectories_start_where_the_entry_closes() -> None:
    tree = StateTree.of(call_tree_trace(60))
    assert closing_start(tree) == len(tree) - 2  # f returns, then main
    script = StateTree.of(run_at_random(b"\x00\x03\x00", entry=None).finish())
    assert closing_start(script) == len(script) - 1


def test_where_the_entry_does_not_close_there_is_no_inverse_trajectory() -> None:
    tree = StateTree.of(entry_that_never_returns().finish())
    drawn = draw(tree, Policy(), Direction.INVERSE, count=3, seed=0)
    assert (drawn.trajectories, drawn.unavailable) == ((), 3)


def test_where_the_entry_is_never_called_there_is_no_inverse_trajectory() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.call(H)
    recording.leave()
    recording.leave()
    trace = recording.finish()
    assert closing_start(StateTree.of(trace)) is None
    class_body = Function("f", 1, is_def=False)  # of the same name, by way of `global f`
    trace = replace(trace, functions=(*trace.functions[:H], class_body, *trace.functions[H + 1 :]))
    assert closing_start(StateTree.of(trace)) is None


def test_inverse_trajectories_can_start_on_any_line_but_the_wrappers() -> None:
    tree = StateTree.of(entry_that_never_returns().finish())
    assert line_starts(tree) == [5]
    policy = Policy(line_starts=1.0)
    drawn = draw(tree, policy, Direction.INVERSE, count=3, seed=0).trajectories
    assert {trajectory.start for trajectory in drawn} == {5}
    assert all(replay(tree, trajectory)[-1] == EXIT for trajectory in drawn)


@settings(deadline=None)
@given(recordings(), st.integers(0, 3))
def test_line_starts_are_lines(recording: Recording, seed: int) -> None:
    tree = StateTree.of(recording.finish())
    drawn = draw(tree, Policy(line_starts=1.0), Direction.INVERSE, count=4, seed=seed)
    for trajectory in drawn.trajectories:
        assert tree.trace.kinds[trajectory.start] == Kind.LINE
    assert bool(drawn.unavailable) == (not line_starts(tree))
