"""Comparing: two builds that differ in a known way, and two that do not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import small_corpus

from pipeline.comparing import Change, compare


@pytest.fixture(scope="module")
def other(rebuild, tmp_path_factory: pytest.TempPathFactory):
    """One program changed, one gone, one new, and one rejected that was traced."""
    folder = tmp_path_factory.mktemp("other")
    lines = [dict(record) for record in small_corpus.records()]
    lines = [record for record in lines if record["id"] != "never"]
    for record in lines:
        if record["id"] == "count":
            record["args"] = '"berries", "r"'
        if record["id"] == "uncaught":
            record["source"] = "def uncaught(:\n"
    lines.append({"id": "new", "source": "fresh = 1\n"})
    small_corpus.write(folder, lines)
    return rebuild(folder, "out", "packing.rows_per_shard=2")


def test_a_build_and_itself(built, call, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(built.root, tmp_path / "copy"))
    (copy / "run.json").unlink()
    assert compare(built.root, copy).same
    ended = call("compare", built.root, copy)
    assert (ended.status, ended.out, ended.err) == (0, "the same\n", "")


def test_what_differs(built, other) -> None:
    found = compare(built.root, other.root)
    assert found.configuration == [Change("packing.rows_per_shard", 4, 2)]
    assert found.versions == []
    programs = {change.name: (change.a, change.b) for change in found.programs}
    assert programs["never"] == ("traced", None)
    assert programs["new"] == (None, "traced")
    assert programs["uncaught"][0] == "traced"
    assert programs["uncaught"][1].startswith("rejected: syntax error: ")
    assert [change.name for change in found.traces] == ["count"]
    names = {change.name: change for change in found.documents}
    assert names["new#forward.0"].a is None
    assert names["never#forward.0"].b is None
    assert {change.name for change in found.counts} >= {"rows", "rejected.syntax error"}
    assert any(change.name.startswith("train/data-") for change in found.files)


def test_the_other_way_round(built, other) -> None:
    there, back = compare(built.root, other.root), compare(other.root, built.root)
    for name in ("configuration", "programs", "traces", "documents", "files", "counts"):
        turned = [Change(change.name, change.b, change.a) for change in getattr(back, name)]
        assert getattr(there, name) == turned


def test_the_command(call, built, other) -> None:
    ended = call("compare", built.root, other.root)
    assert (ended.status, ended.err) == (1, "")
    assert "  packing.rows_per_shard: 4 → 2\n" in ended.out
    assert "── programs: 1 in A only, 1 in B only, " in ended.out
    ended = call("compare", built.root, other.root, "--format", "json")
    assert ended.status == 1
    found = json.loads(ended.out)
    assert found["same"] is False
    assert {"name": "new", "a": None, "b": "traced"} in found["programs"]


def test_a_directory_that_is_not_finished(call, built, tmp_path: Path) -> None:
    ended = call("compare", built.root, tmp_path)
    assert ended.status == 2
    assert "not finished" in ended.err
