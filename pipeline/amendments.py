"""Amendments: runs under other limits, of the programs that were rejected for a reason.

A store of traces keeps the `tracing` that all its programs were run with first, and amendments in
their order: each a reason, and the `tracing` that the programs of it were run with again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.config import Config, TracingConfig
from pipeline.recipes import running
from pipeline.shards.stores import Store
from pipeline.strict import ConfigError, plain, read
from pipeline.workspace import Workspace
from tracing.rejection import Reason

Amendment = Mapping[str, Any]  # `rejected`: a reason; `tracing`: a configuration as data


def amend(
    config: Config, work: Workspace, present: Iterable[Store], again: Reason | None
) -> tuple[Config, list[Amendment]]:
    """The configuration that all programs are run with first, and the amendments: those of the
    traces that are `present` or set aside, and, with `again`, the one that `config` asks for.

    Raises ConfigError.
    """
    newest: list[Amendment] = []
    if again is not None:
        config, amendment = _as_it_was(config, work, again)
        newest = [amendment]
    stores = [*present, *(store for _, store in work.ledger.previous())]
    known = [s.recipe.config["amendments"] for s in stores if is_alike(config, s)]
    found = list(max(known, key=len, default=[]))
    return config, found if newest == found[-1:] else found + newest


def is_alike(config: Config, store: Store) -> bool:
    """Whether programs run now would be run as those of a store were."""
    now = running(config.tracing)
    return all(store.recipe.config.get(key) == value for key, value in now.items())


def ways(config: Config, amendments: Sequence[Amendment]) -> list[tuple[str, TracingConfig]]:
    """The amendments as reasons, and how programs are run again that have them."""
    return [(item["rejected"], _tracing(config, item["tracing"])) for item in amendments]


def _as_it_was(config: Config, work: Workspace, again: Reason) -> tuple[Config, Amendment]:
    """The configuration that the traces were made with, and the amendment that this one is."""
    ledger = work.ledger
    finished = ledger.finished("traces") or next((store for _, store in ledger.previous()), None)
    if finished is None:
        raise ConfigError("--only-rejected", f"{work.root}: there are no traces yet")
    amended = running(config.tracing)["tracing"]
    before = _tracing(config, finished.recipe.config["tracing"])
    for key in amended.keys() - {"limits"}:
        if amended[key] != plain(before)[key]:
            problem = "other than that of the traces; `limits` alone can be another"
            raise ConfigError(f"tracing.{key}", problem)
    return replace(config, tracing=before), {"rejected": str(again), "tracing": amended}


def _tracing(config: Config, data: Mapping[str, Any]) -> TracingConfig:
    found = read(TracingConfig, dict(data))
    return replace(found, isolation=config.tracing.isolation)
