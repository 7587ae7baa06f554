"""Events of programs, one file each (see `support.cases`)."""

from __future__ import annotations

from platform import python_version
from typing import Any

import pytest
from support.audit.run import run_recorder
from support.cases import DISAGREES, NAMES, read
from support.programs import Runner, show

from tracing.trace import Kind, Mark, Trace

KINDS = {kind: kind.name.lower() for kind in Kind}


@pytest.mark.parametrize("name", NAMES)
def test_events(runner: Runner, name: str) -> None:
    case = read(name)
    trace = runner.trace(case.source, case.entry, case.args)
    assert show(trace, case.with_scopes) == case.events
    assert trace.outcome == case.outcome
    assert (trace.cut, trace.counted, trace.python) == (False, len(trace), python_version())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in DISAGREES])
def test_an_independent_recorder_agrees(runner: Runner, name: str) -> None:
    case = read(name)
    recorded: dict[str, Any] = run_recorder(
        {"source": case.source, "entry": case.entry, "args": case.args}
    )
    assert plain(runner.trace(case.source, case.entry, case.args)) == [
        (e["kind"], e["line"], e["activation"], e["depth"], e["resume"], e["yield_"], e["arg"])
        for e in recorded["events"]
    ]


def plain(trace: Trace) -> list[tuple[object, ...]]:
    return [
        (
            KINDS[Kind(trace.kinds[event])],
            trace.lines[event],
            trace.activations[event],
            trace.depths[event],
            trace.marks[event] == Mark.RESUME,
            trace.marks[event] == Mark.YIELD,
            trace.texts[trace.arguments[event]] if trace.kinds[event] >= Kind.RETURN else None,
        )
        for event in range(len(trace))
    ]
