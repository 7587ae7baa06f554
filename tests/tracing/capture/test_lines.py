"""What running a line can change, as told from its bytecode."""

from __future__ import annotations

import dis
from types import CodeType

import pytest

from tracing.capture.lines import Step, analyse, analyse_loop, lines_of

GET_ITER = bytes([dis.opmap["GET_ITER"]])


def body(line: str) -> CodeType:
    """A function with this line as its second one."""
    code = compile(f"def f(a, b, c):\n {line}\n", "prog.py", "exec")
    found: CodeType = next(each for each in code.co_consts if isinstance(each, CodeType))
    return found


def step_of(line: str) -> Step | None:
    code = body(line)
    lines = lines_of(code)
    start = min(at for at, number in lines.items() if number == 2)
    return analyse(code, code.co_code, lines, start)


@pytest.mark.parametrize(
    "line",
    [
        "x = len(a)",
        "x = max(a, b, c)",
        "x = a.find(b) + 1",
        "return sorted(a)[int(b)]",
        "x = abs(min(a[b - 1], a[b]) - c)",
    ],
)
def test_calls_of_functions_that_only_look(line: str) -> None:
    step = step_of(line)
    assert step is not None
    assert step.loads <= {"a", "b", "c"}
    assert step.builtins <= {"len", "max", "sorted", "int", "abs", "min"}


@pytest.mark.parametrize(
    "line", ["x = a(b)", "x = a.pop(b)", "x = print(a)", "x = max(a, b(c))", "a[b] = c", "a.x = b"]
)
def test_anything_else_may_change_anything(line: str) -> None:
    assert step_of(line) is None


@pytest.mark.parametrize(
    ("line", "loads"),
    [
        ("return a", set()),
        ("yield a", set()),
        ("for x in a: yield b", {"a"}),
        ("if a is None: b = c", {"c"}),
        ("return a == None", {"a"}),
    ],
)
def test_which_object_it_is_may_be_asked_of_any(line: str, loads: set[str]) -> None:
    step = step_of(line)
    assert step is not None
    assert step.loads == loads


def test_a_loop_over_what_a_call_gives() -> None:
    code = body("for x in range(1, len(a) + 1):\n  b = x")
    lines = lines_of(code)
    start = next(at for at in lines if code.co_code[at - 2 : at - 1] == GET_ITER)
    loop = analyse_loop(code, code.co_code, lines, start)
    assert loop is not None
    assert (loop.loads, loop.builtins) == ({"a"}, {"range", "len"})
