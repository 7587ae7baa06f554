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

FOLDER = Path(__file__).parents[1] / "programs" / "events"
NAMES = [str(path.relative_to(FOLDER).with_suffix("")) for path in sorted(FOLDER.glob("*/*.py"))]
# What the independent recorder saw in variables it keeps alive too long, or brings up to date.
DISAGREES = {
    "exceptions/failing_init",
    "generators/collected_when_dropped",
    "scopes/locals_call",
}


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
