"""Pack documents into rows and write the shards of the splits, as Beam stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import apache_beam as beam

from pipeline.config import Pack, PackingConfig
from pipeline.shards.placing import order, place, share_out
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import RowFormat, shard_name
from pipeline.shards.writer import FileEntry, write_stream
from pipeline.stages.documents import Tokens


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


class WriteRows(beam.PTransform):
    """Documents (`Tokens`) to the shards of their splits: file entries.

    How many shards a split has follows from its tokens or, where a document is a row, from its
    documents; which one a document belongs to, from its program; their order in it, from their ids.
    Nothing depends on the order in which they come.
    """

    def __init__(self, root: Path, form: RowFormat, config: PackingConfig) -> None:
        super().__init__()
        self._root, self._form, self._config = root, form, config

    def expand(self, documents: Any) -> Any:
        totals = documents | "Totals" >> CountDocuments(lambda document: document.split)
        return (
            documents
            | "Place" >> beam.Map(_placed, beam.pvalue.AsDict(totals), self._config)
            | "ByShard" >> beam.GroupByKey()
            | "Write" >> beam.Map(_write, self._root, self._form, self._config)
        )


def total(counts: Iterable[Counter[str]]) -> Counter[str]:
    """The sum of counts."""
    found: Counter[str] = Counter()
    for count in counts:
        found.update(count)
    return found


def _placed(
    document: Tokens, totals: Mapping[str, Counter[str]], config: PackingConfig
) -> tuple[str, Tokens]:
    counts = totals[document.split]
    if config.pack is Pack.NONE:
        files = share_out(counts["documents"], config.rows_per_shard)
    else:
        files = share_out(counts["tokens"], config.rows_per_shard * config.sequence_length)
    return shard_name(document.split, place(document.program, files), files), document


def _write(
    shard: tuple[str, Iterable[Tokens]], root: Path, form: RowFormat, config: PackingConfig
) -> FileEntry:
    name, documents = shard
    ordered = sorted(documents, key=lambda document: (order(document.id), document.id))
    plan = config.plan([len(document) for document in ordered])
    encoded = [document.encoded() for document in ordered]
    batches = record_batches(encoded, plan, form, config.padded)
    return write_stream(root, name, form.schema, batches)
