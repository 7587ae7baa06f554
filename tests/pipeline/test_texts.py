"""The sample that the tokenizer learns from is the programs' doing, not their order's."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import TrajectoriesConfig
from pipeline.shards.traces import TraceStore
from pipeline.texts import Sample, Texts, texts_of
from tokenization.render import Renderer
from tokenization.training import count_lines, training_texts
from tracing.states.tree import StateTree
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction

texts = st.lists(
    st.builds(
        Texts,
        order=st.integers(0, 50),
        program=st.text("ab", max_size=3),
        bytes=st.integers(0, 40),
        lines=st.dictionaries(st.text("xyz", min_size=1, max_size=3), st.integers(1, 9)).map(
            lambda counts: tuple(counts.items())
        ),
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
    least = _least(items, most)
    assert sample.texts() == least
    assert sample.lines() == sum((Counter(dict(item.lines)) for item in least), Counter())


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
    renderer, shown = Renderer(StateTree.of(trace)), []
    for direction in Direction:
        (walk,) = draw(StateTree.of(trace), config.policy, direction, 1, 3).trajectories
        visits = replay(StateTree.of(trace), walk)
        shown += training_texts(renderer.parts(visits, walk.actions, direction))
    assert found.bytes == sum(map(len, shown))
    assert dict(found.lines) == count_lines(shown)
    assert found.lines[0][0] == trace.code.split("\n")[0]
    assert found == texts_of(trace, config, 3, 1 << 20)
    assert found.order != texts_of(trace, config, 4, 1 << 20).order


def test_what_no_row_could_hold_is_not_learnt_from(built) -> None:
    trace = TraceStore.open(built.root).get("long run").load()
    config = TrajectoriesConfig(forward=1, inverse=0)
    cut = 0
    for seed in range(10):
        whole, part = (texts_of(trace, config, seed, length) for length in (1 << 20, 256))
        assert Counter(dict(part.lines)) <= Counter(dict(whole.lines))
        assert part == whole or 4 * 256 < part.bytes < 4 * 256 + 300
        cut += part != whole
    assert cut > 0
