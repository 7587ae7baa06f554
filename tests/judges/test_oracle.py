"""The driver of bdb that judges the moves, beside another that stands outside of the project."""

from __future__ import annotations

import random
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from support.bdb_judge import commands, drive, job
from support.bdb_log import FIELDS
from support.programs import Runner

from tracing.trace import Kind

ROOT = Path(__file__).parents[2]
ORACLE = ROOT.parent / "shared" / "oracle" / "oracle_bdb.py"
BUILTIN = ROOT / "pipeline" / "corpus" / "builtin"
PROGRAMS = """euclid_gcd:extended_gcd(1071, 462) countdown_next:script finally_wins:script
nested_with_suppress:script async_breakfast:script comprehension_zoo:script""".replace(", ", ",")


def _oracle() -> Any:
    spec = spec_from_file_location("oracle_bdb", ORACLE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _plain(found: dict[str, Any]) -> list[tuple[str, int, str, dict[str, str | None]]]:
    """The stops of our driver: event, line, function, variables."""
    stops = []
    for at, _, scope, _ in found["stops"]:
        kind, line, function, *_ = found["events"][FIELDS * at : FIELDS * (at + 1)]
        stops.append((Kind(kind).name.lower(), line, found["functions"][function][0], scope))
    return stops


def _agree(ours: dict[str, str | None], theirs: dict[str, Any]) -> bool:
    """Whether variables have the same names, and texts where both have one; sets have orders."""
    shown = {
        n: v["r"] for n, v in theirs.items() if v["safe"] and v["t"] not in ("set", "frozenset")
    }
    return set(ours) == set(theirs) and all(ours[n] in (None, shown[n]) for n in shown)


@pytest.mark.skipif(not ORACLE.exists(), reason="no other driver of bdb")
@pytest.mark.parametrize("program", PROGRAMS.split())
def test_two_drivers_stop_alike(runner: Runner, program: str) -> None:
    name, _, call = program.partition(":")
    entry, _, args = call.removesuffix(")").partition("(")
    source = (BUILTIN / f"{name}.py").read_text()
    trace = runner.trace(source, None if entry == "script" else entry, args)
    chance = random.Random(name)
    script = [
        c if isinstance(c, str) or len(c) == 1 else "step" for c in commands(trace, chance, 25)
    ]
    main = None if trace.entry is None else trace.functions[0].qualname
    (found,) = drive([job(trace, "", [script], alone=True)])
    given = [c if isinstance(c, str) else f"continue {c[0]}" for _, c, *_ in found["stops"] if c]
    record = {"source": trace.code, "entry": main, "args": "", "stdin": ""}
    theirs = _oracle().run_oracle(record, given, timeout=20)["stops"]
    ours = _plain(found)
    assert [stop[:3] for stop in ours] == [(s["event"], s["line"], s["qualname"]) for s in theirs]
    assert all(_agree(stop[3], s["locals"]) for stop, s in zip(ours, theirs, strict=True))
    assert len(ours) > 1
