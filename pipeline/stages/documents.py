"""Draw, render and encode trajectories, as Beam stages; the twin of `pipeline.documents`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np

from pipeline import log
from pipeline.config import Config
from pipeline.documents import Made, make_documents
from pipeline.inverse_steps import InverseSteps, Keys, write_inverse_steps
from pipeline.ledger import DOCUMENTS, JUDGED, UNFIT
from pipeline.metrics import Meter
from pipeline.mixture import group_of
from pipeline.progress import Ticker
from pipeline.shards.documents import Tokens, write_documents
from pipeline.shards.places import Place
from pipeline.shards.rejected import write_rejected
from pipeline.shards.schema import shard_name
from pipeline.shards.traces import TraceRecord, TraceStore
from pipeline.shards.writer import FileEntry
from pipeline.stages.spread import Spread
from tokenization.encode import Encoder
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Model
from tracing.rejection import Rejection

_METER = Meter("documents")
_RECORDS = 64  # of the store, read as one element
REJECTIONS, TALLIES, STEPS = "rejections", "tallies", "steps"


class ReadTraces(beam.PTransform):
    """The records of the store's files, read in parts; of one split, or of all."""

    def __init__(self, root: Place, entries: Sequence[FileEntry], split: str | None = None) -> None:
        super().__init__()
        self._root, self._entries, self._split = root, entries, split

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | Spread(self._entries)
            | "Parts" >> beam.FlatMap(_parts)
            | beam.Reshuffle()
            | beam.FlatMap(_read, self._root, self._split)
        )


class EncodeTraces(beam.PTransform):
    """Trace records to documents (`Tokens`), with the outputs REJECTIONS, TALLIES (Counter) and,
    where there is a file `keys` of the keys of ambiguous steps, STEPS (InverseSteps)."""

    def __init__(
        self, config: Config, model: Model, ticker: Ticker, keys: Place | None = None
    ) -> None:
        super().__init__()
        self._encode = _Encode(config, model, ticker, keys)

    def expand(self, records: Any) -> Any:
        return records | beam.ParDo(self._encode).with_outputs(
            REJECTIONS, TALLIES, STEPS, main="documents"
        )


class _Encode(beam.DoFn):
    def __init__(self, config: Config, model: Model, ticker: Ticker, keys: Place | None) -> None:
        self._config, self._model, self._ticker, self._file = config, model, ticker, keys

    def setup(self) -> None:
        self._keys = None if self._file is None else _loaded(self._file)
        self._encoder = Encoder(load(self._model), self._config.packing.sequence_length)

    def process(self, record: TraceRecord) -> Iterator[Any]:
        config = self._config
        with log.errors(_METER.stage, record.program):
            made, events = self._made(record)
        self._ticker.tick()
        _METER.count("programs")
        if made.rejection is not None:
            _METER.reject(made.rejection)
            yield beam.pvalue.TaggedOutput(REJECTIONS, made.rejection)
            return
        _METER.observe("events", events)
        _METER.count_all(drawn(made))
        yield beam.pvalue.TaggedOutput(TALLIES, tally(made, events))
        for steps in made.inverse_steps:
            yield beam.pvalue.TaggedOutput(STEPS, steps)
        for document in made.documents:
            group = group_of(record, document.id, config.mixture.by) if config.mixture else ""
            tokens = Tokens.of(document, record, group)
            _METER.document(tokens)
            yield tokens

    def _made(self, record: TraceRecord) -> tuple[Made, int]:
        """What is made of a trace, and how many events it has."""
        config, trace = self._config, record.load()
        made = make_documents(
            trace, config.trajectories, config.seed, self._encoder, config.packing.long, self._keys
        )
        return made, len(trace)


def drawn(made: Made) -> dict[str, int]:
    """The counts of a program's trajectories."""
    return {
        **{f"trajectories.{name}": count for name, count in made.trajectories.items()},
        "repeated": made.repeated,
        "without_start": made.without_start,
        "without_room": made.without_room,
        "unclassified": made.unclassified,
    }


def tally(made: Made, events: int) -> Counter[str]:
    """What the counts of programs and trajectories are summed from."""
    return Counter(
        {
            "traced": 1,
            "events": events,
            **drawn(made),
            **{f"policies.{name}": count for name, count in made.policies.items()},
            "inverse_steps": sum(item.actions for item in made.inverse_steps),
            "ambiguous": sum(len(item.ambiguous) for item in made.inverse_steps),
            "checkable": sum(len(item.checkable) for item in made.inverse_steps),
            **made.survey,
        }
    )


def _parts(entry: FileEntry) -> list[tuple[FileEntry, int]]:
    return [(entry, start) for start in range(0, entry.rows, _RECORDS)]


def _read(part: tuple[FileEntry, int], root: Place, split: str | None) -> Iterator[TraceRecord]:
    entry, start = part
    records = _store(root, entry).records(start, start + _RECORDS)
    return (record for record in records if split is None or record.split == split)


@lru_cache(maxsize=2)
def _store(root: Place, entry: FileEntry) -> TraceStore:
    """A file of the store, opened once for its parts: at a URL that is fetching it."""
    return TraceStore(root, [entry])


def _loaded(path: Place) -> Keys:
    keys: Keys
    if isinstance(path, Path):
        keys = np.load(path, mmap_mode="r")
    else:
        keys = np.load(BytesIO(path.read_bytes()))
    return keys


def documents_file(
    root: Place, number: int, files: int, documents: Iterable[Tokens]
) -> list[FileEntry]:
    """Writes the documents of one file of traces."""
    return [write_documents(root, shard_name(DOCUMENTS, number, files), documents)]


def judged_file(
    root: Place, number: int, files: int, steps: Iterable[InverseSteps]
) -> list[FileEntry]:
    """Writes what is known of the inverse documents of one file of traces."""
    return [write_inverse_steps(root, shard_name(JUDGED, number, files), steps)]


def unfit_file(
    root: Place, number: int, files: int, rejections: Iterable[Rejection]
) -> list[FileEntry]:
    """Writes the rejections of one file of traces."""
    return [write_rejected(root, shard_name(UNFIT, number, files), rejections)]
