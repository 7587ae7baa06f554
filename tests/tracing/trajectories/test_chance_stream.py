"""The stream is that of the standard library's generator, seeded by the parts as written out."""

from __future__ import annotations

import hashlib
import random

from hypothesis import given
from hypothesis import strategies as st

from tracing.trajectories.chance import Chance

PARTS = st.lists(st.integers() | st.text(), max_size=5)


@given(st.integers(), PARTS)
def test_against_a_slow_one(seed: int, parts: list[str | int]) -> None:
    digest = hashlib.blake2b(digest_size=32)
    for part in (seed, *parts):
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update((b"i" if isinstance(part, int) else b"s") + f"{len(data)}:".encode() + data)
    expected = random.Random(int.from_bytes(digest.digest()))
    uniform = Chance(seed, *parts).uniform
    assert [uniform() for _ in range(5)] == [expected.random() for _ in range(5)]
