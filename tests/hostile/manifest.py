"""The manifest: every hostile program, and what must hold of its run.

The programs lie in `programs/`, a file for each category. A line `### name | accepted, accepted`
begins a program; what is accepted are outcomes of a trace (`normal`, `error`, `never`) and reasons
of a rejection. Lines `## key: value` follow, then the source:

- `holds`: what the program tries, and what must hold, for people
- `entry`, `args`: the call of a function entry; `stdin`: what can be read, a literal
- `limits`: bounds of this run that differ, `output=1000`
- `stdout`: what a trace must have printed, a literal
- `lines`: the line events that a trace must have, in order
- `shows`: a local variable and its text, `x = '1'`, that some state of a trace must have
- `hides`: words that must not be found in a trace, nor in the detail of a rejection
- `generated`: the source is that of a function body of ours, which returns the program's source,
  or that and the arguments of its call
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracing.program import Program
from tracing.rejection import Reason
from tracing.trace import Outcome

FOLDER = Path(__file__).parent / "programs"
CATEGORIES = (
    "cpu",
    "memory",
    "processes",
    "exits",
    "output",
    "files",
    "network",
    "secrets",
    "privilege",
    "tampering",
    "values",
    "compiler",
    "sources",
    "recursion",
)
_VERDICTS = frozenset([*Outcome, *Reason])
_HEAD = re.compile(r"^### (\w+) \| (.+)\n", re.MULTILINE)
_KEY = re.compile(r"## (\w+): ?(.*)\n")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile program."""

    name: str
    category: str
    accepts: frozenset[str]
    program: Program
    holds: str = ""
    limits: dict[str, int] = field(default_factory=dict)
    stdout: str | None = None
    lines: tuple[int, ...] | None = None
    shows: tuple[tuple[str, str], ...] = ()
    hides: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its category and name."""
        return f"{self.category}/{self.name}"


def read(folder: Path = FOLDER) -> tuple[Hostile, ...]:
    """All hostile programs, category by category.

    Raises ValueError where the manifest contradicts itself.
    """
    found = tuple(hostile for category in CATEGORIES for hostile in _category(folder, category))
    names = [hostile.path for hostile in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two programs of one name: {twice}")
    return found


def _category(folder: Path, category: str) -> Iterator[Hostile]:
    parts = _HEAD.split((folder / f"{category}.py").read_text(encoding="utf-8"))
    for name, accepts, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        try:
            yield _hostile(name, category, accepts, body)
        except Exception as error:
            raise ValueError(f"{category}/{name}: {error}") from error


def _hostile(name: str, category: str, accepts: str, body: str) -> Hostile:
    keys: dict[str, list[str]] = {}
    while match := _KEY.match(body):
        keys.setdefault(match[1], []).append(match[2])
        body = body[match.end() :]
    accepted = frozenset(word.strip() for word in accepts.split(","))
    if unknown := accepted - _VERDICTS:
        raise ValueError(f"neither outcome nor reason: {unknown}")
    source = body.strip("\n") + "\n"
    args = _one(keys, "args", "")
    if keys.pop("generated", None) is not None:
        made = _generate(source)
        source, args = (made, args) if isinstance(made, str) else made
    program = Program(
        id=f"hostile/{category}/{name}",
        source=source,
        entry=_one(keys, "entry", None),
        args=args,
        stdin=ast.literal_eval(_one(keys, "stdin", "''")),
    )
    stdout, lines = _one(keys, "stdout", None), _one(keys, "lines", None)
    hostile = Hostile(
        name=name,
        category=category,
        accepts=accepted,
        program=program,
        holds=" ".join(keys.pop("holds", [])),
        limits=_limits(_one(keys, "limits", "")),
        stdout=None if stdout is None else ast.literal_eval(stdout),
        lines=None if lines is None else tuple(map(int, lines.split())),
        shows=tuple(_shown(text) for text in keys.pop("shows", [])),
        hides=tuple(word for words in keys.pop("hides", []) for word in words.split()),
    )
    if keys:
        raise ValueError(f"unknown keys: {sorted(keys)}")
    return hostile


def _one(keys: dict[str, list[str]], key: str, default: Any) -> Any:
    values = keys.pop(key, [default])
    if len(values) != 1:
        raise ValueError(f"{key} is given twice")
    return values[0]


def _limits(text: str) -> dict[str, int]:
    pairs = [pair.partition("=") for pair in text.split()]
    return {name: int(value) for name, _, value in pairs}


def _shown(text: str) -> tuple[str, str]:
    name, _, literal = text.partition(" = ")
    return name, ast.literal_eval(literal)


def _generate(body: str) -> str | tuple[str, str]:
    """What the body of a function of our own returns."""
    namespace: dict[str, Any] = {}
    exec("def source():\n" + textwrap.indent(body, "    "), namespace)
    made: str | tuple[str, str] = namespace["source"]()
    return made
