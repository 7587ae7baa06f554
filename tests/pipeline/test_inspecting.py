"""What `inspect` prints is what is in the rows, exactly."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from support.small_corpus import SPELLINGS

from pipeline.inspecting import inspect, stored_documents, vocabulary_in
from pipeline.shards.schema import SPLITS

FIELDS = ["program", "direction", "policy", "trajectory", "split", "complete", "text"]


@pytest.fixture(scope="module")
def documents(built) -> list[dict[str, object]]:
    """All documents, as JSON shows them."""
    vocabulary = vocabulary_in(built.root)
    found = (inspect(stored, vocabulary) for stored in stored_documents(built.root))
    return [{name: getattr(document, name) for name in FIELDS} for document in found]


def _lines(ended) -> list[dict[str, object]]:
    assert (ended.status, ended.err) == (0, "")
    *lines, end = ended.out.split("\n")
    assert end == ""
    return [json.loads(line) for line in lines]


def test_jsonl(call, built, documents) -> None:
    found = _lines(call("inspect", built.root, "--format", "jsonl"))
    assert found == documents
    assert [list(line) for line in found] == [FIELDS] * built.counts["documents"]
    assert {line["direction"] for line in found} == {"forward", "inverse"}
    assert {line["complete"] for line in found} == {True, False}
    assert Counter(line["split"] for line in found).keys() == set(SPLITS)


@pytest.mark.parametrize("split", SPLITS)
def test_one_split(call, built, documents, split: str) -> None:
    found = _lines(call("inspect", built.root, "--format", "jsonl", "--split", split))
    assert found == [line for line in documents if line["split"] == split] != []


@pytest.mark.parametrize("program", ["count", "marked", f"id {SPELLINGS}#forward.0"])
def test_one_program(call, built, documents, program: str) -> None:
    found = _lines(call("inspect", built.root, "--format", "jsonl", "--program", program))
    assert found == [line for line in documents if line["program"] == program]
    assert len(found) == 3


def test_a_limit(call, built, documents) -> None:
    for limit in (0, 1, 5, 10_000):
        found = _lines(call("inspect", built.root, "--format", "jsonl", "--limit", limit))
        assert found == documents[:limit]


def test_limits_count_what_is_shown(call, built, documents) -> None:
    arguments = ["--program", "count", "--limit", "2", "--format", "jsonl"]
    found = _lines(call("inspect", built.root, *arguments))
    assert found == [line for line in documents if line["program"] == "count"][:2]


def test_nothing_to_show(call, built) -> None:
    assert call("inspect", built.root, "--program", "nobody") == (0, "", "")


def test_text(call, built, documents) -> None:
    """For people: the same, but for a heading and a line break before each frame."""
    out = call("inspect", built.root).out
    for document in documents:
        state = "complete" if document["complete"] else "cut"
        text = document["text"].replace("<|frame_sep|>", "\n<|frame_sep|>")
        shown = f"── {document['trajectory']} ({document['split']}, {state})\n{text}\n\n"
        assert out.startswith(shown)
        out = out.removeprefix(shown)
    assert out == ""


def test_complete_documents_end_with_their_exit(documents) -> None:
    for document in documents:
        ended = document["text"].endswith("<|trace_end|><|end_of_text|>")
        assert ended == document["complete"]
        assert document["text"].endswith("<|end_of_text|>")


def test_ids_and_roles_of_a_document_are_views_of_its_row(built) -> None:
    for stored in stored_documents(built.root, ["validation"]):
        assert len(stored.ids) == len(stored.roles)
        assert not stored.ids.flags.owndata
        assert not stored.ids.flags.writeable
        assert stored.split == "validation"
