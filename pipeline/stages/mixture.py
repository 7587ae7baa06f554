"""Leave documents out until every group has its share; the twin of `pipeline.mixture`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import apache_beam as beam

from pipeline.mixture import Item, MixtureConfig, bounds, place_of
from pipeline.shards.documents import Tokens

LEFT_OUT = "left_out"


class Bounds(beam.PTransform):
    """Documents (`Tokens`) to the bounds of the groups of each split: (split, bounds)."""

    def __init__(self, config: MixtureConfig, seed: int) -> None:
        super().__init__()
        self._config, self._seed = config, seed

    def expand(self, documents: Any) -> Any:
        return (
            documents
            | "Items" >> beam.Map(_item, self._seed)
            | "BySplit" >> beam.GroupByKey()
            | "Bounds" >> beam.Map(_bounds, self._config.shares)
        )


class Choose(beam.PTransform):
    """Documents (`Tokens`) to those that are kept, with the output LEFT_OUT (also `Tokens`);
    `found` are the bounds by split, or a side input of them."""

    def __init__(self, found: Any, seed: int) -> None:
        super().__init__()
        self._found, self._seed = found, seed

    def expand(self, documents: Any) -> Any:
        return documents | beam.FlatMap(_choose, self._found, self._seed).with_outputs(
            LEFT_OUT, main="kept"
        )


def _item(document: Tokens, seed: int) -> tuple[str, Item]:
    return document.split, Item(document.group, place_of(document.id, seed), len(document))


def _bounds(
    split: tuple[str, Iterable[Item]], shares: Mapping[str, float]
) -> tuple[str, dict[str, int]]:
    name, items = split
    return name, bounds(items, shares)


def _choose(document: Tokens, found: Mapping[str, dict[str, int]], seed: int) -> Iterator[Any]:
    if place_of(document.id, seed) < found[document.split].get(document.group, 0):
        yield document
    else:
        yield beam.pvalue.TaggedOutput(LEFT_OUT, document)
