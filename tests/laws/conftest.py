"""One fork server for all programs that need no limits of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.programs import Runner

from tracing.limits import Limits
from tracing.sandbox import ForkServer


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    server = ForkServer(Limits(wall_seconds=20.0))
    yield Runner(server)
    server.close()
