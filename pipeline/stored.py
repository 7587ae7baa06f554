"""Stored: a build that draws from the traces of another directory, and runs nothing again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pipeline.config import Config, as_data
from pipeline.ledger import Ledger
from pipeline.shards.manifest import ManifestError
from pipeline.shards.places import Place, overlapped
from pipeline.shards.stores import Store, path_of
from pipeline.shards.verify import check_content
from pipeline.shards.writer import FileEntry, write_bytes
from pipeline.strict import ConfigError, shown
from tracing.capture import wire


@dataclass(frozen=True, slots=True)
class StoredTraces:
    """The stores of programs and traces of a directory, which need not have others."""

    root: Place
    programs: Store
    traces: Store

    @classmethod
    def open(cls, root: Place) -> StoredTraces:
        """Raises ManifestError: not finished, changed, or traces of another form."""
        found = [Ledger(root).finished(name) for name in ("programs", "traces")]
        programs, traces = found
        if programs is None or traces is None:
            name = path_of("traces" if programs else "programs")
            raise ManifestError(f"{root}: no traces to draw from, there is no {name}")
        form = traces.recipe.config["form"]
        if form != wire.VERSION:
            raise ManifestError(f"{root}: traces of form {form}, this is {wire.VERSION}")
        return cls(root, programs, traces)

    def configuration(self, config: Config) -> Config:
        """A configuration with the programs of the store.

        Raises ConfigError where what decides on programs and runs, other than where the programs
        were read from, is not as it was when the traces were made.
        """
        made = self.traces.recipe.config
        corpus = {**self.programs.recipe.config["corpus"], "splits": made["splits"]}
        theirs = {"corpus": corpus, "tracing": made["tracing"]}
        paths = tuple(corpus["paths"])
        config = replace(config, corpus=replace(config.corpus, paths=paths))
        for part, data in theirs.items():
            for key, ours, stored in _differences(as_data(config)[part], data):
                problem = f"{shown(ours)}; the traces in {self.root} were made with {shown(stored)}"
                raise ConfigError(f"{part}.{key}", problem)
        return config

    def copy_to(self, root: Place, ledger: Ledger) -> None:
        """Copy the stores to the directory of another build, where it has not the same.

        Raises DamagedFileError."""
        for store in (self.programs, self.traces):
            there = ledger.find(store.recipe)
            if there is None or there.content != store.content:
                ledger.begin(store.recipe)
                for _ in overlapped(partial(self._copy, root), store.files):
                    pass
                store.write(root)

    def _copy(self, root: Place, entry: FileEntry) -> None:
        check_content(self.root, entry)
        write_bytes(root, entry.path, (self.root / entry.path).read_bytes())


def _differences(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The places where two nested mappings have other values: key, ours, theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**theirs, **ours}:
            yield from _differences(ours.get(key), theirs.get(key), f"{path}.{key}".lstrip("."))
    elif ours != theirs:
        yield path, ours, theirs
