"""One normaliser for all tests: its process is what costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.corpus.normalise import Normaliser


@pytest.fixture(scope="session")
def normaliser() -> Iterator[Normaliser]:
    with Normaliser() as normaliser:
        yield normaliser
