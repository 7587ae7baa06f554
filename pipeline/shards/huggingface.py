"""The JSON files that let `datasets.load_from_disk` read a split, and the whole directory.

That library saves a dataset as Arrow streams beside `state.json`, `dataset_info.json` and, over
several splits, `dataset_dict.json`. Our shards are such streams already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline.shards.places import Place
from pipeline.shards.schema import RowFormat
from pipeline.shards.writer import FileEntry, write_bytes


def write_split(
    root: Place, name: str, entries: Sequence[FileEntry], form: RowFormat
) -> tuple[FileEntry, FileEntry]:
    """Describe the shards of one split (at least one; it may have no rows), in their order."""
    info = {
        "citation": "",
        "description": "",
        "features": {field.name: _feature(field.type) for field in form.schema},
        "homepage": "",
        "license": "",
    }
    state: dict[str, Any] = {
        "_data_files": [{"filename": Path(entry.path).name} for entry in entries],
        "_fingerprint": _fingerprint(entries),
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": name,
    }
    return (
        _write(root, f"{name}/dataset_info.json", info),
        _write(root, f"{name}/state.json", state),
    )


def write_dictionary(root: Place, splits: Sequence[str]) -> FileEntry:
    """Describe the directory: the names of its splits, in the order they are to be shown."""
    return _write(root, "dataset_dict.json", {"splits": list(splits)})


def _feature(column: pa.DataType) -> dict[str, Any]:
    """A list of scalars, as that library writes its type."""
    return {"feature": {"dtype": str(column.value_type), "_type": "Value"}, "_type": "List"}


def _fingerprint(entries: Sequence[FileEntry]) -> str:
    """16 hexadecimal digits that follow from the shards; the library keys its caches by them."""
    return hashlib.sha256("".join(entry.sha256 for entry in entries).encode()).hexdigest()[:16]


def _write(root: Place, name: str, content: dict[str, Any]) -> FileEntry:
    # Keys keep their order: that of the features is that of the columns.
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return write_bytes(root, name, orjson.dumps(content, option=options))
