"""Mixture: documents left out until the tokens of each group have their share.

A group is what documents have in common: where they come from, and how they are drawn. Of each
group the documents are taken in the order of a hash of their ids, so the choice depends on the
documents and the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from pipeline.shards.placing import order
from pipeline.shards.traces import TraceRecord
from pipeline.strict import ConfigError, expected, nearest
from tracing.trajectories.trajectory import parse_id, policy_of

ATTRIBUTES = ("direction", "entry", "licence", "origin", "policy")
_ENTRIES = ("function", "script")
_TOLERANCE = Fraction(1, 10**6)  # of the sum of shares


@dataclass(frozen=True, slots=True)
class MixtureConfig:
    """The share of tokens that each group has in every split; documents of others are left out."""

    shares: Mapping[str, float]  # of groups: values of `by`, joined by `/`; they add up to 1
    by: tuple[str, ...] = ("direction",)  # ATTRIBUTES, and names of fields that are carried

    def __post_init__(self) -> None:
        if not self.by:
            raise expected("by", self.by, "at least one attribute")
        for group, share in self.shares.items():
            if share <= 0:
                raise expected(f"shares.{group}", share, "more than 0")
        if abs(sum(map(_exact, self.shares.values()), start=-Fraction(1))) > _TOLERANCE:
            raise expected("shares", self.shares, "a sum of 1")

    def check(self, carried: Iterable[str], drawn: Mapping[str, Sequence[str]]) -> None:
        """Raises ConfigError where an attribute is neither ours nor a field that is carried, and
        where a group has a value that no document can have; `drawn` are the directions and the
        names of policies that they have."""
        known = [*ATTRIBUTES, *carried]
        for number, name in enumerate(self.by):
            if name not in known:
                problem = "no such attribute, nor in corpus.carry; the nearest is"
                raise ConfigError(f"by.{number}", f"{name}; {problem} {nearest(name, known)}")
            if not drawn.get(name, [name]):
                raise ConfigError(f"by.{number}", f"{name}; trajectories.policies names none")
        for group, share in self.shares.items():
            self._check_group(group, share, {**drawn, "entry": _ENTRIES})

    def _check_group(self, group: str, share: float, known: Mapping[str, Sequence[str]]) -> None:
        values = group.split("/")
        if len(values) != len(self.by):  # values that are free may have a `/` in them
            if all(name in known for name in self.by):
                raise expected(f"shares.{group}", share, f"a group of {'/'.join(self.by)}")
            return
        for name, value in zip(self.by, values, strict=True):
            if name in known and value not in known[name]:
                problem = f"no such {name}; the nearest is {nearest(value, known[name])}"
                raise ConfigError(f"shares.{group}", f"{share}; {problem}")


class Item(NamedTuple):
    """What a choice needs to know of a document."""

    group: str
    order: int  # its place among those of its group
    tokens: int


def group_of(record: TraceRecord, document: str, by: Iterable[str]) -> str:
    """The group of a document of a program, by its id; a field that is not there is empty."""
    values = dict(record.extra) | {
        "direction": str(parse_id(document)[1]),
        "entry": "script" if record.entry is None else "function",
        "licence": record.licence,
        "origin": record.origin,
        "policy": policy_of(document),
    }
    return "/".join(values.get(name, "") for name in by)


def place_of(document: str, seed: int) -> int:
    """The place of a document in the order in which documents are taken, by its id."""
    return order(f"mixture:{seed}:{document}")


def bounds(items: Iterable[Item], shares: Mapping[str, float]) -> dict[str, int]:
    """For each group, the first place in its order that is not taken any more.

    The total is the largest of which every group can supply its share. The documents of a group
    are taken in their order for as long as their tokens are not more than that: each group falls
    short of its share of the total by less than the next document, a group that limits the total
    not at all.
    """
    found: dict[str, list[Item]] = {group: [] for group in shares}
    for item in items:
        if item.group in found:
            found[item.group].append(item)
    tokens = {group: sum(item.tokens for item in members) for group, members in found.items()}
    total = min(tokens[group] / _exact(share) for group, share in shares.items())
    return {
        group: _bound(sorted(members), total * _exact(shares[group]))
        for group, members in found.items()
    }


def _bound(items: list[Item], most: Fraction) -> int:
    tokens = 0
    for item in items:
        tokens += item.tokens
        if tokens > most:
            return item.order
    return 1 << 64


def _exact(share: float) -> Fraction:
    """A share as it is written, in decimals."""
    return Fraction(str(share))
