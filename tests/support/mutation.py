"""Mutation: every small change to the rules of moves, and whether the tests notice it.

A mutant is a module with one change to its syntax tree. It is run in a fork of a process that has
not imported the module: there the tests of `JUDGES` run until one fails. As a script:

    python tests/support/mutation.py [NUMBER ...]      # default: all; prints a JSON object
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
MODULES = (
    "tracing.states.tree",
    "tracing.states.places",
    "tracing.states.moves",
    "tracing.states.view",
    "tracing.trajectories.starts",
)
JUDGES = (
    "tests/tracing/states/test_tree.py",
    "tests/tracing/states/test_moves.py",
    "tests/tracing/states/test_places.py",
    "tests/tracing/trajectories/test_starts.py",
    "tests/tracing/trajectories/test_replay.py",
)
SECONDS = 8  # of CPU time for a mutant; one that takes longer is killed
WORKERS = 2

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {  # one rule's word for another's
    "opening": "closing",
    "closing": "opening",
    "over": "back",
    "back": "over",
    "CALL": "LINE",
    "LINE": "RETURN",
    "RETURN": "EXCEPTION",
    "RESUME": "YIELD",
    "_INTO": "_OVER",
    "_OVER": "_RETURN",
    "_RETURN": "_INTO",
    "_BREAKPOINT": "_CONTINUE",
    "_INV_OVER": "_INV_CALL",
    "_INV_CALL": "_INV_OVER",
    "INVERSE": "_INVERSE_AT_CALL",
    "_INVERSE_AT_CALL": "INVERSE",
    "activations": "lines",
    "bisect_right": "bisect_left",
}


@dataclass(frozen=True)
class Mutant:
    """One change: the module, what stood there and what stands there now, and the new source."""

    module: str
    line: str  # as it stands, without indentation
    change: str
    source: str

    @property
    def name(self) -> str:
        """What tells it apart, wherever the line stands."""
        return f"{self.module.rpartition('.')[2]}: {self.line}  {self.change}"


def all_mutants() -> list[Mutant]:
    """The mutants of all modules, in order."""
    return [mutant for module in MODULES for mutant in _mutants_of(module)]


def _mutants_of(module: str) -> Iterator[Mutant]:
    source = path_of(module).read_text()
    lines, tree = source.splitlines(), ast.parse(source)
    for holder, key, node in _places(tree):
        for variant in _variants(node):
            _put(holder, key, variant)
            changed = ast.unparse(ast.fix_missing_locations(tree))
            _put(holder, key, node)
            change = f"[{ast.unparse(node)} → {ast.unparse(variant)}]"
            yield Mutant(module, lines[node.lineno - 1].strip(), change, changed)


def path_of(module: str) -> Path:
    """The file of a module."""
    return ROOT / f"{module.replace('.', '/')}.py"


def _places(node: ast.AST) -> Iterator[tuple[Any, Any, Any]]:
    """What can be changed: who holds it, by which key, and the node. Annotations, decorators,
    errors that are raised and the checks of `zip` are no rules."""
    if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "ctx", "ops", "op"):
            continue
        items = enumerate(value) if isinstance(value, list) else [(field, value)]
        for key, child in items:
            if isinstance(child, ast.AST):
                if isinstance(child, ast.expr | ast.stmt):
                    yield (value if isinstance(value, list) else node), key, child
                yield from _places(child)


def _put(holder: Any, key: Any, node: ast.AST) -> None:
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.expr):
        yield from _expressions(node)
    elif isinstance(node, ast.If | ast.While):
        for value in (True, False) if isinstance(node, ast.If) else (False,):
            yield type(node)(ast.Constant(value), node.body, node.orelse)
    elif _can_go(node):
        yield ast.Pass()


def _can_go(node: ast.AST) -> bool:
    """Whether a statement does something that could be left out."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant | ast.Yield)
    if isinstance(node, ast.Assign):
        return not _binds(node)
    return isinstance(node, ast.AugAssign | ast.Continue)


def _binds(node: ast.Assign) -> bool:
    """Whether a name that is needed later would be missing, which any run notices."""
    return any(not isinstance(target, ast.Subscript) for target in node.targets)


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for k, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                ops = [*node.ops[:k], other(), *node.ops[k + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        for k in range(len(node.values)):
            rest = [*node.values[:k], *node.values[k + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        yield from _constants(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield ast.Attribute(node.value, NAMES[node.attr], ast.Load())
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield ast.Name(NAMES[node.id], ast.Load())
    elif isinstance(node, ast.Call) and len(node.args) == 2:
        yield ast.Call(node.func, node.args[::-1], node.keywords)


def _constants(value: int) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    else:
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds one module, with the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        if fullname != self._mutant.module:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def get_source(self, fullname: str) -> str:
        return self._mutant.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._mutant.source, fullname, "exec", dont_inherit=True)


def _judge(mutant: Mutant | None) -> int:
    """The exit status of the tests, in a process that is left to itself after."""
    import pytest
    from hypothesis import Phase, settings

    # No time for shrinking; the same examples in every run.
    settings.register_profile(
        "mutation", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
    )
    if mutant is not None:
        sys.meta_path.insert(0, _Instead(mutant))
    options = ["-q", "-x", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*options, "--hypothesis-profile=mutation", "--rootdir=.", *JUDGES]))


def _start(mutant: Mutant | None) -> int:
    """A process that judges a mutant."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, resource.RLIM_INFINITY))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    status = 3
    try:
        status = _judge(mutant)
    finally:
        os._exit(status)


def survivors(mutants: list[Mutant | None]) -> list[int]:
    """The places in a list of mutants of those that no test notices; None is no change."""
    running: dict[int, int] = {}
    found = []
    for number, mutant in enumerate(mutants):
        if len(running) == WORKERS:
            found += _ended(running)
        running[_start(mutant)] = number
    while running:
        found += _ended(running)
    return sorted(found)


def _ended(running: dict[int, int]) -> list[int]:
    child, status = os.wait()
    number = running.pop(child)
    return [number] if status == 0 else []


if __name__ == "__main__":
    os.chdir(ROOT)
    everything = all_mutants()
    numbers = [int(word) for word in sys.argv[1:]] or range(len(everything))
    chosen = [None, *(everything[number] for number in numbers)]  # no change, which must survive
    left = survivors(chosen)
    names = [mutant.name for mutant in (chosen[number] for number in left) if mutant is not None]
    json.dump({"mutants": len(chosen) - 1, "control": 0 in left, "survivors": names}, sys.stdout)
