"""Alike sources meet in a bucket, and the least of them is kept."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus.config import NearDuplicates
from pipeline.corpus.near_duplicates import Sketch, bands, near_duplicates, shingles, sketch

pytest.importorskip("datasketch")

CONFIG = NearDuplicates()


def _sketch(source: str, name: str = "p") -> Sketch:
    return Sketch(source, name, sketch(source, CONFIG))


def test_shingles_are_runs_of_words_and_signs() -> None:
    assert shingles("a = b(c)", 3) == {b"a = b", b"= b (", b"b ( c", b"( c )"}
    assert shingles("a b", 3) == {b"a b"}
    assert shingles("", 3) == {b""}


def test_the_estimate_is_near_the_truth_and_alike_sources_meet() -> None:
    words = [f"w{k}" for k in range(300)]
    met = 0
    for seed in range(40):
        changed = words.copy()
        for position in random.Random(seed).sample(range(300), 4):
            changed[position] = "changed"
        one, other = _sketch(" ".join(words), "a"), _sketch(" ".join(changed), "b")
        shared = set(bands(one, CONFIG)) & set(bands(other, CONFIG))
        met += bool(shared) and bool(near_duplicates([one, other], CONFIG))
    assert met >= 36  # about 0.87 alike, over a threshold of 0.8


def test_others_do_not_meet() -> None:
    one = _sketch(" ".join(f"w{k}" for k in range(300)))
    other = _sketch(" ".join(f"v{k}" for k in range(300)))
    assert not set(bands(one, CONFIG)) & set(bands(other, CONFIG))
    assert not near_duplicates([one, other], CONFIG)


def test_bands_name_their_place() -> None:
    keys = bands(Sketch("n", "p", bytes(4 * 128)), CONFIG)
    assert len(set(keys)) == len(keys) == 128 // 6


@settings(deadline=None)
@given(st.lists(st.integers(0, 15), min_size=1), st.randoms(use_true_random=False))
def test_a_bucket_drops_the_same_in_any_order(numbers: list[int], chance: random.Random) -> None:
    bucket = [Sketch(f"n{k}", f"p{k}", bytes([k // 4]) * 64) for k in numbers]
    config = NearDuplicates(permutations=16)
    dropped = near_duplicates(bucket, config)
    assert near_duplicates(chance.sample(bucket, len(bucket)), config) == dropped
    alike = {k // 4 for k in numbers}
    assert len(dropped) == len(set(numbers)) - len(alike)
