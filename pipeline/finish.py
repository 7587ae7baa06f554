"""Finish: what makes a directory of shards a finished build."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from typing import Any

import orjson
import pyarrow as pa

from pipeline.config import Config, PackingConfig, as_data
from pipeline.shards.huggingface import write_dictionary
from pipeline.shards.manifest import CARD, REPORT, Manifest, ManifestError
from pipeline.shards.places import Place
from pipeline.shards.rejected import count_reasons, merge_rejected, rejected_in
from pipeline.shards.schema import (
    PROGRAM_SCHEMA,
    REJECTED,
    REJECTED_SCHEMA,
    RUN_SCHEMA,
    RUNS,
    SCHEMA_VERSION,
    SPLITS,
    STORES,
    RowFormat,
    shard_name,
)
from pipeline.shards.stores import Store, path_of
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.vocabulary import read_vocabulary
from pipeline.shards.writer import entry_of, write_bytes
from pipeline.timings import RUN, Timings
from pipeline.workspace import Workspace
from tokenization.grammar import Marker
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Vocabulary
from tracing.capture import wire
from tracing.trajectories.trajectory import Direction

UNFIT_FILE = f"{STORES}/unfit.arrow"  # the programs that no document can be made of
LASTING = ("programs", "traces", "tokenizer", "rows")  # stores whose files are part of the result
NOT_RUN = "no program was run"
_PACKAGES = ("apache-beam", "datasets", "numpy", "orjson", "pyarrow", "sentencepiece")
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


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
    stores: Mapping[str, Store],
    timings: Timings,
    isolation: str,
) -> tuple[Manifest, bool]:
    """Write what stands beside the stores, the manifest at last: it, and whether it is another.

    Raises ManifestError where a program is lost.
    """
    root = work.root
    vocabulary = load(read_vocabulary(root / TOKENIZER))
    (unfit,) = rejected_in(root, [UNFIT_FILE], REJECTED_SCHEMA)
    counts = _counts(config, stores, count_reasons(unfit))
    if counts["programs"] != (known := sum(entry.rows for entry in stores["programs"].files)):
        problem = f"{known:,} programs came to {counts['programs']:,} traces and rejections"
        raise ManifestError(f"{root}: {problem}; `--force` begins again")
    lasting = [e for n in LASTING for e in stores[n].files]
    # These tell of the corpus' files, whose order of records does not matter here.
    told = {"candidates", "programs"}
    manifests = [entry_of(root, path_of(name)) for name in stores if name not in told]
    unfit_entry = replace(entry_of(root, UNFIT_FILE), rows=len(unfit))
    dictionary = write_dictionary(root, SPLITS)
    parts = chain(_rejections(root, stores), [unfit])
    rejected = merge_rejected(root, shard_name(REJECTED, 0, 1), parts)
    files = [*lasting, *manifests, unfit_entry, dictionary, rejected]
    manifest = Manifest(
        format=row_format(config, vocabulary),
        config=as_data(config),
        versions=_versions(),
        counts=counts,
        files=tuple(sorted(files, key=lambda entry: entry.path)),
    )
    measured = _measured(config, manifest, timings, isolation)
    is_new = not _is_there(root, manifest)
    if is_new or isolation != NOT_RUN:
        write_bytes(root, RUN, orjson.dumps(measured, option=_OPTIONS))
    work.clean()
    if is_new:
        manifest.write(root)
    work.close()
    return manifest, is_new


def _is_there(root: Place, manifest: Manifest) -> bool:
    """Whether a directory is finished and the same, its report included."""
    try:
        same = Manifest.read(root).fingerprint == manifest.fingerprint
    except ManifestError:
        return False
    return same and all((root / name).exists() for name in (REPORT, CARD))


def _rejections(root: Place, stores: Mapping[str, Store]) -> Iterator[pa.Table]:
    """Every program that has no trace, by file."""
    for files, schema in (
        (stores["programs"].files, PROGRAM_SCHEMA),
        (stores["traces"].files_in(RUNS), RUN_SCHEMA),
    ):
        yield from rejected_in(root, (entry.path for entry in files), schema)


def _counts(config: Config, stores: Mapping[str, Store], unfit: Counter[str]) -> dict[str, Any]:
    """What a build holds. Every program of the corpus is traced or rejected, once."""
    rejected = sum((Counter(stores[n].counts["rejected"]) for n in ("programs", "traces")), unfit)
    made = stores["rows"].counts
    rows = {split: made["rows"].get(split, 0) for split in SPLITS}
    tally: Counter[str] = Counter(stores["documents"].counts.get("tally", {}))
    named = config.trajectories.policies
    documents: Counter[str] = Counter()
    for groups in made["kept"].values():
        documents.update(sum(map(Counter, groups.values()), Counter()))
    return {
        "programs": tally["traced"] + rejected.total(),
        "traced": tally["traced"],
        "events": tally["events"],
        "rejected": dict(sorted(rejected.items())),
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
        "mixture": _numbers(made["kept"]) if config.mixture else {},
        "left_out": _numbers(made["left_out"]),
        **({"policies": _by_policy(config, made["policies"], tally)} if named else {}),
    }


def _numbers(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Documents and tokens by split and group."""
    return {
        split: {group: _size(count) for group, count in sorted(groups.items())}
        for split, groups in sorted(counts.items())
    }


def _by_policy(config: Config, kept: Mapping[str, Any], tally: Mapping[str, int]) -> dict[str, Any]:
    """What each named policy drew, and what of that is in the rows; `share` is of their tokens."""
    found = {
        name: _size(kept.get(name, {"documents": 0, "tokens": 0}))
        for name, _ in config.trajectories.drawing
    }
    whole = sum(size["tokens"] for size in found.values())
    return {
        name: {
            "trajectories": tally.get(f"policies.{name}", 0),
            **size,
            "share": share(size["tokens"], whole),
        }
        for name, size in found.items()
    }


def _size(count: Mapping[str, Any]) -> dict[str, Any]:
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
    encoding = seconds.get("documents", 0.0) + seconds.get("rows", 0.0)
    counts = manifest.counts
    return {
        **timings.as_data(),
        "programs_per_second": _rate(counts["programs"], seconds.get("traces")),
        "events_per_second": _rate(counts["events"], seconds.get("traces")),
        "tokens_per_second": _rate(counts["tokens"], encoding),
        "workers": config.workers,
        "isolation": isolation,
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "interpreter": sys.version,
        },
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _rate(count: int, seconds: float | None) -> float | None:
    return round(count / seconds, 1) if seconds else None
