"""Splits follow from the source alone, in their shares."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.config import Splits
from pipeline.corpus.splits import Split, split_of

shares = st.integers(0, 10).flatmap(
    lambda train: st.integers(0, 10 - train).map(
        lambda validation: Splits(train / 10, validation / 10, (10 - train - validation) / 10)
    )
)


def test_a_split_is_forever() -> None:
    names = "train train train validation train test train train".split()
    assert [split_of(f"ast:{k}", Splits(0.6, 0.2, 0.2)) for k in range(8)] == names


def test_shares_are_met() -> None:
    counts = Counter(split_of(str(k), Splits(0.7, 0.2, 0.1)) for k in range(10_000))
    assert abs(counts[Split.TRAIN] - 7000) < 200
    assert abs(counts[Split.VALIDATION] - 2000) < 200


@given(st.text(), shares)
def test_a_split_without_a_share_stays_empty(normal: str, splits: Splits) -> None:
    assert getattr(splits, split_of(normal, splits)) > 0


@given(st.text(), shares, shares)
def test_train_only_grows_with_its_share(normal: str, one: Splits, other: Splits) -> None:
    if one.train <= other.train and split_of(normal, one) == Split.TRAIN:
        assert split_of(normal, other) == Split.TRAIN
