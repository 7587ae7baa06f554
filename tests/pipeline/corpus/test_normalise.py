"""Normal forms do not see formatting, and no text brings the worker down."""

from __future__ import annotations

import ast
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus import normalise, normalise_child
from pipeline.corpus.normalise import Normaliser

SOURCE = "def f(x):\n    return [x, 'a' 'b']\n\n\nprint(f(1))\n"

SAME = [
    "\ufeff" + SOURCE,
    SOURCE.replace("\n", "\r\n"),
    SOURCE.replace("\n", "\r"),
    SOURCE.rstrip(),
    "# a comment\n" + SOURCE.replace("    ", "\t").replace(", ", ",  "),
    SOURCE.replace("'a' 'b'", '"ab"'),
    SOURCE.replace("f(1)", "(f)((1))"),
]
OTHER = [
    SOURCE.replace("f(1)", "f(2)"),
    SOURCE.replace("f(1)", "f(1.0)"),
    SOURCE.replace("f(1)", "f(True)"),
    SOURCE.replace("f(1)", "f(b'1')"),
    SOURCE.replace("f(1)", "f('1')"),
    SOURCE.replace("x", "y"),
    "'''Documented.'''\n" + SOURCE,
]


@pytest.mark.parametrize("source", SAME)
def test_formatting_does_not_matter(normaliser: Normaliser, source: str) -> None:
    assert normaliser.normal(source) == normaliser.normal(SOURCE)
    assert normaliser.normal(source).startswith("ast:")


@pytest.mark.parametrize("source", OTHER)
def test_all_else_matters(normaliser: Normaliser, source: str) -> None:
    assert normaliser.normal(source) != normaliser.normal(SOURCE)


FRAGMENTS = [
    *(*SAME, *OTHER, "f(None)", "f(...)", "{**a}", "{None: a}", "def f(*, a, b=1): pass"),
    *("return", "f(*a)", "f(a)", "x: int", "x = 1j", "match x:\n case None: pass\n case _: pass"),
]


@pytest.mark.parametrize("one", FRAGMENTS)
def test_trees_are_told_apart_as_their_dumps_are(one: str) -> None:
    for other in FRAGMENTS:
        texts = [text.removeprefix("\ufeff") for text in (one, other)]
        dumps = [ast.dump(ast.parse(text)) for text in texts]
        digests = [normalise_child.digest(normalise_child.MODULE, text) for text in texts]
        assert (dumps[0] == dumps[1]) == (digests[0] == digests[1])


@pytest.mark.parametrize(
    "args", ["1, x='a'", " 1 ,x = 'a' # note", "\n1,\n\nx='a',\n", "(1), x='a'"]
)
def test_calls_do_not_see_formatting(normaliser: Normaliser, args: str) -> None:
    assert normaliser.call(args) == normaliser.call("1, x='a'")
    assert normaliser.call(args) != normaliser.call("x='a'")


@pytest.mark.parametrize(
    "broken", ["def f(:\n  pass", "x = '\ud800'", "x = 1\x00", "(" * 150, "é²"]
)
def test_what_is_no_python_is_known_by_its_lines(normaliser: Normaliser, broken: str) -> None:
    assert normaliser.normal(broken).startswith("text:")
    assert normaliser.normal("\ufeff" + broken + "  \r\n\r\n") == normaliser.normal(broken)
    assert normaliser.normal(broken + "#") != normaliser.normal(broken)


@pytest.mark.parametrize(
    "deep", ["-", "not ", "lambda: ", "1 if x else ", "x.", "x = ", "(", "[x for "]
)
def test_deep_text_does_no_harm(normaliser: Normaliser, deep: str) -> None:
    assert normaliser.normal(deep * 20_000 + "x") == normaliser.normal(deep * 20_000 + "x")
    assert normaliser.normal(SOURCE).startswith("ast:")


def test_long_text_is_not_parsed(normaliser: Normaliser) -> None:
    assert normaliser.normal("x = 1\n" * 40_000).startswith("ast:")
    assert normaliser.normal("x = 1\n" * 50_000).startswith("text:")


def test_a_child_that_dies_is_replaced() -> None:
    with Normaliser() as normaliser:
        normal = normaliser.normal(SOURCE)
        child = normaliser._child
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert normaliser.normal(SOURCE).startswith("text:")
        assert normaliser.normal(SOURCE) == normal


def test_a_child_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalise, "_SECONDS", 0.2)
    with Normaliser() as normaliser:
        normaliser.normal(SOURCE)
        child = normaliser._child
        assert child is not None
        os.kill(child.pid, signal.SIGSTOP)
        assert normaliser.normal(SOURCE).startswith("text:")
        assert child.poll() is not None


def test_closing_ends_the_child_and_it_can_be_used_again() -> None:
    normaliser = Normaliser()
    normaliser.close()
    normal = normaliser.normal(SOURCE)
    child = normaliser._child
    normaliser.close()
    assert child is not None
    assert child.poll() is not None
    assert normaliser.normal(SOURCE) == normal
    normaliser.close()


def test_the_child_sees_nothing_of_the_workers_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ast.py").write_text("raise SystemExit")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Normaliser() as normaliser:
        assert normaliser.normal(SOURCE).startswith("ast:")


@settings(deadline=None)
@given(st.text() | st.text("()[]{}#'\"\\\n\r\t ab01=,:\ud800\x00"))
def test_any_text_has_one_normal_form(normaliser: Normaliser, text: str) -> None:
    assert normaliser.normal(text) == normaliser.normal(text)
    lines = text.replace("\r", "\n")
    assert normaliser.normal(lines) == normaliser.normal(lines.replace("\n", "\r\n"))
    assert normaliser.call(text) == normaliser.call(text)
