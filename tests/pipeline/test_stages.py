"""The Beam stages do what their pure twins do, in any order, however often a bundle is run."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
import orjson
import pytest
from support.built_directories import FORMAT, MadeUp, made_up, made_up_documents
from support.graphs import outcomes
from support.small_corpus import write_records
from support.trees import digests

from pipeline.config import Config, PackingConfig, TracingConfig
from pipeline.corpus.candidate import Candidate
from pipeline.corpus.config import CorpusConfig, NearDuplicates, Splits
from pipeline.corpus.decontaminate import listed_sources
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.read import read_file
from pipeline.corpus.select import select_all
from pipeline.documents import make_documents
from pipeline.inspecting import vocabulary_in
from pipeline.mixture import Item, MixtureConfig, bounds, place_of
from pipeline.progress import Ticker
from pipeline.shards.documents import Tokens
from pipeline.shards.placing import share_out
from pipeline.shards.programs import read_programs, write_programs
from pipeline.shards.reader import Split
from pipeline.shards.runs import Run, write_runs
from pipeline.shards.schema import shard_name
from pipeline.shards.traces import TraceStore
from pipeline.shards.vocabulary import read_vocabulary
from pipeline.shards.writer import FileEntry
from pipeline.stages import corpus
from pipeline.stages.corpus import ReadCorpus, SelectPrograms, WritePrograms, fates_file
from pipeline.stages.documents import REJECTIONS, TALLIES, EncodeTraces, ReadTraces, tally
from pipeline.stages.mixture import LEFT_OUT, Bounds, Choose
from pipeline.stages.results import Report
from pipeline.stages.rows import CountDocuments, Shards, WriteRows, total
from pipeline.stages.sample import TrainTokenizer
from pipeline.stages.spread import Spread
from pipeline.stages.traces import TracePrograms
from pipeline.stages.writing import WriteShards, program_of
from pipeline.texts import Sample, texts_of
from pipeline.tokenizer import SentencePieceConfig
from tokenization.encode import Encoder
from tokenization.training import train
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import SandboxError

# corpus

WORDS = " ".join(f"word{k} = {k};" for k in range(60))


def _programs(chance: random.Random) -> list[Program]:
    """Programs of which many are the same, or almost."""
    sources = ["x = 1", "x  = 1 # again", "y = 2", "(", WORDS, f"{WORDS} z = 1", f"{WORDS} z = 2"]
    return [
        Program(
            id=chance.choice("abcdefghijklmnopqrstuvwxyz"),
            source=chance.choice(sources),
            entry=chance.choice([None, "f"]),
            args=chance.choice(["", "1, 2", "1,2"]),
            licence=chance.choice(["MIT", "GPL"]),
            extra=chance.choice([(), (("stars", "5"),)]),
        )
        for _ in range(60)
    ]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("near", [None, NearDuplicates(threshold=0.6, permutations=64, shingle=3)])
def test_selection(tmp_path: Path, seed: int, near: NearDuplicates | None) -> None:
    if near:
        pytest.importorskip("datasketch")
    write_records(tmp_path / "listed.jsonl", [{"source": "y=2"}])
    listed = (str(tmp_path / "listed.jsonl"),)
    config = CorpusConfig(
        licences=("MIT",), decontaminate=listed, calls_per_source=2, near_duplicates=near
    )
    programs = _programs(random.Random(seed))
    with Normaliser() as normaliser:
        kept, rejected = select_all(
            programs, config, normaliser, listed_sources(listed, normaliser)
        )
    reasons = {item.reason for item in rejected}
    assert reasons >= {Reason.DUPLICATE_ID, Reason.LICENCE, Reason.DECONTAMINATED}
    assert (Reason.NEAR_DUPLICATE in reasons) == (near is not None)

    shuffled = random.Random(~seed).sample(programs, len(programs))
    with Normaliser() as normaliser:
        candidates = [Candidate.of(program, normaliser) for program in shuffled]
    blocks = [
        write_programs(
            tmp_path, f"block{number}", [*candidates[number::3], _unreadable(number)]
        ).path
        for number in range(3)
    ]

    def stages(elements):
        fates, kept = elements.pipeline | SelectPrograms(tmp_path, blocks, config, parts=2)
        return (fates, kept) | beam.Flatten()

    found = outcomes(tmp_path, [], stages, repeat=seed)
    assert sum(number for number in found if isinstance(number, int)) == len(kept)
    fates = {entry.path for entry in found if not isinstance(entry, int)}
    assert fates <= set(map(fates_file, range(3)))
    pairs = [
        (block, name if (name := fates_file(number)) in fates else None)
        for number, block in enumerate(blocks)
    ]
    stored = [one for wave in (range(2), range(2, 5)) for one in _written(tmp_path, pairs, wave)]
    assert {*stored} == {*kept, *rejected, *map(_unreadable, range(3))}
    assert len(stored) == len(programs) + 3


def _unreadable(number: int) -> Rejection:
    return Rejection(f"file:{number}", Reason.BAD_RECORD, "no source")


def _written(root: Path, blocks, wave: range) -> list[Candidate | Rejection]:
    """What selection made of the programs of some of five files."""

    def stages(elements):
        written, fates = elements.pipeline | WritePrograms(root, blocks, 5, wave)
        return (written, fates) | beam.Flatten()

    found = outcomes(root, [], stages)
    entries = [entry for entry in found if isinstance(entry, FileEntry)]
    numbers = {shard_name("programs", number, 5) for number in wave}
    assert {entry.path for entry in entries} <= numbers
    assert len(entries) == len({entry.path for entry in entries})
    counts = sum(fate[1] for fate in found if not isinstance(fate, FileEntry))
    assert counts == sum(entry.rows for entry in entries)
    return [outcome for entry in entries for outcome in read_programs(root, entry.path)]


def test_reading(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.stages.corpus._BLOCK_RECORDS", 3)
    files = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl")]
    for number, file in enumerate(files):
        records = [{"source": f"x = {number}"}, {"sauce": ""}, {"source": "y"}, {"source": "("}]
        write_records(Path(file), records)
    config = CorpusConfig()
    ticker = Ticker(tmp_path, "candidates")
    read = ReadCorpus(tmp_path, list(enumerate(files, 5)), config, ticker)
    found = outcomes(tmp_path, [], lambda p: p.pipeline | read)
    names = [f"{number:05d}-{block:06d}.arrow" for number in (5, 6) for block in (0, 1)]
    assert sorted(entry.path for entry in found) == [f".build/candidates/{n}" for n in names]
    stored = [outcome for entry in found for outcome in read_programs(tmp_path, entry.path)]
    with Normaliser() as normaliser:
        expected = [
            one if isinstance(one, Rejection) else Candidate.of(one, normaliser)
            for file in files
            for one in read_file(file, config)
        ]
    assert {*stored} == {*expected}
    assert len(stored) == ticker.total() == 8


def test_blocks_of_large_programs_are_small() -> None:
    large = Program("p", "x" * (1 << 22))
    assert [len(block) for block in corpus._blocks([large] * 5)] == [2, 2, 1]


# traces


@pytest.fixture(scope="module")
def copies(built) -> list:
    """More records than are read at a time, and one that takes most of the room."""
    record = TraceStore.open(built.root).get("count")
    return [
        replace(record, program=f"p{k}", split="train" if k % 3 else "test") for k in range(150)
    ]


def _runs(records) -> list[Run]:
    lost = Run("d", Rejection("lost", Reason.TIME, "60 s"))
    return [lost, *(Run("d", record) for record in records)]


def test_writing_and_reading_traces(tmp_path: Path, copies) -> None:
    def stages(runs):
        write = WriteShards(tmp_path / "one", 1, program_of, write_runs)
        return runs | write | Report(tmp_path, "files.json")

    outcomes(tmp_path, _runs(copies), stages)
    first = digests(tmp_path / "one")
    outcomes(tmp_path, reversed(_runs(copies)), stages, repeat=1)
    assert digests(tmp_path / "one") == first
    assert len(orjson.loads((tmp_path / "files.json").read_bytes())) == 2


def test_each_record_is_read_once(tmp_path: Path, copies) -> None:
    write = WriteShards(tmp_path, 3, program_of, write_runs)
    found = outcomes(tmp_path, _runs(copies), lambda runs: runs | write)
    entries = [entry for entry in found if entry.path.startswith("traces/")]
    assert sum(entry.rows for entry in entries) == len(copies)
    assert sum(entry.rows for entry in found) == 2 * len(copies) + 1
    assert len(entries) == 3
    for split in (None, "train", "test", "validation"):
        found = outcomes(
            tmp_path, [], lambda p, split=split: p.pipeline | ReadTraces(tmp_path, entries, split)
        )
        wanted = [record for record in copies if split in (None, record.split)]
        assert sorted(record.program for record in found) == sorted(r.program for r in wanted)
        assert {*found} == {*wanted}


def test_no_traces(tmp_path: Path) -> None:
    write = WriteShards(tmp_path, 3, program_of, write_runs)
    assert outcomes(tmp_path, [], lambda runs: runs | write) == []
    assert outcomes(tmp_path, [], lambda p: p.pipeline | ReadTraces(tmp_path, [])) == []


# documents


@pytest.mark.parametrize("output", [None, REJECTIONS, TALLIES])
def test_encoding(tmp_path: Path, built, output: str | None) -> None:
    config = built.config
    model = read_vocabulary(built.root / "tokenizer")
    encoder = Encoder(vocabulary_in(built.root), config.packing.sequence_length)
    store = TraceStore.open(built.root)
    records = [*list(store)[:20], store.get("too long")]
    made = {r: make_documents(r.load(), config.trajectories, config.seed, encoder) for r in records}
    ticker = Ticker(tmp_path, "rows")

    def stages(elements):
        found = elements | EncodeTraces(config, model, ticker)
        return found[output] if output else found.documents

    found = outcomes(tmp_path, reversed(records), stages)
    assert ticker.total() == len(records)
    if output == REJECTIONS:
        assert found == [Rejection("too long", Reason.CONTEXT_TOO_LONG, "12000 characters of code")]
    elif output == TALLIES:
        wanted = [tally(m, len(r.load())) for r, m in made.items() if m.rejection is None]
        assert sum(found, Counter()) == sum(wanted, Counter())
        assert len(found) == len(records) - 1
    else:
        wanted = {
            (record.split, record.program, document.id, document.ids.tobytes())
            for record, m in made.items()
            for document in m.documents
        }
        assert {(item.split, item.program, item.id, item.ids) for item in found} == wanted
        assert len(found) == len(wanted)
        for item in found:
            assert len(item) == len(item.encoded().ids) == len(item.encoded().roles)


def test_training(tmp_path: Path, built) -> None:
    """On a sample that is smaller than the texts."""
    base: Config = built.config
    config = replace(base, tokenizer=SentencePieceConfig(vocabulary_size=600, sample_bytes=20_000))
    records = list(TraceStore.open(built.root))
    sample = Sample(20_000)
    length = config.packing.sequence_length
    for record in records:
        sample.add(texts_of(record.load(), config.trajectories, config.seed, length))
    assert 0 < len(sample.texts()) < len(records)
    model = train(sample.lines(), 600)
    for seed in range(2):
        shuffled = random.Random(seed).sample(records, len(records))
        trained = TrainTokenizer(config, Ticker(tmp_path, f"texts{seed}"))
        assert outcomes(tmp_path, shuffled, lambda r, t=trained: r | t, repeat=seed) == [model]


# rows


def _tokens(document: MadeUp, split: str = "train") -> Tokens:
    program = document.id.partition("#")[0]
    return Tokens(split, program, document.id, document.ids.tobytes(), document.roles.tobytes())


def _shards(tokens: list[Tokens], config: PackingConfig) -> Shards:
    splits = {t.split for t in tokens}
    totals = {s: total(t.counts() for t in tokens if t.split == s) for s in splits}
    return Shards.of(totals, config)


def test_rows_do_not_depend_on_the_order_of_documents(tmp_path: Path) -> None:
    documents = made_up_documents(120)
    tokens = [_tokens(d, ("train", "test")[n % 10 == 0]) for n, d in enumerate(documents)]
    config = PackingConfig(sequence_length=256, rows_per_shard=2)
    form = replace(FORMAT, sequence_length=256)
    found, trees = [], []
    for seed in range(2):
        root = tmp_path / str(seed)
        shuffled = random.Random(seed).sample(tokens, len(tokens))
        write = WriteRows(root, form, config, _shards(tokens, config))
        entries = outcomes(tmp_path, shuffled, lambda d, w=write: d | w, repeat=seed)
        found.append(sorted(entries, key=lambda entry: entry.path))
        trees.append(digests(root))
    assert found[0] == found[1]
    assert trees[0] == trees[1]
    lengths = sum(len(d.ids) for n, d in enumerate(documents) if n % 10)
    count = share_out(lengths, 2 * 256)
    assert count > 2
    train_files = [entry for entry in found[0] if entry.path.startswith("train/")]
    assert all(entry.path.endswith(f"-of-{count:05d}.arrow") for entry in train_files)

    by_id = {document.id: document for document in documents}
    placed = []
    for row in Split(tmp_path / "0", found[0], form):
        begin = 0
        for name, length in zip(row.documents, row.document_lengths.tolist(), strict=True):
            assert np.array_equal(row.input_ids[begin : begin + length], by_id[name].ids)
            assert np.array_equal(row.roles[begin : begin + length], by_id[name].roles)
            begin += length
            placed.append(name)
    assert sorted(placed) == sorted(by_id)


def test_leaving_out(tmp_path: Path) -> None:
    """What is kept, and what is left out, by the pure choice."""
    documents = made_up_documents(80)
    tokens = [
        replace(_tokens(d, ("train", "test")[n % 8 == 0]), group="abc"[n % 3])
        for n, d in enumerate(documents)
    ]
    config = MixtureConfig({"a": 0.75, "b": 0.25})
    chosen = {
        split: bounds(
            [Item(t.group, place_of(t.id, 5), len(t)) for t in tokens if t.split == split],
            config.shares,
        )
        for split in ("train", "test")
    }
    kept = {t.id for t in tokens if place_of(t.id, 5) < chosen[t.split].get(t.group, 0)}
    assert 0 < len(kept) < len([t for t in tokens if t.group != "c"])

    def mix(documents):
        return documents | Choose(beam.pvalue.AsDict(documents | Bounds(config, 5)), 5)

    for seed in range(2):
        shuffled = random.Random(seed).sample(tokens, len(tokens))
        found = outcomes(tmp_path, shuffled, lambda d: mix(d).kept, repeat=seed)
        assert {item.id for item in found} == kept
        left = outcomes(tmp_path, shuffled, lambda d: mix(d)[LEFT_OUT], repeat=seed)
        assert {item.id for item in left} == {t.id for t in tokens} - kept
        assert len(found) + len(left) == len(tokens)


def test_counting_documents(tmp_path: Path) -> None:
    documents = made_up_documents(30)
    tokens = [replace(_tokens(d), cut=n % 3 == 0) for n, d in enumerate(documents)]
    tokens += [replace(tokens[0], id="p#forward.0@2"), replace(tokens[1], split="test")]
    count = CountDocuments(lambda document: document.split)
    found = dict(outcomes(tmp_path, tokens, lambda d: d | count))
    train = [t for t in tokens if t.split == "train"]
    assert found["train"] == {
        "documents": 31,
        "tokens": sum(map(len, train)),
        "cut": 11,
        "windows": 1,
    }
    assert found["test"]["documents"] == 1


def test_documents_of_a_program_share_a_shard(tmp_path: Path) -> None:
    documents = [
        replace(made_up(10 * p + k, 200), id=f"p{p}#forward.{k}")
        for p in range(9)
        for k in range(3)
    ]
    config = PackingConfig(sequence_length=256, rows_per_shard=3)
    form = replace(FORMAT, sequence_length=256)
    tokens = [_tokens(document) for document in documents]
    write = WriteRows(tmp_path, form, config, _shards(tokens, config))
    entries = outcomes(tmp_path, tokens, lambda d: d | write)
    places: dict[str, set[str]] = {}
    for entry in entries:
        for row in Split(tmp_path, [entry], form):
            for name in row.documents:
                places.setdefault(name.partition("#")[0], set()).add(entry.path)
    assert len(entries) > 1
    assert {len(paths) for paths in places.values()} == {1}


def test_a_worker_of_another_python_is_refused(tmp_path: Path, monkeypatch) -> None:
    """Its traces would not be what their store says."""
    made = TracePrograms(TracingConfig(), Splits(1, 0, 0), Ticker(tmp_path, "traces"))
    monkeypatch.setattr("platform.python_version", lambda: "3.11.0")
    with pytest.raises(SandboxError, match=r"a worker has Python 3\.11\.0, the build 3\.11"):
        made._trace.setup()


def test_a_graph_over_very_many_files_is_small(tmp_path: Path) -> None:
    """Those of 80 million programs; a job may have 10 MB."""
    digests = (hashlib.sha256(b"%d" % n).hexdigest() for n in range(40_000))
    entries = [
        FileEntry(shard_name("traces", n, 40_000), 9_000_000 + n, digest, 2_048)
        for n, digest in enumerate(digests)
    ]
    graph = beam.Pipeline()
    graph | ReadTraces(tmp_path, entries)
    size = graph.to_runner_api().ByteSize()
    assert 40_000 * 32 < size < 4_000_000


def test_a_graph_over_very_many_blocks_is_small(tmp_path: Path) -> None:
    names = [f".build/candidates/{n // 50:05d}-{n % 50:06d}.arrow" for n in range(80_000)]
    graph = beam.Pipeline()
    pairs = [(name, fates_file(number)) for number, name in enumerate(names)]
    graph | WritePrograms(tmp_path, pairs, 40_000, range(40_000))
    assert graph.to_runner_api().ByteSize() < 2_000_000


@pytest.mark.parametrize("items", [range(9), []])
def test_what_is_spread(tmp_path: Path, items: Sequence[int]) -> None:
    found = outcomes(tmp_path, [], lambda made: made.pipeline | Spread(items))
    assert sorted(found) == list(items)
