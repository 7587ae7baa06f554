"""A whole build at a URL: an emulator of Google's storage is given the bytes of a local build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import small_corpus
from support.commands import Ended, command
from support.trees import digests

pytest.importorskip("gcsfs", reason="the extra gcp is not installed")
pytest.importorskip("gcp_storage_emulator")

from google.cloud import storage
from support.cloud import BUCKET, Cloud, cloud_here, objects


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with cloud_here(tmp_path, "localhost:1") as found:
        for name, text in found.variables.items():
            monkeypatch.setenv(name, text)
        yield found


def _bucket() -> storage.Bucket:
    return storage.Client.create_anonymous_client().bucket(BUCKET)


def _files(root: Path) -> dict[str, str]:
    return {name: digest for name, digest in digests(root).items() if digest != "folder"}


def _build(folder: Path, *more: str) -> Ended:
    return command(folder, "build", "config.yaml", "--output", f"gs://{BUCKET}/a/out", *more)


def test_a_build_in_a_bucket(built, cloud: Cloud, tmp_path: Path) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    ended = _build(tmp_path)
    assert ended.status == 0, ended.err
    assert ended.out.endswith(f"gs://{BUCKET}/a/out\n")
    assert objects("a/out") == _files(built.root)
    again = _build(tmp_path)
    assert again.status == 0, again.err
    assert "Traces" not in again.err
    assert objects("a/out") == _files(built.root)


@pytest.mark.slow
def test_a_corpus_in_a_bucket(rebuild, cloud: Cloud, tmp_path: Path) -> None:
    """The manifest and the card name it, all else is the same."""
    small_corpus.write(tmp_path, small_corpus.records())
    local = rebuild(tmp_path, "local")
    for path in tmp_path.glob("corpus*.jsonl"):
        _bucket().blob(f"programs/{path.name}").upload_from_filename(str(path))
        path.unlink()
    ended = _build(tmp_path, "--corpus", f"gs://{BUCKET}/programs/*.jsonl")
    assert ended.status == 0, ended.err
    found, expected = objects("a/out"), _files(local.root)
    assert found.keys() == expected.keys()
    assert {name for name in found if found[name] != expected[name]} == {
        "manifest.json",
        "README.md",
    }


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (["--output", "gs://nobody/out"], "--output: gs://nobody/out: "),
        (["--corpus", "gs://bucket/none.jsonl"], "gs://bucket/none.jsonl: no such file"),
        (["--corpus", "nowhere://x.jsonl"], "nowhere://x.jsonl: "),
    ],
)
def test_what_is_not_there(cloud: Cloud, tmp_path: Path, line: list[str], problem: str) -> None:
    small_corpus.write(tmp_path, small_corpus.records()[:1])
    ended = _build(tmp_path, *line)
    assert ended.status == 2
    assert problem in ended.err.splitlines()[-1]
    assert objects("a/out") == {}
