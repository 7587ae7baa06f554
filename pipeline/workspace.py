"""Workspace: the directory of a build while it is not finished.

What the graphs tell one another lies in `.build/`, which goes when the build is finished.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from pipeline.progress import Ticker
from pipeline.shards.manifest import NAME, clear
from pipeline.shards.reader import open_table
from pipeline.shards.schema import REJECTED_SCHEMA
from pipeline.shards.writer import FileEntry
from pipeline.strict import ConfigError
from tracing.rejection import Reason, Rejection

_FOLDER = ".build"
_TICKS = f"{_FOLDER}/ticks"
TRACE_FILES = f"{_FOLDER}/traces.json"
ROW_FILES = f"{_FOLDER}/rows.json"
INVERSE_FILES = f"{_FOLDER}/inverse.json"
STEPS = f"{_FOLDER}/steps"
AMBIGUOUS = f"{_FOLDER}/ambiguous.npy"
TALLY = f"{_FOLDER}/tally.json"
KEPT = f"{_FOLDER}/kept.json"
LEFT_OUT = f"{_FOLDER}/left-out.json"
MODEL = f"{_FOLDER}/tokenizer.model"
REJECTED_PROGRAMS = f"{_FOLDER}/rejected-programs.arrow"
REJECTED_DOCUMENTS = f"{_FOLDER}/rejected-documents.arrow"


class Workspace:
    """An unfinished directory. What an earlier build left there is taken away.

    Raises ConfigError where `root` cannot be written to, or holds something that no build made.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        folder = root / _FOLDER
        try:
            _claim(root, folder)
            (root / _TICKS).mkdir()
        except OSError as error:
            raise ConfigError("--output", f"{root}: {error.strerror}") from None

    def ticker(self, stage: str) -> Ticker:
        """A ticker for a stage of this build."""
        return Ticker(self.root / _TICKS, stage)

    def entries(self, name: str) -> list[FileEntry]:
        """The file entries that a graph reported, sorted by path."""
        entries = [FileEntry(**entry) for entry in self._report(name)]
        return sorted(entries, key=lambda entry: entry.path)

    def tally(self) -> Counter[str]:
        """The sums that the row graph reported."""
        total: Counter[str] = Counter()
        for part in self._report(TALLY):
            total.update(part)
        return total

    def document_counts(self, name: str) -> dict[tuple[str, str, str], Counter[str]]:
        """The counts of documents of each (split, group, policy) that the row graph reported,
        sorted."""
        if not (self.root / name).exists():
            return {}
        found = {tuple(key): Counter(count) for key, count in self._report(name)}
        return dict(sorted(found.items()))

    def rejections(self, *names: str) -> list[Rejection]:
        """The rejections that graphs reported in the files `names`."""
        return [
            Rejection(row["program"], Reason(row["reason"]), row["detail"])
            for name in names
            for row in open_table(self.root / name, REJECTED_SCHEMA).to_pylist()
        ]

    def clean(self) -> None:
        """Take the graphs' reports away: what is left is the result. The directory stays ours."""
        _empty(self.root / _FOLDER)

    def close(self) -> None:
        """Leave a directory that is clean and finished."""
        (self.root / _FOLDER).rmdir()

    def _report(self, name: str) -> list[Any]:
        found: list[Any] = orjson.loads((self.root / name).read_bytes())
        return found


def _claim(root: Path, folder: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    ours = folder.exists() or (root / NAME).exists()
    if not ours and any(root.iterdir()):
        raise ConfigError("--output", f"{root}: not empty, and not a directory of a build")
    if not os.access(root, os.W_OK | os.X_OK):
        raise ConfigError("--output", f"{root}: cannot be written to")
    folder.mkdir(exist_ok=True)
    clear(root)
    _empty(folder)


def _empty(folder: Path) -> None:
    """The folder itself stays: it tells whose the directory is, should we be killed here."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
