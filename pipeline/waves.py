"""Waves: what is done for a part of the shards of each store, from the corpus to the documents,
and what it comes to. `pipeline.rows` has those of the rows.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline import graphs
from pipeline.amendments import Amendment, ways
from pipeline.corpus.records import CorpusError
from pipeline.finish import UNFIT_FILE
from pipeline.inverse_steps import merge_steps
from pipeline.job import Job, Part
from pipeline.ledger import FATES, READ, STEPS, UNFIT
from pipeline.progress import Ticker
from pipeline.shards.places import remove
from pipeline.shards.placing import share_out
from pipeline.shards.rejected import merge_rejected, rejected_in
from pipeline.shards.schema import PROGRAMS, REJECTED_SCHEMA, TRACES, shard_name
from pipeline.shards.stores import Counts, Store
from pipeline.shards.traces import RECORDS_PER_FILE, TraceStore
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.vocabulary import read_vocabulary, write_vocabulary
from pipeline.shards.writer import FileEntry, write_bytes
from pipeline.stages.corpus import fates_file
from pipeline.workspace import report_path
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model

Block = tuple[str, str | None]  # the file of candidates, and that of the fates of some of them
_KEYS_AT_ONCE = 1 << 13  # keys of candidates that selection has in memory
_AMBIGUOUS = f"{STEPS}/ambiguous.npy"


def read(job: Job, files: Sequence[str], wave: range, ticker: Ticker) -> Part:
    """The candidates in some of the files of the corpus."""
    some = [(number, files[number]) for number in wave]
    job.run(graphs.candidate_graph, job.config, job.root, some, ticker)
    remove(job.root / READ)
    return {}, job.work.entries(graphs.FILES)


def plan_programs(job: Job, candidates: Store) -> tuple[list[Block], int]:
    """Which candidates are selected: all blocks, each with its fates where there are any, and how
    many files of programs there are: what is selected decides on their number."""
    remove(job.root / FATES)
    found = sum(entry.rows for entry in candidates.files)
    parts = share_out(found, _KEYS_AT_ONCE)
    names = [entry.path for entry in candidates.files]
    job.run(graphs.selection_graph, job.config, job.root, names, parts)
    written = {entry.path for entry in job.work.entries(graphs.FILES)}
    fates = map(fates_file, range(len(names)))
    blocks = [
        (name, told if told in written else None) for name, told in zip(names, fates, strict=True)
    ]
    (kept,) = job.work.report(graphs.KEPT)
    return blocks, share_out(kept, RECORDS_PER_FILE)


def select(job: Job, blocks: Sequence[Block], files: int, wave: range, ticker: Ticker) -> Part:
    """Programs, selected or rejected: some of the `files`."""
    job.run(graphs.program_graph, job.root, blocks, files, wave)
    counts = _fates(job, "selected")
    ticker.tick(counts["selected"] + sum(counts["rejected"].values()))
    return counts, job.work.entries(graphs.FILES)


def trace(
    job: Job,
    programs: Store,
    files: int,
    amendments: Sequence[Amendment],
    wave: range,
    ticker: Ticker,
) -> Part:
    """Runs and traces: some of the `files`."""
    names = {shard_name(PROGRAMS, number, files) for number in wave}
    entries = [entry for entry in programs.files if entry.path in names]
    previous, again = job.work.ledger.previous(), ways(job.config, amendments)
    arguments = (job.config, job.root, entries, files, wave, previous, again, ticker)
    job.run(graphs.trace_graph, *arguments)
    return _fates(job, "traced"), job.work.entries(graphs.FILES)


def train(job: Job, programs: Store, traces: Store, _wave: range, ticker: Ticker) -> Part:
    """The vocabulary, trained. Raises CorpusError: there is no text to train it on."""
    entries = traces.files_in(TRACES)
    records = (record for entry in entries for record in TraceStore(job.root, [entry]))
    if all(record.split != graphs.TRAIN for record in records):  # most end with the first
        rejected = [store.counts["rejected"] for store in (programs, traces)]
        reasons: Counter[str] = sum(map(Counter, rejected), Counter())
        told = "".join(f"; {n:,} rejected: {reason}" for reason, n in sorted(reasons.items()))
        raise CorpusError(f"no program of the split {graphs.TRAIN} can be used{told}")
    job.run(graphs.tokenizer_graph, job.config, job.root, entries, ticker)
    data = (job.root / report_path(graphs.MODEL)).read_bytes()
    model = Model(Kind.SENTENCEPIECE, data)
    return {}, write_vocabulary(job.root, model, load(model))


def collect(job: Job, traces: Store, _wave: range, ticker: Ticker) -> Part:
    """The keys of the inverse steps that have several answers, in one file."""
    job.run(graphs.step_graph, job.root, traces.files_in(TRACES), ticker)
    data = io.BytesIO()
    np.save(data, merge_steps(job.root / STEPS))
    return {}, [write_bytes(job.root, _AMBIGUOUS, data.getvalue())]


def encode(job: Job, entries: Sequence[FileEntry], files: int, wave: range, ticker: Ticker) -> Part:
    """The documents of some of the files of traces (`entries`, of `files` that may be)."""
    some = [entries[number] for number in wave]
    model = read_vocabulary(job.root / TOKENIZER)
    keys = job.root / _AMBIGUOUS if job.config.trajectories.inverse_steps else None
    arguments = (job.config, job.root, some, files, model, keys, ticker)
    job.run(graphs.document_graph, *arguments)
    (tally,) = job.work.report(graphs.TALLY) or [{}]
    counts = {"tally": tally, **job.counted(graphs.KEPT, "documents")}
    return counts, job.work.entries(graphs.FILES)


def join_unfit(job: Job) -> Part:
    """All programs that no document can be made of, in one file that stays."""
    waves = job.work.ledger.wave_files("documents")
    names = [entry.path for entry in waves if entry.path.startswith(f"{UNFIT}/")]
    merge_rejected(job.root, UNFIT_FILE, rejected_in(job.root, names, REJECTED_SCHEMA))
    return {}, []


def _fates(job: Job, name: str) -> Counts:
    """The programs that go on, counted under `name`, and those that are rejected, by reason."""
    fates = dict(job.work.report(graphs.FATES))
    return {name: fates.pop("", 0), "rejected": fates}
