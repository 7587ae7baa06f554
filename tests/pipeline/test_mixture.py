"""Shares of tokens hold to within one document, whatever the order of the documents."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import small_corpus

import pipeline.build
from pipeline.corpus.records import CorpusError
from pipeline.inspecting import stored_documents
from pipeline.mixture import Item, bounds, group_of, place_of
from pipeline.runners import Runner
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from pipeline.timings import Timings
from tracing.trajectories.trajectory import parse_id

GROUPS = "abc"
SHARES = st.sampled_from(
    [
        {"a": 1.0},
        {"a": 0.5, "b": 0.5},
        {"a": 0.1, "b": 0.2, "c": 0.7},
        {"c": 0.333333, "a": 0.666667},
    ]
)
ITEMS = st.lists(
    st.builds(Item, st.sampled_from("abcd"), st.integers(0, 1 << 63), st.integers(1, 99)),
    max_size=60,
    unique_by=lambda item: item.order,
)


@given(ITEMS, SHARES, st.randoms(use_true_random=False))
def test_shares_hold_to_within_a_document(items, shares, chance) -> None:
    found = bounds(items, shares)
    assert found.keys() == shares.keys()
    kept = {g: [i for i in items if i.group == g and i.order < found[g]] for g in shares}
    left = {g: [i for i in items if i.group == g and i.order >= found[g]] for g in shares}
    tokens = {group: sum(item.tokens for item in members) for group, members in kept.items()}
    exact = {group: Fraction(str(share)) for group, share in shares.items()}
    supply = {g: sum(item.tokens for item in items if item.group == g) for g in shares}
    total = min(supply[group] / exact[group] for group in shares)
    for group in shares:
        short = total * exact[group] - tokens[group]
        assert short >= 0
        if left[group]:
            assert short < min(left[group], key=lambda item: item.order).tokens
        else:
            assert short == 0
    assert any(not members for members in left.values())
    shuffled = chance.sample(items, len(items))
    assert bounds(shuffled, shares) == found


@pytest.fixture(scope="module")
def mixed(built, rebuild):
    """Two of three parts inverse, though there are twice as many forward documents."""
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    shares = "mixture={shares: {forward: 0.25, inverse: 0.75}}"
    return rebuild(built.folder, "mixed", model, shares, traces="out")


def _lengths(root: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for document in stored_documents(root):
        found[document.split][document.id] = len(document.ids)
    return found


def test_a_build_has_the_shares(call, built, mixed) -> None:
    everything, kept = _lengths(built.root), _lengths(mixed.root)
    for split in SPLITS:
        tokens = defaultdict(int)
        for name, length in kept[split].items():
            assert everything[split][name] == length
            tokens[parse_id(name)[1]] += length
        total = (
            sum(n for name, n in everything[split].items() if parse_id(name)[1] == "inverse") / 0.75
        )
        longest = max(everything[split].values())
        assert tokens["inverse"] == pytest.approx(0.75 * total, abs=longest)
        assert tokens["forward"] == pytest.approx(0.25 * total, abs=longest)
        for group in ("forward", "inverse"):
            assert mixed.counts["mixture"][split][group]["tokens"] == tokens[group]
        out = everything[split].keys() - kept[split].keys()
        assert {name for name in out if parse_id(name)[1] == "inverse"} == set()
        assert mixed.counts["left_out"][split]["forward"] == {
            "documents": len(out),
            "tokens": sum(everything[split][name] for name in out),
        }
        order = sorted(
            (name for name in everything[split] if parse_id(name)[1] == "forward"),
            key=lambda name: place_of(name, mixed.config.seed),
        )
        assert set(order[: -len(out)]) == {
            name for name in kept[split] if parse_id(name)[1] == "forward"
        }
    assert mixed.counts["documents"] == sum(map(len, kept.values()))
    assert mixed.counts["tokens"] == sum(sum(found.values()) for found in kept.values())
    assert call("verify", mixed.root).status == 0
    assert built.counts["mixture"] == built.counts["left_out"] == {}


def test_the_order_of_work_does_not_matter(built, mixed, rebuild, tmp_path: Path) -> None:
    shuffled = random.Random(3).sample(small_corpus.records(), len(small_corpus.records()))
    small_corpus.write(tmp_path, shuffled)
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    shares = "mixture={shares: {inverse: 0.75, forward: 0.25}}"
    other = rebuild(tmp_path, "out", model, shares, "workers=2")
    assert other.manifest.fingerprint == mixed.manifest.fingerprint


def test_groups_are_of_fields_too(built, rebuild) -> None:
    """Scripts, and functions with stars: other documents are left out, and counted."""
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    shares = "{script//forward: 0.9, function/5/forward: 0.1}"
    mixture = f"mixture={{by: [entry, stars, direction], shares: {shares}}}"
    other = rebuild(built.folder, "fields", model, mixture, traces="out")
    records = {record.program: record for record in TraceStore.open(built.root)}
    by = other.config.mixture.by
    for document in stored_documents(other.root):
        group = group_of(records[document.program], document.id, by)
        assert group in other.config.mixture.shares
    left = other.counts["left_out"]
    assert left["train"]["function//forward"]["documents"] > 0
    kept = sum(
        numbers["documents"] for g in other.counts["mixture"].values() for numbers in g.values()
    )
    out = sum(numbers["documents"] for g in left.values() for numbers in g.values())
    assert kept + out == built.counts["documents"]


def test_a_group_without_a_document(built, rebuild) -> None:
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    shares = "mixture={by: [origin], shares: {'': 0.9, elsewhere: 0.1}}"
    message = "mixture: no document of elsewhere in the split train, which has "
    with pytest.raises(CorpusError, match=message):
        rebuild(built.folder, "none", model, shares, traces="out")


def test_the_mixture_is_timed_with_the_rows(built, rebuild, monkeypatch) -> None:
    """And the model that is given is read once."""
    timed: list[str] = []
    graphs: list[tuple[str, str]] = []
    read: list[Path] = []
    stage, run, read_bytes = Timings.stage, pipeline.build.run, Path.read_bytes

    @contextmanager
    def timing(timings: Timings, name: str) -> Iterator[Any]:
        timed.append(name)
        with stage(timings, name) as metrics:
            yield metrics
        timed.pop()

    def running(graph: Any, workers: int, runner: Runner, name: str, *more: Any) -> Any:
        graphs.append((*timed, name))
        return run(graph, workers, runner, name, *more)

    def reading(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Timings, "stage", timing)
    monkeypatch.setattr(pipeline.build, "run", running)
    monkeypatch.setattr(Path, "read_bytes", reading)
    given = built.root / "tokenizer" / "tokenizer.model"
    shares = "mixture={shares: {forward: 0.5, inverse: 0.5}}"
    rebuild(built.folder, "timed", f"tokenizer.model={given}", shares, traces="out")
    rows = [("rows", "mixture"), ("rows", "row")]
    assert graphs == [("documents", "document"), *rows]
    assert read.count(given) == 2  # once before the build, to see that it can be used
