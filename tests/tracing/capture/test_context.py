"""CODE: what is shown is what is compiled."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.capture.context import names_in, normalise, wrap, wrapper_name

TEXTS = st.text("ab=1:#'\"\\ \t\n\r\x0c\ufeff\u2028main_", max_size=30)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "\n"),
        ("\n\n\n", "\n"),
        ("x = 1", "x = 1\n"),
        ("x = 1\n\n\n", "x = 1\n"),
        ("\ufeffx = 1\n", "x = 1\n"),
        ("\ufeff\ufeffx = 1\n", "\ufeffx = 1\n"),
        ("a\r\nb\rc\n\rd", "a\nb\nc\n\nd\n"),
        ("\n\na = 1\n", "\n\na = 1\n"),
        ("a = 1\x0c\n\n\x0c\nb\n", "a = 1\x0c\n\n\x0c\nb\n"),
        ("s = 'a\u2028b\x85'\n", "s = 'a\u2028b\x85'\n"),
        ("a = 1\n   \n\n", "a = 1\n   \n"),
    ],
)
def test_normal_form(source: str, code: str) -> None:
    assert normalise(source) == code


@given(TEXTS)
def test_the_normal_form_is_one(source: str) -> None:
    code = normalise(source)
    assert code.endswith("\n")
    assert not code.endswith("\n\n") or code.strip("\n") == ""
    assert "\r" not in code
    assert normalise(code) == code or code.startswith("\ufeff")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def f(): pass\n", "main"),
        ("mainly = domain = 1\n", "main"),
        ("'main' # main\n", "main"),
        ('f"{main}"\n', "main"),  # 3.11 has one token for all of it
        ("def main(): pass\n", "main_1"),
        ("x.main = 1\n", "main_1"),
        ("def f(main): pass\n", "main_1"),
        ("main = main_1 = 0\n", "main_2"),
        ("main = main_2 = 0\n", "main_1"),
        ("main_1 = 0\n", "main"),
        ("ｍain = 1\n", "main_1"),  # the compiler normalises names
        ("main = (\n", "main_1"),  # no tokens: words count
        ("main_1 main '\n", "main_2"),
        ("  x = main\n y = 1\n", "main_1"),
        ("é = 'main'\n", "main"),
    ],
)
def test_wrapper(source: str, name: str) -> None:
    assert wrapper_name(source) == name


@given(TEXTS)
def test_the_wrapper_is_no_name_of_the_source(source: str) -> None:
    assert wrapper_name(source) not in names_in(source)


@pytest.mark.parametrize("args", ["", "1", "1,\n 2", "1,\r2", "'\\n', *[1], **{'a': 1}", "x := 3"])
def test_the_wrapper_calls(args: str) -> None:
    source = normalise("def f(*args): return args\n\n\n")
    code = wrap(source, "main", "f", args)
    assert code.startswith(source + "\ndef main():\n    return f(")
    assert code.endswith(")\n")
    assert code.count("\n") == len(code.splitlines()) == code.encode().count(b"\n")
    function = ast.parse(code).body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert ast.unparse(function.body[0]) == ast.unparse(
        ast.parse(f"def g(): return f({args})").body[0].body[0]
    )  # type: ignore[attr-defined]
