"""Statements and blocks from tokens are those of the syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipeline.corpus.builtin as builtin_folder
from tracing.states.syntax import Statement, Syntax

BUILTIN = sorted(Path(p) for f in builtin_folder.__path__ for p in Path(f).glob("*.py"))
KINDS: dict[type[ast.stmt], Statement] = {
    **dict.fromkeys((ast.For, ast.AsyncFor, ast.While), Statement.LOOP),
    **dict.fromkeys((ast.If, ast.Match), Statement.BRANCH),
    ast.Return: Statement.RETURN,
    **dict.fromkeys((ast.With, ast.AsyncWith), Statement.WITH),
    **dict.fromkeys((ast.Try, ast.TryStar), Statement.TRY),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), Statement.DEFINITION),
}
ALL = """\
@wrap(
    1)
def f(x):
    for k in x:
        if k:
            g(k)
        elif x: y = 1
        else:
            y = (1,
                 2)
    else:
        pass
    while x:
        break
    if x:
        for k in x: pass
    match = [1]
    match[0]: int = 2
    match x:
        case [1]:
            return 1
    with g() as h:
        try:
            raise ValueError
        except ValueError:
            pass
        finally:
            pass

    # a comment
    return x

async def h():
    async for k in h():
        def inner(): return k
    async with k: pass
text = '''
def no():
'''
class C: x = 1
"""


def syntax_of(source: str) -> Syntax:
    found = Syntax.of(source)
    assert found is not None
    return found


def test_every_statement() -> None:
    syntax = syntax_of(ALL)
    names = [Statement(kind).name.lower() for kind in syntax.statements]
    found = {
        name: [line for line, other in enumerate(names) if other == name] for name in set(names)
    }
    assert found["loop"] == [4, 13, 16, 34]
    assert found["branch"] == [5, 7, 8, 11, 15, 19, 20]
    assert found["return"] == [21, 31]
    assert found["with"] == [22, 36]
    assert found["try"] == [23, 27]
    assert found["except"] == [25]
    assert found["call"] == [6]
    assert found["definition"] == [1, 2, 3, 33, 35, 40]


def test_blocks_suites_and_what_follows_loops() -> None:
    syntax = syntax_of(ALL)
    assert syntax.blocks == (range(1, 32), range(33, 37), range(35, 36), range(40, 41))
    assert syntax.arms == {6, 9, 12, 16, 21}
    assert syntax.after_loops == {13, 15, 17, 36}


def test_a_line_has_the_extent_of_what_it_stands_in() -> None:
    syntax = syntax_of(ALL)
    assert syntax.extent(2) == range(1, 32)
    assert syntax.extent(35) == range(35, 36)
    assert syntax.extent(34) == range(33, 37)
    assert syntax.extent(38) == range(37, 40)
    assert syntax.extent(32) == range(0)


@pytest.mark.parametrize("path", BUILTIN, ids=lambda path: path.stem)
def test_blocks_and_statements_are_those_of_the_syntax_tree(path: Path) -> None:
    source = path.read_text()
    syntax, nodes = syntax_of(source), list(ast.walk(ast.parse(source)))
    assert syntax.blocks == tuple(sorted(map(lines_of, definitions(nodes)), key=lambda b: b.start))
    for node in nodes:
        if isinstance(node, ast.stmt) and not getattr(node, "decorator_list", []):
            found = Statement(syntax.statements[node.lineno])
            expected = KINDS.get(type(node), Statement.PLAIN)
            if expected is Statement.PLAIN:
                # A simple statement on the line of a header has the header's kind.
                assert found in (Statement.PLAIN, Statement.CALL) or is_inline(node, source)
            else:
                assert found is expected or is_inline(node, source)


def definitions(nodes: list[ast.AST]) -> list[ast.AST]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node for node in nodes if isinstance(node, kinds)]


def lines_of(node: ast.AST) -> range:
    decorators = [each.lineno for each in node.decorator_list]
    return range(min([node.lineno, *decorators]), node.end_lineno + 1)


def is_inline(node: ast.stmt, source: str) -> bool:
    return bool(source.split("\n")[node.lineno - 1][: node.col_offset].strip())


@given(st.text(alphabet=" \t\n\\\x0c\x00:()[]'\"#ab=1@", max_size=40))
def test_any_text_is_told_or_not_but_never_fails(text: str) -> None:
    found = Syntax.of(text)
    assert found is None or len(found.statements) == text.count("\n") + 2


def test_depth_is_no_danger() -> None:
    assert syntax_of("x = " + "(" * 50_000 + ")" * 50_000).logical == (range(1, 2),)
    assert Syntax.of("if x:\n" + "(" * 50_000) is None
