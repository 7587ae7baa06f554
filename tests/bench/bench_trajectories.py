"""Cost of trees and trajectories, on a short and a long trace. Run by hand:

PYTHONPATH=.:tests python tests/bench/bench_trajectories.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

from support.traces import call_tree_trace

from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.biases import Horizons, SyntaxBias
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import Sampler
from tracing.trajectories.trajectory import Direction

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
    """The baseline: one loop over the columns that tell the tree, with a sum."""
    total = 0
    for activation, depth in zip(trace.activations, trace.depths, strict=True):
        total += activation + depth
    return total


def main() -> None:
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
                sampler = Sampler(tree, policy, direction, seed=0)
                numbers = range(min(100, repeats))
                drawn = [t for t in map(sampler.sample, numbers) if t is not None]
                actions = sum(len(trajectory.actions) for trajectory in drawn) / len(drawn)
                draw_cost = seconds(lambda s=sampler, r=numbers: list(map(s.sample, r)), 1)
                replay_cost = seconds(lambda t=tree, d=drawn: [replay(t, x) for x in d], 1)
                print(
                    f"  {name:9} {direction:8} {actions:9.1f} actions,"
                    f" draw {draw_cost / actions / len(drawn) * 1e6:5.2f} µs/action,"
                    f" replay {replay_cost / actions / len(drawn) * 1e6:5.2f} µs/action"
                )


if __name__ == "__main__":
    main()
