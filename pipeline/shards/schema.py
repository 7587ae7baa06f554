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
PROGRAMS = "programs"
TRACES = "traces"
RUNS = "runs"
STORES = "stores"
REJECTED = "rejected"
INVERSE_STEPS = "inverse"

_EXTRA = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))

PROGRAM_SCHEMA = pa.schema(  # see pipeline.corpus.candidate.Candidate
    [
        ("program", pa.string()),
        ("reason", pa.string()),  # why it is not selected; null: it is, and has the rest
        ("detail", pa.string()),
        ("normal", pa.string()),
        ("call", pa.string()),
        ("source", pa.large_binary()),  # UTF-8, lone surrogates as they are; so `args`
        ("entry", pa.string()),
        ("args", pa.large_binary()),
        ("stdin", pa.string()),
        ("licence", pa.string()),
        ("origin", pa.string()),
        ("extra", _EXTRA),
    ]
)

FATE_SCHEMA = pa.schema(  # why candidates of a block are not selected
    [("row", pa.int32()), ("reason", pa.string()), ("detail", pa.string())]
)

RUN_SCHEMA = pa.schema(  # see pipeline.shards.runs.Run
    [
        ("program", pa.string()),
        ("digest", pa.string()),  # of what was run
        ("reason", pa.string()),  # why there is no trace; null: there is one
        ("detail", pa.string()),
    ]
)

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
        ("extra", _EXTRA),
        ("trace", pa.large_binary()),  # tracing.codec, in one zstd frame
    ]
)

REJECTED_SCHEMA = pa.schema(
    [("program", pa.string()), ("reason", pa.string()), ("detail", pa.string())]
)

DOCUMENT_SCHEMA = pa.schema(  # see pipeline.shards.documents.Tokens
    [
        ("split", pa.string()),
        ("program", pa.string()),
        ("order", pa.uint64()),  # `placing.order` of the program: which shard it belongs to
        ("id", pa.string()),
        ("ids", pa.large_binary()),  # uint32
        ("roles", pa.large_binary()),  # uint8
        ("cut", pa.bool_()),
        ("group", pa.string()),
    ]
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


def shard_count(path: str) -> int:
    """The count in a path that `shard_name` gave."""
    return int(path.removesuffix(".arrow").rpartition("-of-")[2])
