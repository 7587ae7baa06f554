"""What a graph found out, written down for who started it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apache_beam as beam
import orjson

from pipeline.shards.rejected import write_rejected
from pipeline.shards.writer import FileEntry, write_bytes
from tracing.rejection import Rejection


class Report(beam.PTransform):
    """Collects all elements (JSON values, or what `orjson` writes) into one file, as a list.

    The list has no order of its own."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__()
        self._root, self._name = root, name

    def expand(self, elements: Any) -> Any:
        return elements | beam.combiners.ToList() | beam.Map(_report, self._root, self._name)


class WriteBytes(beam.PTransform):
    """The only element, bytes, as a file."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__()
        self._root, self._name = root, name

    def expand(self, data: Any) -> Any:
        return data | beam.Map(_bytes, self._root, self._name)


class WriteRejected(beam.PTransform):
    """All rejections into one file of the store: its entry."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__()
        self._root, self._name = root, name

    def expand(self, rejections: Any) -> Any:
        return rejections | beam.combiners.ToList() | beam.Map(_write, self._root, self._name)


def _report(found: list[Any], root: Path, name: str) -> FileEntry:
    return write_bytes(root, name, orjson.dumps(found))


def _bytes(data: bytes, root: Path, name: str) -> FileEntry:
    return write_bytes(root, name, data)


def _write(rejections: Iterable[Rejection], root: Path, name: str) -> FileEntry:
    return write_rejected(root, name, rejections)
