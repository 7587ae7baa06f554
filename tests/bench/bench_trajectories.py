"""Cost of trees and trajectories, on a short and a long trace, and on every tenth program of a
built directory where one is named. Run by hand:

PYTHONPATH=.:tests python tests/bench/bench_trajectories.py [DIRECTORY]

`least` is the floor of a drawn walk: its chance, one distribution, and the trajectory that holds
its choices, without a tree. That alone is 3 µs a walk of five actions, 0.6 µs an action: half of
it is the digest of program, number and attempt, the price of a walk that depends on its number and
on no walk before it. What is available and where an action leads add 0.25 µs an action.
"""

from __future__ import annotations

import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path

from support.traces import call_tree_trace

from pipeline.shards.traces import TraceStore
from tracing.states.moves import FORWARD
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.biases import Horizons, SyntaxBias
from tracing.trajectories.chance import Chance, key_of
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import Sampler, draw
from tracing.trajectories.trajectory import Direction, Trajectory
from tracing.trajectories.walks import tables

# Trajectories as long as their traces, and those of the default policy.
POLICIES = {
    "into": Policy(
        mixed_share=0.0,
        steps={"step_into": 0.9, "step_over": 0.1},
        inverse_steps={"inv_step_into": 1.0},
    ),
    "default": Policy(),
    "syntax": Policy(syntax=SyntaxBias()),
    "horizons": Policy(horizons=Horizons(share=1.0)),
    "unvisited": Policy(unvisited=4.0),
}
KEY = key_of(0, "p", "forward", "")
TABLE = tables(Policy(), Direction.FORWARD)[1][FORWARD]


def seconds(work: Callable[[], object], repeats: int) -> float:
    """CPU seconds of one call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        begin = time.process_time()
        for _ in range(repeats):
            work()
        rounds.append(time.process_time() - begin)
    return min(rounds) / repeats


def one_pass(trace: Trace) -> int:
    """The baseline of a tree: one loop over the columns that tell it, with a sum."""
    total = 0
    for activation, depth in zip(trace.activations, trace.depths, strict=True):
        total += activation + depth
    return total


def least(walk: Trajectory) -> Trajectory:
    """The baseline of a walk: as many actions, all drawn from one distribution."""
    actions, bounds = TABLE.actions, TABLE.bounds
    words = zip(walk.actions, Chance(KEY, walk.number).words, strict=False)
    drawn = tuple([actions[bisect_right(bounds, word)] for _, word in words])
    return Trajectory("p", Direction.FORWARD, walk.number, 0, drawn)


def of_one_tree(tree: StateTree, policy: Policy, direction: Direction, count: int) -> str:
    """µs an action of walks over one tree."""
    sampler = Sampler(tree, policy, direction, seed=0)
    walks = [t for t in map(sampler.sample, range(count)) if t is not None]
    actions = sum(len(walk.actions) for walk in walks)

    def cost(work: Callable[[], object]) -> float:
        return seconds(work, 1) / actions * 1e6

    return (
        f"{actions / len(walks):9.1f} actions,"
        f" draw {cost(lambda: list(map(sampler.sample, range(count)))):5.2f} µs/action,"
        f" least {cost(lambda: list(map(least, walks))):5.2f},"
        f" replay {cost(lambda: [replay(tree, walk) for walk in walks]):5.2f}"
    )


def of_programs(traces: Sequence[Trace], policy: Policy, direction: Direction) -> str:
    """µs a walk of four walks a program, all included that is done once a program."""
    rounds = []
    for _ in range(3):
        trees = [ScopeTrees(StateTree.of(trace)) for trace in traces]
        made = [(tree.whole.places, tree.syntax) for tree in trees]
        begin = time.process_time()
        drawn = [draw(tree, policy, direction, 4, seed=0).trajectories for tree in trees]
        rounds.append(time.process_time() - begin)
        del made
    walks = [walk for several in drawn for walk in several]
    actions = sum(len(walk.actions) for walk in walks)
    return (
        f"{actions / len(walks):9.1f} actions,"
        f" draw {min(rounds) / actions * 1e6:5.2f} µs/action,"
        f" {min(rounds) / len(walks) * 1e6:5.1f} µs/walk"
    )


def main(words: Sequence[str]) -> None:
    """Print µs per event and per action."""
    for events in (10, 1_000, 100_000):
        trace = call_tree_trace(events)
        repeats = max(1, 30_000 // events)
        tree = StateTree.of(trace)
        cost = seconds(lambda trace=trace: StateTree.of(trace), repeats)
        base = seconds(lambda trace=trace: one_pass(trace), repeats)
        print(
            f"{len(trace)} events: tree {cost / len(trace) * 1e6:.2f} µs/event,"
            f" {cost / base:.1f} times one pass over two columns"
        )
        for name, policy in POLICIES.items():
            for direction in Direction:
                line = of_one_tree(tree, policy, direction, min(100, repeats))
                print(f"  {name:9} {direction:8} {line}")
    for word in words:
        traces = [record.load() for record in TraceStore.open(Path(word))][::10]
        print(f"{len(traces)} programs, {sum(map(len, traces))} events")
        for name, policy in POLICIES.items():
            for direction in Direction:
                print(f"  {name:9} {direction:8} {of_programs(traces, policy, direction)}")


if __name__ == "__main__":
    main(sys.argv[1:])
