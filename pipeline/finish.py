"""Finish: what makes a directory of shards a finished build."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from pipeline.config import Config, PackingConfig, as_data
from pipeline.shards.huggingface import write_dictionary, write_split
from pipeline.shards.manifest import Manifest
from pipeline.shards.rejected import write_rejected
from pipeline.shards.schema import REJECTED, SCHEMA_VERSION, SPLITS, RowFormat, shard_name
from pipeline.shards.vocabulary import write_vocabulary
from pipeline.shards.writer import FileEntry, write_bytes, write_stream
from pipeline.workspace import (
    INVERSE_FILES,
    KEPT,
    LEFT_OUT,
    REJECTED_DOCUMENTS,
    REJECTED_PROGRAMS,
    ROW_FILES,
    Workspace,
)
from tokenization.grammar import Marker
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Model, Vocabulary
from tracing.capture import wire
from tracing.rejection import Rejection
from tracing.trajectories.trajectory import Direction

_RUN = "run.json"
_PACKAGES = ("apache-beam", "datasets", "numpy", "orjson", "pyarrow", "sentencepiece")
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


class Timings:
    """Seconds of each stage of this run, by the clock and of all processors together."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}  # of processes that are at their end, and of this

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times the body."""
        started, cpu = time.monotonic(), _cpu_seconds()
        yield
        self.seconds[name] = round(time.monotonic() - started, 3)
        self.cpu_seconds[name] = round(_cpu_seconds() - cpu, 3)


def row_format(config: Config, vocabulary: Vocabulary) -> RowFormat:
    """What the rows of a build have in common."""
    return RowFormat(
        sequence_length=config.packing.sequence_length,
        vocabulary_size=vocabulary.size,
        vocabulary=vocabulary.fingerprint,
        pad_id=vocabulary.marker_id(Marker.PAD),
    )


def finish(
    config: Config,
    work: Workspace,
    traces: Sequence[FileEntry],
    model: Model,
    timings: Timings,
    isolation: str,
) -> Manifest:
    """Write what stands beside the shards, the manifest at last."""
    root, vocabulary = work.root, load(model)
    form = row_format(config, vocabulary)
    rejections = work.rejections(REJECTED_PROGRAMS, REJECTED_DOCUMENTS)
    shards = _complete(root, work.entries(ROW_FILES), form)
    files = [*traces, *write_vocabulary(root, model, vocabulary)]
    if config.trajectories.inverse_steps:
        files += work.entries(INVERSE_FILES)
    for split, entries in shards.items():
        files += [*entries, *write_split(root, split, entries, form)]
    files.append(write_dictionary(root, SPLITS))
    files.append(write_rejected(root, shard_name(REJECTED, 0, 1), rejections))
    manifest = Manifest(
        format=form,
        config=as_data(config),
        versions=_versions(),
        counts=_counts(config, shards, rejections, work),
        files=tuple(sorted(files, key=lambda entry: entry.path)),
    )
    write_bytes(
        root, _RUN, orjson.dumps(_measured(config, manifest, timings, isolation), option=_OPTIONS)
    )
    work.clean()
    manifest.write(root)
    work.close()
    return manifest


def _complete(
    root: Path, written: Sequence[FileEntry], form: RowFormat
) -> dict[str, list[FileEntry]]:
    """The shards of each split, with empty ones where no document was placed."""
    shards: dict[str, list[FileEntry]] = {}
    for split in SPLITS:
        known = {entry.path: entry for entry in written if entry.path.startswith(f"{split}/")}
        count = int(next(iter(known)).rpartition("-")[2].split(".")[0]) if known else 1
        names = [shard_name(split, number, count) for number in range(count)]
        shards[split] = [
            known.get(name) or write_stream(root, name, form.schema, []) for name in names
        ]
    return shards


def _counts(
    config: Config,
    shards: Mapping[str, Sequence[FileEntry]],
    rejections: Sequence[Rejection],
    work: Workspace,
) -> dict[str, Any]:
    """What a build holds. Every program of the corpus is traced or rejected, once."""
    rows = {split: sum(entry.rows for entry in entries) for split, entries in shards.items()}
    tally, kept = work.tally(), work.document_counts(KEPT)
    documents: Counter[str] = sum(kept.values(), Counter())
    return {
        "programs": tally["traced"] + len(rejections),
        "traced": tally["traced"],
        "events": tally["events"],
        "rejected": dict(sorted(Counter(str(item.reason) for item in rejections).items())),
        "trajectories": {str(name): tally[f"trajectories.{name}"] for name in Direction},
        "repeated": tally["repeated"],
        "without_start": tally["without_start"],
        "without_room": tally["without_room"],
        "unclassified": tally["unclassified"],
        "inverse_steps": {
            "judged": tally["inverse_steps"],
            "ambiguous": tally["ambiguous"],
            "checkable": tally["checkable"],
        },
        "walks": {str(name): _walks(tally, name) for name in Direction},
        **{name: documents[name] for name in ("documents", "cut", "windows", "tokens")},
        "rows": sum(rows.values()),
        "rows_by_split": rows,
        **room(documents["tokens"], sum(rows.values()), config.packing),
        "mixture": _by_split(kept) if config.mixture else {},
        "left_out": _by_split(work.document_counts(LEFT_OUT)),
        **({"policies": _by_policy(config, kept, tally)} if config.trajectories.policies else {}),
    }


_Counts = Mapping[tuple[str, str, str], Counter[str]]  # by split, group and policy


def _by_split(counts: _Counts) -> dict[str, dict[str, Any]]:
    """Documents and tokens by split and group."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for (split, group, _), count in counts.items():
        found.setdefault(split, {}).setdefault(group, Counter()).update(_size(count))
    return {split: {name: dict(size) for name, size in g.items()} for split, g in found.items()}


def _by_policy(config: Config, kept: _Counts, tally: Counter[str]) -> dict[str, Any]:
    """What each named policy drew, and what of that is in the rows; `share` is of their tokens."""
    found = {name: Counter(documents=0, tokens=0) for name, _ in config.trajectories.drawing}
    for (_, _, name), count in kept.items():
        found[name].update(_size(count))
    return {
        name: {
            "trajectories": tally[f"policies.{name}"],
            **size,
            "share": share(size["tokens"], sum(size["tokens"] for size in found.values())),
        }
        for name, size in found.items()
    }


def _size(count: Counter[str]) -> dict[str, int]:
    return {name: count[name] for name in ("documents", "tokens")}


def share(part: int, whole: int) -> float:
    """A part of a whole, 0 to 1; 0 of nothing."""
    return round(part / whole, 6) if whole else 0.0


def room(tokens: int, rows: int, packing: PackingConfig) -> dict[str, Any]:
    """The share of the rows that tokens of documents take, 0 to 1, and the tokens of padding."""
    size = rows * packing.sequence_length if packing.padded else tokens
    return {"fill": share(tokens, size), "padding": size - tokens}


def _walks(tally: Counter[str], direction: Direction) -> dict[str, Any]:
    """What the trajectories of a direction visited, and how far each kind of action led: the
    number of actions that led 2**b to 2**(b + 1) - 1 states on, by b."""
    reach: dict[str, list[int]] = {}
    for key in sorted(key for key in tally if key.startswith(f"{direction}.reach.")):
        *_, kind, far = key.split(".")
        row = reach.setdefault(kind, [])
        row += [0] * (int(far) + 1 - len(row))
        row[int(far)] = tally[key]
    names = ("sampled_entries", "states", "transitions")
    return {**{name: tally[f"{direction}.{name}"] for name in names}, "reach": reach}


def _versions() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "schema": SCHEMA_VERSION,
        "trace": wire.VERSION,
        **{name: version(name) for name in _PACKAGES},
    }


def _measured(
    config: Config, manifest: Manifest, timings: Timings, isolation: str
) -> dict[str, Any]:
    """What differs from run to run and from machine to machine."""
    seconds = timings.seconds
    counts = manifest.counts
    return {
        "seconds": seconds,
        "cpu_seconds": timings.cpu_seconds,
        "programs_per_second": _rate(counts["programs"], seconds.get("traces")),
        "events_per_second": _rate(counts["events"], seconds.get("traces")),
        "tokens_per_second": _rate(counts["tokens"], seconds.get("rows")),
        "workers": config.workers,
        "isolation": isolation,
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "interpreter": sys.version,
        },
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _cpu_seconds() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _rate(count: int, seconds: float | None) -> float | None:
    return round(count / seconds, 1) if seconds else None
