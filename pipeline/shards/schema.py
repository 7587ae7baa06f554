"""Schemas: the columns of the files of a built directory.

A row of a split is one sequence of documents, padded at its end to the sequence length or not:

    input_ids         list<uint16 | uint32>[tokens]  tokens; uint32 above 65,536 tokens
    roles             list<uint8>[tokens]            tokenization.grammar.Role
    document_lengths  list<int32>[documents]         tokens of each; the rest is padding
    documents         list<string>[documents]        ids, see tracing.trajectories.trajectory; a
                                                     later window of a long one ends in `@2`, ...

The last two are the plan of the packing: which documents are in which row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

SCHEMA_VERSION = 1

SPLITS = ("train", "validation", "test")
TRACES = "traces"
REJECTED = "rejected"
INVERSE_STEPS = "inverse"

TRACE_SCHEMA = pa.schema(
    [
        ("program", pa.string()),
        ("split", pa.string()),
        ("source_digest", pa.string()),
        ("licence", pa.string()),
        ("origin", pa.string()),
        ("entry", pa.string()),  # null: a script
        ("args", pa.string()),
        ("stdin", pa.string()),
        ("extra", pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))),
        ("trace", pa.large_binary()),  # tracing.codec, in one zstd frame
    ]
)

REJECTED_SCHEMA = pa.schema(
    [("program", pa.string()), ("reason", pa.string()), ("detail", pa.string())]
)

INVERSE_STEPS_SCHEMA = pa.schema(  # see pipeline.inverse_steps.InverseSteps
    [
        ("document", pa.string()),
        ("actions", pa.int32()),
        ("ambiguous", pa.list_(pa.int32())),
        ("checkable", pa.list_(pa.int32())),
    ]
)


@dataclass(frozen=True, slots=True)
class RowFormat:
    """What all rows of a built directory have in common.

    Every shard carries it in its schema's metadata, so that a shard of another vocabulary or
    length that comes among them is seen even where its columns have the same types.
    """

    sequence_length: int  # tokens of a row, padding included, at most
    vocabulary_size: int  # every id is less
    vocabulary: str  # fingerprint of the vocabulary
    pad_id: int

    @property
    def token_type(self) -> np.dtype[np.unsignedinteger]:
        """The narrower of uint16 and uint32 that holds every id."""
        return np.dtype(np.uint16 if self.vocabulary_size <= 1 << 16 else np.uint32)

    @property
    def schema(self) -> pa.Schema:
        """The schema of a shard."""
        metadata = {
            "schema_version": str(SCHEMA_VERSION),
            "sequence_length": str(self.sequence_length),
            "vocabulary": self.vocabulary,
        }
        return pa.schema(
            [
                ("input_ids", pa.list_(pa.from_numpy_dtype(self.token_type))),
                ("roles", pa.list_(pa.uint8())),
                ("document_lengths", pa.list_(pa.int32())),
                ("documents", pa.list_(pa.string())),
            ],
            metadata=metadata,
        )


def shard_name(folder: str, number: int, count: int) -> str:
    """The path of file `number` of `count` (from 0) in a folder, relative to the directory."""
    return f"{folder}/data-{number:05d}-of-{count:05d}.arrow"
