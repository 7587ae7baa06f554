"""Spread what is known when a graph is made over its workers, as a Beam stage; and packs of items,
as which they pass through a graph for little."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable
from typing import Any

import apache_beam as beam


class Spread(beam.PTransform):
    """Items as a collection, which is not bound to one worker. Of many thousands, as files of a
    store, each takes some bytes of the graph."""

    def __init__(self, items: Iterable[Any]) -> None:
        super().__init__()
        self._packed = pack(items)

    def expand(self, pipeline: Any) -> Any:
        # `Create` would be three times in the graph.
        items = pipeline | beam.Impulse() | beam.FlatMap(_unpacked, self._packed)
        return items | beam.Reshuffle()


def pack(items: Iterable[Any]) -> bytes:
    """Many small items as one."""
    return zlib.compress(pickle.dumps(list(items)), 1)


def unpack(packed: bytes) -> list[Any]:
    """The items in what `pack` gave."""
    items: list[Any] = pickle.loads(zlib.decompress(packed))
    return items


def _unpacked(_: bytes, packed: bytes) -> list[Any]:
    return unpack(packed)
