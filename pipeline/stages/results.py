"""What a graph found out, written down for who started it."""

from __future__ import annotations

from typing import Any

import apache_beam as beam
import orjson

from pipeline.shards.places import Place
from pipeline.shards.writer import FileEntry, write_bytes


class Report(beam.PTransform):
    """Collects all elements (JSON values, or what `orjson` writes) into one file, as a list.

    The list has no order of its own."""

    def __init__(self, root: Place, name: str) -> None:
        super().__init__()
        self._root, self._name = root, name

    def expand(self, elements: Any) -> Any:
        return elements | beam.combiners.ToList() | beam.Map(_report, self._root, self._name)


class WriteBytes(beam.PTransform):
    """The only element, bytes, as a file."""

    def __init__(self, root: Place, name: str) -> None:
        super().__init__()
        self._root, self._name = root, name

    def expand(self, data: Any) -> Any:
        return data | beam.Map(_bytes, self._root, self._name)


def _report(found: list[Any], root: Place, name: str) -> FileEntry:
    return write_bytes(root, name, orjson.dumps(found))


def _bytes(data: bytes, root: Place, name: str) -> FileEntry:
    return write_bytes(root, name, data)
