"""The configuration of a build: frozen data, read strictly from YAML and the command line.

Parts that belong to one package lie beside what they configure (`tracing.limits.Limits`,
`tracing.trajectories.policy.Policy`, `pipeline.corpus.config.CorpusConfig`,
`pipeline.tokenizer.TokenizerConfig`).
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.records import CorpusError, expand
from pipeline.mixture import MixtureConfig
from pipeline.shards.places import place_at
from pipeline.strict import ConfigError, expected, plain, read, within
from pipeline.tokenizer import SentencePieceConfig, TokenizerConfig, check_tokenizer
from tokenization.packing import pack
from tracing.checks import Check
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.trajectories.policy import Policy
from tracing.trajectories.trajectory import Direction

_NAME = re.compile("[A-Za-z0-9_-]+")  # of a policy: it stands in the ids of documents


class Unstable(StrEnum):
    """What becomes of programs that are not deterministic, where that is checked."""

    REJECT = "reject"
    MARK = "mark"  # in the trace store: `deterministic` among the extra fields


@dataclass(frozen=True, slots=True)
class TracingConfig:
    """How programs are run."""

    limits: Limits = field(default_factory=Limits)
    packages: tuple[str, ...] = ()  # directories besides the standard library to import from
    isolation: Level = Level.BEST
    scratch: int = 0  # bytes that a program may keep in its working directory
    check: Check = Check.NONE  # what a second run of each program must not show
    unstable: Unstable = Unstable.REJECT  # programs that are not deterministic

    def __post_init__(self) -> None:
        if self.scratch < 0:
            raise expected("scratch", self.scratch, "at least 0")
        if self.scratch and self.isolation in (Level.CONTAINER, Level.UNSAFE):
            raise expected(
                "isolation", self.isolation, "strict or best, to give a scratch directory"
            )
        for item in fields(self.limits):
            value = getattr(self.limits, item.name)
            if value <= 0:
                raise expected(f"limits.{item.name}", value, "more than 0")
        if self.limits.never < self.limits.events:
            raise expected("limits.never", self.limits.never, "at least limits.events")


@dataclass(frozen=True, slots=True)
class NamedPolicy(Policy):
    """A policy among several, and how many trajectories it draws; None: as many as the others."""

    forward: int | None = None
    inverse: int | None = None

    def __post_init__(self) -> None:
        Policy.__post_init__(self)
        for name in ("forward", "inverse"):
            if (getattr(self, name) or 0) < 0:
                raise expected(name, getattr(self, name), "at least 0, or null")


@dataclass(frozen=True, slots=True)
class TrajectoriesConfig:
    """How many trajectories are drawn from one program's states, and how."""

    forward: int = 2
    inverse: int = 2
    redraws: int = 8  # attempts at another trajectory where one was drawn already
    policy: Policy = field(default_factory=Policy)
    policies: Mapping[str, NamedPolicy] = field(default_factory=dict)  # instead of it, by name
    inverse_steps: bool = False  # record which inverse steps are ambiguous and can be checked

    def __post_init__(self) -> None:
        for name in ("forward", "inverse", "redraws"):
            if getattr(self, name) < 0:
                raise expected(name, getattr(self, name), "at least 0")
        if self.policies and self.policy != Policy():
            raise ConfigError("policy", "is given beside policies; expected one of the two")
        for name in self.policies:
            if not _NAME.fullmatch(name):
                raise expected(f"policies.{name}", name, "a name of letters, digits, _ and -")
        for name, _ in self.drawing:
            if not any(self.count(name, direction) for direction in Direction):
                key = f"policies.{name}.forward" if name else "forward"
                raise ConfigError(key, "0, as is inverse; expected at least 1 of either")

    @property
    def drawing(self) -> list[tuple[str, Policy]]:
        """What draws, in the order of names; the one without a name has the empty one."""
        return sorted(self.policies.items()) if self.policies else [("", self.policy)]

    def count(self, name: str, direction: Direction) -> int:
        """How many trajectories one of them draws of each program, at most."""
        own = getattr(self.policies.get(name), direction, None)
        most: int = getattr(self, direction) if own is None else own
        return most


class Pack(StrEnum):
    """How documents are put into rows."""

    BEST_FIT = "best_fit"
    NONE = "none"  # a document a row


class Long(StrEnum):
    """What becomes of a document that is longer than a row."""

    CUT = "cut"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True)
class PackingConfig:
    """The shape of rows and shards."""

    sequence_length: int = 16_384  # tokens of a row, at most
    pack: Pack = Pack.BEST_FIT
    pad: bool | None = None  # rows to the sequence length; None: where documents are packed
    long: Long = Long.CUT
    rows_per_shard: int = 1_024  # about

    @property
    def padded(self) -> bool:
        """Whether every row has the sequence length."""
        return self.pack is Pack.BEST_FIT if self.pad is None else self.pad

    def plan(self, lengths: Sequence[int]) -> list[list[int]]:
        """Which documents, by number, are in which row; `lengths` are their tokens."""
        if self.pack is Pack.NONE:
            return [[number] for number in range(len(lengths))]
        return pack(lengths, self.sequence_length)

    def __post_init__(self) -> None:
        if not 256 <= self.sequence_length <= 1 << 20:
            raise expected("sequence_length", self.sequence_length, f"256 to {1 << 20}")
        if self.rows_per_shard < 1:
            raise expected("rows_per_shard", self.rows_per_shard, "at least 1")


@dataclass(frozen=True, slots=True)
class Config:
    """A whole build. Its results depend on all of this but `workers` and `tracing.isolation`."""

    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    tracing: TracingConfig = field(default_factory=TracingConfig)
    trajectories: TrajectoriesConfig = field(default_factory=TrajectoriesConfig)
    tokenizer: TokenizerConfig = field(default_factory=SentencePieceConfig)
    packing: PackingConfig = field(default_factory=PackingConfig)
    mixture: MixtureConfig | None = None
    seed: int = 0
    workers: int = 1  # processes

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise expected("workers", self.workers, "at least 1")
        if self.mixture is not None:
            with within("mixture"):
                self.mixture.check(self.corpus.carry, self._drawn())

    def _drawn(self) -> dict[str, list[str]]:
        """The directions and the named policies of the documents that there can be."""
        config = self.trajectories
        names = [name for name, _ in config.drawing]
        directions = [str(d) for d in Direction if any(config.count(name, d) for name in names)]
        return {"direction": directions, "policy": [name for name in names if name]}


def load(path: str | Path, overrides: Sequence[str] = (), corpus: Sequence[str] = ()) -> Config:
    """The configuration in a YAML file, by path or URL, checked to be usable here and now.

    `overrides` are texts `a.b=value`, the value in YAML; `corpus` stands in for `corpus.paths`
    where it is not empty. File names are relative to the current directory.

    Raises ConfigError.
    """
    try:
        content = place_at(path).read_bytes()
    except OSError as error:
        raise ConfigError(str(path), error.strerror or str(error)) from None
    except ValueError as error:
        raise ConfigError("CONFIG", str(error)) from None
    data = _yaml(content, str(path))
    data = {} if data is None else data
    for text in overrides:
        key, equals, value = text.partition("=")
        if not equals or not all(key.split(".")):
            raise expected("--set", text, "a.b=value")
        data = _replaced(data, key.split("."), _yaml(value.encode(), f"--set {key}"))
    if corpus:
        data = _replaced(data, ["corpus", "paths"], list(corpus))
    config = read(Config, data)
    _check_surroundings(config)
    return config


def as_data(config: Config) -> dict[str, Any]:
    """All that results depend on, as JSON values."""
    data: dict[str, Any] = plain(config)
    del data["workers"], data["tracing"]["isolation"]
    del data["trajectories"]["policy" if config.trajectories.policies else "policies"]
    return data


class _Loader(yaml.SafeLoader):
    """YAML's safe subset, where a key that stands twice in one mapping is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                problem = f"the key {key.value} stands twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _yaml(text: bytes, name: str) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ConfigError(name, f"{where}{error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(name, f"not YAML: {error}") from None


def _replaced(data: Any, path: Sequence[str], value: object) -> dict[Any, Any]:
    """`data` with the value at `path` replaced; mappings that are not there yet are made."""
    head, *rest = path
    if data is not None and not isinstance(data, dict):
        raise expected("", data, f"a mapping, to set {head} in it")
    if rest:
        with within(head):
            value = _replaced((data or {}).get(head), rest, value)
    return {**(data or {}), head: value}


def _check_surroundings(config: Config) -> None:
    """Files that are named must be there, and libraries that are needed."""
    with within("corpus"):
        for name in ("paths", "decontaminate"):
            try:
                expand(getattr(config.corpus, name))
            except CorpusError as error:
                raise ConfigError(name, str(error)) from None
        if config.corpus.near_duplicates and not importlib.util.find_spec("datasketch"):
            problem = "needs datasketch, which is not installed; install the extra `minhash`"
            raise ConfigError("near_duplicates", problem)
    for folder in config.tracing.packages:
        if not Path(folder).is_dir():
            raise expected("tracing.packages", folder, "an existing directory")
    with within("tokenizer"):
        check_tokenizer(config.tokenizer)
