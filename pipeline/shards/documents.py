"""Documents: encoded, on their way to the rows; a finished directory has none of these files.

The files are Arrow streams sorted by document id, by the programs of one file of traces each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.places import Place
from pipeline.shards.placing import order
from pipeline.shards.reader import open_table
from pipeline.shards.schema import DOCUMENT_SCHEMA
from pipeline.shards.traces import TraceRecord
from pipeline.shards.writer import FileEntry, write_stream
from tokenization.encode import Encoded
from tracing.trajectories.trajectory import window_of

_BATCH_DOCUMENTS = 256


@dataclass(frozen=True, slots=True)
class Tokens:
    """An encoded document on its way to a shard: ids (uint32) and roles (uint8) as bytes."""

    split: str
    program: str
    id: str
    ids: bytes
    roles: bytes
    cut: bool = False
    group: str = ""  # of the mixture

    @classmethod
    def of(cls, document: Encoded, record: TraceRecord, group: str) -> Tokens:
        """A document of a program."""
        ids, roles = document.ids.tobytes(), document.roles.tobytes()
        return cls(record.split, record.program, document.id, ids, roles, document.cut, group)

    def encoded(self) -> Encoded:
        """The document as arrays; how many frames it has no longer matters."""
        ids, roles = np.frombuffer(self.ids, np.uint32), np.frombuffer(self.roles, np.uint8)
        return Encoded(self.id, ids, roles, self.cut, frames=0)

    def counts(self) -> Counter[str]:
        """What it adds to the counts of the manifest."""
        windows = int(window_of(self.id) > 1)
        counts = {"documents": 1, "tokens": len(self), "cut": int(self.cut), "windows": windows}
        return Counter(counts)

    def __len__(self) -> int:
        return len(self.roles)


Wanted = Callable[[npt.NDArray[Any], npt.NDArray[np.uint64]], npt.NDArray[np.bool_]]


def write_documents(root: Place, name: str, documents: Iterable[Tokens]) -> FileEntry:
    """Write one file of documents; the order in which they come does not matter."""
    ordered = sorted(documents, key=lambda document: document.id)
    parts = (ordered[at : at + _BATCH_DOCUMENTS] for at in range(0, len(ordered), _BATCH_DOCUMENTS))
    return write_stream(root, name, DOCUMENT_SCHEMA, map(_batch, parts))


def read_documents(root: Place, entry: FileEntry, wanted: Wanted) -> Iterator[Tokens]:
    """The documents of a file of which `wanted`, asked for splits str[n] and orders uint64[n], says
    True. Raises DamagedFileError."""
    for batch in open_table(root / entry.path, DOCUMENT_SCHEMA).to_batches():
        splits = batch.column("split").to_numpy(zero_copy_only=False)
        some = batch.filter(pa.array(wanted(splits, batch.column("order").to_numpy())))
        for row in some.drop_columns(["order"]).to_pylist():
            yield Tokens(**row)


def _batch(documents: list[Tokens]) -> pa.RecordBatch:
    columns = [
        pa.array([_value(document, field.name) for document in documents], field.type)
        for field in DOCUMENT_SCHEMA
    ]
    return pa.RecordBatch.from_arrays(columns, schema=DOCUMENT_SCHEMA)


def _value(document: Tokens, name: str) -> Any:
    return order(document.program) if name == "order" else getattr(document, name)
