"""Write records into numbered files, as Beam stages; the rules are `pipeline.shards.placing`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam

from pipeline import metrics
from pipeline.shards.places import Place
from pipeline.shards.placing import place
from pipeline.shards.writer import FileEntry

Write = Callable[[Place, int, int, Iterable[Any]], Iterable[FileEntry]]


class WriteShards(beam.PTransform):
    """Records to the numbered files of a store: file entries.

    Which of so many `files` a record belongs to follows from its `key`; `write` is given the
    directory, the file's number, `files` and the records. Nothing depends on the order in which
    they come, nor on how often a bundle is run.
    """

    def __init__(self, root: Place, files: int, key: Callable[[Any], str], write: Write) -> None:
        super().__init__()
        self._root, self._files, self._key, self._write = root, files, key, write

    def expand(self, records: Any) -> Any:
        return (
            records
            | "Place" >> beam.Map(_placed, self._files, self._key)
            | "ByFile" >> beam.GroupByKey()
            | "Write" >> beam.FlatMap(_written, self._root, self._files, self._write)
        )


def program_of(record: Any) -> str:
    """The key of what belongs to a program."""
    program: str = record.program
    return program


def _placed(record: Any, files: int, key: Callable[[Any], str]) -> tuple[int, Any]:
    return place(key(record), files), record


def _written(
    file: tuple[int, Iterable[Any]], root: Place, files: int, write: Write
) -> Iterable[FileEntry]:
    number, records = file
    return metrics.written(write(root, number, files, records))
