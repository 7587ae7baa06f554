"""Pack documents into rows and write the shards of the splits, as Beam stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import apache_beam as beam
import numpy as np
import numpy.typing as npt

from pipeline.config import Pack, PackingConfig
from pipeline.metrics import Meter, written
from pipeline.shards.documents import Tokens, read_documents
from pipeline.shards.places import Place
from pipeline.shards.placing import order, place, share_out
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import SPLITS, RowFormat, shard_name
from pipeline.shards.writer import FileEntry, write_stream
from pipeline.stages.spread import Spread

_METER = Meter("rows")


class CountDocuments(beam.PTransform):
    """Documents (`Tokens`) to the counts of each key: (key, Counter)."""

    def __init__(self, key: Callable[[Tokens], Any]) -> None:
        super().__init__()
        self._key = key

    def expand(self, documents: Any) -> Any:
        key = self._key
        return (
            documents
            | "Counts" >> beam.Map(lambda document: (key(document), document.counts()))
            | "Sum" >> beam.CombinePerKey(total)
        )


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of all splits, as one sequence: those of the first split, of the second, ..."""

    files: Mapping[str, int]  # of each split

    @classmethod
    def of(cls, totals: Mapping[str, Mapping[str, int]], config: PackingConfig) -> Shards:
        """Of splits of so many `documents` and `tokens`: what a shard holds decides."""
        none = {"documents": 0, "tokens": 0}
        return cls({split: _files(totals.get(split, none), config) for split in SPLITS})

    def __len__(self) -> int:
        return sum(self.files.values())

    def numbers(self, part: range) -> dict[str, range]:
        """The numbers of the shards of each split in a part of the sequence."""
        found, first = {}, 0
        for split, count in self.files.items():
            found[split] = range(max(0, part.start - first), min(count, part.stop - first))
            first += count
        return found


class ReadDocuments(beam.PTransform):
    """The documents (`Tokens`) of files of them that belong to a part of the shards, or all."""

    def __init__(
        self,
        root: Place,
        entries: Sequence[FileEntry],
        shards: Shards | None = None,
        part: range = range(0),
    ) -> None:
        super().__init__()
        self._root, self._entries = root, list(entries)
        files, numbers = (shards.files, shards.numbers(part)) if shards else ({}, {})
        self._wanted = partial(_wanted, files, numbers) if shards else _all

    def expand(self, pipeline: Any) -> Any:
        root, wanted = self._root, self._wanted
        return (
            pipeline
            | Spread(self._entries)
            | beam.FlatMap(lambda entry: read_documents(root, entry, wanted))
        )


class WriteRows(beam.PTransform):
    """Documents (`Tokens`) to the shards of their splits: file entries.

    Which shard a document belongs to follows from its program; their order in it, from their ids.
    Nothing depends on the order in which they come.
    """

    def __init__(self, root: Place, form: RowFormat, config: PackingConfig, shards: Shards) -> None:
        super().__init__()
        self._root, self._form, self._config, self._shards = root, form, config, shards

    def expand(self, documents: Any) -> Any:
        return (
            documents
            | "Place" >> beam.Map(_placed, self._shards.files)
            | "ByShard" >> beam.GroupByKey()
            | "Write" >> beam.FlatMap(_write, self._root, self._form, self._config)
        )


def total(counts: Iterable[Counter[str]]) -> Counter[str]:
    """The sum of counts."""
    found: Counter[str] = Counter()
    for count in counts:
        found.update(count)
    return found


def _files(totals: Mapping[str, int], config: PackingConfig) -> int:
    if config.pack is Pack.NONE:
        return share_out(totals["documents"], config.rows_per_shard)
    return share_out(totals["tokens"], config.rows_per_shard * config.sequence_length)


def _all(splits: npt.NDArray[Any], _orders: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    return np.ones(len(splits), np.bool_)


def _wanted(
    files: Mapping[str, int],
    numbers: Mapping[str, range],
    splits: npt.NDArray[Any],
    orders: npt.NDArray[np.uint64],
) -> npt.NDArray[np.bool_]:
    wanted = np.zeros(len(splits), np.bool_)
    for split, some in numbers.items():
        number = orders % np.uint64(files[split])
        wanted |= (splits == split) & (number >= some.start) & (number < some.stop)
    return wanted


def _placed(document: Tokens, files: Mapping[str, int]) -> tuple[str, Tokens]:
    split, count = document.split, files[document.split]
    return shard_name(split, place(document.program, count), count), document


def _write(
    shard: tuple[str, Iterable[Tokens]], root: Place, form: RowFormat, config: PackingConfig
) -> Iterable[FileEntry]:
    name, documents = shard
    ordered = sorted(documents, key=lambda document: (order(document.id), document.id))
    plan = config.plan([len(document) for document in ordered])
    encoded = [document.encoded() for document in ordered]
    batches = record_batches(encoded, plan, form, config.padded)
    _METER.count("rows", len(plan))
    for document in ordered:
        _METER.document(document)
    return written([write_stream(root, name, form.schema, batches)])
