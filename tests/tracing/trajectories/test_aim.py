"""Horizons against a search through all actions; biases without effect against none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.traces import Recording, call_tree_trace, recordings

from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.biases import Horizons, SyntaxBias
from tracing.trajectories.coverage import bucket, distance
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import moves_from, positions
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, Trajectory

NEUTRAL = SyntaxBias(actions={}, breakpoints={}, seen_calls=1.0, loop_returns=1.0)
POLICY = Policy(absent_breakpoints=0.0)


def aiming(wanted: int, mixed: dict[str, float] | None = None) -> Policy:
    """A policy all of whose actions aim at one distance."""
    weights = (*[0.0] * wanted, 1.0)
    return Policy(mixed=mixed or POLICY.mixed, horizons=Horizons(share=1.0, weights=weights))


def misses(tree: StateTree, trajectory: Trajectory, wanted: int) -> list[Action]:
    """The actions of a walk beside which another one leads nearer to the wanted distance."""
    visited = pairwise(positions(tree, trajectory))
    return [
        action
        for (position, target), action in zip(visited, trajectory.actions, strict=True)
        if rank(tree, trajectory.direction, position, target, wanted)
        > min(ranks(tree, trajectory, position, wanted))
    ]


def rank(
    tree: StateTree, direction: Direction, position: int, target: int, wanted: int
) -> tuple[int, int]:
    far = bucket(distance(tree, direction, position, target))
    return abs(far - wanted), far


def ranks(
    tree: StateTree, trajectory: Trajectory, position: int, wanted: int
) -> Iterator[tuple[int, int]]:
    """Those of all actions at a position that lead somewhere."""
    moves = moves_from(tree, trajectory.direction, trajectory.start)
    for kind in moves.available(position):
        lines = [None] if kind is not ActionKind.BREAKPOINT else tree.places.texts
        for src in lines:
            target = moves.target(position, Action(kind, src))
            if kind is not ActionKind.BREAKPOINT or target != EXIT_POSITION:
                yield rank(tree, trajectory.direction, position, target, wanted)


@settings(deadline=None)
@given(recordings(), st.sampled_from(Direction), st.integers(0, 5))
def test_no_action_leads_nearer_than_the_one_drawn(
    recording: Recording, direction: Direction, wanted: int
) -> None:
    tree = StateTree.of(recording.finish())
    for trajectory in draw(tree, aiming(wanted), direction, count=3, seed=0).trajectories:
        assert not misses(tree, trajectory, wanted)


@pytest.mark.parametrize("direction", Direction)
def test_the_search_notices_another_distance(direction: Direction) -> None:
    tree = StateTree.of(call_tree_trace(200))
    drawn = draw(tree, aiming(2), direction, count=3, seed=0).trajectories
    assert not any(misses(tree, trajectory, 2) for trajectory in drawn)
    assert all(misses(tree, trajectory, 3) for trajectory in drawn)


def test_lines_equally_far_are_equally_likely() -> None:
    tree = StateTree.of(call_tree_trace(200))
    policy = aiming(1, mixed={"breakpoint": 1.0, "step_into": 1e-9})
    drawn = draw(tree, policy, Direction.FORWARD, count=60, seed=0).trajectories
    firsts = {trajectory.actions[0].src for trajectory in drawn}
    texts = tree.places.texts[tree.places.first_coming(0) :]
    coming = zip(texts, tree.places.coming(0), strict=True)
    assert firsts == {src for src, state in coming if bucket(state) == 1}


def test_where_no_line_comes_any_more_breakpoints_alone_lead_to_the_exit() -> None:
    tree = StateTree.of(call_tree_trace(30))
    policy = Policy(
        mixed={"breakpoint": 1.0}, steps={"breakpoint": 1.0}, horizons=Horizons(share=1.0)
    )
    for trajectory in draw(tree, policy, Direction.FORWARD, count=5, seed=0).trajectories:
        assert trajectory.actions[-1].kind is ActionKind.CONTINUE


@settings(deadline=None)
@given(recordings(), st.sampled_from(Direction), st.integers(0, 5))
def test_biases_that_change_nothing_draw_what_the_plain_policy_draws(
    recording: Recording, direction: Direction, seed: int
) -> None:
    tree = StateTree.of(recording.finish())
    plain = draw(tree, Policy(line_starts=0.5), direction, count=4, seed=seed)
    neutral = Policy(line_starts=0.5, syntax=NEUTRAL)
    assert draw(tree, neutral, direction, count=4, seed=seed) == plain
