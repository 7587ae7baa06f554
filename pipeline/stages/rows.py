"""Pack documents into rows and write the shards of the splits, as Beam stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import apache_beam as beam

from pipeline.config import PackingConfig
from pipeline.shards.placing import order, place, share_out
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import RowFormat, shard_name
from pipeline.shards.writer import FileEntry, write_stream
from pipeline.stages.documents import Tokens
from tokenization.packing import pack


class WriteRows(beam.PTransform):
    """Documents (`Tokens`) to the shards of their splits: file entries.

    How many shards a split has follows from its tokens; which one a document belongs to, from its
    program; their order in it, from their ids. Nothing depends on the order in which they come.
    """

    def __init__(self, root: Path, form: RowFormat, config: PackingConfig) -> None:
        super().__init__()
        self._root, self._form, self._config = root, form, config

    def expand(self, documents: Any) -> Any:
        shard_tokens = self._config.rows_per_shard * self._config.sequence_length
        totals = (
            documents
            | "Lengths" >> beam.Map(lambda document: (document.split, len(document)))
            | "Totals" >> beam.CombinePerKey(sum)
        )
        return (
            documents
            | "Place" >> beam.Map(_placed, beam.pvalue.AsDict(totals), shard_tokens)
            | "ByShard" >> beam.GroupByKey()
            | "Write" >> beam.Map(_write, self._root, self._form)
        )


def _placed(document: Tokens, totals: Mapping[str, int], shard_tokens: int) -> tuple[str, Tokens]:
    files = share_out(totals[document.split], shard_tokens)
    return shard_name(document.split, place(document.program, files), files), document


def _write(shard: tuple[str, Iterable[Tokens]], root: Path, form: RowFormat) -> FileEntry:
    name, documents = shard
    ordered = sorted(documents, key=lambda document: (order(document.id), document.id))
    plan = pack([len(document) for document in ordered], form.sequence_length)
    encoded = [document.encoded() for document in ordered]
    return write_stream(root, name, form.schema, record_batches(encoded, plan, form))
