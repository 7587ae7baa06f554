"""What Hugging Face `datasets` reads of an export is what the loader gives."""

from __future__ import annotations

from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
from support.built_directories import build, made_up_documents

from pipeline.exports import parquet
from pipeline.exports.export import export
from pipeline.loader.batch import parse_learn
from pipeline.loader.dataset import TokenDataset


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("learn", [["state", "start"], {"state": 1.0, "action": 0.25}])
def test_datasets_reads_the_rows(tmp_path: Path, packed: bool, learn) -> None:
    splits = {"train": made_up_documents(40), "validation": made_up_documents(3), "test": []}
    build(tmp_path / "in", splits, packed=packed)
    weighted = isinstance(learn, dict)
    content = export(tmp_path / "in", tmp_path / "out", "parquet", parse_learn(learn), weighted)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert set(loaded) == {"train", "validation"}
    for split, rows in loaded.items():
        ours = TokenDataset(tmp_path / "in", split, learn=learn)
        assert rows.num_rows == len(ours) == content["counts"][split]["rows"]
        names = ["input_ids", "labels", "position_ids", *(["loss_weights"] if weighted else [])]
        assert rows.column_names == names
        for number, row in enumerate(rows):
            batch = ours.batch([number])
            assert row == {name: getattr(batch, name)[0].tolist() for name in names}


def test_row_groups_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "in", {"train": made_up_documents(40)}, rows_per_shard=7)
    monkeypatch.setattr(parquet, "BATCH_TOKENS", 64)
    export(tmp_path / "in", tmp_path / "out", "parquet", parse_learn(["state"]))
    for path in (tmp_path / "out").glob("*.parquet"):
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)]
        assert max(groups) <= 2
