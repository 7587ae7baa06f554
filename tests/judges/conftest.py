"""One fork server for all judges, and the report of agreement by stratum at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.programs import Runner

from tracing.limits import Limits
from tracing.sandbox import ForkServer

REPORT = "agreement with bdb"


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    server = ForkServer(Limits(wall_seconds=20.0))
    yield Runner(server)
    server.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what the tests by strata found."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in report.user_properties:
            if name == REPORT:
                terminalreporter.section(f"{REPORT}: {report.nodeid.rpartition('::')[2]}")
                terminalreporter.write_line(text)
