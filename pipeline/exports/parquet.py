"""Rows as Parquet files for Hugging Face `datasets`: `load_dataset(DIRECTORY)` finds its splits.

input_ids     list<int32>    tokens of a row, padding included where the directory is packed
labels        list<int32>    the token, or -100 where it does not learn; not shifted
position_ids  list<int32>    from 0 in each document
loss_weights  list<float32>  only where roles have weights
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet

from pipeline.loader.batch import Batch, Collator
from pipeline.shards.reader import Row, Split
from pipeline.shards.rows import BATCH_TOKENS

_COLUMNS = {"input_ids": pa.int32(), "labels": pa.int32(), "position_ids": pa.int32()}


def write(rows: Split, folder: Path, split: str, collate: Collator) -> dict[str, int]:
    """Write a file for each shard, `split-00000-of-00001.parquet`. Returns how many rows and
    tokens; a row group is bounded in tokens, and so is memory."""
    columns = _COLUMNS | ({"loss_weights": pa.float32()} if collate.weighted else {})
    schema = pa.schema([(name, pa.list_(kind)) for name, kind in columns.items()])
    left, tokens = iter(rows), 0
    for number, entry in enumerate(rows.entries):
        path = folder / f"{split}-{number:05d}-of-{len(rows.entries):05d}.parquet"
        with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for group in _groups(islice(left, entry.rows), rows.format.sequence_length):
                writer.write_table(_table([collate([row]) for row in group], schema))
                tokens += sum(int(row.document_lengths.sum()) for row in group)
    return {"rows": len(rows), "tokens": tokens}


def _groups(rows: Iterator[Row], longest: int) -> Iterator[list[Row]]:
    step = max(1, BATCH_TOKENS // longest)
    while group := list(islice(rows, step)):
        yield group


def _table(batches: Sequence[Batch], schema: pa.Schema) -> pa.Table:
    return pa.table(
        [
            _lists([getattr(batch, field.name)[0] for batch in batches], field.type.value_type)
            for field in schema
        ],
        schema=schema,
    )


def _lists(rows: Sequence[npt.NDArray[np.generic]], kind: pa.DataType) -> pa.ListArray:
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    values = np.concatenate(rows).astype(kind.to_pandas_dtype())
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
