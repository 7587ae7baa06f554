"""Records of a corpus file, one after the other: what stands there, not yet judged.

A file is on this machine or at a URL that fsspec knows (`gs://bucket/programs.jsonl`), and is never
in memory as a whole. A record that cannot be read is a fault in its place; a file that cannot be
read is a CorpusError.
"""

from __future__ import annotations

import glob
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

BUILTIN = "builtin"
BUILTIN_DIRECTORY = Path(__file__).parent / "builtin"
_LINE_BYTES = 64 << 20  # a longer line is no record: such a file is not JSONL
_BATCH_ROWS = 256
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


class CorpusError(ValueError):
    """A corpus that nothing can be built of. Where one of its files is missing, of unknown format
    or damaged, the message begins with the file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Stands in for a record that cannot be read."""

    detail: str


Record = Mapping[str, Any] | Fault
_Reader = Callable[[str, Collection[str]], Iterator[Record | None]]


def expand(paths: Sequence[str]) -> list[str]:
    """The corpus files behind files, globs and `builtin`, each once, sorted.

    Raises CorpusError: a path without a file, a file of unknown format or that does not open.
    """
    files = {file for path in paths for file in _files(path)}
    for file in files - {BUILTIN}:
        _reader(file)
        try:
            open_file(file).close()
        except OSError as error:
            raise CorpusError(f"{file}: {error.strerror or error}") from None
    return sorted(files)


def open_file(path: str) -> IO[bytes]:
    """A file of a corpus, opened to be read. Raises OSError."""
    if "://" not in path:
        return Path(path).open("rb")
    file: IO[bytes] = fsspec.open(path, "rb").open()
    return file


def records(path: str, names: Collection[str]) -> Iterator[tuple[int, Record]]:
    """The records of one file that `expand` named, each with its line or row, counted from 1.

    `names` are the fields that are wanted; columns of other names are not read.

    Raises CorpusError.
    """
    try:
        for number, record in enumerate(_reader(path)(path, names), 1):
            if record is not None:
                yield number, record
    except (OSError, EOFError, pa.ArrowException) as error:
        raise CorpusError(f"{path}: {' '.join(str(error).split())}") from error


def _files(path: str) -> list[str]:
    if path == BUILTIN or ("://" not in path and Path(path).exists()):
        return [path]
    found = _files_at_url(path) if "://" in path else glob.glob(path, recursive=True)
    found = [file for file in found if not Path(file).is_dir()]
    if not found:
        raise CorpusError(f"{path}: no such file, and no file matches it")
    return found


def _files_at_url(url: str) -> list[str]:
    try:
        system, path = fsspec.core.url_to_fs(url)
        if system.isfile(path):
            return [url]
        return [str(system.unstrip_protocol(found)) for found in system.glob(path)]
    except (OSError, ImportError, ValueError) as error:
        raise CorpusError(f"{url}: {error}") from None


def _reader(path: str) -> _Reader:
    if path == BUILTIN:
        return _builtin
    name = path.removesuffix(".gz").removesuffix(".zst")
    suffix = Path(name).suffix
    if suffix in (".jsonl", ".ndjson"):
        return _json_lines
    if name == path and suffix == ".parquet":
        return _parquet
    if name == path and suffix == ".arrow":
        return _arrow
    raise CorpusError(f"{path}: unknown format; known: .jsonl[.gz|.zst], .parquet, .arrow")


def _json_lines(path: str, _names: Collection[str]) -> Iterator[Record | None]:
    compression = _COMPRESSIONS.get(Path(path).suffix)
    with (
        open_file(path) as file,
        io.BufferedReader(pa.input_stream(file, compression=compression), 1 << 20) as stream,
    ):
        while line := stream.readline(_LINE_BYTES):
            if len(line) == _LINE_BYTES and not line.endswith(b"\n"):
                while (rest := stream.readline(_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield Fault(f"the line is longer than {_LINE_BYTES} bytes")
            else:
                yield _parsed(line) if line.strip() else None


def _parsed(line: bytes) -> Record:
    # The standard library's reader: lone surrogates and large numbers come through as they are.
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        return Fault("not UTF-8")
    except (ValueError, RecursionError) as error:
        return Fault(f"not JSON: {error}")
    return value if isinstance(value, dict) else Fault("not a JSON object")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _parquet(path: str, names: Collection[str]) -> Iterator[Record]:
    with open_file(path) as source, pq.ParquetFile(source) as file:
        columns = [name for name in file.schema_arrow.names if name in names]
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
            yield from _rows(batch, names)


def _arrow(path: str, names: Collection[str]) -> Iterator[Record]:
    with open_file(path) as file, pa.PythonFile(file) as source:
        is_file_format = source.read(6) == b"ARROW1"
        source.seek(0)
        for batch in _file_batches(source) if is_file_format else pa.ipc.open_stream(source):
            yield from _rows(batch, names)


def _file_batches(source: pa.NativeFile) -> Iterator[pa.RecordBatch]:
    file = pa.ipc.open_file(source)
    return (file.get_batch(index) for index in range(file.num_record_batches))


def _rows(batch: pa.RecordBatch, names: Collection[str]) -> Iterator[Record]:
    columns = {name: batch[name] for name in batch.schema.names if name in names}
    for row in range(batch.num_rows):
        try:
            yield {name: column[row].as_py() for name, column in columns.items()}
        except ValueError as error:  # text that is not UTF-8, a time out of range
            yield Fault(f"unreadable value: {error}")


def _builtin(_path: str, _names: Collection[str]) -> Iterator[Record]:
    index = BUILTIN_DIRECTORY / "index.jsonl"
    for line in index.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        source = (BUILTIN_DIRECTORY / record["file"]).read_text(encoding="utf-8")
        yield {**record, "source": source}
