"""Graphs: what each stage of a build does, as Beam pipelines. Each reads files of the stage before.

    corpus ─▶ candidates ─▶ programs ─▶ runs, traces ─▶ tokenizer ─▶ (inverse steps) ─▶ documents
                                                                                     rows ◀──┘

Where a graph is given a part of the shards, it makes those alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import apache_beam as beam

from pipeline.config import Config, TracingConfig
from pipeline.ledger import STEPS
from pipeline.progress import Ticker
from pipeline.shards.documents import Tokens
from pipeline.shards.places import Place
from pipeline.shards.runs import Run, write_runs
from pipeline.shards.schema import SPLITS, RowFormat
from pipeline.shards.stores import Store
from pipeline.shards.writer import FileEntry
from pipeline.stages.corpus import ReadCorpus, SelectPrograms, WritePrograms
from pipeline.stages.documents import (
    REJECTIONS,
    TALLIES,
    EncodeTraces,
    ReadTraces,
    documents_file,
    judged_file,
    unfit_file,
)
from pipeline.stages.documents import STEPS as JUDGED
from pipeline.stages.inverse_steps import (
    CollectSteps,
    ReadInverseSteps,
    document_of,
    step_files,
    steps_file,
)
from pipeline.stages.mixture import LEFT_OUT, Bounds, Choose
from pipeline.stages.results import Report, WriteBytes
from pipeline.stages.rows import CountDocuments, ReadDocuments, Shards, WriteRows, total
from pipeline.stages.sample import TrainTokenizer
from pipeline.stages.traces import ReadCandidates, ReadRuns, Settle, TracePrograms
from pipeline.stages.writing import WriteShards, program_of
from pipeline.workspace import report_path
from tokenization.vocabulary import Model
from tracing.rejection import Rejection
from tracing.trajectories.trajectory import policy_of

TRAIN = SPLITS[0]  # the split that the tokenizer is trained on
FILES, FATES, TALLY, KEPT, LEFT, BOUNDS = "files fates tally kept left bounds".split()
MODEL = "model"


def candidate_graph(
    pipeline: Any, config: Config, root: Place, files: Sequence[tuple[int, str]], ticker: Ticker
) -> None:
    """Some files of the corpus, each with its number, to FILES: blocks of candidates."""
    blocks = pipeline | "Corpus" >> ReadCorpus(root, files, config.corpus, ticker)
    blocks | "Files" >> _report(root, FILES)


def selection_graph(
    pipeline: Any, config: Config, root: Place, blocks: Sequence[str], parts: int
) -> None:
    """Blocks of candidates to FILES: the fates of those that are not selected; and the number of
    programs that are KEPT. Keys are looked at in so many `parts`."""
    fates, kept = pipeline | "Select" >> SelectPrograms(root, blocks, config.corpus, parts)
    fates | "Files" >> _report(root, FILES)
    kept | "Sum" >> beam.CombineGlobally(sum) | "Kept" >> _report(root, KEPT)


def program_graph(
    pipeline: Any,
    root: Place,
    blocks: Sequence[tuple[str, str | None]],
    files: int,
    part: range,
) -> None:
    """Blocks of candidates, each with its fates where there are any, to FILES: some of the `files`
    of programs; and the FATES of their programs with their counts."""
    written, fates = pipeline | "Programs" >> WritePrograms(root, blocks, files, part)
    written | "Files" >> _report(root, FILES)
    fates | "Sum" >> beam.CombinePerKey(sum) | "Fates" >> _report(root, FATES)


def trace_graph(
    pipeline: Any,
    config: Config,
    root: Place,
    programs: Sequence[FileEntry],
    files: int,
    part: range,
    previous: Sequence[tuple[Place, Store]],
    amendments: Sequence[tuple[str, TracingConfig]],
    ticker: Ticker,
) -> None:
    """Programs to runs and traces, those of some of the `files`, and the FATES of all with their
    counts. What `previous` stores know is taken from there; `amendments` are reasons, and how
    programs are run again that have them."""
    candidates = pipeline | "Read" >> ReadCandidates(root, programs)
    earlier = pipeline | "Earlier" >> ReadRuns(previous, files, part)
    by_id = candidates | "ById" >> beam.WithKeys(lambda candidate: candidate.program.id)
    both = {"candidates": by_id, "runs": earlier}
    splits = config.corpus.splits
    settled = both | Settle(splits, [reason for reason, _ in amendments])
    ways = [config.tracing, *(tracing for _, tracing in amendments)]
    known, *due = settled | "Ways" >> beam.Partition(_way, 1 + len(ways))
    runs = [known]
    for number, (some, tracing) in enumerate(zip(due, ways, strict=True)):
        some = some | f"Due{number}" >> beam.Map(lambda item: item[1])
        runs.append(some | f"Trace{number}" >> TracePrograms(tracing, splits, ticker))
    found = runs | beam.Flatten()
    written = found | "Write" >> WriteShards(root, files, program_of, write_runs)
    written | "Files" >> _report(root, FILES)
    _count_fates(found | "Fate" >> beam.Map(_fate), root)


def tokenizer_graph(
    pipeline: Any, config: Config, root: Place, traces: Sequence[FileEntry], ticker: Ticker
) -> None:
    """Traces of the train split to the tokenizer's MODEL."""
    records = pipeline | "Read" >> ReadTraces(root, traces, TRAIN)
    model = records | "Train" >> TrainTokenizer(config, ticker)
    model | "Write" >> WriteBytes(root, report_path(MODEL))


def step_graph(pipeline: Any, root: Place, traces: Sequence[FileEntry], ticker: Ticker) -> None:
    """Traces to files of their inverse steps."""
    records = pipeline | "Read" >> ReadTraces(root, traces)
    records | "Collect" >> CollectSteps(root / STEPS, ticker)


def document_graph(
    pipeline: Any,
    config: Config,
    root: Place,
    traces: Sequence[FileEntry],
    files: int,
    model: Model,
    keys: Place | None,
    ticker: Ticker,
) -> None:
    """Some of the `files` of traces to documents: FILES, their TALLY, and counts of those KEPT."""
    records = pipeline | "Read" >> ReadTraces(root, traces)
    made = records | "Encode" >> EncodeTraces(config, model, ticker, keys)
    written = [
        made.documents | "Documents" >> WriteShards(root, files, program_of, documents_file),
        made[REJECTIONS] | "Unfit" >> WriteShards(root, files, program_of, unfit_file),
    ]
    if keys is not None:
        write = WriteShards(root, files, _program_of_steps, judged_file)
        written.append(made[JUDGED] | "Judged" >> write)
    written | beam.Flatten() | "Files" >> _report(root, FILES)
    _count(made.documents, root, KEPT)
    tally = made[TALLIES] | "Tally" >> beam.CombineGlobally(total)
    tally | "Counts" >> _report(root, TALLY)


def mixture_graph(pipeline: Any, config: Config, root: Place, files: Sequence[FileEntry]) -> None:
    """Documents to the BOUNDS of their mixture, and counts of those KEPT and LEFT out."""
    assert config.mixture is not None
    documents = pipeline | "Read" >> ReadDocuments(root, files)
    found = documents | "Bounds" >> Bounds(config.mixture, config.seed)
    found | "Texts" >> beam.Map(_as_texts) | "Found" >> _report(root, BOUNDS)
    chosen = documents | "Choose" >> Choose(beam.pvalue.AsDict(found), config.seed)
    _count(chosen.kept, root, KEPT)
    _count(chosen[LEFT_OUT], root, LEFT)


def row_graph(
    pipeline: Any,
    config: Config,
    root: Place,
    documents: Sequence[FileEntry],
    form: RowFormat,
    shards: Shards,
    part: range,
    bounds: Mapping[str, Mapping[str, int]] | None,
) -> None:
    """Documents within `bounds` to rows: a part of the shards."""
    found = pipeline | "Read" >> ReadDocuments(root, documents, shards, part)
    if bounds is not None:
        found = (found | "Choose" >> Choose(bounds, config.seed)).kept
    files = found | "Rows" >> WriteRows(root, form, config.packing, shards)
    files | "Files" >> _report(root, FILES)


def judged_graph(pipeline: Any, root: Place, judged: Sequence[FileEntry]) -> None:
    """What is known of inverse documents, from the files of the work to those of the directory."""
    files = step_files(sum(entry.rows for entry in judged))
    steps = pipeline | "Read" >> ReadInverseSteps(root, judged)
    written = steps | "Write" >> WriteShards(root, files, document_of, steps_file)
    written | "Files" >> _report(root, FILES)


def _report(root: Place, name: str) -> Report:
    return Report(root, report_path(name))


def _count_fates(fates: Any, root: Place) -> None:
    counts = fates | "Count" >> beam.combiners.Count.PerElement()
    counts | "Fates" >> _report(root, FATES)


def _count(documents: Any, root: Place, name: str) -> None:
    counts = documents | f"Count_{name}" >> CountDocuments(_counted_by)
    counts | f"Report_{name}" >> _report(root, name)


def _counted_by(document: Tokens) -> tuple[str, str, str]:
    return document.split, document.group, policy_of(document.id)


def _as_texts(bounds: tuple[str, Mapping[str, int]]) -> tuple[str, dict[str, str]]:
    """JSON has no numbers above 64 bits, and a bound may be 2**64."""
    return bounds[0], {group: str(bound) for group, bound in bounds[1].items()}


def _program_of_steps(steps: Any) -> str:
    program: str = steps.document.rpartition("#")[0]
    return program


def _way(item: Any, _ways: int) -> int:
    """0: it is known; n + 1: it is to be run in the way n."""
    return 0 if isinstance(item, Run) else item[0] + 1


def _fate(run: Run) -> str:
    """The reason of a rejection; empty for a trace."""
    return str(run.outcome.reason) if isinstance(run.outcome, Rejection) else ""
