"""Build: the whole job. Graphs, one after the other; each leaves what the next one reads.

corpus ─▶ traces ─▶ tokenizer ─▶ (inverse steps) ─▶ rows ─▶ manifest
   └────────┴───────────── rejected ─────────────────┘
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np

from pipeline import workspace
from pipeline.config import Config
from pipeline.corpus.records import CorpusError, expand
from pipeline.finish import Timings, finish, row_format
from pipeline.inverse_steps import merge_steps
from pipeline.progress import Display, Ticker
from pipeline.report.write import write_report
from pipeline.runners import run
from pipeline.shards.manifest import Manifest
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from pipeline.shards.writer import FileEntry
from pipeline.stages.corpus import ReadPrograms, SelectPrograms
from pipeline.stages.documents import (
    REJECTIONS,
    STEPS,
    TALLIES,
    EncodeTraces,
    ReadTraces,
    Tokens,
)
from pipeline.stages.inverse_steps import CollectSteps, WriteInverseSteps
from pipeline.stages.mixture import LEFT_OUT, Mix
from pipeline.stages.outcomes import Divide
from pipeline.stages.results import Report, WriteBytes, WriteRejected
from pipeline.stages.rows import CountDocuments, WriteRows, total
from pipeline.stages.sample import TrainTokenizer
from pipeline.stages.traces import TracePrograms, WriteTraces, sandbox
from pipeline.stored import StoredTraces
from pipeline.strict import ConfigError
from pipeline.tokenizer import given_model
from pipeline.workspace import Workspace
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model
from tracing.isolation import Level
from tracing.trajectories.trajectory import policy_of

TRAIN = SPLITS[0]  # the split that the tokenizer is trained on


def trace_graph(pipeline: Any, config: Config, root: Path, ticker: Ticker) -> None:
    """Programs to traces."""
    read = pipeline | "Read" >> ReadPrograms(expand(config.corpus.paths), config.corpus)
    programs, unreadable = read | "Readable" >> Divide()
    selected = programs | "Select" >> SelectPrograms(config.corpus)
    candidates, unselected = selected | "Selected" >> Divide()
    traced = candidates | "Trace" >> TracePrograms(config.tracing, config.corpus.splits, ticker)
    records, unusable = traced | "Traced" >> Divide()
    records | "Write" >> WriteTraces(root) | "Files" >> Report(root, workspace.TRACE_FILES)
    rejected = (unreadable, unselected, unusable) | beam.Flatten()
    rejected | "Rejected" >> WriteRejected(root, workspace.REJECTED_PROGRAMS)


def tokenizer_graph(
    pipeline: Any, config: Config, root: Path, traces: list[FileEntry], ticker: Ticker
) -> None:
    """Traces of the train split to the tokenizer's model."""
    records = pipeline | "Read" >> ReadTraces(root, traces, TRAIN)
    model = records | "Train" >> TrainTokenizer(config, ticker)
    model | "Write" >> WriteBytes(root, workspace.MODEL)


def step_graph(pipeline: Any, root: Path, traces: list[FileEntry], ticker: Ticker) -> None:
    """Traces to files of their inverse steps."""
    records = pipeline | "Read" >> ReadTraces(root, traces)
    records | "Collect" >> CollectSteps(root / workspace.STEPS, ticker)


def row_graph(
    pipeline: Any, config: Config, root: Path, traces: list[FileEntry], model: Model, ticker: Ticker
) -> None:
    """Traces to rows of tokens."""
    steps = config.trajectories.inverse_steps
    keys = root / workspace.AMBIGUOUS if steps else None
    form = row_format(config, load(model))
    records = pipeline | "Read" >> ReadTraces(root, traces)
    made = records | "Encode" >> EncodeTraces(config, model, ticker, keys)
    kept = made.documents
    if config.mixture is not None:
        mixed = kept | "Mix" >> Mix(config.mixture, config.seed)
        kept = mixed.kept
        left_out = mixed[LEFT_OUT] | "CountLeftOut" >> CountDocuments(_counted_by)
        left_out | "LeftOut" >> Report(root, workspace.LEFT_OUT)
    kept | "CountKept" >> CountDocuments(_counted_by) | "Kept" >> Report(root, workspace.KEPT)
    files = kept | "Rows" >> WriteRows(root, form, config.packing)
    files | "Files" >> Report(root, workspace.ROW_FILES)
    if steps:
        found = made[STEPS] | "Steps" >> WriteInverseSteps(root)
        found | "StepFiles" >> Report(root, workspace.INVERSE_FILES)
    made[REJECTIONS] | "Rejected" >> WriteRejected(root, workspace.REJECTED_DOCUMENTS)
    tally = made[TALLIES] | "Tally" >> beam.CombineGlobally(total)
    tally | "Counts" >> Report(root, workspace.TALLY)


def build(
    config: Config, root: Path, display: Display, stored: StoredTraces | None = None
) -> Manifest:
    """Run the whole job into the directory `root`; what it is then, the manifest says.

    With `stored`, its traces are used, and no program is run; the result is the same.

    Raises ConfigError where `root` cannot be used, SandboxError where no program can be run,
    CorpusError where none can be used, and whatever a stage raises.
    """
    if stored is not None:
        config = stored.configuration(config)
        if root.resolve() == stored.root.resolve():
            raise ConfigError("--output", f"{root}: has the traces that are to be used")
    work = Workspace(root)
    timings = Timings()
    if stored is None:
        config, isolation = _isolated(config, display)
        traces = _trace(config, work, display, timings)
    else:
        isolation, traces = "no program was run", stored.copy_to(root)
    model = _tokenize(config, work, traces, display, timings)
    if config.trajectories.inverse_steps:
        _find_ambiguous(config, work, traces, display, timings)
    ticker = work.ticker("rows")
    records = sum(entry.rows for entry in traces)
    with timings.stage("rows"), display.stage("Documents", ticker, "programs", records):
        run(lambda p: row_graph(p, config, root, traces, model, ticker), config.workers)
    _check_mixture(config, work)
    manifest = finish(config, work, traces, model, timings, isolation)
    write_report(root)
    return manifest


def train_tokenizer(config: Config, root: Path, display: Display) -> Model:
    """Trace the programs and train the tokenizer alone; `root` is only worked in.

    Raises as `build` does.
    """
    work = Workspace(root)
    config, _ = _isolated(config, display)
    timings = Timings()
    traces = _trace(config, work, display, timings)
    return _tokenize(config, work, traces, display, timings)


def _isolated(config: Config, display: Display) -> tuple[Config, str]:
    """The configuration with the level of isolation that can be had here, so that no worker takes
    another, and what it is made of."""
    probe = sandbox(config.tracing)
    try:
        level = probe.start()
    finally:
        probe.close()
    for trouble in probe.passed_over:
        display.warn(f"no isolation {trouble}")
    if level is Level.UNSAFE:
        display.warn("programs run behind limits alone: nothing keeps them from harm")
    display.note(f"Isolation: {probe.description}")
    return replace(config, tracing=replace(config.tracing, isolation=level)), probe.description


def _trace(config: Config, work: Workspace, display: Display, timings: Timings) -> list[FileEntry]:
    ticker = work.ticker("traces")
    with timings.stage("traces"), display.stage("Traces", ticker, "programs", None):
        run(lambda p: trace_graph(p, config, work.root, ticker), config.workers)
    return work.entries(workspace.TRACE_FILES)


def _tokenize(
    config: Config,
    work: Workspace,
    traces: list[FileEntry],
    display: Display,
    timings: Timings,
) -> Model:
    """The model that is given, or one that is trained."""
    model = given_model(config.tokenizer)
    if model is not None:
        return model
    if all(record.split != TRAIN for record in TraceStore(work.root, traces)):
        raise CorpusError(f"no program of the split {TRAIN} can be used{_reasons(work)}")
    ticker = work.ticker("tokenizer")
    with timings.stage("tokenizer"), display.stage("Tokenizer", ticker, "programs", None):
        run(lambda p: tokenizer_graph(p, config, work.root, traces, ticker), config.workers)
    return Model(Kind.SENTENCEPIECE, (work.root / workspace.MODEL).read_bytes())


def _check_mixture(config: Config, work: Workspace) -> None:
    """Shares that leave nothing to train on are an error."""
    left_out, kept = (work.document_counts(name) for name in (workspace.LEFT_OUT, workspace.KEPT))
    groups = {group for split, group, _ in left_out if split == TRAIN}
    if groups and all(split != TRAIN for split, *_ in kept):
        shares = config.mixture.shares if config.mixture else {}
        missing = ", ".join(sorted(shares.keys() - groups)) or "some group"
        found = ", ".join(sorted(groups))
        problem = f"no document of {missing} in the split {TRAIN}, which has {found}"
        raise CorpusError(f"mixture: {problem}: no share can hold")


def _find_ambiguous(
    config: Config,
    work: Workspace,
    traces: list[FileEntry],
    display: Display,
    timings: Timings,
) -> None:
    """The keys of the inverse steps that have several answers, in a file."""
    ticker = work.ticker("steps")
    with timings.stage("steps"), display.stage("Inverse steps", ticker, "programs", None):
        run(lambda p: step_graph(p, work.root, traces, ticker), config.workers)
        np.save(work.root / workspace.AMBIGUOUS, merge_steps(work.root / workspace.STEPS))


def _reasons(work: Workspace) -> str:
    counts = Counter(str(item.reason) for item in work.rejections(workspace.REJECTED_PROGRAMS))
    return "".join(f"; {number:,} rejected: {reason}" for reason, number in sorted(counts.items()))


def _counted_by(document: Tokens) -> tuple[str, str, str]:
    return document.split, document.group, policy_of(document.id)
