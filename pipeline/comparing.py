"""Comparing: what differs between two built directories.

Programs and documents are compared by digests, so memory grows with their number (about 200 bytes
each) and not with what they hold. What a machine measured (`run.json`) is not compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.inspecting import stored_documents
from pipeline.shards.manifest import Manifest
from pipeline.shards.rejected import read_rejected
from pipeline.shards.traces import TraceRecord, TraceStore

_MISSING = "missing"  # a key, program, document or file that one of two does not have
_EXAMPLES = 10  # names of each kind that are shown to people


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its name, and what it is in either; None where it is not there."""

    name: str
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two builds; each list is sorted by name."""

    configuration: list[Change]
    versions: list[Change]
    format: list[Change]
    counts: list[Change]
    programs: list[Change]  # "traced", "rejected: REASON: DETAIL", or not in the corpus
    traces: list[Change]  # of programs that both have traced: digests
    documents: list[Change]  # digests of split, tokens and roles
    files: list[Change]  # checksums

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not any(getattr(self, item.name) for item in fields(self))

    def as_data(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {"same": self.same, **asdict(self)}


def compare(a: Path, b: Path) -> Comparison:
    """What differs between two finished directories.

    Where the manifests have one fingerprint nothing does, and nothing else is read.

    Raises ManifestError, DamagedFileError.
    """
    first, second = Manifest.read(a), Manifest.read(b)
    if first.fingerprint == second.fingerprint:
        return Comparison(*([] for _ in fields(Comparison)))
    traces, others = _traces(a), _traces(b)
    both = traces.keys() & others.keys()
    return Comparison(
        configuration=_changes(dict(_flat(first.config)), dict(_flat(second.config))),
        versions=_changes(first.versions, second.versions),
        format=_changes(asdict(first.format), asdict(second.format)),
        counts=_changes(dict(_flat(first.counts)), dict(_flat(second.counts))),
        programs=_changes(_fates(a, traces), _fates(b, others)),
        traces=_changes({k: traces[k] for k in both}, {k: others[k] for k in both}),
        documents=_changes(_documents(a), _documents(b)),
        files=_changes(_files(first), _files(second)),
    )


def as_text(found: Comparison) -> Iterator[str]:
    """A comparison in lines for people."""
    for title in ("configuration", "versions", "format"):
        yield from _section(title, getattr(found, title), _EXAMPLES * 10)
    if found.counts:
        yield "── counts"
        yield from map(_count_line, found.counts)
    for title in ("programs", "traces", "documents", "files"):
        yield from _section(title, getattr(found, title), _EXAMPLES)
    if found.same:
        yield "the same"


def _section(title: str, changes: list[Change], most: int) -> Iterator[str]:
    if not changes:
        return
    only = (sum(c.b is None for c in changes), sum(c.a is None for c in changes))
    other = len(changes) - sum(only)
    yield f"── {title}: {only[0]:,} in A only, {only[1]:,} in B only, {other:,} that differ"
    for change in changes[:most]:
        yield f"  {change.name}: {_shown(change.a)} → {_shown(change.b)}"
    if len(changes) > most:
        yield f"  … and {len(changes) - most:,} more"


def _shown(value: object) -> str:
    return _MISSING if value is None else str(value)


def _count_line(change: Change) -> str:
    line = f"  {change.name}: {_shown(change.a)} → {_shown(change.b)}"
    if not all(isinstance(value, (int, float)) for value in (change.a, change.b)):
        return line
    difference = round(change.b - change.a, 6)
    share = f", {difference / change.a:+.2%}" if change.a else ""
    return f"{line} ({difference:+,}{share})"


def _changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Change]:
    names = sorted(a.keys() | b.keys())
    return [Change(n, a.get(n), b.get(n)) for n in names if a.get(n) != b.get(n)]


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested mappings by their dotted keys; a null is written as one."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", "null" if value is None else value


def _traces(root: Path) -> dict[str, str]:
    return {record.program: _trace_digest(record) for record in TraceStore.open(root)}


def _trace_digest(record: TraceRecord) -> str:
    described = (getattr(record, item.name) for item in fields(record) if item.name != "trace")
    return _digest([record.trace, repr(tuple(described)).encode("utf-8", "surrogatepass")])


def _fates(root: Path, traced: Iterable[str]) -> dict[str, str]:
    """What became of each program. One id can be rejected and traced, where it stood twice."""
    fates = dict.fromkeys(traced, "traced")
    for item in read_rejected(root):
        fate = f"rejected: {item.reason}: {item.detail}"
        fates[item.program] = f"{fates[item.program]}; {fate}" if item.program in fates else fate
    return fates


def _documents(root: Path) -> dict[str, str]:
    return {
        document.id: _digest(
            [document.split.encode(), document.ids.tobytes(), document.roles.tobytes()]
        )
        for document in stored_documents(root)
    }


def _files(manifest: Manifest) -> dict[str, str]:
    return {entry.path: entry.sha256[:16] for entry in manifest.files}


def _digest(parts: Iterable[bytes]) -> str:
    """16 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()
