"""Stores: what each stage of a build leaves, committed by a manifest of its own in `stores/`.

A store follows from its recipe: its version, the part of the configuration that matters to it, and
the content of the stores that it is made from. Where the recipe is that of the store that is there,
nothing has to be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from pipeline.shards.manifest import ManifestError
from pipeline.shards.places import Place
from pipeline.shards.schema import STORES
from pipeline.shards.writer import FileEntry, write_bytes

_VERSION = 1  # of these manifests
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE

Counts = Mapping[str, Any]  # whole numbers, in nested mappings with string keys


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that the content of a store follows from."""

    name: str  # of the store
    version: int  # of what is made, and of the form of its files
    config: Mapping[str, Any]  # JSON values
    parents: Mapping[str, str]  # `Store.content` of the stores that it is made from, by name

    @property
    def fingerprint(self) -> str:
        """sha256, hexadecimal: equal for equal recipes."""
        return _digest(asdict(self))


@dataclass(frozen=True, slots=True)
class Store:
    """A finished store: what it was made from, and what it holds."""

    recipe: Recipe
    counts: Counts
    files: tuple[FileEntry, ...]  # sorted by path

    @property
    def content(self) -> str:
        """sha256 of what the store holds, hexadecimal, however it came to hold it."""
        return _digest({"counts": self.counts, "files": [asdict(entry) for entry in self.files]})

    def files_in(self, folder: str) -> tuple[FileEntry, ...]:
        """The files of one of its folders."""
        return tuple(entry for entry in self.files if entry.path.startswith(f"{folder}/"))

    def write(self, root: Place, name: str | None = None) -> FileEntry:
        """Write the manifest, under the store's own name or another: now the store is finished."""
        data = {"manifest_version": _VERSION, **asdict(self)}
        data["fingerprint"] = _digest(data)
        return write_bytes(
            root, name or path_of(self.recipe.name), orjson.dumps(data, option=_OPTIONS)
        )

    @classmethod
    def read(cls, root: Place, name: str) -> Self | None:
        """The store whose manifest is the file `name`; None where there is no such file.

        Raises ManifestError: made by another version, or changed.
        """
        path = root / name
        try:
            content = orjson.loads(path.read_bytes())
            version, fingerprint = content["manifest_version"], content.pop("fingerprint")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ManifestError(f"{path}: cannot be read: {error!r}") from error
        if version != _VERSION:
            raise ManifestError(f"{path}: manifest version {version}, this is {_VERSION}")
        if fingerprint != _digest(content):
            raise ManifestError(f"{path}: its fingerprint is not that of its content")
        files = tuple(FileEntry(**entry) for entry in content["files"])
        return cls(Recipe(**content["recipe"]), content["counts"], files)


def path_of(name: str) -> str:
    """The path of the manifest of a store, relative to the directory."""
    return f"{STORES}/{name}.json"


def total(parts: Iterable[Counts]) -> dict[str, Any]:
    """The sum of counts, key by key, sorted."""
    found: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if isinstance(value, Mapping):
                found[key] = total([found.get(key, {}), value])
            else:
                found[key] = found.get(key, 0) + value
    return dict(sorted(found.items()))


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
