"""Every format gives the same records; damage is a fault in its place or an error of the file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipeline.corpus import records as records_module
from pipeline.corpus.records import BUILTIN, CorpusError, Fault, expand, records

ROWS = [
    {"source": f"x = {k}\n" if k % 3 else "s = 'é\\ud7ff\U0001f600'\r\n", "stdin": None, "n": k}
    for k in range(1000)
]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
TABLE = pa.Table.from_pylist(ROWS)


def _stream(path: Path) -> None:
    with pa.ipc.new_stream(path, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=300)


def _file(path: Path) -> None:
    with pa.ipc.new_file(path, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=300)


HALF = len(LINES) // 2
WRITERS: dict[str, Callable[[Path], object]] = {
    "a.jsonl": lambda path: path.write_bytes(LINES),
    "b.jsonl.gz": lambda path: path.write_bytes(gzip.compress(LINES)),
    "c.jsonl.zst": lambda path: path.write_bytes(zstandard.compress(LINES)),
    "members.jsonl.gz": lambda path: path.write_bytes(
        gzip.compress(LINES[:HALF]) + gzip.compress(LINES[HALF:])
    ),
    "frames.jsonl.zst": lambda path: path.write_bytes(
        zstandard.compress(LINES[:HALF]) + zstandard.compress(LINES[HALF:])
    ),
    "bom.jsonl": lambda path: path.write_bytes(b"\xef\xbb\xbf" + LINES.rstrip()),
    "d.parquet": lambda path: pq.write_table(TABLE, path, row_group_size=300),
    "stream.arrow": _stream,
    "file.arrow": _file,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_records(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    assert list(records(str(path), {"source", "stdin", "n"})) == list(enumerate(ROWS, 1))


@pytest.mark.parametrize("name", ["d.parquet", "stream.arrow", "file.arrow"])
@pytest.mark.parametrize("names", [{"source"}, {"elsewhere"}])
def test_other_columns_are_not_read(tmp_path: Path, name: str, names: set[str]) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    found = [record for _, record in records(str(path), names)]
    assert found == [{key: row[key] for key in row if key in names} for row in ROWS]


@pytest.mark.parametrize("name", [name for name in WRITERS if not name.endswith(".jsonl")])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    data = path.read_bytes()
    for damaged in (data[:-20], b"?" * len(data)):
        path.write_bytes(damaged)
        with pytest.raises(CorpusError, match=name):
            list(records(str(path), {"source"}))


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"{", "not JSON: "),
        (b'{"source": NaN}', "not JSON: NaN is no JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"source": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON: "),
        (b'{"n": ' + b"9" * 5000 + b"}", "not JSON: "),
    ],
)
def test_a_bad_line_is_a_fault_in_its_place(tmp_path: Path, line: bytes, detail: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n\n' + line + b'\n{"n": 2}')
    (_, first), (number, fault), (last, second) = records(str(path), {"n"})
    assert (first, number, last, second) == ({"n": 1}, 3, 4, {"n": 2})
    assert isinstance(fault, Fault)
    assert fault.detail.startswith(detail)


def test_an_endless_line_is_never_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_module, "_LINE_BYTES", 16)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n' + b"x" * 15 + b"\n" + b"x" * 40 + b'\n{"n": 2}\n')
    found = [record for _, record in records(str(path), {"n"})]
    assert (found[0], found[3:]) == ({"n": 1}, [{"n": 2}])
    assert found[2] == Fault("the line is longer than 16 bytes")


def test_text_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    text = pa.array([b"fine", b"\xff\xfe"]).view(pa.string())
    table = pa.table({"source": text})
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)
    (_, first), (_, second) = records(str(path), {"source"})
    assert first == {"source": "fine"}
    assert isinstance(second, Fault)


def test_expand_gives_each_file_once_in_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.parquet", "[d].jsonl"):
        (tmp_path / name).touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "e.arrow").touch()
    root = str(tmp_path)
    assert expand([f"{root}/*.jsonl", f"{root}/a.jsonl", f"{root}/[d].jsonl", BUILTIN]) == [
        f"{root}/[d].jsonl",
        f"{root}/a.jsonl",
        f"{root}/b.jsonl",
        BUILTIN,
    ]
    assert expand([f"{root}/**/e.arrow"]) == [f"{root}/deep/er/e.arrow"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.jsonl", "no such file"),
        ("*.arrow", "no file matches"),
        ("notes.txt", "unknown format"),
        ("a.parquet.gz", "unknown format"),
        ("", "unknown format"),
    ],
)
def test_expand_refuses(tmp_path: Path, path: str, message: str) -> None:
    for name in ("notes.txt", "a.parquet.gz"):
        (tmp_path / name).touch()
    with pytest.raises(CorpusError, match=message):
        expand([f"{tmp_path}/{path}"])
