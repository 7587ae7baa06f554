"""Places here and at a URL are spoken of in one way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pipeline.shards.places import (
    Place,
    files_below,
    is_local,
    make_folder,
    missing,
    move,
    overlapped,
    place_at,
    remove,
    remove_files,
)
from pipeline.shards.reader import DamagedFileError
from pipeline.shards.rejected import merge_rejected, rejected_in, write_rejected
from pipeline.shards.schema import REJECTED_SCHEMA, shard_name
from tracing.rejection import Reason, Rejection


@pytest.fixture(params=["here", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "here":
        yield tmp_path / "out"
    else:
        yield place_at("memory://places/out")
        system = fsspec.filesystem("memory")
        if system.exists("/places"):
            system.rm("/places", recursive=True)


def _write(root: Place, *names: str) -> None:
    for name in names:
        make_folder((root / name).parent)
        (root / name).write_bytes(name.encode())


def _names(folder: Place) -> set[str]:
    return {str(path.relative_to(folder)) for path in files_below(folder)}


def test_files_and_folders(root: Place) -> None:
    assert _names(root) == set()
    remove(root)
    _write(root, "a", "b/c", "b/d/e", "bb/f")
    assert _names(root) == {"a", "b/c", "b/d/e", "bb/f"}
    assert _names(root / "b") == {"c", "d/e"}
    assert missing(root, ["a", "x", "b/c", "b", "b/d/e", "b/x/y"]) == ["x", "b", "b/x/y"]
    move(root / "b" / "c", root / "g" / "h")
    assert (root / "g" / "h").read_bytes() == b"b/c"
    assert missing(root, ["b/c", "g/h"]) == ["b/c"]
    remove(root / "b")
    assert _names(root) == {"a", "bb/f", "g/h"}
    remove_files([root / "a", root / "g" / "h"])
    remove_files([])
    assert _names(root) == {"bb/f"}


def test_texts() -> None:
    assert place_at("a/b") == Path("a/b")
    assert place_at("file:///a/b") == Path("/a/b")
    assert not is_local(place_at("memory://a/b/"))
    with pytest.raises(ValueError, match=r"^nowhere://a: "):
        place_at("nowhere://a")


AT_ONCE, FILES = 4, 40


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.shards.places._AT_ONCE", AT_ONCE)


def test_calls_that_overlap(at_once) -> None:
    """So many at once, and no more: what was not taken yet is held."""
    begun: list[int] = []
    waiting = threading.Barrier(AT_ONCE)

    def double(number: int) -> int:
        begun.append(number)
        waiting.wait(60)
        return 2 * number

    for taken, result in enumerate(overlapped(double, range(FILES))):
        assert result == 2 * taken
        assert len(begun) <= taken + AT_ONCE
    assert sorted(begun) == list(range(FILES))
    assert list(overlapped(double, [])) == []


def test_the_first_call_that_fails(at_once) -> None:
    def fail(number: int) -> int:
        if number in (5, 6):
            raise ValueError(number)
        return number

    found = overlapped(fail, range(FILES))
    assert [next(found) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="5"):
        next(found)


def test_files_are_fetched_several_at_once(at_once, root: Place, monkeypatch) -> None:
    """From a place where no file opens before others are asked for, too; each is as it was."""
    names = [shard_name("runs", number, FILES) for number in range(FILES)]
    for number, name in enumerate(names):
        write_rejected(root, name, [Rejection(f"p{FILES - number}", Reason.BAD_RECORD, name)])
    each = [table for name in names for table in rejected_in(root, [name], REJECTED_SCHEMA)]
    whole = merge_rejected(root, "whole", each)
    opens, waiting = MemoryFileSystem._open, threading.Barrier(AT_ONCE)

    def opened(*arguments: object, **named: object) -> object:
        waiting.wait(60)
        return opens(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "_open", opened)
        found = list(rejected_in(root, names, REJECTED_SCHEMA))
    assert found == each
    assert merge_rejected(root, "whole", found) == whole
    remove_files([root / names[20], root / names[21]])
    with pytest.raises(DamagedFileError, match=names[20]):
        list(rejected_in(root, names, REJECTED_SCHEMA))
