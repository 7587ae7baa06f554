"""Read, normalise and select programs, as Beam stages; the rules are `pipeline.corpus`'s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from pipeline.corpus.candidate import Candidate, Selected
from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.decontaminate import listed_sources
from pipeline.corpus.near_duplicates import bands, near_duplicates, sketch
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.read import read_file
from pipeline.corpus.select import same_id, select, unique
from pipeline.metrics import Meter
from pipeline.shards.places import Place
from pipeline.shards.placing import share_out
from pipeline.shards.programs import write_programs
from pipeline.shards.schema import PROGRAMS, shard_name
from pipeline.shards.traces import RECORDS_PER_FILE
from pipeline.shards.writer import FileEntry
from pipeline.stages.outcomes import Divide
from pipeline.stages.spread import Spread
from pipeline.stages.writing import WriteShards
from tracing.program import Program
from tracing.rejection import Rejection

_METER = Meter("programs")


class ReadPrograms(beam.PTransform):
    """The programs and rejections of corpus files."""

    def __init__(self, files: Sequence[str], config: CorpusConfig) -> None:
        super().__init__()
        self._files, self._config = files, config

    def expand(self, root: Any) -> Any:
        return root | Spread(self._files) | beam.FlatMap(read_file, self._config)


class SelectPrograms(beam.PTransform):
    """The twin of `select_all`: programs to candidates and rejections, as one collection."""

    def __init__(self, config: CorpusConfig) -> None:
        super().__init__()
        self._config = config

    def expand(self, programs: Any) -> Any:
        config = self._config
        named, doubles = (
            programs
            | "Balance" >> beam.Reshuffle()
            | "Normalise" >> beam.ParDo(_Normalise())
            | "KeyById" >> beam.WithKeys(lambda candidate: candidate.program.id)
            | "ById" >> beam.GroupByKey()
            | "SameId" >> beam.FlatMapTuple(lambda _, group: _outcomes(same_id(group)))
            | "DivideById" >> Divide()
        )
        listed = programs.pipeline | "Listed" >> _Listed(config.decontaminate)
        sources = (
            named
            | "KeyBySource" >> beam.WithKeys(lambda candidate: candidate.normal)
            | "BySource" >> beam.GroupByKey()
        )
        if config.near_duplicates is None:
            both = sources | "Alone" >> beam.MapTuple(_alone)
        else:
            alike = sources | "Alike" >> _Alike(config, listed)
            both = {"group": sources, "alike": alike} | "WithAlike" >> beam.CoGroupByKey()
        selected = both | "Select" >> beam.FlatMap(_select, config, listed)
        return (selected, doubles) | "Outcomes" >> beam.Flatten()


class WritePrograms(beam.PTransform):
    """Candidates and rejections to the files of the store: file entries.

    There are as many files as of traces: what selection kept decides on their number."""

    def __init__(self, root: Place) -> None:
        super().__init__()
        self._root = root

    def expand(self, outcomes: Any) -> Any:
        files = (
            outcomes
            | "Kept" >> beam.Filter(lambda outcome: isinstance(outcome, Candidate))
            | "Count" >> beam.combiners.Count.Globally()
            | "Files" >> beam.Map(share_out, RECORDS_PER_FILE)
        )
        side = beam.pvalue.AsSingleton(files)
        return outcomes | "Store" >> WriteShards(self._root, side, _id, _write)


def fate(outcome: Candidate | Rejection) -> str:
    """The reason of a rejection; empty for what is selected. Both are counted."""
    _METER.count("programs")
    if not isinstance(outcome, Rejection):
        return ""
    _METER.reject(outcome)
    return str(outcome.reason)


class _Normalise(beam.DoFn):
    def setup(self) -> None:
        self._normaliser = Normaliser()

    def process(self, program: Program) -> Iterator[Candidate]:
        yield Candidate.of(program, self._normaliser)

    def teardown(self) -> None:
        self._normaliser.close()


class _Listed(beam.PTransform):
    """The sources to stay away from, as a side input."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self._paths = paths

    def expand(self, pipeline: Any) -> Any:
        listed = pipeline | beam.Create([tuple(self._paths)]) | beam.Map(_listed)
        return beam.pvalue.AsSingleton(listed)


class _Alike(beam.PTransform):
    """The sources to leave out for another that they are alike to: (normal form, its program)."""

    def __init__(self, config: CorpusConfig, listed: Any) -> None:
        super().__init__()
        self._config, self._listed = config, listed

    def expand(self, sources: Any) -> Any:
        near = self._config.near_duplicates
        assert near is not None
        return (
            sources
            | "Sketch" >> beam.FlatMap(_buckets, self._config, self._listed)
            | "ByBucket" >> beam.GroupByKey()
            | "NearDuplicates" >> beam.FlatMapTuple(lambda _, bucket: near_duplicates(bucket, near))
        )


def _listed(paths: tuple[str, ...]) -> frozenset[str]:
    with Normaliser() as normaliser:
        return listed_sources(paths, normaliser)


def _buckets(
    source: tuple[str, Iterable[Candidate]], config: CorpusConfig, listed: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    _, group = source
    allowed, _rejected = unique(group, config, listed)
    if allowed and config.near_duplicates is not None:
        item = sketch(allowed, config.near_duplicates)
        for band in bands(item, config.near_duplicates):
            yield band, item


def _alone(normal: str, group: Iterable[Candidate]) -> tuple[str, dict[str, Any]]:
    """A source of which nothing alike is known, in the form of those of which it is."""
    return normal, {"group": [group], "alike": []}


def _select(
    source: tuple[str, dict[str, Any]], config: CorpusConfig, listed: frozenset[str]
) -> list[Candidate | Rejection]:
    _, found = source
    (group,) = found["group"]
    return _outcomes(select(group, config, listed, found["alike"]))


def _outcomes(selected: Selected) -> list[Candidate | Rejection]:
    kept, rejected = selected
    return [*kept, *rejected]


def _id(outcome: Candidate | Rejection) -> str:
    return outcome.program if isinstance(outcome, Rejection) else outcome.program.id


def _write(
    root: Place, number: int, files: int, outcomes: Iterable[Candidate | Rejection]
) -> list[FileEntry]:
    return [write_programs(root, shard_name(PROGRAMS, number, files), outcomes)]
