from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from support.built_directories import build, made_up_documents

from pipeline.loader.dataset import TokenDataset
from pipeline.shards.folder import open_folder
from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.reader import DamagedFileError

URL = "memory://bucket/data"


@pytest.fixture
def local(tmp_path: Path) -> Path:
    build(tmp_path / "local", {"train": made_up_documents(40), "test": []})
    return tmp_path / "local"


@pytest.fixture
def memory(local: Path) -> Iterator[Any]:
    """The same directory at a URL."""
    system = fsspec.filesystem("memory")
    system.put(str(local), "/bucket/data", recursive=True)
    yield system
    system.rm("/bucket", recursive=True)


def test_rows_from_a_url_are_those_of_the_directory(local, memory, tmp_path: Path) -> None:
    here, there = TokenDataset(local), TokenDataset(f"{URL}/", cache=tmp_path / "cache")
    assert there.fingerprint == here.fingerprint
    assert not list((tmp_path / "cache").rglob("*.arrow"))
    rows = range(len(here))
    assert (there.batch(rows).labels == here.batch(rows).labels).all()
    kept = sorted((tmp_path / "cache").rglob("*.arrow"))
    folder = tmp_path / "cache" / here.fingerprint
    entries = Manifest.read(local).files_in("train")
    assert kept == [folder / entry.path for entry in entries]
    assert not list((tmp_path / "cache").rglob("*.partial"))


def test_what_was_fetched_is_not_fetched_again(local, memory, tmp_path: Path, monkeypatch) -> None:
    rows = range(len(TokenDataset(local)))
    TokenDataset(URL, cache=tmp_path / "cache").batch(rows)
    monkeypatch.setattr("pipeline.shards.folder.RemoteFolder._fetch", None)
    TokenDataset(URL, cache=tmp_path / "cache").batch(rows)


def test_a_file_that_was_fetched_in_part_is_fetched_again(local, memory, tmp_path: Path) -> None:
    rows = range(len(TokenDataset(local)))
    TokenDataset(URL, cache=tmp_path / "cache").batch(rows)
    path = next((tmp_path / "cache").rglob("data-00000-*.arrow"))
    path.write_bytes(path.read_bytes()[:-9])
    TokenDataset(URL, cache=tmp_path / "cache").batch(rows)


def test_a_file_url_is_a_path(local: Path) -> None:
    assert open_folder(f"file://{local}")[0].root == local


def flipped(data: bytes) -> bytes:
    return data[:500] + bytes([data[500] ^ 1]) + data[501:]


@pytest.mark.parametrize("damage", [flipped, lambda data: data[:-8], None])
def test_damage_at_a_url_is_found_and_named(memory, tmp_path: Path, damage) -> None:
    path = next(iter(memory.glob("/bucket/data/train/data-00000-*.arrow")))
    if damage is None:
        memory.rm(path)
    else:
        memory.pipe(path, damage(memory.cat(path)))
    with pytest.raises(DamagedFileError, match=f"^{URL}/train/{Path(path).name}: "):
        TokenDataset(URL, cache=tmp_path / "cache").batch([0])
    left = (tmp_path / "cache").rglob("*")
    assert not [path for path in left if path.suffix in (".arrow", ".partial")]


def test_damage_in_the_cache_is_found(memory, tmp_path: Path) -> None:
    TokenDataset(URL, cache=tmp_path / "cache").batch([0])
    path = next((tmp_path / "cache").rglob("data-00000-*.arrow"))
    path.write_bytes(flipped(path.read_bytes()))
    with pytest.raises(DamagedFileError, match=path.name):
        TokenDataset(URL, cache=tmp_path / "cache").batch([0])


def test_another_build_at_the_same_url_has_a_folder_of_its_own(memory, tmp_path: Path) -> None:
    before = TokenDataset(URL, cache=tmp_path / "cache").batch([0]).input_ids
    build(tmp_path / "new", {"train": made_up_documents(40, seed=1)})
    memory.rm("/bucket/data", recursive=True)
    memory.put(str(tmp_path / "new"), "/bucket/data", recursive=True)
    after = TokenDataset(URL, cache=tmp_path / "cache").batch([0]).input_ids
    assert after.tolist() == TokenDataset(tmp_path / "new").batch([0]).input_ids.tolist()
    assert after.tolist() != before.tolist()


def test_urls_of_no_use(memory, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="memory://bucket/data: needs `cache`"):
        TokenDataset(URL)
    with pytest.raises(ManifestError, match="memory://bucket/nothing: not finished"):
        TokenDataset("memory://bucket/nothing", cache=tmp_path / "cache")
    with pytest.raises(ValueError, match="nosuch"):
        TokenDataset("nosuch://bucket", cache=tmp_path / "cache")


def _read(url: str, cache: Path, results: Any) -> None:
    dataset = TokenDataset(url, cache=cache)
    results.put(int(dataset.batch(range(len(dataset))).input_ids.sum()))


def test_several_processes_share_a_cache(local: Path, memory, tmp_path: Path) -> None:
    """Forked, they have the same files in memory."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    cache = tmp_path / "cache"
    processes = [context.Process(target=_read, args=(URL, cache, results)) for _ in range(4)]
    for process in processes:
        process.start()
    found = {results.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    dataset = TokenDataset(local)
    assert found == {int(dataset.batch(range(len(dataset))).input_ids.sum())}
