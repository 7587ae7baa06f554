"""Read, normalise and select programs, as Beam stages; the rules are `pipeline.corpus`'s.

Programs lie in files: blocks. What passes through the graphs is their names, the keys that
selection looks at, in packs, and what it decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from pipeline.corpus.candidate import Candidate, Key
from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.decontaminate import listed_sources
from pipeline.corpus.near_duplicates import Sketch, bands, near_duplicates
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.read import read_file
from pipeline.corpus.select import Refused, grouped, same_id, select, sketch_of, unique
from pipeline.ledger import CANDIDATES, FATES, READ
from pipeline.metrics import Meter, written
from pipeline.progress import Ticker
from pipeline.shards.places import Place
from pipeline.shards.placing import place
from pipeline.shards.programs import read_programs, read_selected, write_fates, write_programs
from pipeline.shards.schema import PROGRAMS, shard_name
from pipeline.shards.writer import FileEntry
from pipeline.stages.spread import Spread, pack, unpack
from tracing.program import Program
from tracing.rejection import Rejection

KEPT = "kept"  # the number of programs that selection keeps, in parts
_KEYS = "keys"
_READING, _METER = Meter("candidates"), Meter("programs")
_BLOCK_RECORDS, _BLOCK_CHARACTERS = 1 << 10, 1 << 23  # of sources, about

Item = TypeVar("Item")
Outcome = Candidate | Rejection

_by_id, _by_source = attrgetter("program"), attrgetter("normal")


class ReadCorpus(beam.PTransform):
    """Some corpus files, each with its number, to blocks of candidates: file entries."""

    def __init__(
        self, root: Place, files: Sequence[tuple[int, str]], config: CorpusConfig, ticker: Ticker
    ) -> None:
        super().__init__()
        self._root, self._files, self._config, self._ticker = root, files, config, ticker

    def expand(self, pipeline: Any) -> Any:
        return (
            pipeline
            | Spread(self._files)
            | "Read" >> beam.FlatMap(_read, self._root, self._config)
            | "Balance" >> beam.Reshuffle()
            | "Normalise" >> beam.ParDo(_Normalise(self._root, self._ticker))
        )


class SelectPrograms(beam.PTransform):
    """The twin of `select_all`: blocks to the files of fates of their rows, and the number of
    programs that are KEPT, in parts. Keys are looked at in so many `parts`."""

    def __init__(
        self, root: Place, blocks: Sequence[str], config: CorpusConfig, parts: int
    ) -> None:
        super().__init__()
        self._root, self._blocks, self._config, self._parts = root, blocks, config, parts

    def expand(self, pipeline: Any) -> Any:
        config, parts = self._config, self._parts
        listed = pipeline | "Listed" >> _Listed(config.decontaminate)
        named = (
            pipeline
            | Spread(enumerate(self._blocks))
            | "Keys" >> beam.FlatMap(_keys, self._root, config, parts)
            | "ById" >> beam.GroupByKey()
            | "SameId" >> beam.FlatMap(_same_id, parts).with_outputs(FATES, main=_KEYS)
        )
        sources = named[_KEYS] | "BySource" >> beam.GroupByKey()
        if config.near_duplicates is None:
            both = sources | "Alone" >> beam.MapTuple(_alone)
        else:
            alike = sources | "Alike" >> _Alike(config, listed, parts)
            both = {_KEYS: sources, "alike": alike} | "WithAlike" >> beam.CoGroupByKey()
        chosen = both | "Select" >> beam.FlatMap(_select, config, listed).with_outputs(
            KEPT, main=FATES
        )
        fates = (
            (named[FATES], chosen[FATES])
            | beam.Flatten()
            | "ByBlock" >> beam.GroupByKey()
            | "Fates" >> beam.Map(_write_fates, self._root)
        )
        return fates, chosen[KEPT]


class WritePrograms(beam.PTransform):
    """Blocks, each with its fates where there are any, to some of the `files` of the store of
    programs: file entries, and the reasons of rejections (empty for what is selected) with their
    counts, in parts."""

    def __init__(
        self,
        root: Place,
        blocks: Sequence[tuple[str, str | None]],
        files: int,
        part: range,
    ) -> None:
        super().__init__()
        self._root, self._blocks, self._files, self._part = root, blocks, files, part

    def expand(self, pipeline: Any) -> Any:
        root, files = self._root, self._files
        found = (
            pipeline
            | Spread(self._blocks)
            | beam.FlatMap(_selected, root, files, self._part).with_outputs(FATES, main=PROGRAMS)
        )
        entries = (
            found[PROGRAMS]
            | "ByFile" >> beam.GroupByKey()
            | "Write" >> beam.FlatMap(_write_programs, root, files)
        )
        return entries, found[FATES]


def fates_file(block: int) -> str:
    """The file of the fates of a block, if there are any."""
    return f"{FATES}/{block:06d}.arrow"


def _read(file: tuple[int, str], root: Place, config: CorpusConfig) -> Iterator[FileEntry]:
    number, path = file
    for block, found in enumerate(_blocks(read_file(path, config))):
        name = f"{READ}/{number:05d}-{block:06d}.arrow"
        yield write_programs(root, name, found)


def _blocks(found: Iterable[Program | Rejection]) -> Iterator[list[Outcome]]:
    block: list[Outcome] = []
    size = 0
    for item in found:
        block.append(item if isinstance(item, Rejection) else Candidate(item))
        size += len(item.source) if isinstance(item, Program) else 0
        if len(block) == _BLOCK_RECORDS or size >= _BLOCK_CHARACTERS:
            yield block
            block, size = [], 0
    if block:
        yield block


class _Normalise(beam.DoFn):
    """Blocks as they were read to blocks of candidates."""

    def __init__(self, root: Place, ticker: Ticker) -> None:
        self._root, self._ticker = root, ticker

    def setup(self) -> None:
        self._normaliser = Normaliser()

    def process(self, block: FileEntry) -> Iterator[FileEntry]:
        name = f"{CANDIDATES}/{block.path.rpartition('/')[2]}"
        found = map(self._normal, read_programs(self._root, block.path))
        yield from written([write_programs(self._root, name, found)])
        self._ticker.tick(block.rows)
        _READING.count("programs", block.rows)

    def teardown(self) -> None:
        self._normaliser.close()

    def _normal(self, found: Outcome) -> Outcome:
        if isinstance(found, Rejection):
            return found
        return Candidate.of(found.program, self._normaliser)


class _Listed(beam.PTransform):
    """The sources to stay away from, as a side input."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self._paths = paths

    def expand(self, pipeline: Any) -> Any:
        listed = pipeline | beam.Create([tuple(self._paths)]) | beam.Map(_listed)
        return beam.pvalue.AsSingleton(listed)


class _Alike(beam.PTransform):
    """The sources to leave out for another that they are alike to: (normal form, its program), in
    the part of the source."""

    def __init__(self, config: CorpusConfig, listed: Any, parts: int) -> None:
        super().__init__()
        self._config, self._listed, self._parts = config, listed, parts

    def expand(self, sources: Any) -> Any:
        near = self._config.near_duplicates
        assert near is not None
        shared = (
            sources
            | "Bands" >> beam.FlatMap(_bands, self._config, self._listed, self._parts)
            | "ByBand" >> beam.GroupByKey()
            | "Shared" >> beam.FlatMap(_shared, self._parts)
        )
        return (
            {_KEYS: sources, "shared": shared}
            | "WithShared" >> beam.CoGroupByKey()
            | "Sketch" >> beam.FlatMap(_buckets, self._config, self._listed)
            | "ByBucket" >> beam.GroupByKey()
            | "NearDuplicates" >> beam.FlatMapTuple(lambda _, bucket: near_duplicates(bucket, near))
            | "Part" >> beam.Map(lambda pair, parts: (place(pair[0], parts), pair), self._parts)
        )


def _listed(paths: tuple[str, ...]) -> frozenset[str]:
    with Normaliser() as normaliser:
        return listed_sources(paths, normaliser)


def _keys(
    numbered: tuple[int, str], root: Place, config: CorpusConfig, parts: int
) -> Iterator[tuple[int, bytes]]:
    """The keys of a block, by the part of their ids."""
    number, block = numbered
    keys = [
        Key.of(found, number, row, config.near_duplicates)
        for row, found in enumerate(read_programs(root, block))
        if isinstance(found, Candidate)
    ]
    return _in_packs(keys, lambda key: place(key.program, parts))


def _same_id(part: tuple[int, Iterable[bytes]], parts: int) -> Iterator[Any]:
    """The keys that are kept, by the part of their sources, and the FATES of the others."""
    _, packs = part
    kept: list[Key] = []
    others: list[Refused] = []
    for group in grouped(_unpacked(packs), _by_id).values():
        some, refused = same_id(group)
        kept += some
        others += refused
    yield from _in_packs(kept, lambda key: place(key.normal, parts))
    for told in _by_block(others):
        yield TaggedOutput(FATES, told)


def _bands(
    part: tuple[int, Iterable[bytes]], config: CorpusConfig, listed: frozenset[str], parts: int
) -> Iterator[tuple[int, bytes]]:
    """(band, normal form) of all sources, by the part of the band."""
    _, packs = part
    found = [(band, item.normal) for item, its in _sketches(packs, config, listed) for band in its]
    return _in_packs(found, lambda pair: int.from_bytes(pair[0], "big") % parts)


def _shared(part: tuple[int, Iterable[bytes]], parts: int) -> Iterator[tuple[int, bytes]]:
    """Those whose band several sources have, by the part of the source."""
    _, packs = part
    several = [
        pair
        for group in grouped(_unpacked(packs), lambda pair: pair[0]).values()
        if len(group) > 1
        for pair in group
    ]
    return _in_packs(several, lambda pair: place(pair[1], parts))


def _buckets(
    part: tuple[int, Mapping[str, Any]], config: CorpusConfig, listed: frozenset[str]
) -> Iterator[tuple[bytes, Any]]:
    """The sketches of sources, by the bands that they share."""
    _, found = part
    (packs,) = found[_KEYS]
    shared = set(_unpacked(found["shared"]))
    for item, its in _sketches(packs, config, listed):
        for band in its:
            if (band, item.normal) in shared:
                yield band, item


def _sketches(
    packs: Iterable[bytes], config: CorpusConfig, listed: frozenset[str]
) -> Iterator[tuple[Sketch, list[bytes]]]:
    """The sketch of each source that has an allowed program, and its bands."""
    assert config.near_duplicates is not None
    for group in grouped(_unpacked(packs), _by_source).values():
        allowed, _ = unique(group, config, listed)
        if allowed:
            item = sketch_of(allowed)
            yield item, bands(item, config.near_duplicates)


def _alone(part: int, packs: Iterable[bytes]) -> tuple[int, dict[str, Any]]:
    """A part of which nothing alike is known, in the form of those of which it is."""
    return part, {_KEYS: [packs], "alike": []}


def _select(
    part: tuple[int, Mapping[str, Any]], config: CorpusConfig, listed: frozenset[str]
) -> Iterator[Any]:
    """The fates of the keys that are not used, and the number of those that are KEPT."""
    _, found = part
    (packs,) = found[_KEYS]
    alike = grouped(found["alike"], lambda pair: pair[0])
    kept = 0
    others: list[Refused] = []
    for normal, group in grouped(_unpacked(packs), _by_source).items():
        near = [program for _, program in alike.get(normal, ())]
        some, refused = select(group, config, listed, near)
        kept += len(some)
        others += refused
    yield from _by_block(others)
    yield TaggedOutput(KEPT, kept)


def _by_block(refused: Iterable[Refused]) -> Iterator[tuple[int, bytes]]:
    """Fates."""
    for block, some in grouped(refused, lambda item: item.key.block).items():
        yield block, pack((key.row, str(reason), detail) for key, reason, detail in some)


def _write_fates(fates: tuple[int, Iterable[bytes]], root: Place) -> FileEntry:
    block, packs = fates
    return write_fates(root, fates_file(block), _unpacked(packs))


def _in_packs(items: Iterable[Item], part: Callable[[Item], int]) -> Iterator[tuple[int, bytes]]:
    return ((number, pack(some)) for number, some in grouped(items, part).items())


def _unpacked(packs: Iterable[bytes]) -> Iterator[Any]:
    return (item for packed in packs for item in unpack(packed))


def _selected(block: tuple[str, str | None], root: Place, files: int, part: range) -> Iterator[Any]:
    """Outcomes, by the number of their file, and the FATES of the programs with their counts."""
    candidates, fates = block
    found = list(read_selected(root, candidates, fates, lambda name: place(name, files) in part))
    yield from _in_packs(found, lambda outcome: place(_id(outcome), files))
    for reason, count in Counter(map(_fate, found)).items():
        yield TaggedOutput(FATES, (reason, count))


def _fate(outcome: Outcome) -> str:
    """The reason of a rejection; empty for what is selected. Both are counted."""
    _METER.count("programs")
    if not isinstance(outcome, Rejection):
        return ""
    _METER.reject(outcome)
    return str(outcome.reason)


def _id(outcome: Outcome) -> str:
    return outcome.program if isinstance(outcome, Rejection) else outcome.program.id


def _write_programs(
    file: tuple[int, Iterable[bytes]], root: Place, files: int
) -> Iterator[FileEntry]:
    number, packs = file
    name = shard_name(PROGRAMS, number, files)
    return written([write_programs(root, name, _unpacked(packs))])
