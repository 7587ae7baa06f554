from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.built_directories import FORMAT, MadeUp, build, made_up, made_up_documents

from pipeline.loader.batch import IGNORED, Batch, Collator, parse_learn
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import Row, Split
from tokenization.grammar import Role

DOCUMENTS = made_up_documents(40, longest=20)
LENGTH = FORMAT.sequence_length
ALL = {"structure", "context", "action", "state", "start"}


def expected(documents: Sequence[MadeUp], length: int, learn: dict[str, float]) -> list[list]:
    """One row of a batch, its segments at last, token by token."""
    ids, labels, positions, weights, segments = [], [], [], [], []
    for document in documents:
        for position, (token, role) in enumerate(zip(document.ids, document.roles, strict=True)):
            weight = learn.get(Role(role).name.lower(), 0.0) if position else 0.0
            ids.append(int(token))
            labels.append(int(token) if weight else IGNORED)
            positions.append(position)
            weights.append(weight)
        segments.append(len(document.ids))
    if padding := length - len(ids):
        ids += [FORMAT.pad_id] * padding
        labels += [IGNORED] * padding
        positions += range(padding)
        weights += [0.0] * padding
        segments.append(padding)
    return [ids, labels, positions, weights, segments]


def check(batch: Batch, lines: list[list[MadeUp]], length: int, learn: dict[str, float]) -> None:
    parts = [expected(line, length, learn) for line in lines]
    assert batch.input_ids.tolist() == [part[0] for part in parts]
    assert batch.labels.tolist() == [part[1] for part in parts]
    assert batch.position_ids.tolist() == [part[2] for part in parts]
    if batch.loss_weights is not None:
        assert batch.loss_weights.tolist() == [part[3] for part in parts]
    segments = [size for part in parts for size in part[4]]
    assert np.diff(batch.cu_seqlens).tolist() == segments
    assert (batch.cu_seqlens[0], batch.cu_seqlens[-1]) == (0, batch.input_ids.size)
    assert batch.max_seqlen == max(segments)
    numbers = [number for number, size in enumerate(segments) for _ in range(size)]
    assert batch.document_ids.ravel().tolist() == numbers


@pytest.mark.parametrize("learn", [{"state"}, set(), ALL, {"state": 1.0, "action": 0.25}])
def test_a_batch_says_of_every_token_what_it_is(tmp_path: Path, learn) -> None:
    build(tmp_path, {"train": DOCUMENTS})
    documents = {document.id: document for document in DOCUMENTS}
    split = Split.open(tmp_path, "train")
    dataset = TokenDataset(tmp_path, learn=learn)
    rows = list(range(len(dataset)))[::-2]
    batch = dataset.batch(rows)
    lines = [[documents[n] for n in split.row(row).documents] for row in rows]
    weights = learn if isinstance(learn, dict) else dict.fromkeys(learn, 1.0)
    check(batch, lines, LENGTH, weights)
    assert (batch.loss_weights is not None) == isinstance(learn, dict)
    assert types(batch) == {"input_ids": "int64", "labels": "int64"} | {
        "position_ids": "int32",
        "cu_seqlens": "int32",
    }


def types(batch: Batch) -> dict[str, str]:
    arrays = ("input_ids", "labels", "position_ids", "cu_seqlens")
    return {name: str(getattr(batch, name).dtype) for name in arrays}


def row_of(documents: Sequence[MadeUp], length: int | None) -> Row:
    """A row as it is stored; without a length it is not padded."""
    ids = np.concatenate([document.ids for document in documents]).astype(np.uint16)
    roles = np.concatenate([document.roles for document in documents])
    padding = 0 if length is None else length - len(ids)
    lengths = np.array([len(document.ids) for document in documents], np.int32)
    ids = np.pad(ids, (0, padding), constant_values=FORMAT.pad_id)
    return Row(ids, np.pad(roles, (0, padding)), lengths, None, 0)


ROWS = st.lists(st.lists(st.integers(1, 8), min_size=1, max_size=4), min_size=1, max_size=5)


LEARN = st.dictionaries(st.sampled_from(sorted(ALL)), st.sampled_from([0.0, 0.5, 2.0]))


@given(ROWS, st.booleans(), st.booleans(), st.integers(1, 40), LEARN)
def test_rows_of_any_length_are_padded_or_laid_end_to_end(
    sizes: list[list[int]], padded: bool, flat: bool, multiple_of: int, learn: dict[str, float]
) -> None:
    lines = [[made_up(10 * r + k, size) for k, size in enumerate(row)]
             for r, row in enumerate(sizes)]  # fmt: skip
    rows = [row_of(line, LENGTH if padded else None) for line in lines]
    collate = Collator(parse_learn(learn), True, FORMAT, flat, multiple_of)
    if flat:
        lines = [[document for line in lines for document in line]]
    tokens = [sum(len(document.ids) for document in line) for line in lines]
    longest = LENGTH if padded and not flat else max(tokens)
    width = next(n for n in range(longest, longest + multiple_of) if n % multiple_of == 0)
    check(collate(rows), lines, width, learn)


@pytest.mark.parametrize("size", [20, 27, 28, 32_667, 32_668, 65_536, 65_537, 200_000])
def test_every_id_of_a_vocabulary_can_be_a_label(size: int) -> None:
    form = replace(FORMAT, vocabulary_size=size)
    ids = np.array([0, size - 1, size - 2, 1, 0, size - 1], form.token_type)
    roles = np.full(6, Role.STATE, np.uint8)
    roles[3] = Role.ACTION
    batch = Collator({Role.STATE: 1.0}, False, form)([Row(ids, roles, np.array([6]), None, 0)])
    assert batch.input_ids.tolist() == [ids.tolist()]
    assert batch.labels.tolist() == [[IGNORED, size - 1, size - 2, IGNORED, 0, size - 1]]


def test_unpadded_rows_of_a_directory(tmp_path: Path) -> None:
    build(tmp_path, {"train": DOCUMENTS}, packed=False)
    dataset = TokenDataset(tmp_path, learn=ALL)
    assert len(dataset) == len(DOCUMENTS)
    longest = max(len(document.ids) for document in DOCUMENTS[3:9])
    lines = [[document] for document in DOCUMENTS[3:9]]
    check(dataset.batch(range(3, 9)), lines, longest, dict.fromkeys(ALL, 1.0))
    flat = TokenDataset(tmp_path, learn=ALL, flat=True).batch(range(3, 9))
    tokens = sum(len(document.ids) for document in DOCUMENTS[3:9])
    check(flat, [DOCUMENTS[3:9]], tokens, dict.fromkeys(ALL, 1.0))


@pytest.mark.parametrize("names", [["states"], ["padding"], {"states": 1.0}])
def test_what_is_no_role_cannot_learn(names) -> None:
    with pytest.raises(ValueError, match="no such roles"):
        parse_learn(names)


def test_one_name_is_not_several() -> None:
    with pytest.raises(ValueError, match=r"learn 'state'; expected several names, as \['state'\]"):
        parse_learn("state")


@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf")])
def test_weights_that_are_none(weight: float) -> None:
    with pytest.raises(ValueError, match="state learns with weight"):
        parse_learn({"state": weight})


def test_what_weighs_nothing_does_not_learn() -> None:
    assert parse_learn({"state": 1, "action": 0}) == {Role.STATE: 1.0}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "valid"}, "no split 'valid'; there are train$"),
        ({"verify": True}, "verify True; expected one of"),
        ({"multiple_of": 0}, "multiple_of 0"),
    ],
)
def test_wrong_options(tmp_path: Path, options, message: str) -> None:
    build(tmp_path, {"train": DOCUMENTS})
    with pytest.raises(ValueError, match=message):
        TokenDataset(tmp_path, **options)
