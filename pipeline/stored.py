"""Stored: a build that draws from the traces of a finished directory, and runs nothing again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.config import Config, as_data
from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.rejected import read_rejected, write_rejected
from pipeline.shards.schema import TRACES
from pipeline.shards.verify import check_content
from pipeline.shards.writer import FileEntry, write_bytes
from pipeline.strict import ConfigError, read, shown
from pipeline.workspace import REJECTED_PROGRAMS
from tracing.capture import wire
from tracing.rejection import Reason


@dataclass(frozen=True, slots=True)
class StoredTraces:
    """The traces of a finished directory, and the programs that were rejected before."""

    root: Path
    manifest: Manifest

    @classmethod
    def open(cls, root: Path) -> StoredTraces:
        """Raises ManifestError: not finished, changed, or traces of another form."""
        manifest = Manifest.read(root)
        form = manifest.versions.get("trace")
        if form != wire.VERSION:
            raise ManifestError(f"{root}: traces of form {form}, this is {wire.VERSION}")
        return cls(root, manifest)

    def configuration(self, config: Config) -> Config:
        """A configuration with the programs of the store.

        Raises ConfigError where what decides on programs and runs, other than where the programs
        were read from, is not as it was when the traces were made.
        """
        theirs = read(Config, dict(self.manifest.config))
        config = replace(config, corpus=replace(config.corpus, paths=theirs.corpus.paths))
        for part in ("corpus", "tracing"):
            for key, ours, stored in _differences(as_data(config)[part], as_data(theirs)[part]):
                problem = f"{shown(ours)}; the traces in {self.root} were made with {shown(stored)}"
                raise ConfigError(f"{part}.{key}", problem)
        return config

    def copy_to(self, root: Path) -> list[FileEntry]:
        """Copy the traces into the directory of another build, and the rejections to where its
        trace graph would have written them. Raises DamagedFileError."""
        entries = self.manifest.files_in(TRACES)
        for entry in entries:
            check_content(self.root, entry)
            write_bytes(root, entry.path, (self.root / entry.path).read_bytes())
        rejected = (r for r in read_rejected(self.root) if r.reason != Reason.CONTEXT_TOO_LONG)
        write_rejected(root, REJECTED_PROGRAMS, rejected)
        return list(entries)


def _differences(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The places where two nested mappings have other values: key, ours, theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**theirs, **ours}:
            yield from _differences(ours.get(key), theirs.get(key), f"{path}.{key}".lstrip("."))
    elif ours != theirs:
        yield path, ours, theirs
