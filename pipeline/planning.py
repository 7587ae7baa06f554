"""Planning: what a dataset of so many tokens takes, by the measurements of a small finished build.

A model of few parts: work grows with the tokens, training the tokenizer stops growing once its
sample is full, and stages follow one another. What it takes for granted it says (`ASSUMPTIONS`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from pipeline.shards.manifest import Manifest, ManifestError
from pipeline.shards.placing import share_out
from pipeline.shards.schema import PROGRAMS, REJECTED, RUNS, SPLITS, TRACES
from pipeline.shards.traces import RECORDS_PER_FILE
from pipeline.strict import ConfigError, expected, nearest

RUN = "run.json"
WORKERS = (1, 10, 100, 1000)  # machines, where no number of them is given
_MEMORY = {"standard": 4.0, "highmem": 8.0, "highcpu": 1.0}  # GiB of a vCPU, about
_FAMILIES = ("c2", "c2d", "c3", "c3d", "c4", "e2", "n1", "n2", "n2d", "n4", "t2d")
_BYTES_PER_TOKEN = 4  # of text, about
_HOUR = 3600.0

ASSUMPTIONS = (
    "the programs to come are like those of the build: as long, as often rejected, as dear",
    "the number of programs is as sure as their mean length: that of a few hundred to a quarter",
    "a vCPU does what a processor of the build's machine did, and none waits for another",
    "CPU seconds grow with the tokens; without a smaller build beside it the build's fixed costs "
    "(starts, imports) are taken to grow too, which tells too much where the build is small",
    "the tokenizer's stage is one process until its sample is full; past that its training stays "
    "the same, and drawing the texts costs no more than the stage `documents` does",
    "starting machines, the runner's own work and its shuffles are not counted",
    "the report, made by one process at the end, is not counted: about a tenth of the CPU seconds",
    "machines write to a store that is fast enough",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One worker: a type of Google's clouds, `FAMILY-CLASS-VCPUS`."""

    name: str
    cpus: int
    memory: float  # GiB

    @classmethod
    def of(cls, name: str) -> Machine:
        """The machine of a name. Raises ConfigError."""
        family, _, rest = name.partition("-")
        kind, _, number = rest.partition("-")
        if family not in _FAMILIES:
            problem = f"{name}: no such family; the nearest is {nearest(family, _FAMILIES)}"
            raise ConfigError("--machine", problem)
        if kind not in _MEMORY:
            problem = f"{name}: no such class; the nearest is {nearest(kind, list(_MEMORY))}"
            raise ConfigError("--machine", problem)
        if not re.fullmatch(r"[1-9]\d{0,2}", number):
            raise expected("--machine", name, f"a number of vCPUs last, as in {family}-{kind}-16")
        return cls(name, int(number), int(number) * _MEMORY[kind])


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished build tells: CPU seconds by stage, sizes by folder, counts.

    `fixed` are the CPU seconds, of all, that a larger build does not multiply.
    """

    cpu_seconds: Mapping[str, float]
    fixed: Mapping[str, float]
    bytes: Mapping[str, int]
    manifest: Manifest

    @classmethod
    def read(cls, root: Path) -> Measured:
        """Raises ManifestError where the directory is not finished, its `run.json` does not tell
        CPU seconds, or it has no tokens."""
        manifest = Manifest.read(root)
        path = root / RUN
        try:
            cpu = dict(orjson.loads(path.read_bytes())["cpu_seconds"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ManifestError(f"{path}: no cpu_seconds: {error!r}; build it again") from error
        if not manifest.counts["tokens"]:
            raise ManifestError(f"{root}: has no tokens to plan from")
        sizes: Counter[str] = Counter()
        for entry in manifest.files:
            sizes[Path(entry.path).parts[0]] += entry.bytes
        return cls(cpu, dict.fromkeys(cpu, 0.0), sizes, manifest)

    def beside(self, smaller: Measured) -> Measured:
        """The same with its fixed costs, which a smaller build of the same kind shows.

        Raises ConfigError where that is not smaller.
        """
        tokens: int = self.manifest.counts["tokens"]
        fewer: int = smaller.manifest.counts["tokens"]
        if not fewer < tokens:
            raise expected("--smaller", f"{fewer:,} tokens", f"fewer than the {tokens:,} of DIR")
        fixed = {}
        for stage, seconds in self.cpu_seconds.items():
            less = smaller.cpu_seconds.get(stage, 0.0)
            each = max(0.0, seconds - less) / (tokens - fewer)
            fixed[stage] = min(max(0.0, less - each * fewer), seconds)
        return replace(self, fixed=fixed)

    def growing(self, stage: str) -> float:
        """The CPU seconds of a stage that grow with the tokens."""
        return self.cpu_seconds.get(stage, 0.0) - self.fixed.get(stage, 0.0)


@dataclass(frozen=True, slots=True)
class Wall:
    """The time that a number of machines takes, in hours, and what share of their processors'
    time is work."""

    workers: int
    hours: float
    used: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What `tokens` take."""

    tokens: float
    scale: float  # tokens for each of the build's
    machine: Machine
    core_hours: Mapping[str, float]  # by stage
    serial_hours: float  # that no further machine shortens
    walls: Sequence[Wall]
    saturates: int  # machines: with more than these, most of their time is waiting
    bytes: Mapping[str, int]  # by folder
    shuffled: int  # bytes of tokens and roles that are grouped into shards
    shards: Mapping[str, int]  # files by folder
    programs: int  # that the corpus must have
    trajectories: Mapping[str, float]  # of each program, by direction, from the same programs
    repeated: float  # share of the trajectories drawn that one program already had

    def as_data(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {**asdict(self), "assumptions": list(ASSUMPTIONS)}


def plan(measured: Measured, tokens: float, machine: Machine, workers: Sequence[int]) -> Plan:
    """The plan for so many tokens on one to several numbers of machines."""
    counts = measured.manifest.counts
    scale = tokens / counts["tokens"]
    cpu = _cpu_seconds(measured, scale)
    serial = _serial_seconds(measured, scale)
    total = sum(cpu.values())
    drawn = counts["trajectories"]
    asked = sum(drawn.values()) + counts["repeated"]
    return Plan(
        tokens=tokens,
        scale=scale,
        machine=machine,
        core_hours={stage: seconds / _HOUR for stage, seconds in cpu.items()},
        serial_hours=serial / _HOUR,
        walls=[_wall(total, serial, machine, number) for number in workers],
        saturates=_saturates(total, serial, machine),
        bytes=_bytes(measured, scale),
        shuffled=round(tokens * (measured.manifest.format.token_type.itemsize + 1)),
        shards=_shards(measured, scale),
        programs=math.ceil(counts["programs"] * scale),
        trajectories={k: n / counts["traced"] * scale for k, n in drawn.items()},
        repeated=counts["repeated"] / asked if asked else 0.0,
    )


def _full(measured: Measured) -> float:
    """How many builds like this one have the text that fills the tokenizer's sample."""
    tokens: int = measured.manifest.counts["tokens"]
    sample: int = measured.manifest.config["tokenizer"].get("sample_bytes", 0)
    return sample / (tokens * _BYTES_PER_TOKEN)


def _training(measured: Measured, scale: float) -> float:
    """CPU seconds of the tokenizer's stage up to a full sample."""
    return measured.growing("tokenizer") * min(scale, max(1.0, _full(measured)))


def _cpu_seconds(measured: Measured, scale: float) -> dict[str, float]:
    grown = {stage: measured.growing(stage) * scale for stage in measured.cpu_seconds}
    if "tokenizer" in grown:
        past = max(0.0, scale - max(1.0, _full(measured)))
        grown["tokenizer"] = _training(measured, scale) + measured.growing("documents") * past
    return {stage: measured.fixed[stage] + seconds for stage, seconds in grown.items()}


def _serial_seconds(measured: Measured, scale: float) -> float:
    """Starting, training, one program's longest run, one shard: what no machine can share."""
    manifest = measured.manifest
    limit: float = manifest.config["tracing"]["limits"]["wall_seconds"]
    rows: int = manifest.config["packing"]["rows_per_shard"]
    tokens: int = manifest.counts["tokens"]
    shard = measured.cpu_seconds["rows"] * min(
        scale, rows * manifest.format.sequence_length / tokens
    )
    return sum(measured.fixed.values()) + _training(measured, scale) + limit + shard


def _wall(total: float, serial: float, machine: Machine, workers: int) -> Wall:
    processors = workers * machine.cpus
    seconds = serial + max(0.0, total - serial) / processors
    return Wall(workers, seconds / _HOUR, min(1.0, total / (processors * seconds)))


def _saturates(total: float, serial: float, machine: Machine) -> int:
    """Where the part that is shared takes as long as the one that is not."""
    return max(1, math.floor(max(0.0, total - serial) / serial / machine.cpus))


def _bytes(measured: Measured, scale: float) -> dict[str, int]:
    grow = (*SPLITS, PROGRAMS, RUNS, TRACES, REJECTED)
    return {
        folder: math.ceil(size * scale) if folder in grow else size
        for folder, size in sorted(measured.bytes.items())
    }


def _shards(measured: Measured, scale: float) -> dict[str, int]:
    counts, config = measured.manifest.counts, measured.manifest.config
    rows = counts["rows_by_split"]
    each = config["packing"]["rows_per_shard"]
    shards = {split: share_out(math.ceil(rows[split] * scale), each) for split in SPLITS}
    stored = sum(entry.rows for entry in measured.manifest.files_in(TRACES))
    return {**shards, TRACES: share_out(math.ceil(stored * scale), RECORDS_PER_FILE)}


def as_text(found: Plan) -> Iterator[str]:
    """A plan in lines for people."""
    machine = found.machine
    yield f"{found.tokens:,.0f} tokens: {found.scale:,.1f} times the build"
    yield f"machine: {machine.name}, {machine.cpus} vCPUs, about {machine.memory:g} GiB"
    yield "── core-hours"
    for stage, hours in found.core_hours.items():
        yield f"  {stage}: {hours:,.2f}"
    yield f"  all: {sum(found.core_hours.values()):,.2f}"
    yield "── wall time"
    for wall in found.walls:
        yield f"  {wall.workers:,} machines: {wall.hours:,.2f} hours, busy {wall.used:.0%}"
    yield f"  serial: {found.serial_hours:,.2f} hours (tokenizer, longest program, a shard)"
    yield f"  above {found.saturates:,} machines most of their time is waiting"
    yield "── storage"
    for folder, size in found.bytes.items():
        yield f"  {folder}: {_size(size)}"
    yield f"  all: {_size(sum(found.bytes.values()))}; shuffled on the way: {_size(found.shuffled)}"
    yield "── files"
    for folder, number in found.shards.items():
        yield f"  {folder}: {number:,}"
    yield "── programs"
    yield f"  {found.programs:,} programs like these are needed"
    each = ", ".join(f"{number:,.1f} {kind}" for kind, number in found.trajectories.items())
    yield f"  or, of the build's own, trajectories of each: {each}"
    yield f"  of those drawn, {found.repeated:.2%} repeated another already in the build;"
    yield "  this share grows with their number, so few programs saturate"
    yield "── assumptions"
    for assumption in ASSUMPTIONS:
        yield f"  {assumption}"


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if number < 1000:
            return f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} PB"
