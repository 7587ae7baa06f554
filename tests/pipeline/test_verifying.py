"""Verify finds what was done to a finished directory, and says what and where."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from support.trees import changed_manifest

from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.reader import open_table
from pipeline.shards.schema import REJECTED_SCHEMA
from pipeline.shards.writer import write_stream
from pipeline.verifying import verify


@pytest.fixture
def root(built, tmp_path: Path) -> Path:
    """A copy of the small build."""
    return Path(shutil.copytree(built.root, tmp_path / "copy"))


def test_a_build_is_what_it_should_be(built) -> None:
    assert list(verify(built.root, sample=10_000)) == []


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


UNLISTED = ("manifest.json", "run.json", "report.html", "README.md")
DAMAGES = [
    (_flip, "sha256 "),
    (_truncate, "bytes, not the "),
    (Path.unlink, "missing"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGES)
@pytest.mark.parametrize(
    "folder", ["train", "validation", "test", "traces", "rejected", "tokenizer", "."]
)
def test_damage_to_any_kind_of_file(call, root: Path, folder: str, damage, reason: str) -> None:
    files = sorted(path for path in (root / folder).iterdir() if path.is_file())
    for path in (p for p in files if p.name not in UNLISTED):
        data = path.read_bytes()
        damage(path)
        ended = call("verify", root)
        assert (ended.status, ended.out) == (1, "")
        (line,) = ended.err.splitlines()
        assert line.startswith(f"{path}: ")
        assert reason in line
        path.write_bytes(data)
    assert call("verify", root).status == 0


def test_a_shard_too_many(call, root: Path) -> None:
    extra = root / "train" / "data-00099-of-00100.arrow"
    shutil.copy(next((root / "train").glob("*.arrow")), extra)
    ended = call("verify", root)
    assert (ended.status, ended.err) == (1, f"{extra}: not in the manifest\n")


def test_all_that_is_wrong_is_told(call, root: Path) -> None:
    first, *others = sorted(root.glob("*/*.arrow"))
    first.unlink()
    for path in others:
        _flip(path)
    ended = call("verify", root)
    assert ended.status == 1
    assert [line.split(": ")[0] for line in ended.err.splitlines()] == [
        str(path) for path in (first, *others)
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema_version": 1}'])
def test_no_manifest_at_all(call, root: Path, text: str) -> None:
    (root / "manifest.json").write_text(text)
    ended = call("verify", root)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {root / 'manifest.json'}: ")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("config", "seed"), 8),
        (("counts", "documents"), 1),
        (("versions", "python"), "3.12.0"),
        (("files", 0, "bytes"), 1),
        (("schema_version",), 2),
    ],
)
def test_a_changed_manifest(call, root: Path, keys, value: object) -> None:
    path = root / "manifest.json"
    content = json.loads(path.read_bytes())
    place = content
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    path.write_text(json.dumps(content))
    ended = call("verify", root)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {path}: ")
    with pytest.raises(ManifestError):
        Manifest.read(root)


# Forgeries: whoever changes a manifest so cleverly that its fingerprint is right is found out by
# what does not follow.


@pytest.mark.parametrize(
    ("keys", "value", "reason"),
    [
        (("counts", "programs"), 7, " programs, not the 7 of the manifest"),
        (("counts", "traced"), 7, " traced, not the 7 of the manifest"),
        (("counts", "documents"), 7, " documents, not the 7 of the manifest"),
        (("counts", "tokens"), 7, " tokens, not the 7 of the manifest"),
        (("counts", "rows"), 7, " rows, not the 7 of the manifest"),
        (("counts", "rejected"), {"time": 7}, "not the {'time': 7} of the manifest"),
        (("counts", "rows_by_split", "test"), 77, " rows_by_split, not the {"),
        (("counts", "fill"), 0.7, " fill, not the 0.7 of the manifest"),
        (("counts",), {}, " programs, not the None of the manifest"),
        (("config", "seed"), 8, "made again from its trace it has other tokens"),
        (("config", "trajectories", "inverse"), 0, "its program has no such trajectory"),
    ],
)
def test_a_forged_manifest(call, root: Path, keys, value: object, reason: str) -> None:
    changed_manifest(root, *keys, value=value)
    Manifest.read(root)  # is taken for one
    ended = call("verify", root)
    assert (ended.status, ended.out) == (1, "")
    assert reason in ended.err
    assert str(root) in ended.err


@pytest.mark.parametrize(
    ("keys", "value"), [(("config", "seed"), "many"), (("config", "corpus"), None)]
)
def test_a_configuration_that_is_none(call, root: Path, keys, value: object) -> None:
    changed_manifest(root, *keys, value=value)
    ended = call("verify", root)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.count("\n") == 1


def _replace(root: Path, name: str, schema: pa.Schema, table: pa.Table) -> None:
    """Write other content into a file, and into the manifest what tells of it."""
    entry = write_stream(root, name, schema, table.to_batches())
    number = [file.path for file in Manifest.read(root).files].index(name)
    for key in ("bytes", "sha256", "rows"):
        changed_manifest(root, "files", number, key, value=getattr(entry, key))


def test_a_forged_shard(call, root: Path) -> None:
    form = Manifest.read(root).format
    path = next(path for path in sorted((root / "train").glob("*.arrow")))
    table = open_table(path, form.schema)
    rows = table.column("input_ids").to_pylist()
    rows[0][10] += 1
    column = pa.array(rows, form.schema.field("input_ids").type)
    _replace(
        root,
        path.relative_to(root).as_posix(),
        form.schema,
        table.set_column(0, form.schema.field("input_ids"), column),
    )
    ended = call("verify", root, "--sample", "10000")
    assert (ended.status, ended.out) == (1, "")
    (line,) = ended.err.splitlines()
    assert "train row 0, " in line
    assert line.endswith("made again from its trace it has other tokens")
    assert call("verify", root, "--sample", "0").status == 0


def test_a_program_that_is_in_no_store(call, root: Path) -> None:
    (entry,) = Manifest.read(root).files_in("rejected")
    table = open_table(root / entry.path, REJECTED_SCHEMA)
    _replace(root, entry.path, REJECTED_SCHEMA, table.slice(1))
    ended = call("verify", root)
    assert (ended.status, ended.out) == (1, "")
    assert " programs, not the " in ended.err


def test_a_vocabulary_of_another_build(call, built, rebuild, root: Path, tmp_path: Path) -> None:
    from support import small_corpus

    small_corpus.write(tmp_path / "other", small_corpus.records()[:3])
    other = rebuild(tmp_path / "other")
    model = "tokenizer/tokenizer.model"
    shutil.copy(other.root / model, root / model)
    assert call("verify", root).status == 1
    number = [file.path for file in built.manifest.files].index(model)
    theirs = next(file for file in other.manifest.files if file.path == model)
    for key in ("bytes", "sha256"):
        changed_manifest(root, "files", number, key, value=getattr(theirs, key))
    for name in ("verify", "inspect"):
        ended = call(name, root)
        assert ended.status == 2
        assert (
            ended.err == f"error: {root / 'tokenizer'}: another vocabulary than that of the rows\n"
        )
