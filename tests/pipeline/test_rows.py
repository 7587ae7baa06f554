"""Rows as configured: packed or not, padded or not, documents cut or in windows, of any length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from datasets import load_from_disk
from support import small_corpus
from support.trees import changed_manifest, digests
from support.walks import Walk, segments

from pipeline.inspecting import stored_documents, vocabulary_in
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from pipeline.shards.writer import write_stream
from pipeline.stored import StoredTraces
from tokenization.grammar import Marker, Role
from tokenization.parse import parse
from tracing.states.tree import StateTree
from tracing.states.view import EXIT
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, Trajectory, parse_id, window_of


@pytest.fixture(scope="module")
def again(built, rebuild):
    """The small corpus in other rows, from its traces and in its vocabulary."""

    def make(name: str, *overrides: str):
        model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
        return rebuild(built.folder, name, model, *overrides, traces="out")

    return make


def _documents(root: Path) -> dict[str, tuple[str, bytes, bytes]]:
    found = stored_documents(root)
    return {d.id: (d.split, d.ids.tobytes(), d.roles.tobytes()) for d in found}


@pytest.mark.parametrize("pad", ["null", "true"])
def test_a_document_a_row(call, built, again, pad: str) -> None:
    single = again(f"single-{pad}", "packing.pack=none", f"packing.pad={pad}")
    assert _documents(single.root) == _documents(built.root)
    length = single.config.packing.sequence_length
    for split in SPLITS:
        rows = list(Split.open(single.root, split))
        assert len(rows) == single.counts["rows_by_split"][split]
        for row in rows:
            (tokens,) = row.document_lengths.tolist()
            assert len(row.input_ids) == len(row.roles) == (tokens if pad == "null" else length)
        theirs = load_from_disk(str(single.root))[split]
        assert [row["input_ids"] for row in theirs] == [row.input_ids.tolist() for row in rows]
        per_shard = [entry.rows for entry in single.manifest.files_in(split)]
        assert sum(per_shard) / len(per_shard) <= single.config.packing.rows_per_shard
    counts = single.counts
    assert counts["rows"] == counts["documents"]
    size = counts["tokens"] if pad == "null" else length * counts["rows"]
    assert counts["padding"] == size - counts["tokens"]
    assert counts["fill"] == round(counts["tokens"] / size, 6)
    assert call("verify", single.root).status == 0


def test_packed_rows_need_no_padding(built, again) -> None:
    loose = again("loose", "packing.pad=false")
    assert loose.counts["padding"] == 0
    assert loose.counts["rows_by_split"] == built.counts["rows_by_split"]
    for ours, theirs in zip(
        Split.open(built.root, "train"), Split.open(loose.root, "train"), strict=True
    ):
        tokens = int(ours.document_lengths.sum())
        assert theirs.documents == ours.documents
        assert theirs.input_ids.tolist() == ours.input_ids[:tokens].tolist()


def test_padding_is_what_is_left(built) -> None:
    rows = [row for split in SPLITS for row in Split.open(built.root, split)]
    assert built.counts["padding"] == sum((row.roles == Role.PADDING).sum() for row in rows) > 0


def test_a_plan_that_was_changed_is_found(call, again) -> None:
    other = again("changed", "packing.rows_per_shard=1000")
    (entry,) = other.manifest.files_in("train")
    form = other.manifest.format
    from pipeline.shards.reader import open_table

    table = open_table(other.root / entry.path, form.schema)
    order = [1, 0, *range(2, table.num_rows)]
    changed = write_stream(other.root, entry.path, form.schema, table.take(order).to_batches())
    number = [file.path for file in other.manifest.files].index(entry.path)
    for key in ("bytes", "sha256"):
        changed_manifest(other.root, "files", number, key, value=getattr(changed, key))
    ended = call("verify", other.root)
    assert ended.status == 1
    assert ended.err == f"{other.root / entry.path}: its rows are not the plan of its documents\n"


# windows


@pytest.fixture(scope="module")
def windowed(again):
    return again("windows", "packing.sequence_length=512", "packing.long=windows")


@pytest.fixture(scope="module")
def trajectories(built) -> dict[str, tuple[StateTree, Trajectory]]:
    """Every trajectory of the build with its tree, by id."""
    config, found = built.config.trajectories, {}
    for record in TraceStore.open(built.root):
        tree = StateTree.of(record.load())
        for direction, count in (
            (Direction.FORWARD, config.forward),
            (Direction.INVERSE, config.inverse),
        ):
            for t in draw(tree, config.policy, direction, count, built.config.seed).trajectories:
                found[t.id] = tree, t
    return found


def _windows(root: Path) -> Iterator[tuple[str, list]]:
    """The windows of each trajectory, in order."""
    groups = defaultdict(list)
    for document in stored_documents(root):
        program, direction, number = parse_id(document.id)
        groups[f"{program}#{direction}.{number}"].append(document)
    for name, documents in groups.items():
        yield name, sorted(documents, key=lambda document: window_of(document.id))


def test_windows_say_what_the_language_says(windowed, trajectories) -> None:
    """Written the plain way from where the window begins: same tokens, same roles."""
    vocabulary = vocabulary_in(windowed.root)
    several = 0
    for name, documents in _windows(windowed.root):
        tree, trajectory = trajectories[name]
        visits, actions = replay(tree, trajectory), trajectory.actions
        first, number = 0, 1
        for document in documents:
            first += window_of(document.id) - number  # a frame for which there was no room
            number = window_of(document.id) + 1
            parsed = parse(vocabulary.decode_contents(document.ids.tolist()))
            end = first + len(parsed.frames)
            complete = parsed.exit is not None
            # What comes after a cut, which may be the exit, is not written.
            reached = (*visits[first:end], EXIT if complete else visits[first])
            walk = Walk(tree, trajectory.direction, reached, actions[first:end])
            ids, roles = [], []
            for content, role in segments(walk):
                is_marker = isinstance(content, Marker)
                tokens = vocabulary.encode_text(content) if not is_marker else None
                tokens = [vocabulary.marker_id(content)] if is_marker else tokens
                ids += tokens
                roles += [int(role)] * len(tokens)
            assert (document.ids.tolist(), document.roles.tolist()) == (ids, roles)
            assert len(ids) <= 512
            first = end - 1
        several += len(documents) > 1
    assert several > 5


def test_every_step_is_predicted_once(windowed, trajectories) -> None:
    vocabulary = vocabulary_in(windowed.root)
    lost = 0
    for name, documents in _windows(windowed.root):
        predicted = 0
        for document in documents:
            parsed = parse(vocabulary.decode_contents(document.ids.tolist()))
            predicted += len(parsed.frames) - 1 + (parsed.exit is not None)
        steps = len(trajectories[name][1].actions)
        assert predicted <= steps
        lost += steps - predicted
    assert lost <= windowed.counts["without_room"]


def test_windows_are_counted(call, windowed, built) -> None:
    counts = windowed.counts
    names = [document.id for document in stored_documents(windowed.root)]
    assert counts["documents"] == len(names) == len(set(names))
    assert counts["windows"] == sum(window_of(name) > 1 for name in names) > 0
    assert counts["cut"] >= counts["windows"]
    assert built.counts["windows"] == 0
    assert call("verify", windowed.root, "--sample", "100000").status == 0


def test_windows_do_not_depend_on_workers(windowed, rebuild, built) -> None:
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    overrides = (model, "packing.sequence_length=512", "packing.long=windows", "workers=2")
    other = rebuild(built.folder, "windows-2", *overrides, traces="out")
    assert other.manifest.fingerprint == windowed.manifest.fingerprint


# one store of traces, several lengths


def test_from_traces_the_bytes_are_those_of_a_build(built, rebuild, tmp_path: Path) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    overrides = (model, "packing.sequence_length=1024", "trajectories.forward=1", "seed=8")
    direct = rebuild(tmp_path, "direct", *overrides)
    drawn = rebuild(tmp_path, "drawn", *overrides, traces=built.root)
    assert digests(drawn.root) == digests(direct.root)


@pytest.mark.parametrize("length", [256, 2_048, 131_072])
def test_any_length_from_one_store(call, again, length: int) -> None:
    other = again(f"length-{length}", f"packing.sequence_length={length}")
    assert other.manifest.format.sequence_length == length
    assert call("verify", other.root).status == 0


def test_traces_that_cannot_be_used(call, built, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(built.folder)
    line = ["build", "config.yaml", "--output", tmp_path / "other", "--traces"]
    ended = call(*line, built.root, "--set", "tracing.limits.events=401")
    message = f"tracing.limits.events: 401; the traces in {built.root} were made with 400"
    assert (ended.status, ended.err) == (2, f"error: {message}\n")
    ended = call(*line, built.root, "--corpus", "corpus.jsonl")
    assert ended.err.startswith("error: --corpus: given with --traces")
    ended = call(*line, tmp_path)
    missing = "no traces to draw from, there is no stores/programs.json"
    assert ended.err == f"error: {tmp_path}: {missing}\n"
    before = digests(built.root)
    ended = call("build", "config.yaml", "--output", "out", "--traces", built.root)
    assert ended.err == "error: --output: out: has the traces that are to be used\n"
    assert digests(built.root) == before


def test_traces_of_another_form(built, tmp_path: Path) -> None:
    for store in (StoredTraces.open(built.root).programs, StoredTraces.open(built.root).traces):
        recipe = replace(store.recipe, config={**store.recipe.config, "form": 0})
        replace(store, recipe=recipe).write(tmp_path)
    with pytest.raises(ValueError, match="traces of form 0, this is"):
        StoredTraces.open(tmp_path)
