"""Vocabulary: the folder `tokenizer/` of a built directory, in which its rows can be read.

`vocabulary.json` says of which kind it is, has the ids of the markers, and names the model's file.
"""

from __future__ import annotations

import orjson

from pipeline.shards.places import Place
from pipeline.shards.writer import FileEntry, write_bytes
from tokenization.grammar import Marker
from tokenization.vocabulary import Kind, Model, Vocabulary

FOLDER = "tokenizer"
DESCRIPTION = "vocabulary.json"
FILES = {
    Kind.SENTENCEPIECE: "tokenizer.model",
    Kind.TIKTOKEN: "ranks.tiktoken",
    Kind.HUGGINGFACE: "tokenizer.json",
}
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def write_vocabulary(root: Place, model: Model, vocabulary: Vocabulary) -> list[FileEntry]:
    """Write a model and what is known of its vocabulary."""
    description = {
        "kind": model.kind,
        "file": FILES[model.kind],
        "size": vocabulary.size,
        "fingerprint": vocabulary.fingerprint,
        "markers": {marker.value: vocabulary.marker_id(marker) for marker in Marker},
        "pattern": model.pattern,
        "special": dict(model.special),
    }
    return [
        write_bytes(root, f"{FOLDER}/{FILES[model.kind]}", model.data),
        write_bytes(root, f"{FOLDER}/{DESCRIPTION}", orjson.dumps(description, option=_OPTIONS)),
    ]


def read_vocabulary(folder: Place) -> Model:
    """The model in a folder that `write_vocabulary` wrote: with the same fingerprint.

    Raises OSError; ValueError where the description is none.
    """
    try:
        found = orjson.loads((folder / DESCRIPTION).read_bytes())
        return Model(
            kind=Kind(found["kind"]),
            data=(folder / FILES[Kind(found["kind"])]).read_bytes(),
            markers=found["markers"],
            pattern=found["pattern"],
            special=found["special"],
            size=found["size"],
        )
    except (KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise ValueError(f"{folder / DESCRIPTION}: not a description: {error!r}") from error
