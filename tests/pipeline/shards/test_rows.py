from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.built_directories import FORMAT, MadeUp, build, made_up

from pipeline.shards import rows as rows_module
from pipeline.shards.reader import Shard, Split
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import RowFormat
from pipeline.shards.writer import write_stream
from tokenization.packing import pack

LENGTHS = st.lists(st.integers(1, 32), max_size=60)


def documents_of(lengths: list[int], form: RowFormat) -> list[MadeUp]:
    return [made_up(number, length, form.vocabulary_size) for number, length in enumerate(lengths)]


@settings(max_examples=30, deadline=None)
@given(LENGTHS, st.sampled_from([1000, 1 << 16, 70_000]), st.integers(1, 9))
def test_every_document_comes_back_as_it_was(
    lengths: list[int], vocabulary_size: int, rows_per_shard: int
) -> None:
    form = replace(FORMAT, vocabulary_size=vocabulary_size)
    documents = documents_of(lengths, form)
    found = {}
    with TemporaryDirectory() as folder:
        build(Path(folder), {"train": documents}, form, rows_per_shard)
        for row in Split.open(Path(folder), "train"):
            assert row.input_ids.dtype == form.token_type
            end = 0
            for name, length in zip(row.documents, row.document_lengths, strict=True):
                begin, end = end, end + length
                found[name] = (row.input_ids[begin:end].tolist(), row.roles[begin:end].tolist())
            assert len(row.input_ids) == len(row.roles) == form.sequence_length
            assert (row.input_ids[end:] == form.pad_id).all()
            assert not row.roles[end:].any()
    assert found == {d.id: (d.ids.tolist(), d.roles.tolist()) for d in documents}


@settings(max_examples=30, deadline=None)
@given(LENGTHS.filter(bool), st.booleans())
def test_rows_without_padding_are_their_documents(lengths: list[int], packed: bool) -> None:
    documents = documents_of(lengths, FORMAT)
    plan = pack(lengths, FORMAT.sequence_length) if packed else [[n] for n in range(len(lengths))]
    with TemporaryDirectory() as folder:
        batches = record_batches(documents, plan, FORMAT, padded=False)
        write_stream(Path(folder), "a.arrow", FORMAT.schema, batches)
        shard = Shard(Path(folder) / "a.arrow", FORMAT)
        for number, indices in enumerate(plan):
            row, members = shard.row(number), [documents[index] for index in indices]
            assert row.documents == tuple(document.id for document in members)
            assert row.input_ids.tolist() == [t for d in members for t in d.ids.tolist()]
            assert row.roles.tolist() == [r for d in members for r in d.roles.tolist()]


def test_record_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "BATCH_TOKENS", 3 * FORMAT.sequence_length)
    documents = documents_of([20] * 8, FORMAT)
    batches = list(record_batches(documents, [[number] for number in range(8)], FORMAT))
    assert [batch.num_rows for batch in batches] == [3, 3, 2]
    write_stream(tmp_path, "a.arrow", FORMAT.schema, batches)
    shard = Shard(tmp_path / "a.arrow", FORMAT)
    for number, document in enumerate(documents):
        assert shard.row(number).documents == (document.id,)
        assert np.array_equal(shard.row(number).input_ids[:20], document.ids)
    for outside in (-1, 8):
        with pytest.raises(IndexError):
            shard.row(outside)


@pytest.mark.parametrize(("size", "dtype"), [(1 << 16, np.uint16), ((1 << 16) + 1, np.uint32)])
def test_tokens_are_as_narrow_as_the_vocabulary_allows(size: int, dtype: type) -> None:
    assert replace(FORMAT, vocabulary_size=size).token_type == dtype


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (made_up(0, 33), "33 tokens in a row of 32"),
        (replace(made_up(0, 5), ids=np.full(5, 1000, np.uint32)), "id 1000 in a vocabulary"),
        (replace(made_up(0, 5), roles=np.ones(1, np.uint8)), "1 roles for 5 tokens"),
    ],
)
def test_what_would_be_written_wrong_is_refused(document: MadeUp, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(record_batches([document], [[0]], FORMAT))
