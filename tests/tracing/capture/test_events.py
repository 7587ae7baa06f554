"""Events of programs, one file each: source, call and what is expected stand in it.

def f(x):
    return x
#: f(1)            the call, or `script`; `with scopes` where local variables are compared too
#  call f 1        the events, as `support.programs.show` writes them
#  line f 2
#  return f 2 1
#= normal          the outcome
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from platform import python_version
from typing import Any

import pytest
from support.audit.run import run_recorder
from support.programs import Runner, show

from tracing.trace import Kind, Mark, Trace

FOLDER = Path(__file__).parents[2] / "programs" / "events"
NAMES = [str(path.relative_to(FOLDER).with_suffix("")) for path in sorted(FOLDER.glob("*/*.py"))]
KINDS = {kind: kind.name.lower() for kind in Kind}
# What the independent recorder saw in variables it keeps alive too long.
DISAGREES = {"exceptions/failing_init", "generators/collected_when_dropped"}


@dataclass(frozen=True)
class Case:
    """One file."""

    source: str
    entry: str | None
    args: str
    with_scopes: bool
    events: str
    outcome: str


def read(name: str) -> Case:
    source, _, rest = (FOLDER / f"{name}.py").read_text().partition("#: ")
    call, *events, outcome = rest.splitlines()
    entry, _, args = call.removesuffix(" with scopes").partition("(")
    return Case(
        source=source,
        entry=None if entry == "script" else entry,
        args=args.removesuffix(")"),
        with_scopes=call.endswith(" with scopes"),
        events="\n".join(line.removeprefix("#  ") for line in events),
        outcome=outcome.removeprefix("#= "),
    )


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
