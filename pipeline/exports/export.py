"""Export: a built directory, written again for another trainer."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import uuid4

import orjson

from pipeline.exports import megatron, parquet
from pipeline.loader.batch import Collator
from pipeline.shards.folder import Folder
from pipeline.shards.manifest import Manifest
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from pipeline.shards.writer import PARTIAL, FileEntry, write_bytes
from pipeline.strict import ConfigError
from tokenization.grammar import Role

Format: TypeAlias = Literal["megatron", "parquet"]

NAME = "export.json"
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def export(
    root: Path, output: Path, form: Format, learn: Mapping[Role, float], weighted: bool = False
) -> dict[str, Any]:
    """Write all splits of the finished directory `root` that have rows into `output`, which takes
    its name once it is complete; every shard is compared with its checksum before.

    `learn` are the roles that Parquet's labels are of, with `weighted` also its `loss_weights`.
    Returns the export's manifest, which is in `export.json`. The same directory and options give
    the same bytes.

    Raises ManifestError, DamagedFileError; ConfigError where `output` holds something already.
    """
    manifest = Manifest.read(root)
    folder = Folder(root)
    collate = Collator(learn, weighted, manifest.format)
    counts = {}
    with _complete(output) as partial:
        for split in SPLITS:
            entries = manifest.files_in(split)
            rows = Split(root, entries, manifest.format, folder.checked_path)
            if not len(rows):
                counts[split] = {"tokens": 0}
            elif form == "megatron":
                counts[split] = megatron.write(rows, partial, split)
            else:
                counts[split] = parquet.write(rows, partial, split, collate)
        content = _content(manifest, form, collate, counts, partial)
        write_bytes(partial, NAME, orjson.dumps(content, option=_OPTIONS))
    return content


def _content(
    manifest: Manifest,
    form: Format,
    collate: Collator,
    counts: Mapping[str, Mapping[str, int]],
    folder: Path,
) -> dict[str, Any]:
    learn = {role.name.lower(): weight for role, weight in collate.learn.items()}
    return {
        "export": form,
        "fingerprint": manifest.fingerprint,  # of the directory that was exported
        "format": asdict(manifest.format),
        "learn": learn if form == "parquet" else None,
        "weighted": collate.weighted if form == "parquet" else None,
        "counts": counts,
        "files": [asdict(_entry(path)) for path in sorted(folder.iterdir())],
    }


def _entry(path: Path) -> FileEntry:
    """A file that is complete, and from now on durable."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return FileEntry(path.name, path.stat().st_size, digest)


@contextmanager
def _complete(output: Path) -> Iterator[Path]:
    """A new folder beside `output` that takes its name when all of it was written."""
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise ConfigError("--output", f"{output}: is there already, and not an empty directory")
    partial = output.with_name(f".{output.name}.{uuid4().hex}{PARTIAL}")
    try:
        partial.mkdir(parents=True)
    except OSError as error:
        raise ConfigError("--output", f"{output}: {error.strerror}") from None
    try:
        yield partial
        partial.replace(output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
