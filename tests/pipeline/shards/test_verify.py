from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from support.built_directories import FORMAT, build, made_up_documents, write_shards

from pipeline.loader.dataset import TokenDataset
from pipeline.shards.manifest import Manifest
from pipeline.shards.reader import DamagedFileError, Shard, Split, open_table
from pipeline.shards.schema import RowFormat, shard_name
from pipeline.shards.verify import faults
from pipeline.shards.writer import write_stream

FIRST, SECOND = (shard_name("train", number, 5) for number in (0, 1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    documents = [d for d in made_up_documents(200) if len(d.ids) > 20][:20]
    build(tmp_path, {"train": documents, "validation": []})
    return tmp_path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8])


def cut_and_fill(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8] + bytes(8))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def exchange(path: Path) -> None:
    path.write_bytes(path.with_name(Path(SECOND).name).read_bytes())


DAMAGES = [Path.unlink, cut, cut_and_fill, flip, exchange]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_the_file_is_named(
    root: Path, damage: Callable[[Path], object]
) -> None:
    assert not list(faults(root, Manifest.read(root)))
    damage(root / FIRST)
    (fault,) = faults(root, Manifest.read(root))
    assert str(fault).startswith(f"{root / FIRST}: ")
    with pytest.raises(DamagedFileError, match=FIRST):
        TokenDataset(root, verify=True)


@pytest.mark.parametrize("damage", [Path.unlink, cut, cut_and_fill])
def test_a_loader_sees_missing_ends_at_once(root: Path, damage: Callable[[Path], object]) -> None:
    damage(root / FIRST)
    with pytest.raises(DamagedFileError, match=FIRST):
        TokenDataset(root)


def test_a_file_too_many_is_found(root: Path) -> None:
    write_shards(root, "test", made_up_documents(3))
    (fault,) = faults(root, Manifest.read(root))
    assert "test/data-00000-of-00001.arrow: not in the manifest" in str(fault)


@pytest.mark.parametrize(
    "form",
    [
        replace(FORMAT, vocabulary="0" * 64),
        replace(FORMAT, sequence_length=64),
        replace(FORMAT, vocabulary_size=1 << 17),
    ],
)
def test_shards_of_another_build_do_not_mix(root: Path, form: RowFormat) -> None:
    with pytest.raises(DamagedFileError, match="another schema"):
        Shard(root / FIRST, form)


def test_rows_of_another_length_are_refused(root: Path) -> None:
    form = replace(FORMAT, sequence_length=16)
    (entry,) = write_shards(root, "test", made_up_documents(9, longest=16), form, 99)
    table = open_table(root / entry.path, form.schema).replace_schema_metadata(
        FORMAT.schema.metadata
    )
    write_stream(root, entry.path, FORMAT.schema, table.to_batches())
    with pytest.raises(DamagedFileError, match="not every row is its documents, or padded to 32"):
        Shard(root / entry.path, FORMAT)


def test_another_number_of_rows_is_refused(root: Path) -> None:
    manifest = Manifest.read(root)
    entries = [replace(entry, rows=entry.rows + 1) for entry in manifest.files_in("train")]
    with pytest.raises(DamagedFileError, match=f"{FIRST}: 4 rows, not 5"):
        Split(root, entries, FORMAT).row(0)
    wrong = replace(manifest, files=tuple(entries))
    assert [str(fault).split(": ")[1] for fault in faults(root, wrong)][:5] == [
        f"{entry.rows - 1} rows, not the {entry.rows} of the manifest" for entry in entries
    ]


def test_what_is_no_arrow_stream_is_refused(root: Path) -> None:
    path = root / FIRST
    path.write_bytes(b"PAR1" * 50 + b"\xff\xff\xff\xff\0\0\0\0")
    with pytest.raises(DamagedFileError, match=FIRST):
        open_table(path, FORMAT.schema)
    with pytest.raises(DamagedFileError, match="absent"):
        open_table(root / "absent.arrow", FORMAT.schema)


def test_rows_are_views_of_the_mapped_file(root: Path) -> None:
    before = pa.total_allocated_bytes()
    row = Shard(root / FIRST, FORMAT).row(1)
    assert pa.total_allocated_bytes() == before
    assert not row.input_ids.flags.writeable
    assert not row.input_ids.flags.owndata
