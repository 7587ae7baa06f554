"""What becomes of one trace, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pipeline.config import TrajectoriesConfig
from pipeline.documents import Made, Trajectories, make_documents
from pipeline.inspecting import vocabulary_in
from tokenization.encode import Encoder
from tokenization.grammar import spelled
from tokenization.render import render
from tokenization.vocabulary import Vocabulary
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason
from tracing.sandbox import ForkServer
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.trajectory import Direction

TWO = TrajectoriesConfig(forward=2, inverse=2)
LOOP = "n = 0\nfor k in range(30):\n    n += k\n"


@pytest.fixture(scope="module")
def vocabulary(built) -> Vocabulary:
    return vocabulary_in(built.root)


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str], Trace]]:
    sandbox = ForkServer(Limits(events=2_000, never=5_000))

    def traced(source: str) -> Trace:
        trace = sandbox.run(Program("p", source))
        assert isinstance(trace, Trace)
        return trace

    yield traced
    sandbox.close()


def _make(trace: Trace, vocabulary: Vocabulary, length: int, config=TWO, seed: int = 0) -> Made:
    return make_documents(trace, config, seed, Encoder(vocabulary, length))


def test_documents_are_the_trajectories_rendered(run, vocabulary) -> None:
    trace = run(LOOP)
    made = _make(trace, vocabulary, 1 << 16)
    assert made.trajectories == {Direction.FORWARD: 2, Direction.INVERSE: 2}
    assert made.rejection is None
    assert [document.id for document in made.documents] == [
        "p#forward.0",
        "p#forward.1",
        "p#inverse.0",
        "p#inverse.1",
    ]
    trajectories = Trajectories(trace, TWO, 0)
    for trajectory, document in zip(trajectories, made.documents, strict=True):
        rendered = render(StateTree.of(trace), trajectory).text
        contents = (c for part in trajectories.parts(trajectory) for c in part.contents)
        assert vocabulary.decode(document.ids.tolist()) == rendered == spelled(contents)
        assert not document.cut


def test_the_seed_decides(run, vocabulary) -> None:
    trace = run(LOOP)
    one, same, other = (
        [d.ids.tolist() for d in _make(trace, vocabulary, 1 << 16, seed=s).documents]
        for s in (0, 0, 1)
    )
    assert one == same != other


def test_one_trajectory_does_not_depend_on_how_many_are_drawn(run, vocabulary) -> None:
    trace = run(LOOP)
    few = {d.id: d.ids.tobytes() for d in _make(trace, vocabulary, 1 << 16).documents}
    config = TrajectoriesConfig(forward=5, inverse=0)
    many = {d.id: d.ids.tobytes() for d in _make(trace, vocabulary, 1 << 16, config).documents}
    assert len(many) == 5
    assert {name: ids for name, ids in few.items() if "forward" in name}.items() <= many.items()


def test_the_same_trajectory_is_dropped_and_counted(run, vocabulary) -> None:
    made = _make(run("x = 1\n"), vocabulary, 512, TrajectoriesConfig(forward=200, inverse=50))
    drawn = sum(made.trajectories.values())
    assert drawn + made.repeated == 250
    assert made.repeated > 100
    texts = [document.ids.tobytes() for document in made.documents]
    assert len(set(texts)) == len(texts) == drawn


def test_a_run_without_an_end_cannot_be_walked_back(run, vocabulary) -> None:
    made = _make(run("while True:\n    pass\n"), vocabulary, 512)
    assert made.without_start == 2
    assert made.trajectories == {Direction.FORWARD: 2, Direction.INVERSE: 0}


def test_long_documents_are_cut(run, vocabulary) -> None:
    made = _make(run(LOOP), vocabulary, 300, TrajectoriesConfig(forward=20, inverse=20))
    assert max(len(document.ids) for document in made.documents) <= 300
    assert 0 < sum(document.cut for document in made.documents) < len(made.documents)


def test_code_that_is_too_long_is_a_rejection(run, vocabulary) -> None:
    code = "# " + "word " * 400 + "\nx = 1\n"
    made = _make(run(code), vocabulary, 256)
    assert made.rejection is not None
    assert made.rejection.reason is Reason.CONTEXT_TOO_LONG
    assert made.rejection.detail == f"{len(code)} characters of code"
    assert (made.documents, made.trajectories, made.without_room) == ([], {}, 0)


def test_no_room_for_a_frame_is_counted(run, vocabulary) -> None:
    """The code fits, but not the first states."""
    trace = run(f"# {'word ' * 60}\nx = {'9' * 300}\n")
    lengths = [_make(trace, vocabulary, length) for length in range(256, 700, 20)]
    kinds = {
        (made.rejection is not None, made.without_room > 0, len(made.documents) > 0)
        for made in lengths
    }
    assert (False, True, False) in kinds
    for made in lengths:
        if made.rejection is None:
            assert len(made.documents) + made.without_room == sum(made.trajectories.values())
