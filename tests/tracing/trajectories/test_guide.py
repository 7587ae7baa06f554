"""Biases: what they ask for is what is drawn more often; and all that is drawn fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.programs import Runner
from support.traces import Recording, recordings

from tracing.states.actions import ActionKind
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.biases import Entries, Horizons, SyntaxBias
from tracing.trajectories.coverage import Coverage, bucket, distance, reach
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import positions
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, Trajectory, activation_of, parse_id

PLAIN = Policy()
POLICIES = [
    Policy(syntax=SyntaxBias()),
    Policy(horizons=Horizons(share=1.0)),
    Policy(unvisited=10.0, absent_breakpoints=0.0),
    Policy(syntax=SyntaxBias(), horizons=Horizons(), entries=Entries(), unvisited=2.0),
    Policy(entries=Entries(share=1.0), line_starts=0.5),
    Policy(syntax=SyntaxBias(actions={"plain": {"step_into": 0.0, "step_over": 0.0}})),
]
PROGRAM = """
def step(k):
    if k % 2:
        k += 1
    return k


def f(n):
    total = 0
    for k in range(n):
        total += step(k)
    total += 1
    return total
"""


@settings(deadline=None, max_examples=60)
@given(recordings(), st.sampled_from(POLICIES), st.sampled_from(Direction), st.integers(0, 3))
def test_what_is_drawn_fits_and_is_the_same_again(
    recording: Recording, policy: Policy, direction: Direction, seed: int
) -> None:
    trees = ScopeTrees(StateTree.of(recording.finish()))
    drawn = draw(trees, policy, direction, count=4, seed=seed)
    assert len(drawn.trajectories) + drawn.dropped + drawn.unavailable == 4
    for trajectory in drawn.trajectories:
        visited = positions(trees.tree(trajectory.activation), trajectory)
        assert visited.index(EXIT_POSITION) == len(visited) - 1
    again = ScopeTrees(StateTree.of(recording.finish()))
    assert drawn == draw(again, policy, direction, count=4, seed=seed)
    few = draw(trees, policy, direction, count=2, seed=seed).trajectories
    assert drawn.trajectories[: len(few)] == few


@pytest.fixture(scope="module")
def trees(runner: Runner) -> ScopeTrees:
    return ScopeTrees(StateTree.of(runner.trace(PROGRAM, "f", "12")))


def drawn_by(
    trees: ScopeTrees, policy: Policy, direction: Direction = Direction.FORWARD, count: int = 300
) -> list[Trajectory]:
    return list(draw(trees, policy, direction, count, seed=5).trajectories)


def far(trees: ScopeTrees, trajectories: list[Trajectory]) -> Counter[int]:
    """How often an action led how far, by bucket."""
    found: Counter[int] = Counter()
    for item in trajectories:
        tree = trees.tree(item.activation)
        walk = positions(tree, item)
        for (_, many), count in reach(tree, item.direction, walk, item.actions).items():
            found[many] += count
    return found


@pytest.mark.parametrize("direction", Direction)
def test_horizons_are_reached(trees: ScopeTrees, direction: Direction) -> None:
    wanted = Policy(horizons=Horizons(share=1.0, weights=(0.0, 0.0, 1.0)))
    plain = far(trees, drawn_by(trees, PLAIN, direction))
    aimed = far(trees, drawn_by(trees, wanted, direction))
    assert aimed[2] / aimed.total() > 1.5 * plain[2] / plain.total() > 0
    near = Policy(horizons=Horizons(share=1.0, weights=(1.0,)))
    assert set(far(trees, drawn_by(trees, near, direction, 20))) == {0}


def test_a_concrete_line_is_aimed_at(trees: ScopeTrees) -> None:
    only = Policy(mixed={"breakpoint": 1.0, "step_into": 0.001}, mixed_share=1.0)
    policy = replace(only, horizons=Horizons(share=1.0, weights=(0.0, 0.0, 1.0)))
    tree, first = trees.whole, set[int]()
    for item in drawn_by(trees, policy, count=100):
        assert item.actions[0].kind == ActionKind.BREAKPOINT
        first.add(bucket(distance(tree, item.direction, 0, positions(tree, item)[1])))
    assert first == {2}


def share_of(trajectories: list[Trajectory], src: str) -> float:
    lines = [a.src for item in trajectories for a in item.actions if a.src is not None]
    return lines.count(src) / len(lines)


@pytest.mark.parametrize(
    ("place", "src"),
    [
        ("after_loop", "    total += 1"),
        ("return", "    return k"),
        ("branch", "        k += 1"),
    ],
)
def test_breakpoints_stand_where_they_mean_much(trees: ScopeTrees, place: str, src: str) -> None:
    base = Policy(mixed={"breakpoint": 1.0}, mixed_share=0.5)
    bias = SyntaxBias(actions={}, breakpoints={place: 8.0})
    with_bias = share_of(drawn_by(trees, replace(base, syntax=bias)), src)
    assert with_bias > 1.5 * share_of(drawn_by(trees, base), src)


def over_calls(trees: ScopeTrees, trajectories: list[Trajectory], first: bool) -> float:
    """The share of step_over on lines that call, where nothing below was visited before (`first`),
    or something was."""
    found: Counter[bool] = Counter()
    for item in trajectories:
        tree, seen = trees.whole, set[int]()
        for position, action in zip(positions(tree, item), item.actions, strict=False):
            seen.add(tree.trace.owners[tree.trace.activations[position]])
            if tree.is_calling(position) and tree.trace.lines[position] == 10:
                below = tree.trace.owners[tree.trace.activations[position + 1]]
                if (below not in seen) == first:
                    found[action.kind == ActionKind.STEP_OVER] += 1
    return found[True] / found.total()


def test_calls_of_what_was_seen_are_stepped_over(trees: ScopeTrees) -> None:
    bias = SyntaxBias(actions={}, breakpoints={}, seen_calls=20.0)
    biased, plain = drawn_by(trees, Policy(syntax=bias)), drawn_by(trees, PLAIN)
    assert over_calls(trees, biased, False) > 1.5 * over_calls(trees, plain, False)
    difference = over_calls(trees, biased, True) - over_calls(trees, plain, True)
    assert abs(difference) < 0.15


def test_long_loops_are_left(trees: ScopeTrees) -> None:
    steps = Policy(mixed={"step_over": 0.9, "step_return": 0.1}, steps={"step_over": 1.0})
    bias = SyntaxBias(actions={}, breakpoints={}, loop_returns=1000.0, long_loop=4)
    for item in drawn_by(trees, replace(steps, syntax=bias, mixed_share=1.0), count=50):
        heads = [p for p in positions(trees.whole, item) if trees.whole.trace.lines[p] == 9]
        assert len(heads) <= 5


def test_what_was_not_visited_is_preferred(trees: ScopeTrees) -> None:
    def covered(policy: Policy) -> int:
        coverage = Coverage()
        for item in drawn_by(trees, policy, count=20):
            tree = trees.tree(item.activation)
            coverage.add(0, len(tree), positions(tree, item), item.actions)
        return len(coverage.transitions)

    assert covered(Policy(unvisited=50.0)) > 1.1 * covered(PLAIN)


def test_sampled_entries_keep_their_share_and_depth(trees: ScopeTrees) -> None:
    found = drawn_by(trees, Policy(entries=Entries(share=0.5, least_depth=3)), count=200)
    sampled = [item for item in found if item.activation]
    assert 0.35 < len(sampled) / len(found) < 0.9  # the whole one is drawn again more often
    depths = trees.whole.trace.depths
    assert all(depths[trees.base(item.activation)] == 3 for item in sampled)
    assert len({item.activation for item in sampled}) == 12


def test_ids_name_the_activation() -> None:
    item = Trajectory("a#b@2", Direction.INVERSE, 3, 0, (), activation=17)
    assert item.id == "a#b@2#inverse.3:17"
    assert parse_id(item.id) == ("a#b@2", Direction.INVERSE, 3)
    assert activation_of(item.id) == 17
    assert activation_of("a#b@2#inverse.3") == 0


@settings(deadline=None)
@given(recordings())
def test_the_next_state_is_one_state_on(recording: Recording) -> None:
    tree = StateTree.of(recording.finish())
    n = len(tree)
    for state in range(n - 1):
        assert distance(tree, Direction.FORWARD, state, state + 1) == 1
        copy = n + state if tree.is_calling(state) else state
        for position in {state, copy}:
            if position:
                assert distance(tree, Direction.INVERSE, position, tree.back[position]) == 1
        if copy != state:
            below = tree.over[state] - state
            assert distance(tree, Direction.INVERSE, copy, state) == below


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SyntaxBias(actions={"lop": {}}), "actions: unknown statement 'lop'; .* loop$"),
        (lambda: SyntaxBias(actions={"loop": {"step": 1}}), "actions.loop: unknown action 'step'"),
        (lambda: SyntaxBias(actions={"loop": {"step_into": -1.0}}), "actions.loop.step_into is -1"),
        (lambda: SyntaxBias(breakpoints={"returns": 1}), "unknown place 'returns'; .*: return$"),
        (lambda: SyntaxBias(seen_calls=-2.0), "seen_calls is -2.0"),
        (lambda: SyntaxBias(long_loop=0), "long_loop is 0, not at least 1"),
        (lambda: Horizons(share=2.0), "share is 2.0, not a share"),
        (lambda: Horizons(weights=(0.0,)), "weights: none is above 0"),
        (lambda: Horizons(weights=(1.0, -1.0)), r"weights.1 is -1.0"),
        (lambda: Horizons(weights=(1.0,) * 33), "weights are 33, not at most 32"),
        (lambda: Entries(least_depth=1), "least_depth is 1, not at least 2"),
        (lambda: Entries(least_depth=3, most_depth=2), "most_depth is 2, not at least least_depth"),
        (lambda: Policy(unvisited=-1.0), "unvisited is -1.0"),
    ],
)
def test_what_is_no_bias_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
