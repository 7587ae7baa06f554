"""Places: directories on this machine or at a URL, with one way to speak of both.

A directory here is a `pathlib.Path`; one at a URL that fsspec knows (`gs://bucket/data`) is a
`UPath` with the same methods. Here files are mapped into memory and take their names at once by
renaming. A store of objects has no renaming, but an object is there only when it is whole.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias, TypeVar

from upath import UPath

Place: TypeAlias = Path | UPath
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AT_ONCE = 16  # calls that wait for a place


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


def make_folder(place: Place) -> None:
    """Make a folder, and those above it, where they are not there."""
    if isinstance(place, Path):
        place.mkdir(parents=True, exist_ok=True)
    else:  # a store of objects has none, and does nothing
        place.fs.makedirs(place.path, exist_ok=True)


def move(source: Place, target: Place) -> None:
    """Give a file another name in the same place, at once where that can be."""
    make_folder(target.parent)
    if isinstance(source, Path) and isinstance(target, Path):
        source.replace(target)
    else:
        source.rename(str(target))


def files_below(folder: Place) -> Iterator[Place]:
    """All files below a folder; none where there is no such folder."""
    if isinstance(folder, Path):
        yield from [path for path in folder.rglob("*") if path.is_file()]
    else:  # by a request for a thousand, not one for each
        start = len(folder.path.rstrip("/")) + 1
        yield from [folder / name[start:] for name in folder.fs.find(folder.path)]


def missing(root: Place, names: Iterable[str]) -> list[str]:
    """Those of some files, by their paths below `root`, that are not there."""
    names = list(names)
    if isinstance(root, Path):
        return [name for name in names if not (root / name).is_file()]
    folders = {name.rpartition("/")[0] for name in names}
    there = {str(path) for folder in folders for path in files_below(root / folder)}
    return [name for name in names if str(root / name) not in there]


def remove(folder: Place) -> None:
    """Take a folder away with all that is in it, if it is there."""
    if isinstance(folder, Path):
        if folder.exists():
            shutil.rmtree(folder)
    elif folder.fs.find(folder.path):
        folder.fs.rm(folder.path, recursive=True)


def remove_files(paths: Iterable[Place]) -> None:
    """Take files of one place away, all of which are there."""
    remote: list[UPath] = []
    for path in paths:
        if isinstance(path, Path):
            path.unlink()
        else:
            remote.append(path)
    if remote:  # by a request for a hundred
        remote[0].fs.rm([path.path for path in remote])


def overlapped(function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
    """What a function that waits for a place gives for each item, in their order. Some calls wait
    at once, and no more results than that are held."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        calls: deque[Future[_Result]] = deque()
        for item in items:
            if len(calls) == _AT_ONCE:
                yield calls.popleft().result()
            calls.append(pool.submit(function, item))
        while calls:
            yield calls.popleft().result()
