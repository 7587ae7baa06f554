from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from support.built_directories import build, made_up_documents, write_shards

from pipeline.shards import manifest as manifest_module
from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.reader import Split
from pipeline.shards.verify import faults


def test_it_reads_back(tmp_path: Path) -> None:
    built = build(tmp_path, {"train": made_up_documents(20), "test": []})
    content = orjson.loads((tmp_path / "manifest.json").read_bytes())
    assert content["fingerprint"] == built.fingerprint
    assert {"config", "versions", "counts", "files"} <= content.keys()
    assert [entry.path for entry in built.files] == sorted(entry.path for entry in built.files)
    assert {entry.path for entry in built.files} == {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*.*")
        if path.name != "manifest.json"
    }


def test_without_one_a_directory_is_not_finished(tmp_path: Path) -> None:
    write_shards(tmp_path, "train", made_up_documents(5))
    with pytest.raises(ManifestError, match="not finished"):
        Split.open(tmp_path, "train")


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    build(tmp_path, {"train": made_up_documents(5)})
    path = tmp_path / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"seed": 0', b'"seed": 1'))
    with pytest.raises(ManifestError, match="fingerprint"):
        Manifest.read(tmp_path)


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(manifest_module, "SCHEMA_VERSION", 0)
        build(tmp_path, {"train": []})
    with pytest.raises(ManifestError, match="schema version 0"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"fingerprint": '])
def test_what_is_no_manifest_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(data)
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        Manifest.read(tmp_path)


def test_an_empty_manifest_has_no_faults(tmp_path: Path) -> None:
    assert not list(faults(tmp_path, build(tmp_path, {})))
