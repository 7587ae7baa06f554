"""Documents as Megatron's indexed datasets: `NAME.bin` holds tokens, `NAME.idx` where they lie.

    .idx = "MMIDIDX\\0\\0", version 1 (u64), type of a token (u8), number of sequences (u64),
           number of documents + 1 (u64), tokens of each sequence (i32), its first byte in .bin
           (i64), the first sequence of each document and the number of all (i64); little-endian

Each of our documents is a sequence and a document, without padding: Megatron packs for itself.
Roles lie beside the tokens, `NAME-roles`, in the same form and order. Format: megatron-core,
`megatron/core/datasets/indexed_dataset.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.shards.reader import Split

_MAGIC = b"MMIDIDX\x00\x00"
_CODES = {np.dtype(np.uint8): 1, np.dtype(np.int32): 4, np.dtype(np.uint16): 8}

_Numbers = npt.NDArray[np.int64]


def write(rows: Split, folder: Path, split: str) -> dict[str, int]:
    """Write `split.bin`, `split.idx` and their roles. Returns how many documents and tokens.

    The index is written in passes over the lengths of the documents: memory does not grow.
    """
    tokens = np.dtype(np.uint16 if rows.format.token_type == np.uint16 else np.int32)
    roles = np.dtype(np.uint8)
    with (
        (folder / f"{split}.bin").open("xb") as ids_file,
        (folder / f"{split}-roles.bin").open("xb") as roles_file,
    ):
        for row in rows:
            size = int(row.document_lengths.sum())
            ids_file.write(row.input_ids[:size].astype(tokens).tobytes())
            roles_file.write(row.roles[:size].tobytes())
    documents = sum(len(row.document_lengths) for row in rows)
    for name, kind in ((split, tokens), (f"{split}-roles", roles)):
        with (folder / f"{name}.idx").open("xb") as index:
            index.writelines(_index(rows, documents, kind))
    return {"documents": documents, "tokens": (folder / f"{split}-roles.bin").stat().st_size}


def _index(rows: Split, documents: int, kind: np.dtype[np.generic]) -> Iterator[bytes]:
    yield _MAGIC + struct.pack("<QBQQ", 1, _CODES[kind], documents, documents + 1)
    for row in rows:
        yield row.document_lengths.astype("<i4").tobytes()
    begin = 0
    for row in rows:
        ends = begin + np.cumsum(row.document_lengths, dtype="<i8") * kind.itemsize
        yield np.array([begin, *ends[:-1]], "<i8").tobytes()
        begin = int(ends[-1])
    number = 0
    for row in rows:
        end = number + len(row.document_lengths)
        yield np.arange(number, end, dtype="<i8").tobytes()
        number = end
    yield np.array([documents], "<i8").tobytes()
