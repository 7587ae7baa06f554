"""Small built directories: shards, metadata and manifest, of made-up documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.huggingface import write_dictionary, write_split
from pipeline.shards.manifest import Manifest
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import RowFormat, shard_name
from pipeline.shards.writer import FileEntry, write_stream
from tokenization.packing import pack

FORMAT = RowFormat(sequence_length=32, vocabulary_size=1000, vocabulary="f" * 64, pad_id=2)


@dataclass(frozen=True)
class MadeUp:
    """An encoded document of made-up tokens."""

    id: str
    ids: npt.NDArray[np.uint32]
    roles: npt.NDArray[np.uint8]


def made_up(number: int, length: int, vocabulary_size: int = 1000) -> MadeUp:
    """Document `number`: its ids and roles follow from the number alone. No token is the pad."""
    random = np.random.default_rng(number)
    ids = random.integers(3, vocabulary_size, length, np.uint32)
    return MadeUp(f"p{number}#forward.0", ids, random.integers(1, 6, length, np.uint8))


def made_up_documents(count: int, longest: int = 32, seed: int = 0) -> list[MadeUp]:
    """Some documents of 1 to `longest` tokens."""
    lengths = np.random.default_rng(seed).integers(1, longest + 1, count)
    return [made_up(number, int(length)) for number, length in enumerate(lengths)]


def unpadded(
    documents: Sequence[MadeUp], plan: Sequence[Sequence[int]], form: RowFormat
) -> Iterator[pa.RecordBatch]:
    """The rows of a plan without padding, in record batches of two rows."""
    for start in range(0, len(plan), 2):
        rows = [[documents[index] for index in row] for row in plan[start : start + 2]]
        columns = {
            "input_ids": [[int(token) for d in row for token in d.ids] for row in rows],
            "roles": [[int(role) for d in row for role in d.roles] for row in rows],
            "document_lengths": [[len(d.ids) for d in row] for row in rows],
            "documents": [[d.id for d in row] for row in rows],
        }
        yield pa.RecordBatch.from_pydict(columns, schema=form.schema)


def write_shards(
    root: Path,
    split: str,
    documents: Sequence[MadeUp],
    form: RowFormat = FORMAT,
    rows_per_shard: int = 4,
    packed: bool = True,
) -> list[FileEntry]:
    """Pack documents into rows and rows into shards, at least one; or a row for each document,
    as long as that is."""
    batches = record_batches if packed else unpadded
    lengths = [len(document.ids) for document in documents]
    singles = [[number] for number in range(len(documents))]
    plan = pack(lengths, form.sequence_length) if packed else singles
    parts = [plan[at : at + rows_per_shard] for at in range(0, len(plan), rows_per_shard)] or [[]]
    return [
        write_stream(
            root,
            shard_name(split, number, len(parts)),
            form.schema,
            batches(documents, part, form),
        )
        for number, part in enumerate(parts)
    ]


def build(
    root: Path,
    splits: Mapping[str, Sequence[MadeUp]],
    form: RowFormat = FORMAT,
    rows_per_shard: int = 4,
    packed: bool = True,
) -> Manifest:
    """A finished directory."""
    files: list[FileEntry] = []
    for split, documents in splits.items():
        shards = write_shards(root, split, documents, form, rows_per_shard, packed)
        files += [*shards, *write_split(root, split, shards, form)]
    files.append(write_dictionary(root, list(splits)))
    counts = {"documents": sum(map(len, splits.values()))}
    manifest = Manifest(form, {"seed": 0}, {"python": "3.11"}, counts, tuple(files))
    manifest.write(root)
    return Manifest.read(root)
