"""What a training loop reads of a build: by `datasets`, and by the loader."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import datasets
import numpy as np
import pytest
from support.commands import executed

from pipeline.inspecting import stored_documents
from pipeline.loader.batch import IGNORED
from pipeline.loader.batches import Batches
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from tokenization.grammar import Role


def test_datasets_loads_the_whole_directory(built) -> None:
    loaded = datasets.load_from_disk(str(built.root))
    assert list(loaded) == list(SPLITS)
    for split in SPLITS:
        rows = list(Split.open(built.root, split))
        assert loaded[split].num_rows == len(rows) > 0
        alone = datasets.load_from_disk(str(built.root / split))
        for row, theirs, same in zip(rows, loaded[split], alone, strict=True):
            assert theirs == same
            assert theirs["input_ids"] == row.input_ids.tolist()
            assert theirs["roles"] == row.roles.tolist()
            assert theirs["document_lengths"] == row.document_lengths.tolist()
            assert theirs["documents"] == list(row.documents)
    features = loaded["train"].features
    assert {name: str(feature.feature.dtype) for name, feature in features.items()} == {
        "input_ids": "uint16",
        "roles": "uint8",
        "document_lengths": "int32",
        "documents": "string",
    }


def test_loading_leaves_the_directory_as_it_is(built, call) -> None:
    datasets.load_from_disk(str(built.root))["train"][0]
    assert call("verify", built.root).status == 0


@pytest.mark.parametrize("split", SPLITS)
def test_a_torch_loop(built, split: str) -> None:
    torch = pytest.importorskip("torch")
    from pipeline.loader.torch import batches

    length = built.config.packing.sequence_length
    seen: Counter[bytes] = Counter()
    learning = 0
    for batch in batches(built.root, split, 2, verify="start"):
        shape = batch["input_ids"].shape
        assert shape == batch["labels"].shape == batch["position_ids"].shape
        assert 1 <= shape[0] <= 2
        assert shape[1] == length
        bounds = batch["cu_seqlens"]
        assert bounds.dtype == torch.int32
        assert (bounds[0], bounds[-1]) == (0, shape.numel())
        assert batch["max_seqlen"] == int(torch.diff(bounds).max())
        positions = batch["position_ids"].flatten()
        assert (positions[bounds[:-1].long()] == 0).all()
        assert int((positions == 0).sum()) == len(bounds) - 1
        learning += int((batch["labels"] != IGNORED).sum())
        seen.update(row.numpy().tobytes() for row in batch["input_ids"])
    rows = list(Split.open(built.root, split))
    assert seen == Counter(row.input_ids.astype(np.int64).tobytes() for row in rows)
    assert learning == sum(int((row.roles == Role.STATE).sum()) for row in rows)


def test_the_chosen_roles_learn(built) -> None:
    names = ["state", "action"]
    (batch, *_) = Batches(TokenDataset(built.root, learn=names), 1, seed=None)
    (row, *_) = Split.open(built.root, "train")
    learns = np.isin(row.roles, [Role.STATE, Role.ACTION])
    assert (np.where(learns, row.input_ids.astype(int), IGNORED) == batch.labels[0]).all()


def test_each_document_is_a_segment(built) -> None:
    (batch, *_) = Batches(TokenDataset(built.root, "test"), 10_000, seed=None)
    lengths = [len(document.ids) for document in stored_documents(built.root, ["test"])]
    segments = np.diff(batch.cu_seqlens).tolist()
    pad = built.manifest.format.pad_id
    starts = batch.input_ids.ravel()[batch.cu_seqlens[:-1]]
    assert [n for n, start in zip(segments, starts, strict=True) if start != pad] == lengths


_IMPORTS = """
import sys
from pipeline.loader import batch, batches, dataset, permutation
assert dataset.TokenDataset(sys.argv[1], verify="start").batch([0]).input_ids.size
print(sorted(sys.modules.keys() & {"apache_beam", "torch", "sentencepiece", "datasets", "rich"}))
"""


def test_the_loader_brings_neither_beam_nor_torch(built, tmp_path: Path) -> None:
    ended = executed(tmp_path, [sys.executable, "-c", _IMPORTS, str(built.root)])
    assert ended == (0, "[]\n", "")


def test_commands_that_need_no_beam_do_not_import_it(built, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n    print(sys.modules.keys() & {'apache_beam', 'torch', 'datasets'})"
    )
    for arguments in (["inspect", "--limit", "0"], ["verify", "--sample", "1"]):
        ended = executed(tmp_path, [sys.executable, "-c", code, *arguments, str(built.root)])
        assert ended.status == 0, ended.err
        assert ended.out.splitlines()[-1] == "set()"


def test_a_state_is_of_one_build(built, rebuild, tmp_path: Path) -> None:
    """Whoever continues on other data is told."""
    from support import small_corpus

    small_corpus.write(tmp_path, small_corpus.records()[:5])
    other = rebuild(tmp_path)
    state = Batches(TokenDataset(built.root), 1).state_dict()
    with pytest.raises(ValueError, match="a state of fingerprint"):
        Batches(TokenDataset(other.root), 1).load_state_dict(state)
