"""Folder: where the files of a finished directory lie, here or at a URL, and how they are checked.

A URL is read through fsspec, by way of a folder on this machine that keeps what was fetched. Many
processes may share that folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import fsspec
from filelock import FileLock

from pipeline.shards.manifest import NAME, Manifest, ManifestError
from pipeline.shards.reader import DamagedFileError
from pipeline.shards.verify import check_content, check_size
from pipeline.shards.writer import PARTIAL, FileEntry

_PIECE = 1 << 22  # bytes that are fetched at a time


@dataclass(frozen=True)
class Folder:
    """A directory on this machine."""

    root: Path

    def check(self, entries: Iterable[FileEntry]) -> None:
        """Every file must be there with its size and its end marker. Raises DamagedFileError."""
        for entry in entries:
            check_size(self.root, entry)

    def path(self, entry: FileEntry) -> Path:
        """Where a file can be mapped. Raises DamagedFileError where it cannot be fetched."""
        return self.root / entry.path

    def checked_path(self, entry: FileEntry) -> Path:
        """The same, once its checksum was compared. Raises DamagedFileError."""
        path = self.path(entry)
        check_content(self.root, entry)
        return path


@dataclass(frozen=True)
class RemoteFolder(Folder):
    """A directory at a URL; `root` is where its files are kept on this machine."""

    url: str

    def check(self, entries: Iterable[FileEntry]) -> None:
        """Every file must be there with its size; the rest is seen when it is fetched."""
        sizes: dict[str, dict[str, int]] = {}
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            if folder not in sizes:
                sizes[folder] = _sizes(f"{self.url}/{folder}")
            if (size := sizes[folder].get(name)) != entry.bytes:
                found = "missing" if size is None else f"{size} bytes"
                problem = f"{found}, not the {entry.bytes} bytes of the manifest"
                raise DamagedFileError(f"{self.url}/{entry.path}: {problem}")

    def path(self, entry: FileEntry) -> Path:
        """Fetch a file that is not here yet. Of several processes one does; a file has its name
        only once it is whole and its checksum was compared."""
        path = self.root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            if not path.is_file() or path.stat().st_size != entry.bytes:
                self._fetch(entry, path)
        return path

    def _fetch(self, entry: FileEntry, path: Path) -> None:
        url = f"{self.url}/{entry.path}"
        temporary = path.with_name(f".{path.name}.{uuid4().hex}{PARTIAL}")
        try:
            with fsspec.open(url, "rb") as source, temporary.open("xb") as target:
                digest = _copy(source, target)
            if digest != entry.sha256:
                problem = f"sha256 {digest}, not the {entry.sha256} of the manifest"
                raise DamagedFileError(f"{url}: {problem}")
            temporary.replace(path)
        except OSError as error:
            raise DamagedFileError(f"{url}: {error}") from error
        finally:
            temporary.unlink(missing_ok=True)


def open_folder(directory: str | Path, cache: str | Path | None = None) -> tuple[Folder, Manifest]:
    """A finished directory, by its path or by a URL that fsspec knows (`s3://bucket/data`).

    A URL needs `cache`, a folder on this machine: each build has a folder of its own in it, named
    by its fingerprint.

    Raises ManifestError where the directory is not finished, ValueError where no cache was named
    or the protocol is not installed.
    """
    text = str(directory).removeprefix("file://")
    if "://" not in text:
        return Folder(Path(text)), Manifest.read(Path(text))
    if cache is None:
        raise ValueError(f"{text}: needs `cache`, a folder on this machine for what is fetched")
    url = text.rstrip("/")
    manifest = _manifest_at(url)
    return RemoteFolder(Path(cache) / manifest.fingerprint, url), manifest


def _manifest_at(url: str) -> Manifest:
    path = f"{url}/{NAME}"
    try:
        with fsspec.open(path, "rb") as file:
            return Manifest.parse(file.read(), path)
    except FileNotFoundError:
        raise ManifestError(f"{url}: not finished, there is no {NAME}") from None
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read: {error}") from error
    except ImportError as error:
        raise ValueError(f"{url}: {error}") from error


def _sizes(url: str) -> dict[str, int]:
    """The files of a folder at a URL."""
    system, path = fsspec.core.url_to_fs(url)
    try:
        found: list[dict[str, Any]] = system.ls(path, detail=True)
    except OSError as error:
        raise DamagedFileError(f"{url}: {error}") from error
    return {item["name"].rpartition("/")[2]: item["size"] for item in found}


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy a file piece by piece; its sha256."""
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()
