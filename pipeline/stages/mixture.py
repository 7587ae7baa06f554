"""Leave documents out until every group has its share; the twin of `pipeline.mixture`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import apache_beam as beam

from pipeline.mixture import Item, MixtureConfig, bounds, place_of
from pipeline.stages.documents import Tokens

LEFT_OUT = "left_out"


class Mix(beam.PTransform):
    """Documents (`Tokens`) to those that are kept, with the output LEFT_OUT (also `Tokens`)."""

    def __init__(self, config: MixtureConfig, seed: int) -> None:
        super().__init__()
        self._config, self._seed = config, seed

    def expand(self, documents: Any) -> Any:
        found = (
            documents
            | "Items" >> beam.Map(_item, self._seed)
            | "BySplit" >> beam.GroupByKey()
            | "Bounds" >> beam.Map(_bounds, self._config.shares)
        )
        return documents | "Choose" >> beam.FlatMap(
            _choose, beam.pvalue.AsDict(found), self._seed
        ).with_outputs(LEFT_OUT, main="kept")


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
