"""Selection: which programs of a corpus are used, and why the others are not.

Every step looks at the keys of one group of candidates and keeps the same ones in whatever order
they come:

    by id: same_id ─▶ by source: unique ─▶ sketch ─▶ by bucket: near_duplicates
                         └────────── by source: select ◀──────────┘
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from pipeline.corpus.candidate import Candidate, Key
from pipeline.corpus.config import CorpusConfig, NearDuplicates
from pipeline.corpus.near_duplicates import Sketch, bands, near_duplicates
from pipeline.corpus.normalise import Normaliser
from tracing.program import Program
from tracing.rejection import Reason, Rejection

Item = TypeVar("Item")
Name = TypeVar("Name", bound=Hashable)


class Refused(NamedTuple):
    """A candidate that is not used, and why."""

    key: Key
    reason: Reason
    detail: str


Selected = tuple[list[Key], list[Refused]]  # those that are kept, those that are not


def same_id(group: Iterable[Key]) -> Selected:
    """Of programs that have one id, those of the least content.

    Several are kept where they are copies of one program: those are `select`'s to judge.
    """
    members = sorted(group, key=lambda key: key.order)
    kept = [key for key in members if key.content == members[0].content]
    detail = "its program has other content"
    return kept, [Refused(key, Reason.DUPLICATE_ID, detail) for key in members[len(kept) :]]


def unique(group: Iterable[Key], config: CorpusConfig, listed: Collection[str] = ()) -> Selected:
    """Of programs that have one normal source, the allowed ones, each call once.

    `listed` are the normal forms of sources to stay away from.
    """
    kept: dict[str, Key] = {}
    refused = []
    for key in sorted(group, key=lambda key: key.order):
        if config.licences is not None and key.licence not in config.licences:
            refused.append(Refused(key, Reason.LICENCE, key.licence or "none is given"))
        elif key.normal in listed:
            refused.append(Refused(key, Reason.DECONTAMINATED, "its source is listed"))
        elif (first := kept.setdefault(key.call, key)) is not key:
            refused.append(Refused(key, Reason.DUPLICATE, f"of {first.program}"))
    return list(kept.values()), refused


def sketch_of(allowed: Sequence[Key]) -> Sketch:
    """The sketch of the source of all of these, some at least: that of the least of them."""
    least = min(allowed, key=lambda key: key.order)
    return Sketch(least.normal, least.program, least.sketch)


def select(
    group: Iterable[Key],
    config: CorpusConfig,
    listed: Collection[str] = (),
    alike: Iterable[str] = (),
) -> Selected:
    """Of programs that have one normal source, those that are used.

    `alike` are the programs that `near_duplicates` named for this source, in all of its buckets:
    where there is one, the whole source is left out.
    """
    kept, refused = unique(group, config, listed)
    if near := min(alike, default=None):
        return [], refused + [Refused(key, Reason.NEAR_DUPLICATE, f"of {near}") for key in kept]
    kept.sort(key=lambda key: _hash(key.program))
    cap = config.calls_per_source or len(kept)
    detail = f"{cap} of the {len(kept)} calls of its source are used"
    return kept[:cap], refused + [Refused(key, Reason.CALL_CAP, detail) for key in kept[cap:]]


def select_all(
    programs: Iterable[Program],
    config: CorpusConfig,
    normaliser: Normaliser,
    listed: Collection[str] = (),
) -> tuple[list[Candidate], list[Rejection]]:
    """All steps on a corpus in memory; kept and rejected in the order of their ids."""
    candidates = [Candidate.of(program, normaliser) for program in programs]
    near = config.near_duplicates
    keys = [Key.of(candidate, 0, row, near) for row, candidate in enumerate(candidates)]
    kept, others = _each(grouped(keys, lambda key: key.program).values(), same_id)
    sources = grouped(kept, lambda key: key.normal)
    alike: Mapping[str, list[str]] = {}
    if near is not None:
        allowed = [unique(group, config, listed)[0] for group in sources.values()]
        alike = _alike([group for group in allowed if group], near)
    kept, more = _each(
        sources.values(),
        lambda group: select(group, config, listed, alike.get(group[0].normal, ())),
    )
    rejected = [Rejection(key.program, reason, detail) for key, reason, detail in others + more]
    rejected.sort(key=lambda item: (item.program, item.reason, item.detail))
    return [candidates[key.row] for key in sorted(kept, key=lambda key: key.order)], rejected


def grouped(items: Iterable[Item], name: Callable[[Item], Name]) -> dict[Name, list[Item]]:
    """The items of each name."""
    groups = defaultdict(list)
    for item in items:
        groups[name(item)].append(item)
    return groups


def _alike(groups: Iterable[Sequence[Key]], config: NearDuplicates) -> Mapping[str, list[str]]:
    """For each source to leave out, by normal form, the programs that its buckets name."""
    buckets = defaultdict(list)
    for item in map(sketch_of, groups):
        for band in bands(item, config):
            buckets[band].append(item)
    alike = defaultdict(list)
    for bucket in buckets.values():
        for normal, program in near_duplicates(bucket, config):
            alike[normal].append(program)
    return alike


def _each(groups: Iterable[Sequence[Key]], step: Callable[[Sequence[Key]], Selected]) -> Selected:
    results = [step(group) for group in groups]
    return [it for kept, _ in results for it in kept], [it for _, out in results for it in out]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
