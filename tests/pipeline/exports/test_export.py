from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.built_directories import build, made_up_documents
from support.commands import Ended
from support.trees import digests

from pipeline.exports import megatron
from pipeline.exports.export import NAME
from pipeline.shards.manifest import Manifest

FORMATS = ("megatron", "parquet")

Call = Callable[..., Ended]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build(tmp_path / "in", {"train": made_up_documents(40), "test": made_up_documents(2)})
    return tmp_path / "in"


@pytest.mark.parametrize("form", FORMATS)
def test_the_command(call: Call, built, tmp_path: Path, form: str) -> None:
    output = tmp_path / "new" / form
    ended = call("export", built.root, "--format", form, "--output", output)
    assert (ended.status, ended.err) == (0, "")
    content = json.loads((output / NAME).read_bytes())
    assert content["export"] == form
    assert content["fingerprint"] == built.manifest.fingerprint
    assert sum(counts["tokens"] for counts in content["counts"].values()) == built.counts["tokens"]
    names = {path.name for path in output.iterdir()}
    assert names == {entry["path"] for entry in content["files"]} | {NAME}
    for entry in content["files"]:
        data = (output / entry["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
    assert ended.out.endswith(f"{output}: {len(content['files'])} files\n")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_each_time(call: Call, root: Path, tmp_path: Path, form: str) -> None:
    for name in ("a", "b"):
        assert call("export", root, "--format", form, "--output", tmp_path / name).status == 0
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


@pytest.mark.parametrize(
    ("learn", "expected", "weighted"),
    [
        ([], {"state": 1.0}, False),
        (["state", "action"], {"action": 1.0, "state": 1.0}, False),
        (["state", "action=0.1"], {"action": 0.1, "state": 1.0}, True),
    ],
)
def test_what_learns(call: Call, root: Path, tmp_path: Path, learn, expected, weighted) -> None:
    extra = ["--learn", *learn] if learn else []
    output = tmp_path / "out"
    assert call("export", root, "--format", "parquet", "--output", output, *extra).status == 0
    content = json.loads((output / NAME).read_bytes())
    assert (content["learn"], content["weighted"]) == (expected, weighted)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--learn", "stat"], "--learn: no such roles: stat; there are structure, context, "),
        (["--learn", "state=x"], "--learn: state learns with weight x; expected a number"),
        (["--learn", "state=-1"], "--learn: state learns with weight -1.0; expected 0 or more"),
    ],
)
def test_wrong_roles(call: Call, root: Path, tmp_path: Path, arguments, message: str) -> None:
    ended = call("export", root, "--format", "parquet", "--output", tmp_path / "out", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {message}")
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_left_alone(call: Call, root: Path, tmp_path: Path) -> None:
    before = digests(root)
    ended = call("export", root, "--format", "megatron", "--output", root)
    assert ended.status == 2
    assert ended.err.startswith(f"error: --output: {root}: is there already")
    assert digests(root) == before
    (tmp_path / "empty").mkdir()
    assert call("export", root, "--format", "megatron", "--output", tmp_path / "empty").status == 0


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_damaged_is_not_exported(call: Call, root: Path, tmp_path: Path, form: str) -> None:
    path = root / Manifest.read(root).files_in("train")[1].path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    ended = call("export", root, "--format", form, "--output", tmp_path / "out")
    assert ended.status == 2
    assert str(path) in ended.err
    assert {path.name for path in tmp_path.iterdir()} == {"in"}


def test_an_export_that_is_interrupted_is_not_there(
    call: Call, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = megatron.write

    def interrupted(*arguments):
        write(*arguments)
        assert not (tmp_path / "out").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(megatron, "write", interrupted)
    assert call("export", root, "--format", "megatron", "--output", tmp_path / "out").status == 130
    assert {path.name for path in tmp_path.iterdir()} == {"in"}
