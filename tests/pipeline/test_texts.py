"""The sample that the tokenizer learns from is the programs' doing, not their order's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import TrajectoriesConfig
from pipeline.shards.traces import TraceStore
from pipeline.texts import Sample, Texts, texts_of
from tokenization.grammar import Marker
from tracing.states.tree import StateTree
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction

texts = st.lists(
    st.builds(
        Texts,
        order=st.integers(0, 50),
        program=st.text("ab", max_size=3),
        texts=st.lists(st.text("xyz", max_size=9), max_size=4).map(tuple),
    ),
    max_size=40,
)


def _least(items: list[Texts], most: int) -> list[Texts]:
    """The rule, plainly: in order, until there is enough."""
    found, size = [], 0
    for item in sorted(items):
        if size >= most:
            break
        found.append(item)
        size += item.bytes
    return found


@given(texts, st.integers(1, 60))
def test_the_least_are_kept(items: list[Texts], most: int) -> None:
    sample = Sample(most)
    for item in items:
        sample.add(item)
        held = sum(texts.bytes for texts in sample._texts)
        assert held <= 2 * most or held <= most + max(t.bytes for t in sample._texts)
    assert sample.texts() == _least(items, most)


@given(texts, st.integers(1, 60), st.integers(1, 6), st.randoms(use_true_random=False))
def test_parts_may_be_merged_in_any_way(items, most: int, parts: int, chance) -> None:
    samples = [Sample(most) for _ in range(parts)]
    for item in items:
        chance.choice(samples).add(item)
    chance.shuffle(samples)
    merged = Sample(most)
    for sample in samples:
        merged.update(sample)
    assert merged.texts() == _least(items, most)


def test_texts_are_those_of_the_documents(built) -> None:
    trace = TraceStore.open(built.root).get("count").load()
    config = TrajectoriesConfig(forward=1, inverse=1)
    found = texts_of(trace, config, 3, 1 << 20)
    assert found.program == "count"
    assert found.texts[0] == trace.code
    assert trace.source() in found.texts
    assert not any(isinstance(text, Marker) for text in found.texts)
    tree = StateTree.of(trace)
    (forward,) = draw(tree, config.policy, Direction.FORWARD, 1, 3).trajectories
    lines = [action.src for action in forward.actions if action.src is not None]
    assert all(line in found.texts for line in lines)
    assert found == texts_of(trace, config, 3, 1 << 20)
    assert found.order != texts_of(trace, config, 4, 1 << 20).order


def test_what_no_row_could_hold_is_not_learnt_from(built) -> None:
    trace = TraceStore.open(built.root).get("long run").load()
    config = TrajectoriesConfig(forward=1, inverse=0)
    cut = 0
    for seed in range(10):
        whole, part = (texts_of(trace, config, seed, length) for length in (1 << 20, 256))
        assert whole.texts[: len(part.texts)] == part.texts
        assert part == whole or 4 * 256 < part.bytes < 4 * 256 + 300
        cut += part != whole
    assert cut > 0
