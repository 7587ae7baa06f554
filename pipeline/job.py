"""Job: what the stages of a build work with, in waves: each a part of the shards of a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.config import Config
from pipeline.progress import Ticker
from pipeline.shards.places import Place
from pipeline.shards.stores import Counts
from pipeline.shards.writer import FileEntry
from pipeline.workspace import Workspace

Part = tuple[Counts, list[FileEntry]]  # what a wave comes to


class Waves(NamedTuple):
    """How a store is made: in waves, then what can be told only of all of them."""

    shards: int
    at_once: int  # of them, in a wave
    make: Callable[[range, Ticker], Part]
    end: Callable[[], Part] = lambda: ({}, [])


@dataclass(frozen=True, slots=True)
class Job:
    """The configuration of a build, the directory that it works in, and how it runs graphs."""

    config: Config
    work: Workspace
    run: Callable[..., None]  # a graph and its arguments, to its end

    @property
    def root(self) -> Place:
        """The directory."""
        return self.work.root

    def counted(self, report: str, name: str) -> dict[str, Any]:
        """The counts of documents that a graph reported: under `name` those of each split and
        group, under `policies` those of each policy."""
        groups: dict[str, dict[str, Counter[str]]] = {}
        policies: dict[str, Counter[str]] = {}
        for (split, group, policy), counts in self.work.report(report):
            groups.setdefault(split, {}).setdefault(group, Counter()).update(counts)
            policies.setdefault(policy, Counter()).update(counts)
        return {name: groups, "policies": policies}
