"""Places here and at a URL are spoken of in one way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from pipeline.shards.places import (
    Place,
    files_below,
    is_local,
    make_folder,
    missing,
    move,
    place_at,
    remove,
)


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


def test_texts() -> None:
    assert place_at("a/b") == Path("a/b")
    assert place_at("file:///a/b") == Path("/a/b")
    assert not is_local(place_at("memory://a/b/"))
    with pytest.raises(ValueError, match=r"^nowhere://a: "):
        place_at("nowhere://a")
