"""Ledger: what of the stores of a directory is committed, and what has to be made.

A stage is skipped where its store is there. Else it works in waves, each a range of shards; what a
wave has written is committed by a small manifest, so that a build that is killed loses one wave.

    stores/NAME.json                     a store that is finished
    .build/waves/NAME/A-B.json           the shards A to B - 1 of one that is not
    .build/previous/FINGERPRINT/         an older store of traces, to be drawn from
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.shards.manifest import CARD, NAME, REPORT, ManifestError
from pipeline.shards.places import (
    Place,
    files_below,
    missing,
    move,
    overlapped,
    remove,
    remove_files,
)
from pipeline.shards.schema import INVERSE_STEPS, PROGRAMS, RUNS, SPLITS, TRACES
from pipeline.shards.stores import Counts, Recipe, Store, path_of, total
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.writer import FileEntry

WORK = ".build"  # the folder of what is not part of the result
READ, CANDIDATES, FATES = f"{WORK}/read", f"{WORK}/candidates", f"{WORK}/fates"
STEPS, DOCUMENTS = f"{WORK}/steps", f"{WORK}/documents"
JUDGED, UNFIT = f"{WORK}/inverse", f"{WORK}/unfit"
FOLDERS = {  # where the files of each store are
    "candidates": (CANDIDATES, READ),
    "programs": (PROGRAMS,),
    "traces": (TRACES, RUNS),
    "tokenizer": (TOKENIZER,),
    "steps": (STEPS,),
    "documents": (DOCUMENTS, JUDGED, UNFIT),
    "rows": (*SPLITS, INVERSE_STEPS),
}
STAGES = tuple(FOLDERS)  # in the order of the work
_WAVES, _PREVIOUS = f"{WORK}/waves", f"{WORK}/previous"
_MOVING, _KEPT = "moving.json", "store.json"


class Ledger:
    """The stores of a directory, finished and not."""

    def __init__(self, root: Place) -> None:
        self._root = root

    def find(self, recipe: Recipe, with_files: bool = True) -> Store | None:
        """The store of a recipe, if it is there; `with_files`, only if its files are too.

        Raises ManifestError where it has another version.
        """
        store = self.finished(recipe.name)
        if store is None:
            return None
        if store.recipe.version != recipe.version:
            problem = f"version {store.recipe.version} of the store, this is {recipe.version}"
            path = self._root / path_of(recipe.name)
            raise ManifestError(f"{path}: {problem}; `--force` begins again")
        same = store.recipe.fingerprint == recipe.fingerprint
        return store if same and (not with_files or self._has_files(store)) else None

    def finished(self, name: str) -> Store | None:
        """The store of a name that is finished, whatever its recipe; its files may be gone.

        Raises ManifestError.
        """
        return Store.read(self._root, path_of(name))

    def begin(self, recipe: Recipe) -> None:
        """Take away what stands in the way of a store: all but the waves of this recipe."""
        old = self.finished(recipe.name)
        for name in (NAME, REPORT, CARD, path_of(recipe.name)):
            (self._root / name).unlink(missing_ok=True)
        for path, wave in self._waves(recipe.name):
            if wave.recipe.fingerprint != recipe.fingerprint:
                path.unlink()
        known = {entry.path for _, wave in self._waves(recipe.name) for entry in wave.files}
        names = {entry.path for entry in old.files} - known if old else set()
        remove_files(self._root / name for name in names.difference(missing(self._root, names)))
        clear(self._root, FOLDERS[recipe.name], known)

    def waves(self, recipe: Recipe, shards: int, at_once: int) -> Iterator[range]:
        """The ranges of the shards 0 to `shards` - 1 that no wave has committed, in order, each of
        `at_once` at most."""
        done = {number for path, _ in self._waves(recipe.name) for number in _range_of(path)}
        start = 0
        while start < shards:
            stop = start
            while stop < min(shards, start + at_once) and stop not in done:
                stop += 1
            if stop > start:
                yield range(start, stop)
            start = max(stop, start + 1)

    def commit_wave(
        self, recipe: Recipe, wave: range, counts: Counts, files: Sequence[FileEntry]
    ) -> None:
        """From now on what a wave has written is part of the store."""
        name = f"{_WAVES}/{recipe.name}/{wave.start:06d}-{wave.stop:06d}.json"
        Store(recipe, total([counts]), _sorted(files)).write(self._root, name)

    def commit(
        self, recipe: Recipe, counts: Counts | None = None, files: Sequence[FileEntry] = ()
    ) -> Store:
        """The sum of all waves, with `counts` and `files` beside it: the store is finished."""
        waves = list(self._waves(recipe.name))
        found = [*files, *(entry for _, wave in waves for entry in wave.files)]
        store = Store(
            recipe, total([*(wave.counts for _, wave in waves), counts or {}]), _sorted(found)
        )
        store.write(self._root)
        for path, _ in waves:
            path.unlink()
        return store

    def wave_files(self, name: str) -> list[FileEntry]:
        """The files of all committed waves of a store."""
        return [entry for _, wave in self._waves(name) for entry in wave.files]

    def present(self, name: str) -> list[Store]:
        """The finished store of a name, and what waves there are as a store for each recipe."""
        found: dict[str, Store] = {}
        if (finished := self.finished(name)) is not None:
            found[finished.recipe.fingerprint] = finished
        for _, wave in self._waves(name):
            known = found.setdefault(wave.recipe.fingerprint, replace(wave, files=()))
            found[wave.recipe.fingerprint] = replace(known, files=known.files + wave.files)
        return list(found.values())

    def set_aside(self, stores: Iterable[Store]) -> None:
        """Keep some of what is `present`, to be drawn from (`previous`)."""
        for store in stores:
            folder = self._root / _PREVIOUS / store.recipe.fingerprint
            store.write(folder, _MOVING)
            self._move(folder)

    def previous(self) -> list[tuple[Place, Store]]:
        """What was set aside: the directory of its files, and the store."""
        found = []
        for folder in _folders(self._root / _PREVIOUS):
            self._move(folder)
            if (store := Store.read(folder, _KEPT)) is not None:
                found.append((folder, store))
        return found

    def forget_previous(self) -> None:
        """Take away what was set aside."""
        remove(self._root / _PREVIOUS)

    def _move(self, folder: Place) -> None:
        """Move the files of a store to where it was set aside; goes on where it was killed."""
        store = Store.read(folder, _MOVING)
        if store is None:
            return
        name = store.recipe.name
        (self._root / path_of(name)).unlink(missing_ok=True)
        for path, wave in self._waves(name):
            if wave.recipe.fingerprint == store.recipe.fingerprint:
                path.unlink()
        gone = set(missing(self._root, (entry.path for entry in store.files)))
        names = (entry.path for entry in store.files if entry.path not in gone)
        for _ in overlapped(lambda name: move(self._root / name, folder / name), names):
            pass
        move(folder / _MOVING, folder / _KEPT)

    def _waves(self, name: str) -> list[tuple[Place, Store]]:
        """The waves of a store that are committed, in the order of their shards."""
        folder = self._root / _WAVES / name
        paths = [path for path in files_below(folder) if path.suffix == ".json"]
        found = [(path, Store.read(folder, path.name)) for path in sorted(paths, key=str)]
        return [(path, wave) for path, wave in found if wave is not None]

    def _has_files(self, store: Store) -> bool:
        return not missing(self._root, (entry.path for entry in store.files))


def clear(root: Place, folders: Sequence[str], known: set[str] | frozenset[str]) -> None:
    """Take away from our folders what a build wrote and is not `known`."""
    for folder in folders:
        ours = (
            path
            for path in files_below(root / folder)
            if folder.startswith(WORK)
            or (path.name.startswith("data-") and path.suffix == ".arrow")
        )
        remove_files(path for path in ours if f"{folder}/{path.name}" not in known)


def _folders(folder: Place) -> list[Place]:
    return sorted(folder.iterdir(), key=lambda path: path.name) if folder.is_dir() else []


def _range_of(path: Place) -> range:
    start, stop = path.name.removesuffix(".json").split("-")
    return range(int(start), int(stop))


def _sorted(files: Sequence[FileEntry]) -> tuple[FileEntry, ...]:
    return tuple(sorted(files, key=lambda entry: entry.path))
