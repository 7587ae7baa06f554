"""Manifest: `manifest.json`, written last. A directory without one is not finished."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from pipeline.shards.places import Place
from pipeline.shards.schema import SCHEMA_VERSION, RowFormat
from pipeline.shards.writer import FileEntry, write_bytes

NAME = "manifest.json"
REPORT, CARD = "report.html", "README.md"  # follow from the rest; the manifest does not list them
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


class ManifestError(ValueError):
    """A directory that is not finished, or a manifest that cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a directory holds and what it was made from. The same input gives the same bytes.

    `config`, `versions` and `counts` are JSON values with string keys.
    """

    format: RowFormat
    config: Mapping[str, Any]  # whole, as the build used it
    versions: Mapping[str, Any]  # of the interpreter, the packages and the formats
    counts: Mapping[str, Any]  # programs, documents, tokens, rows, ...
    files: tuple[FileEntry, ...]  # all others of the directory, sorted by path

    @property
    def fingerprint(self) -> str:
        """sha256 of the content, hexadecimal: equal for equal builds."""
        return _fingerprint(self._content())

    def files_in(self, folder: str) -> tuple[FileEntry, ...]:
        """The Arrow files of a folder (a split, `traces`, `rejected`, ...), sorted by path."""
        prefix = f"{folder}/"
        return tuple(f for f in self.files if f.path.startswith(prefix) and _is_arrow(f.path))

    def write(self, root: Place) -> FileEntry:
        """Write the manifest: from now on the directory is finished."""
        content = self._content()
        data = {"fingerprint": _fingerprint(content), **content}
        return write_bytes(root, NAME, orjson.dumps(data, option=_OPTIONS))

    @classmethod
    def read(cls, root: Place) -> Self:
        """The manifest of a finished directory.

        Raises ManifestError: there is none, it has another schema version, or it was changed.
        """
        try:
            data = (root / NAME).read_bytes()
        except FileNotFoundError:
            raise ManifestError(f"{root}: not finished, there is no {NAME}") from None
        except OSError as error:
            raise ManifestError(f"{root / NAME}: cannot be read: {error}") from error
        return cls.parse(data, str(root / NAME))

    @classmethod
    def parse(cls, data: bytes, path: str) -> Self:
        """The manifest in the content of the file `path`. Raises ManifestError."""
        content = _load(data, path)
        version, fingerprint = content.get("schema_version"), content.pop("fingerprint", None)
        if version != SCHEMA_VERSION:
            raise ManifestError(f"{path}: schema version {version}, this is {SCHEMA_VERSION}")
        if fingerprint != _fingerprint(content):
            raise ManifestError(f"{path}: its fingerprint is not that of its content")
        try:
            return cls._of(content)
        except (KeyError, TypeError) as error:
            raise ManifestError(f"{path}: not a manifest: {error!r}") from error

    @classmethod
    def _of(cls, content: dict[str, Any]) -> Self:
        return cls(
            format=RowFormat(**content["format"]),
            config=content["config"],
            versions=content["versions"],
            counts=content["counts"],
            files=tuple(FileEntry(**entry) for entry in content["files"]),
        )

    def _content(self) -> dict[str, Any]:
        files = sorted(self.files, key=lambda entry: entry.path)
        return {
            "schema_version": SCHEMA_VERSION,
            "format": asdict(self.format),
            "config": self.config,
            "versions": self.versions,
            "counts": self.counts,
            "files": [asdict(entry) for entry in files],
        }


def _is_arrow(path: str) -> bool:
    return path.endswith(".arrow")


def _fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _load(data: bytes, path: str) -> dict[str, Any]:
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ManifestError(f"{path}: not a manifest")
    return content
