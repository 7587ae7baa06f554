"""Verifying: is a built directory what its manifest says, and does it follow from its traces?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from heapq import nsmallest
from pathlib import Path

from pipeline.config import Config
from pipeline.documents import Trajectories
from pipeline.finish import room
from pipeline.inspecting import Stored, stored_documents, vocabulary_in
from pipeline.shards.manifest import Manifest
from pipeline.shards.placing import order
from pipeline.shards.reader import DamagedFileError, Split
from pipeline.shards.rejected import read_rejected
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from pipeline.shards.verify import faults
from pipeline.strict import read
from tokenization.encode import Encoded, Encoder
from tracing.rejection import Reason
from tracing.trajectories.trajectory import parse_id, policy_of, window_of

SAMPLE = 100  # documents that are made again


def verify(root: Path, sample: int = SAMPLE) -> Iterator[str]:
    """Everything that is wrong with a directory, a line each; nothing where it is right.

    Raises ManifestError where it is not finished, or its manifest cannot be trusted.
    """
    manifest = Manifest.read(root)
    damaged = [str(fault) for fault in faults(root, manifest)]
    yield from damaged
    if not damaged:
        yield from _wrong_counts(root, manifest)
        yield from _unlike_plans(root, manifest)
        yield from _unlike_replays(root, manifest, sample)


def _wrong_counts(root: Path, manifest: Manifest) -> Iterator[str]:
    rows = {split: len(Split.open(root, split)) for split in SPLITS}
    packing = read(Config, dict(manifest.config)).packing
    documents = tokens = windows = 0
    policies: dict[str, Counter[str]] = defaultdict(Counter)
    for document in stored_documents(root):
        policies[policy_of(document.id)].update(documents=1, tokens=len(document.ids))
        documents += 1
        tokens += len(document.ids)
        windows += window_of(document.id) > 1
    rejected = Counter(item.reason for item in read_rejected(root))
    traced = len(TraceStore.open(root)) - rejected[Reason.CONTEXT_TOO_LONG]
    found = {
        "programs": traced + rejected.total(),
        "traced": traced,
        "rejected": {str(reason): number for reason, number in rejected.items()},
        "documents": documents,
        "tokens": tokens,
        "rows": sum(rows.values()),
        "rows_by_split": rows,
        "windows": windows,
        **room(tokens, sum(rows.values()), packing),
    }
    for name, value in found.items():
        if manifest.counts.get(name) != value:
            yield f"{root}: {value} {name}, not the {manifest.counts.get(name)} of the manifest"
    for policy, sizes in manifest.counts.get("policies", {}).items():
        for name in ("documents", "tokens"):
            if policies[policy][name] != sizes[name]:
                problem = f"{policies[policy][name]} {name} of the policy {policy}"
                yield f"{root}: {problem}, not the {sizes[name]} of the manifest"


def _unlike_plans(root: Path, manifest: Manifest) -> Iterator[str]:
    """Packs the documents of every shard again."""
    packing = read(Config, dict(manifest.config)).packing
    for entry in (entry for split in SPLITS for entry in manifest.files_in(split)):
        rows = [row.documents for row in Split(root, [entry], manifest.format)]
        lengths: dict[str, int] = {}
        for row in Split(root, [entry], manifest.format):
            lengths |= zip(row.documents, row.document_lengths.tolist(), strict=True)
        names = sorted(lengths, key=lambda name: (order(name), name))
        plan = packing.plan([lengths[name] for name in names])
        if rows != [tuple(names[number] for number in row) for row in plan]:
            yield f"{root / entry.path}: its rows are not the plan of its documents"


def _unlike_replays(root: Path, manifest: Manifest, sample: int) -> Iterator[str]:
    """Makes the documents that come first by a hash again, from the store of traces."""
    config = read(Config, dict(manifest.config))
    encoder = Encoder(vocabulary_in(root), manifest.format.sequence_length)
    store = TraceStore.open(root)
    chosen = nsmallest(sample, stored_documents(root), key=lambda document: order(document.id))
    for document in chosen:
        if (problem := _unlike(document, config, encoder, store)) is not None:
            yield f"{root}: {document.split} row {document.row}, {document.id}: {problem}"


def _unlike(document: Stored, config: Config, encoder: Encoder, store: TraceStore) -> str | None:
    try:
        trace = store.get(document.program).load()
    except KeyError:
        return "its program is not in the store of traces"
    except (ValueError, OSError) as error:
        raise DamagedFileError(f"the trace of {document.program}: {error}") from error
    trajectories = Trajectories(trace, config.trajectories, config.seed)
    for trajectory in trajectories:
        if _name(trajectory.id) == _name(document.id):
            made = trajectories.encode(trajectory, encoder, config.packing.long)
            same = any(again is not None and _same(document, again) for again in made)
            return None if same else "made again from its trace it has other tokens"
    return "its program has no such trajectory"


def _name(text: str) -> tuple[object, ...]:
    """What tells the trajectories of a build apart, of the id of one or of a document."""
    return *parse_id(text), policy_of(text)


def _same(document: Stored, again: Encoded) -> bool:
    """Whether a document is the same, made again."""
    return (
        document.id == again.id
        and document.ids.tolist() == again.ids.tolist()
        and document.roles.tolist() == again.roles.tolist()
    )
