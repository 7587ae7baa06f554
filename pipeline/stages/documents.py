"""Draw, render and encode trajectories, as Beam stages; the twin of `pipeline.documents`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics

from pipeline.config import Config
from pipeline.documents import Made, make_documents
from pipeline.mixture import group_of
from pipeline.progress import Ticker
from pipeline.shards.traces import TraceRecord, TraceStore
from pipeline.shards.writer import FileEntry
from tokenization.encode import Encoded, Encoder
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Model
from tracing.trajectories.trajectory import window_of

_RECORDS = 64  # of the store, read as one element
REJECTIONS, TALLIES, STEPS = "rejections", "tallies", "steps"


@dataclass(frozen=True, slots=True)
class Tokens:
    """An encoded document on its way to a shard: ids (uint32) and roles (uint8) as bytes."""

    split: str
    program: str
    id: str
    ids: bytes
    roles: bytes
    cut: bool = False
    group: str = ""  # of the mixture

    @classmethod
    def of(cls, document: Encoded, record: TraceRecord, group: str) -> Tokens:
        """A document of a program."""
        ids, roles = document.ids.tobytes(), document.roles.tobytes()
        return cls(record.split, record.program, document.id, ids, roles, document.cut, group)

    def encoded(self) -> Encoded:
        """The document as arrays; how many frames it has no longer matters."""
        ids, roles = np.frombuffer(self.ids, np.uint32), np.frombuffer(self.roles, np.uint8)
        return Encoded(self.id, ids, roles, self.cut, frames=0)

    def counts(self) -> Counter[str]:
        """What it adds to the counts of the manifest."""
        windows = int(window_of(self.id) > 1)
        counts = {"documents": 1, "tokens": len(self), "cut": int(self.cut), "windows": windows}
        return Counter(counts)

    def __len__(self) -> int:
        return len(self.roles)


class ReadTraces(beam.PTransform):
    """The records of the store's files, read in parts; of one split, or of all."""

    def __init__(self, root: Path, entries: Sequence[FileEntry], split: str | None = None) -> None:
        super().__init__()
        self._root, self._entries, self._split = root, entries, split

    def expand(self, pipeline: Any) -> Any:
        parts = [
            (entry, start) for entry in self._entries for start in range(0, entry.rows, _RECORDS)
        ]
        return (
            pipeline
            | beam.Create(parts)
            | beam.Reshuffle()
            | beam.FlatMap(_read, self._root, self._split)
        )


class EncodeTraces(beam.PTransform):
    """Trace records to documents (`Tokens`), with the outputs REJECTIONS, TALLIES (Counter) and,
    where there is a file `keys` of the keys of ambiguous steps, STEPS (InverseSteps)."""

    def __init__(
        self, config: Config, model: Model, ticker: Ticker, keys: Path | None = None
    ) -> None:
        super().__init__()
        self._encode = _Encode(config, model, ticker, keys)

    def expand(self, records: Any) -> Any:
        return records | beam.ParDo(self._encode).with_outputs(
            REJECTIONS, TALLIES, STEPS, main="documents"
        )


class _Encode(beam.DoFn):
    def __init__(self, config: Config, model: Model, ticker: Ticker, keys: Path | None) -> None:
        self._config, self._model, self._ticker, self._file = config, model, ticker, keys
        self._tokens = Metrics.counter("documents", "tokens")
        self._documents = Metrics.counter("documents", "documents")

    def setup(self) -> None:
        self._keys = None if self._file is None else np.load(self._file, mmap_mode="r")
        self._encoder = Encoder(load(self._model), self._config.packing.sequence_length)

    def process(self, record: TraceRecord) -> Iterator[Any]:
        config = self._config
        trace = record.load()
        made = make_documents(
            trace, config.trajectories, config.seed, self._encoder, config.packing.long, self._keys
        )
        self._ticker.tick()
        if made.rejection is not None:
            yield beam.pvalue.TaggedOutput(REJECTIONS, made.rejection)
            return
        yield beam.pvalue.TaggedOutput(TALLIES, tally(made, len(trace)))
        for steps in made.inverse_steps:
            yield beam.pvalue.TaggedOutput(STEPS, steps)
        for document in made.documents:
            self._documents.inc()
            self._tokens.inc(len(document.ids))
            group = group_of(record, document.id, config.mixture.by) if config.mixture else ""
            yield Tokens.of(document, record, group)


def tally(made: Made, events: int) -> Counter[str]:
    """What the counts of programs and trajectories are summed from."""
    return Counter(
        {
            "traced": 1,
            "events": events,
            **{f"trajectories.{name}": count for name, count in made.trajectories.items()},
            **{f"policies.{name}": count for name, count in made.policies.items()},
            "repeated": made.repeated,
            "without_start": made.without_start,
            "without_room": made.without_room,
            "unclassified": made.unclassified,
            "inverse_steps": sum(item.actions for item in made.inverse_steps),
            "ambiguous": sum(len(item.ambiguous) for item in made.inverse_steps),
            "checkable": sum(len(item.checkable) for item in made.inverse_steps),
            **made.survey,
        }
    )


def _read(part: tuple[FileEntry, int], root: Path, split: str | None) -> Iterator[TraceRecord]:
    entry, start = part
    records = TraceStore(root, [entry]).records(start, start + _RECORDS)
    return (record for record in records if split is None or record.split == split)
