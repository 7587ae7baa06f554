"""Verify: does every file of a directory hold what its manifest says?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place, files_below
from pipeline.shards.reader import DamagedFileError, Shard, check_end, open_table
from pipeline.shards.schema import (
    INVERSE_STEPS,
    INVERSE_STEPS_SCHEMA,
    PROGRAM_SCHEMA,
    PROGRAMS,
    REJECTED,
    REJECTED_SCHEMA,
    RUN_SCHEMA,
    RUNS,
    SPLITS,
    STORES,
    TRACE_SCHEMA,
    TRACES,
)
from pipeline.shards.writer import FileEntry

_PIECE = 1 << 22  # bytes that are read at a time
_STORES: dict[str, pa.Schema] = {
    PROGRAMS: PROGRAM_SCHEMA,
    RUNS: RUN_SCHEMA,
    STORES: REJECTED_SCHEMA,
    TRACES: TRACE_SCHEMA,
    REJECTED: REJECTED_SCHEMA,
    INVERSE_STEPS: INVERSE_STEPS_SCHEMA,
}


def check_size(root: Place, entry: FileEntry) -> None:
    """Look at the outside of one file: its size and its last eight bytes. Takes microseconds.

    Raises DamagedFileError.
    """
    path = root / entry.path
    if not path.is_file():
        raise DamagedFileError(f"{path}: missing")
    size = path.stat().st_size
    if size != entry.bytes:
        raise DamagedFileError(f"{path}: {size} bytes, not the {entry.bytes} of the manifest")
    if path.suffix == ".arrow":
        check_end(path)


def check_content(root: Place, entry: FileEntry) -> None:
    """Read one file as a whole and compare its checksum. Raises DamagedFileError."""
    check_size(root, entry)
    path = root / entry.path
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != entry.sha256:
        raise DamagedFileError(f"{path}: sha256 {digest.hexdigest()}, not {entry.sha256}")


def check_rows(root: Place, entry: FileEntry, manifest: Manifest) -> None:
    """Open one Arrow file and compare its schema and its rows. Raises DamagedFileError."""
    path = root / entry.path
    folder = Path(entry.path).parts[0]
    if folder in SPLITS:
        rows = len(Shard(path, manifest.format))
    else:
        rows = open_table(path, _STORES[folder]).num_rows
    if rows != entry.rows:
        raise DamagedFileError(f"{path}: {rows} rows, not the {entry.rows} of the manifest")


def faults(root: Place, manifest: Manifest) -> Iterator[DamagedFileError]:
    """Everything that is wrong with the files of a directory, one fault a file, sorted by path
    within each kind: files of the manifest first, then Arrow files that it does not know."""
    for entry in manifest.files:
        try:
            check_content(root, entry)
            if Path(entry.path).suffix == ".arrow":
                check_rows(root, entry, manifest)
        except DamagedFileError as fault:
            yield fault
    known = {entry.path for entry in manifest.files}
    for path in sorted(files_below(root), key=str):
        name = f"{path.parent.name}/{path.name}"
        if path.suffix == ".arrow" and path.parent.parent == root and name not in known:
            yield DamagedFileError(f"{path}: not in the manifest")
