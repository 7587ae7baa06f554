"""What the tests of this folder share: programs to trace, and a small vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from support.walks import SPELLED

from tokenization.training import count_lines, train
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model, Vocabulary
from tracing.limits import Limits
from tracing.program import Program
from tracing.sandbox import ForkServer
from tracing.states.actions import Action
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.replay import moves_from, replay
from tracing.trajectories.trajectory import Direction, Trajectory

settings.register_profile("unhurried", deadline=None)  # how long an example takes says nothing
settings.load_profile("unhurried")

TEXTS = (
    "def count(s, t):\n    n = 0\n    for c in s:\n        n += int(c == t)\n    return n\n",
    '{"..": "..", "c": "\'b\'"}',
    '{"s": "\'berry\'", "t": "\'r\'", "numbers": "[1, 2, 3, 4, 6, 7, 8, 9, 10]"}',
    "        if c != single_digit:",
    " ".join(SPELLED),
)


@pytest.fixture(scope="session")
def model() -> bytes:
    return train(count_lines(TEXTS * 3), 600)


@pytest.fixture(scope="session")
def vocabulary(model: bytes) -> Vocabulary:
    return load(Model(Kind.SENTENCEPIECE, model))


@pytest.fixture(scope="session")
def tree_of() -> Iterator[Callable[..., StateTree]]:
    """From a source, an entry and arguments to the tree of its run."""
    sandbox = ForkServer(Limits())

    def run(source: str, entry: str | None = None, args: str = "") -> StateTree:
        trace = sandbox.run(Program(id="p", source=source, entry=entry, args=args))
        assert isinstance(trace, Trace), trace
        return StateTree.of(trace)

    yield run
    sandbox.close()


@pytest.fixture(scope="session")
def always() -> Callable[[StateTree, int, Action], Trajectory]:
    """The trajectory from a state that takes one action, wherever that is, to the exit."""

    def walk(tree: StateTree, start: int, action: Action) -> Trajectory:
        inverse = action.kind.startswith("inv_")
        direction = Direction.INVERSE if inverse else Direction.FORWARD
        moves = moves_from(tree, direction, start)
        position, count = moves.start, 0
        while position >= 0:
            position, count = moves.move(position, action), count + 1
        trajectory = Trajectory(tree.trace.program, direction, 0, start, (action,) * count)
        assert len(replay(tree, trajectory)) == count + 1
        return trajectory

    return walk
