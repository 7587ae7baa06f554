from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.built_directories import FORMAT, MadeUp, build, made_up_documents

from pipeline.loader.batch import IGNORED, Batch, parse_roles
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import Split
from tokenization.grammar import Role

DOCUMENTS = made_up_documents(40, longest=20)
LENGTH = FORMAT.sequence_length


def expected(documents: list[MadeUp], learn: set[str]) -> tuple[list[int], ...]:
    """One row of a batch and its segments, token by token."""
    ids, labels, positions, segments = [], [], [], []
    for document in documents:
        for position, (token, role) in enumerate(zip(document.ids, document.roles, strict=True)):
            learns = position > 0 and Role(role).name.lower() in learn
            ids.append(int(token))
            labels.append(int(token) if learns else IGNORED)
            positions.append(position)
        segments.append(len(document.ids))
    if padding := LENGTH - len(ids):
        ids += [FORMAT.pad_id] * padding
        labels += [IGNORED] * padding
        positions += range(padding)
        segments.append(padding)
    return ids, labels, positions, segments


@pytest.mark.parametrize(
    "learn", [{"state"}, set(), {"structure", "context", "action", "state", "start"}]
)
def test_a_batch_says_of_every_token_what_it_is(tmp_path: Path, learn: set[str]) -> None:
    build(tmp_path, {"train": DOCUMENTS})
    documents = {document.id: document for document in DOCUMENTS}
    split = Split.open(tmp_path, "train")
    dataset = TokenDataset(tmp_path, learn=learn)
    rows = list(range(len(dataset)))[::-2]
    batch = dataset.batch(rows)
    parts = [expected([documents[n] for n in split.row(row).documents], learn) for row in rows]
    assert batch.input_ids.tolist() == [part[0] for part in parts]
    assert batch.labels.tolist() == [part[1] for part in parts]
    assert batch.position_ids.tolist() == [part[2] for part in parts]
    segments = [length for part in parts for length in part[3]]
    assert np.diff(batch.cu_seqlens).tolist() == segments
    assert (batch.cu_seqlens[0], batch.cu_seqlens[-1]) == (0, len(rows) * LENGTH)
    assert batch.max_seqlen == max(segments)
    assert types(batch) == {"input_ids": "int64", "labels": "int64", "position_ids": "int64"} | {
        "cu_seqlens": "int32"
    }


def types(batch: Batch) -> dict[str, str]:
    arrays = ("input_ids", "labels", "position_ids", "cu_seqlens")
    return {name: str(getattr(batch, name).dtype) for name in arrays}


@pytest.mark.parametrize("names", [["states"], ["padding"], "state"])
def test_what_is_no_role_cannot_learn(names: list[str]) -> None:
    with pytest.raises(ValueError, match="no such roles"):
        parse_roles(names)


def test_a_split_that_is_not_there(tmp_path: Path) -> None:
    build(tmp_path, {"train": DOCUMENTS})
    with pytest.raises(ValueError, match="no split 'valid'"):
        TokenDataset(tmp_path, "valid")
