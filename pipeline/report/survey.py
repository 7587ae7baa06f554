"""Survey: one pass over a finished directory, with all that the report counts.

Nothing is kept of a program or a document but counts: memory grows with the number of distinct
origins (at most `MOST_DISTINCT`) and, by eight bytes each, of scripts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise
from typing import TypeVar

import numpy as np

from pipeline.config import Config
from pipeline.documents import Trajectories
from pipeline.inspecting import Stored, stored_documents, vocabulary_in
from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.placing import order
from pipeline.shards.reader import Split
from pipeline.shards.rejected import read_rejected
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceRecord, TraceStore
from pipeline.strict import read
from tokenization.grammar import ACTIONS, Role
from tokenization.vocabulary import Vocabulary
from tracing.rejection import Rejection
from tracing.states.view import EXIT, Visit
from tracing.trace import Trace
from tracing.trajectories.trajectory import parse_id

MOST_DISTINCT = 10_000  # details and origins that are told apart; the rest is counted together
OTHERS = "(others)"
TOP = 10  # of the largest programs
EXAMPLES = 3  # of each reason of rejection
HORIZON_PROGRAMS = 300  # about, whose trajectories are walked again, to see how far actions lead
FUNCTION, SCRIPT = "function", "script"

T = TypeVar("T")
Histogram = Counter[int]  # how often, by `bin_of`


def bin_of(value: int) -> int:
    """The bin of a value: bin b > 0 holds 2 ** (b - 1) up to, but not with, 2 ** b."""
    return value.bit_length()


@dataclass(order=True, slots=True)
class Size:
    """One program among the largest."""

    value: int
    program: str
    detail: str


@dataclass(slots=True)
class Programs:
    """What the trace store holds."""

    events: defaultdict[str, Histogram]  # by level: function or script
    depths: defaultdict[str, Histogram]
    levels: Counter[str]
    outcomes: Counter[str]
    splits: Counter[str]
    origins: Counter[tuple[str, str]]  # (licence, origin without the place in it)
    longest: list[Size] = field(default_factory=list)
    largest: list[Size] = field(default_factory=list)
    # by direction and level, as for documents
    horizons: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Counter))
    walked: int = 0  # programs whose trajectories are in `horizons`
    scripts: array[int] = field(default_factory=lambda: array("Q"))  # `order` of ids, sorted


@dataclass(slots=True)
class Documents:
    """What the rows hold; keys are `direction, level`."""

    tokens: defaultdict[str, Histogram]
    actions: defaultdict[str, Histogram]
    kinds: Counter[str]  # actions, by marker
    splits: Counter[str]


@dataclass(slots=True)
class Rejections:
    """What is not used."""

    reasons: Counter[str] = field(default_factory=Counter)
    details: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: defaultdict[str, list[Rejection]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Survey:
    """All counts of a directory."""

    programs: Programs
    documents: Documents
    rejections: Rejections
    roles: dict[str, Counter[str]]  # by split: tokens of each role, padding too
    fills: Counter[int]  # rows, by the percent of them that is filled, rounded down


def survey(root: Place, manifest: Manifest) -> Survey:
    """Read a finished directory, once.

    Raises ManifestError, DamagedFileError.
    """
    config, vocabulary = read(Config, dict(manifest.config)), vocabulary_in(root)
    store = TraceStore.open(root)
    programs = _programs(store, config)
    documents = _documents(root, vocabulary, programs)
    roles, fills = _rows(root, manifest)
    return Survey(programs, documents, _rejections(root), roles, fills)


def _programs(store: TraceStore, config: Config) -> Programs:
    found = Programs(
        defaultdict(Counter), defaultdict(Counter), Counter(), Counter(), Counter(), Counter()
    )
    walked = (HORIZON_PROGRAMS << 64) // max(1, len(store))
    for record in store:
        trace = record.load()
        _count_program(found, record, trace)
        if order(record.program) < walked:
            _walk(found, _level(record), trace, config)
    found.scripts = array("Q", sorted(found.scripts))
    return found


def _count_program(found: Programs, record: TraceRecord, trace: Trace) -> None:
    level = _level(record)
    found.events[level][bin_of(len(trace))] += 1
    found.depths[level][bin_of(max(trace.depths, default=0))] += 1
    found.levels[level] += 1
    found.outcomes[str(trace.outcome)] += 1
    found.splits[record.split] += 1
    _tell_apart(found.origins, (record.licence, _without_place(record.origin)), ("", OTHERS))
    detail = f"{len(trace):,} recorded" + (", cut" if trace.cut else "")
    _keep_largest(found.longest, Size(trace.counted, record.program, detail))
    detail = f"{len(trace):,} events"
    _keep_largest(found.largest, Size(len(record.trace), record.program, detail))
    if level == SCRIPT:
        found.scripts.append(order(record.program))


def _level(record: TraceRecord) -> str:
    return SCRIPT if record.entry is None else FUNCTION


def _walk(found: Programs, level: str, trace: Trace, config: Config) -> None:
    """How many recorded states each action of a program's trajectories leads away."""
    found.walked += 1
    trajectories = Trajectories(trace, config.trajectories, config.seed)
    for trajectory in trajectories:
        horizons = found.horizons[f"{trajectory.direction}, {level}"]
        horizons.update(map(bin_of, _horizons(trajectories.visits(trajectory))))


def _horizons(visits: Sequence[Visit]) -> Iterator[int]:
    for one, other in pairwise(visits):
        if other != EXIT and one != EXIT:
            yield abs(other.state - one.state)


def _documents(root: Place, vocabulary: Vocabulary, programs: Programs) -> Documents:
    found = Documents(defaultdict(Counter), defaultdict(Counter), Counter(), Counter())
    markers = {vocabulary.marker_id(marker): marker.value for marker in ACTIONS.values()}
    is_action = np.zeros(vocabulary.size, bool)
    is_action[list(markers)] = True
    kinds = np.zeros(vocabulary.size, np.int64)
    for document in stored_documents(root):
        key = _key(document, programs.scripts)
        actions = document.ids[is_action[document.ids]]
        kinds += np.bincount(actions, minlength=vocabulary.size)
        found.tokens[key][bin_of(len(document.ids))] += 1
        found.actions[key][bin_of(len(actions))] += 1
        found.splits[document.split] += 1
    found.kinds = Counter({name: int(kinds[id_]) for id_, name in markers.items()})
    return found


def _key(document: Stored, scripts: array[int]) -> str:
    program, direction, _ = parse_id(document.id)
    number = order(program)
    place = bisect_left(scripts, number)
    is_script = place < len(scripts) and scripts[place] == number
    return f"{direction}, {SCRIPT if is_script else FUNCTION}"


def _rows(root: Place, manifest: Manifest) -> tuple[dict[str, Counter[str]], Counter[int]]:
    fills: Counter[int] = Counter()
    roles = {}
    for split in SPLITS:
        counts = np.zeros(len(Role), np.int64)
        for row in Split.open(root, split):
            counts += np.bincount(row.roles, minlength=len(Role))
            used = int(row.document_lengths.sum())
            fills[100 * used // manifest.format.sequence_length] += 1
        roles[split] = Counter({role.name.lower(): int(counts[role]) for role in Role})
    return roles, fills


def _rejections(root: Place) -> Rejections:
    found = Rejections()
    for item in read_rejected(root):
        reason = str(item.reason)
        found.reasons[reason] += 1
        _tell_apart(found.details[reason], item.detail, OTHERS)
        if len(found.examples[reason]) < EXAMPLES:
            found.examples[reason].append(item)
    return found


def _tell_apart(counts: Counter[T], key: T, others: T) -> None:
    """Count a key; once there are very many, keys that come new are counted together."""
    counts[key if key in counts or len(counts) < MOST_DISTINCT else others] += 1


def _keep_largest(sizes: list[Size], size: Size) -> None:
    sizes.append(size)
    if len(sizes) >= 100 * TOP:
        sizes[:] = largest(sizes)


def largest(sizes: list[Size]) -> list[Size]:
    """The largest few, the largest first."""
    return nlargest(TOP, sizes)


def _without_place(origin: str) -> str:
    """What an origin names without the file and the place in it: `github:OWNER/NAME@COMMIT`."""
    scheme, colon, rest = origin.partition("#")[0].partition(":")
    return f"{scheme}{colon}{rest.partition(':')[0]}"
