"""Places: directories on this machine or at a URL, with one way to speak of both.

A directory here is a `pathlib.Path`; one at a URL that fsspec knows (`gs://bucket/data`) is a
`UPath` with the same methods. Here files are mapped into memory and take their names at once by
renaming. A store of objects has no renaming, but an object is there only when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from upath import UPath

Place: TypeAlias = Path | UPath


def place_at(text: str | Path) -> Place:
    """The directory of a path or URL. Raises ValueError: a protocol that is not installed."""
    path = str(text).removeprefix("file://")
    if "://" not in path:
        return Path(path)
    try:
        # What other processes write must be seen: no listing is kept.
        return UPath(path.rstrip("/"), use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None


def is_local(place: Place) -> bool:
    """Whether files there can be mapped, locked and renamed."""
    return isinstance(place, Path)


def move(source: Place, target: Place) -> None:
    """Give a file another name in the same place, at once where that can be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, Path) and isinstance(target, Path):
        source.replace(target)
    else:
        source.rename(str(target))


def files_below(folder: Place) -> Iterator[Place]:
    """All files below a folder; none where there is no such folder."""
    if folder.is_dir():
        yield from [path for path in folder.rglob("*") if path.is_file()]


def remove(folder: Place) -> None:
    """Take a folder away with all that is in it, if it is there."""
    for path in files_below(folder):
        path.unlink()
    if isinstance(folder, Path) and folder.exists():
        shutil.rmtree(folder)
