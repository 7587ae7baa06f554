"""Rows: which documents the mixture keeps, and the shards of rows that they are packed into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import graphs
from pipeline.corpus.records import CorpusError
from pipeline.finish import row_format
from pipeline.job import Job, Part
from pipeline.ledger import DOCUMENTS, JUDGED
from pipeline.mixture import MixtureConfig
from pipeline.progress import Ticker
from pipeline.shards.huggingface import write_split
from pipeline.shards.schema import SPLITS, RowFormat, shard_name
from pipeline.shards.stores import Counts, Store
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.vocabulary import read_vocabulary
from pipeline.shards.writer import FileEntry, write_stream
from pipeline.stages.rows import Shards
from tokenization.vocabularies.load import load

Bounds = Mapping[str, Mapping[str, int]]  # by split and group, see `pipeline.mixture.bounds`


@dataclass(frozen=True, slots=True)
class Plan:
    """What all waves of the rows have in common."""

    documents: Store
    form: RowFormat
    shards: Shards
    bounds: Bounds | None  # of the mixture; None: all documents are kept
    counts: Counts  # of the documents that are kept and left out


def plan(job: Job, documents: Store) -> Plan:
    """Which documents are kept, and how many shards they take.

    Raises CorpusError where the mixture leaves nothing to train on.
    """
    form = row_format(job.config, load(read_vocabulary(job.root / TOKENIZER)))
    bounds, counts = _mixed(job, documents)
    kept: dict[str, Counter[str]] = {
        split: sum(map(Counter, groups.values()), Counter())
        for split, groups in counts["kept"].items()
    }
    return Plan(documents, form, Shards.of(kept, job.config.packing), bounds, counts)


def pack(job: Job, plan: Plan, wave: range, ticker: Ticker) -> Part:
    """Some of the shards."""
    entries, shards = plan.documents.files_in(DOCUMENTS), plan.shards
    job.run(graphs.row_graph, job.config, job.root, entries, plan.form, shards, wave, plan.bounds)
    written = {entry.path: entry for entry in job.work.entries(graphs.FILES)}
    names = [
        (split, shard_name(split, number, shards.files[split]))
        for split, numbers in shards.numbers(wave).items()
        for number in numbers
    ]
    rows: Counter[str] = Counter()
    for split, name in names:  # one where no document was placed has no rows
        if name not in written:
            written[name] = write_stream(job.root, name, plan.form.schema, [])
        rows[split] += written[name].rows
        ticker.tick()
    return {"rows": rows}, list(written.values())


def complete(job: Job, plan: Plan) -> Part:
    """What stands beside the shards of all waves."""
    return plan.counts, [*_described(job, plan.form), *_judged(job, plan.documents)]


def _mixed(job: Job, documents: Store) -> tuple[Bounds | None, Counts]:
    """The bounds of the mixture, and the counts of the documents that are kept and left out."""
    if job.config.mixture is None:
        counts = documents.counts
        kept = {"kept": counts.get("documents", {}), "policies": counts.get("policies", {})}
        return None, {**kept, "left_out": {}}
    job.run(graphs.mixture_graph, job.config, job.root, documents.files_in(DOCUMENTS))
    kept, left = job.counted(graphs.KEPT, "kept"), job.counted(graphs.LEFT, "left_out")
    del left["policies"]
    _check(job.config.mixture, kept["kept"], left["left_out"])
    bounds = {
        split: {group: int(bound) for group, bound in found.items()}
        for split, found in job.work.report(graphs.BOUNDS)
    }
    return bounds, {**kept, **left}


def _check(mixture: MixtureConfig, kept: Mapping[str, Any], left: Mapping[str, Any]) -> None:
    """Shares that leave nothing to train on are an error."""
    groups = left.get(graphs.TRAIN, {}).keys()
    if groups and graphs.TRAIN not in kept:
        missing = ", ".join(sorted(mixture.shares.keys() - groups)) or "some group"
        found = ", ".join(sorted(groups))
        problem = f"no document of {missing} in the split {graphs.TRAIN}, which has {found}"
        raise CorpusError(f"mixture: {problem}: no share can hold")


def _described(job: Job, form: RowFormat) -> list[FileEntry]:
    waves = sorted(job.work.ledger.wave_files("rows"), key=lambda entry: entry.path)
    found: list[FileEntry] = []
    for split in SPLITS:
        shards = [entry for entry in waves if entry.path.startswith(f"{split}/")]
        found += write_split(job.root, split, shards, form)
    return found


def _judged(job: Job, documents: Store) -> list[FileEntry]:
    """What is known of the inverse documents."""
    if not job.config.trajectories.inverse_steps:
        return []
    job.run(graphs.judged_graph, job.root, documents.files_in(JUDGED))
    return job.work.entries(graphs.FILES)
