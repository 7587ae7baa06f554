"""Writer: every file of a built directory comes into being whole, with its checksum."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

import pyarrow as pa
from upath import UPath

from pipeline.shards.places import Place, make_folder

PARTIAL = ".partial"  # ends the temporary name of a file that is being written


_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS}


class WriteError(OSError):
    """A place that takes no more: full, or not to be written to. The message begins with it."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a built directory, as its manifest lists it."""

    path: str  # relative to the directory, with slashes
    bytes: int
    sha256: str  # of the whole file, hexadecimal
    rows: int = 0  # of an Arrow file


def write_bytes(root: Place, name: str, data: bytes) -> FileEntry:
    """Write `root/name`, replacing it at once."""
    with _replacing(root / name) as sink:
        sink.write(data)
    return FileEntry(name, len(data), hashlib.sha256(data).hexdigest())


def write_stream(
    root: Place,
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    compression: str | None = None,
) -> FileEntry:
    """Write `root/name` as an Arrow stream, replacing it at once; its buffers are compressed where
    `compression` says how.

    The same batches give the same bytes. No batch at all gives a valid file without rows.
    """
    rows = 0
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with _replacing(root / name) as file:
        sink = _Hashing(file)
        with (
            pa.PythonFile(sink, mode="w") as target,
            pa.ipc.new_stream(target, schema, options=options) as stream,
        ):
            for batch in batches:
                stream.write_batch(batch)
                rows += batch.num_rows
    return FileEntry(name, sink.bytes, sink.digest.hexdigest(), rows)


def entry_of(root: Place, name: str) -> FileEntry:
    """The entry of a small file that is there, which is no Arrow file."""
    data = (root / name).read_bytes()
    return FileEntry(name, len(data), hashlib.sha256(data).hexdigest())


class _Hashing:
    """A file for Arrow that counts and digests what is written to it, and leaves closing alone."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.bytes = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.bytes += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        """The file is closed by who opened it, after it has been synchronised."""


@contextmanager
def refusals(path: Place) -> Iterator[None]:
    """A disk that is full, or a permission that was lost, as a WriteError that names `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in _REFUSED and not isinstance(error, WriteError):
            raise WriteError(f"{path}: {error.strerror}") from error
        raise


@contextmanager
def _replacing(path: Place) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` once it is complete and on the disk.

    Two processes may write the same path at the same time: each has a file of its own, and the
    name always stands for one whole file.
    """
    with refusals(path), _renamed(path) if isinstance(path, Path) else _uploaded(path) as file:
        yield file


@contextmanager
def _renamed(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}{PARTIAL}")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _synchronise(path.parent)


@contextmanager
def _uploaded(path: UPath) -> Iterator[IO[bytes]]:
    """Closing a remote file would leave what was written so far: the file is made here first."""
    with tempfile.NamedTemporaryFile() as file:
        yield file
        file.flush()
        make_folder(path.parent)
        path.fs.put_file(file.name, path.path)


def _synchronise(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
