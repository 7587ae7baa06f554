"""What a build leaves: every program accounted for, every document its program's, every count."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from support import small_corpus
from support.trees import MEASURED

from pipeline.corpus.normalise import Normaliser
from pipeline.inspecting import inspect, stored_documents, vocabulary_in
from pipeline.shards.reader import Split
from pipeline.shards.rejected import read_rejected
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from tokenization.grammar import Role
from tokenization.render import render
from tracing.sandbox import ForkServer
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, parse_id

END = "<|end_of_text|>"


def test_every_program_is_traced_or_rejected_with_its_reason(built) -> None:
    rejections = [(r.program, str(r.reason), r.detail) for r in read_rejected(built.root)]
    found = {program: (reason, detail) for program, reason, detail in rejections}
    assert found.items() >= small_corpus.rejected().items()
    traces = {record.program for record in TraceStore.open(built.root)}
    assert traces >= small_corpus.traced().keys()
    # Which of these is used is the hash's to say.
    others = sorted(row for row in rejections if row[0] not in small_corpus.rejected())
    detail = f"{small_corpus.CAPPED} of the 5 calls of its source are used"
    assert [row[1:] for row in others] == [("call cap", detail)] * 2 + [
        ("duplicate id", "its program has other content")
    ]
    assert "two" in traces
    assert sum(program.startswith("same/") for program in traces) == small_corpus.CAPPED


def test_the_counts_are_those_of_the_data(built) -> None:
    counts = built.counts
    reasons = Counter(str(item.reason) for item in read_rejected(built.root))
    assert counts["rejected"] == reasons
    assert counts["programs"] == len(small_corpus.records())
    assert counts["programs"] == counts["traced"] + reasons.total()
    documents = [
        inspect(document, vocabulary_in(built.root)) for document in stored_documents(built.root)
    ]
    assert counts["documents"] == len(documents)
    assert counts["cut"] == sum(not document.complete for document in documents) > 0
    directions = Counter(document.direction for document in documents)
    assert directions == counts["trajectories"]  # each had room here
    assert counts["repeated"] == counts["without_room"] == 0
    wanted = counts["traced"] * (built.config.trajectories.forward + 1)
    assert wanted == directions.total() + counts["without_start"]
    context_fits = {document.program for document in documents}
    events = [len(r.load()) for r in TraceStore.open(built.root) if r.program in context_fits]
    assert counts["events"] == sum(events)


def test_the_sums_of_the_rows(built) -> None:
    counts, length = built.counts, built.config.packing.sequence_length
    rows = {split: list(Split.open(built.root, split)) for split in SPLITS}
    assert {split: len(found) for split, found in rows.items()} == counts["rows_by_split"]
    assert all(counts["rows_by_split"].values())
    every = [row for found in rows.values() for row in found]
    assert counts["rows"] == len(every)
    tokens = sum(int(row.document_lengths.sum()) for row in every)
    assert counts["tokens"] == tokens
    assert counts["fill"] == round(tokens / (length * len(every)), 6)
    assert counts["fill"] > 0.8
    for row in every:
        real = int(row.document_lengths.sum())
        assert len(row.documents) == len(row.document_lengths)
        assert (row.roles[:real] != Role.PADDING).all()
        assert (row.roles[real:] == Role.PADDING).all()
        assert (row.input_ids[real:] == built.manifest.format.pad_id).all()
        assert (row.input_ids[:real] != built.manifest.format.pad_id).all()


def test_ids_take_two_bytes_where_the_vocabulary_allows(built) -> None:
    (row, *_) = Split.open(built.root, "train")
    assert row.input_ids.dtype == np.uint16
    assert row.roles.dtype == np.uint8


def test_every_document_is_its_program_rendered_again(built) -> None:
    """From the corpus alone: the program is run again, nothing of the build is read but texts."""
    vocabulary = vocabulary_in(built.root)
    texts: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for stored in stored_documents(built.root):
        found = inspect(stored, vocabulary)
        assert found.trajectory not in texts[found.program]
        texts[found.program][found.trajectory] = found.text, found.complete
    sandbox = ForkServer(built.config.tracing.limits)
    try:
        for name, program in small_corpus.traced().items():
            trace = sandbox.run(program)
            assert isinstance(trace, Trace), (name, trace)
            expected = _texts(trace, built.config)
            assert texts[name].keys() == expected.keys()
            for trajectory, (text, complete) in texts[name].items():
                if complete:
                    assert text == expected[trajectory]
                else:
                    assert text.endswith(END)
                    assert expected[trajectory].startswith(text.removesuffix(END))
    finally:
        sandbox.close()


def _texts(trace: Trace, config) -> dict[str, str]:
    """All documents of a trace, whole, by trajectory."""
    tree = StateTree.of(trace)
    counts = {
        Direction.FORWARD: config.trajectories.forward,
        Direction.INVERSE: config.trajectories.inverse,
    }
    return {
        trajectory.id: render(tree, trajectory).text
        for direction, count in counts.items()
        for trajectory in draw(
            tree, config.trajectories.policy, direction, count, config.seed
        ).trajectories
    }


def test_one_source_is_in_one_split(built) -> None:
    with Normaliser() as normaliser:
        normals = {r["id"]: normaliser.normal(r.get("source", "")) for r in small_corpus.records()}
    splits = defaultdict(set)
    for record in TraceStore.open(built.root):
        splits[normals[record.program]].add(record.split)
        assert record.source_digest == normals[record.program] or record.program == "two"
    for document in stored_documents(built.root):
        splits[normals[document.program]].add(document.split)
    assert {len(names) for names in splits.values()} == {1}
    assert {name for names in splits.values() for name in names} == set(SPLITS)


def test_the_store_keeps_where_programs_came_from(built) -> None:
    store = TraceStore.open(built.root)
    record = store.get("count")
    assert (record.entry, record.args, record.extra) == ("count", '"berry", "r"', (("stars", "5"),))
    assert store.get("fine licence").licence == "MIT"
    marked = small_corpus.traced()["marked"]
    assert (store.get("marked").origin, store.get("marked").stdin) == (marked.origin, marked.stdin)


def test_the_manifest_lists_every_other_file(built) -> None:
    files = {p.relative_to(built.root).as_posix() for p in built.root.rglob("*") if p.is_file()}
    listed = {entry.path for entry in built.manifest.files}
    assert files == {*listed, "manifest.json", "README.md", *MEASURED}
    content = json.loads((built.root / "manifest.json").read_bytes())
    assert {"fingerprint", "config", "versions", "counts", "files"} <= content.keys()
    assert all({"path", "bytes", "sha256", "rows"} == entry.keys() for entry in content["files"])
    assert "workers" not in content["config"]
    assert content["config"]["corpus"]["paths"] == ["corpus.jsonl"]


def test_what_was_measured(built) -> None:
    run = json.loads((built.root / "run.json").read_bytes())
    stages = {"candidates", "programs", "traces", "tokenizer", "documents", "rows"}
    assert run["seconds"].keys() == stages
    assert min(run["seconds"].values()) > 0
    assert run["workers"] == 1
    assert run["isolation"].split(":")[0] in ("strict", "container")
    assert run["machine"]["processors"] >= 1
    for rate in ("programs_per_second", "events_per_second", "tokens_per_second"):
        assert run[rate] > 0


def test_a_second_run_marks_or_rejects(built, rebuild, tmp_path: Path) -> None:
    sources = {
        "plain": "x = 1\n" * 5,
        "sees": "import sys\nprint(sys.gettrace() is None)\n",
        "hashes": "x = list(set('abcdef'))\n",
    }
    records = [{"id": name, "source": source} for name, source in sources.items()]
    small_corpus.write(tmp_path, records)
    model = f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"
    marked = rebuild(tmp_path, "marked", "tracing.check=both", "tracing.unstable=mark", model)
    extras = {record.program: dict(record.extra) for record in TraceStore.open(marked.root)}
    assert extras == {"plain": {}, "hashes": {"deterministic": "false"}}
    assert marked.counts["rejected"] == {"changed by tracing": 1}
    rejected = rebuild(tmp_path, "out", "tracing.check=determinism", model)
    assert rejected.counts["rejected"] == {"not deterministic": 1}


def test_ids_of_any_spelling_come_back(built) -> None:
    names = {document.program for document in stored_documents(built.root)}
    assert f"id {small_corpus.SPELLINGS}#forward.0" in names
    for document in stored_documents(built.root):
        program, direction, number = parse_id(document.id)
        assert f"{program}#{direction}.{number}" == document.id


def test_a_given_model_gives_the_same_rows(built, rebuild, tmp_path: Path) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    model = built.root / "tokenizer" / "tokenizer.model"
    again = rebuild(tmp_path, "out", f"tokenizer.model={model}")
    assert not (again.root / ".build").exists()
    for folder in (*SPLITS, "traces", "tokenizer"):
        theirs = again.manifest.files_in(folder)
        assert theirs == built.manifest.files_in(folder)
    assert again.manifest.format == built.manifest.format


@pytest.mark.parametrize("lines", [[], [{"id": "bad"}]])
def test_a_corpus_without_a_program_is_an_empty_build(
    built, rebuild, tmp_path: Path, lines: list[small_corpus.Record]
) -> None:
    """With a model there is nothing to be learnt from it: no reason to fail."""
    small_corpus.write(tmp_path, lines)
    model = built.root / "tokenizer" / "tokenizer.model"
    empty = rebuild(tmp_path, "out", f"tokenizer.model={model}")
    assert empty.counts["programs"] == len(lines)
    assert empty.counts["rows"] == empty.counts["fill"] == 0
    assert [len(Split.open(empty.root, split)) for split in SPLITS] == [0, 0, 0]
