"""Workspace: the directory of a build while it is worked in.

What is not part of the result lies in `.build/`, which goes when the build is finished: the lock of
whoever works there, what graphs tell those that started them, and what the ledger keeps.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from pipeline.lease import HeldError, Lease
from pipeline.ledger import FOLDERS, WORK, Ledger, clear
from pipeline.progress import Ticker
from pipeline.shards.manifest import CARD, NAME, REPORT
from pipeline.shards.places import Place, files_below, is_local, make_folder, remove, remove_files
from pipeline.shards.schema import REJECTED, STORES
from pipeline.shards.writer import PARTIAL, FileEntry
from pipeline.strict import ConfigError

TIMINGS = f"{WORK}/timings.json"
_LOCK, _TICKS = f"{WORK}/lock", f"{WORK}/ticks"


class Workspace:
    """A directory that is worked in, and a context that keeps others out of it. With `force`, what
    earlier builds left there is taken away.

    Raises ConfigError where `root` cannot be written to, holds something that no build made, or
    is worked in by another build.
    """

    def __init__(self, root: Place, force: bool = False) -> None:
        self.root = root
        self.ledger = Ledger(root)
        self._elsewhere: tempfile.TemporaryDirectory[str] | None = None
        try:
            _check(root)
            make_folder(root / WORK)
            self._lock = _locked(root)
            if force:
                self._clear()
            self._tidy()
            self._ticks = self._folder_of_ticks()
        except OSError as error:
            raise ConfigError("--output", f"{root}: {error.strerror or error}") from None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        if self._elsewhere is not None:
            self._elsewhere.cleanup()

    def ticker(self, stage: str) -> Ticker:
        """A ticker for a stage of this build."""
        return Ticker(self._ticks, stage)

    def report(self, name: str) -> list[Any]:
        """What a graph reported under a name. Raises ConfigError where another build has begun to
        work here meanwhile."""
        self._check_lease()
        found: list[Any] = orjson.loads((self.root / report_path(name)).read_bytes())
        return found

    def entries(self, *names: str) -> list[FileEntry]:
        """The file entries that a graph reported under some names."""
        return [FileEntry(**entry) for name in names for entry in self.report(name)]

    def clean(self) -> None:
        """Take away what is not part of the result. The directory stays ours."""
        lock = self.root / _LOCK
        remove_files(path for path in files_below(self.root / WORK) if path != lock)

    def close(self) -> None:
        """Leave a directory that is clean and finished."""
        for path in (self.root / WORK).iterdir() if is_local(self.root) else ():
            path.unlink() if path.is_file() else remove(path)
        if is_local(self.root):
            (self.root / WORK).rmdir()

    def _check_lease(self) -> None:
        if isinstance(self._lock, Lease):
            try:
                self._lock.check()
            except HeldError as error:
                problem = f"{self.root}: another build has taken it over, {error}"
                raise ConfigError("--output", problem) from None

    def _folder_of_ticks(self) -> Path:
        """An empty folder that all processes of this machine see."""
        if not isinstance(self.root, Path):
            self._elsewhere = tempfile.TemporaryDirectory()
            return Path(self._elsewhere.name)
        folder = self.root / _TICKS
        remove(folder)
        folder.mkdir(parents=True)
        return folder

    def _tidy(self) -> None:
        """Take away what whoever was killed here had written in part."""
        if isinstance(self.root, Path):
            for path in self.root.rglob(f".*{PARTIAL}"):
                path.unlink()

    def _clear(self) -> None:
        for name in (NAME, REPORT, CARD):
            (self.root / name).unlink(missing_ok=True)
        remove_files(files_below(self.root / STORES))
        for folders in (*FOLDERS.values(), (REJECTED,)):
            clear(self.root, folders, frozenset())
        self.clean()


def report_path(name: str) -> str:
    """Where a graph leaves what it reports under a name, relative to the directory."""
    return f"{WORK}/{name}.json"


def _check(root: Place) -> None:
    make_folder(root)
    ours = any((root / name).exists() for name in (WORK, NAME, STORES))
    if not ours and root.exists() and any(root.iterdir()):
        raise ConfigError("--output", f"{root}: not empty, and not a directory of a build")
    if isinstance(root, Path) and not os.access(root, os.W_OK | os.X_OK):
        raise ConfigError("--output", f"{root}: cannot be written to")


def _locked(root: Place) -> FileLock | Lease:
    """The lock of a directory, held; its holder's death gives it back, at a URL after a while."""
    try:
        if not isinstance(root, Path):
            return Lease(root / _LOCK)
        lock = FileLock(root / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError("--output", f"{root}: another build works in it") from None
    except HeldError as error:
        raise ConfigError("--output", f"{root}: another build works in it, {error}") from None
    return lock
