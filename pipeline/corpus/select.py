"""Selection: which programs of a corpus are used, and why the others are not.

Every step looks at one group of programs and keeps the same ones in whatever order they come:

    by id: same_id ─▶ by source: unique ─▶ sketch ─▶ by bucket: near_duplicates
                         └────────── by source: select ◀──────────┘
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pipeline.corpus.candidate import Candidate, Selected
from pipeline.corpus.config import CorpusConfig, NearDuplicates
from pipeline.corpus.near_duplicates import bands, near_duplicates, sketch
from pipeline.corpus.normalise import Normaliser
from tracing.program import Program
from tracing.rejection import Reason

_Groups = Iterable[Sequence[Candidate]]


def same_id(group: Iterable[Candidate]) -> Selected:
    """Of programs that have one id, those of the least content.

    Several are kept where they are copies of one program: those are `select`'s to judge.
    """
    members = sorted(group, key=lambda member: member.order)
    kept = [member for member in members if member.content == members[0].content]
    detail = "its program has other content"
    return kept, [other.rejected(Reason.DUPLICATE_ID, detail) for other in members[len(kept) :]]


def unique(
    group: Iterable[Candidate], config: CorpusConfig, listed: Collection[str] = ()
) -> Selected:
    """Of programs that have one normal source, the allowed ones, each call once.

    `listed` are the normal forms of sources to stay away from.
    """
    kept: dict[object, Candidate] = {}
    rejected = []
    for member in sorted(group, key=lambda member: member.order):
        program = member.program
        first = kept.get(call := (program.entry, member.call, program.stdin))
        if config.licences is not None and program.licence not in config.licences:
            rejected.append(member.rejected(Reason.LICENCE, program.licence or "none is given"))
        elif member.normal in listed:
            rejected.append(member.rejected(Reason.DECONTAMINATED, "its source is listed"))
        elif first is not None:
            rejected.append(member.rejected(Reason.DUPLICATE, f"of {first.program.id}"))
        else:
            kept[call] = member
    return list(kept.values()), rejected


def select(
    group: Iterable[Candidate],
    config: CorpusConfig,
    listed: Collection[str] = (),
    alike: Iterable[str] = (),
) -> Selected:
    """Of programs that have one normal source, those that are used.

    `alike` are the programs that `near_duplicates` named for this source, in all of its buckets:
    where there is one, the whole source is left out.
    """
    kept, rejected = unique(group, config, listed)
    if near := min(alike, default=None):
        return [], rejected + [it.rejected(Reason.NEAR_DUPLICATE, f"of {near}") for it in kept]
    kept.sort(key=lambda member: _hash(member.program.id))
    cap = config.calls_per_source or len(kept)
    detail = f"{cap} of the {len(kept)} calls of its source are used"
    rejected += [member.rejected(Reason.CALL_CAP, detail) for member in kept[cap:]]
    return kept[:cap], rejected


def select_all(
    programs: Iterable[Program],
    config: CorpusConfig,
    normaliser: Normaliser,
    listed: Collection[str] = (),
) -> Selected:
    """All steps on a corpus in memory; kept and rejected in the order of their ids."""
    candidates = [Candidate.of(program, normaliser) for program in programs]
    kept, others = _each(_grouped(candidates, lambda member: member.program.id), same_id)
    sources = _grouped(kept, lambda member: member.normal)
    alike: Mapping[str, list[str]] = {}
    if config.near_duplicates is not None:
        allowed = [unique(group, config, listed)[0] for group in sources]
        alike = _alike([group for group in allowed if group], config.near_duplicates)
    kept, more = _each(
        sources, lambda group: select(group, config, listed, alike.get(group[0].normal, ()))
    )
    rejected = sorted(others + more, key=lambda item: (item.program, item.reason, item.detail))
    return sorted(kept, key=lambda member: member.order), rejected


def _alike(groups: _Groups, config: NearDuplicates) -> Mapping[str, list[str]]:
    """For each source to leave out, by normal form, the programs that its buckets name."""
    buckets = defaultdict(list)
    for item in (sketch(group, config) for group in groups):
        for band in bands(item, config):
            buckets[band].append(item)
    alike = defaultdict(list)
    for bucket in buckets.values():
        for normal, program in near_duplicates(bucket, config):
            alike[normal].append(program)
    return alike


def _grouped(
    candidates: Iterable[Candidate], key: Callable[[Candidate], str]
) -> list[list[Candidate]]:
    groups = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return list(groups.values())


def _each(groups: _Groups, step: Callable[[Sequence[Candidate]], Selected]) -> Selected:
    results = [step(group) for group in groups]
    return [it for kept, _ in results for it in kept], [it for _, out in results for it in out]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
