"""The built-in corpus: its index is well-formed, its programs run, and they are of all kinds."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import plain_run

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "pipeline" / "corpus" / "builtin"
KEYS = ["id", "file", "entry", "args", "stdin", "licence", "origin"]

# The programs that mean to end in an exception that nobody catches, and which it is.
UNCAUGHT = {
    "builtin/roman_numerals_zero": "ValueError",
    "builtin/bill_of_materials_missing_price": "KeyError",
    "builtin/getting_dressed_topological_cycle": "CycleError",
    "builtin/calculator_parser_division_by_zero": "ZeroDivisionError",
    "builtin/lab_cleanup_uncaught": "RuntimeError",
    "builtin/moving_average_bug": "IndexError",
    "builtin/form_validation_group_unhandled": "ExceptionGroup",
    "builtin/sales_csv_stdin_bad_cell": "ValueError",
    "builtin/guess_the_number_stdin_gives_up": "SystemExit",
}

# What the corpus must show, in how many files at least, as nodes of the syntax tree.
CONSTRUCTS: dict[tuple[type[ast.AST], ...], int] = {
    (ast.ClassDef,): 12,
    (ast.Yield, ast.YieldFrom): 8,
    (ast.YieldFrom,): 1,
    (ast.AsyncFunctionDef,): 4,
    (ast.AsyncFor,): 1,
    (ast.AsyncWith,): 2,
    (ast.Try,): 15,
    (ast.TryStar,): 2,
    (ast.Raise,): 8,
    (ast.With,): 2,
    (ast.Match,): 4,
    (ast.NamedExpr,): 4,
    (ast.Starred,): 6,
    (ast.Lambda,): 3,
    (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp): 15,
    (ast.Delete,): 4,
    (ast.Nonlocal,): 1,
    (ast.JoinedStr,): 15,
}


@cache
def records() -> list[dict[str, Any]]:
    """The lines of the index, as they stand."""
    lines = (FOLDER / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def source(record: dict[str, Any]) -> str:
    """The text of the record's file."""
    file: str = record["file"]
    return (FOLDER / file).read_bytes().decode("utf-8")


@cache
def runs(hash_seed: int) -> dict[str, plain_run.Run]:
    """Every record run by a fresh interpreter that shuffles its sets of texts by the seed."""
    batch = json.dumps([{**record, "source": source(record)} for record in records()])
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-s", "-P", plain_run.__file__],
        input=batch,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stderr == "", "a program warns, or leaves something unfinished"
    results: dict[str, plain_run.Run] = json.loads(done.stdout)
    return results


def test_index_lines_have_the_keys_in_order() -> None:
    for record in records():
        assert list(record) == KEYS
        assert record["id"].startswith("builtin/")
        assert (record["licence"], record["origin"]) == ("Apache-2.0", "builtin")
        assert record["stdin"] is None or isinstance(record["stdin"], str)
        assert (record["entry"] is None) == (record["args"] is None)


def test_ids_and_calls_are_unique() -> None:
    assert len({record["id"] for record in records()}) == len(records())
    calls = Counter((r["file"], r["entry"], r["args"], r["stdin"]) for r in records())
    assert max(calls.values()) == 1


def test_every_file_is_indexed_and_every_indexed_file_is_there() -> None:
    assert {record["file"] for record in records()} == {p.name for p in FOLDER.glob("*.py")}


def test_entries_are_functions_of_the_module() -> None:
    for record in records():
        body = ast.parse(source(record)).body
        functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        assert record["entry"] is None or record["entry"] in functions, record["id"]


def test_no_two_files_have_the_same_program() -> None:
    trees = Counter(ast.dump(ast.parse(p.read_text("utf-8"))) for p in FOLDER.glob("*.py"))
    assert max(trees.values()) == 1


@pytest.mark.parametrize("file", sorted(p.name for p in FOLDER.glob("*.py")))
def test_a_program_is_small_and_says_what_to_watch(file: str) -> None:
    text = (FOLDER / file).read_bytes().decode("utf-8")
    lines = text.splitlines()
    assert 8 <= len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert text == text.rstrip("\n") + "\n"
    assert "\r" not in text
    assert '"""' in text or "# " in text


def test_programs_end_as_they_mean_to() -> None:
    outcomes = {program: run["outcome"] for program, run in runs(0).items()}
    assert {program: how for program, how in outcomes.items() if how != "normal"} == UNCAUGHT


def test_runs_are_of_a_size_that_can_be_read() -> None:
    events = {program: run["events"] for program, run in runs(0).items()}
    assert {program: n for program, n in events.items() if not 3 <= n <= 5_000} == {}
    assert max(events.values()) > 1_000


def test_runs_do_not_depend_on_the_hash_seed() -> None:
    assert runs(0) == runs(1)


def test_scripts_print_what_they_found() -> None:
    quiet = [r["id"] for r in records() if r["entry"] is None and not runs(0)[r["id"]]["printed"]]
    assert set(quiet) <= UNCAUGHT.keys()


def test_there_are_all_kinds_of_entries() -> None:
    scripts = [record for record in records() if record["entry"] is None]
    assert len({record["file"] for record in records()}) >= 60
    assert len(scripts) >= 25
    assert len(records()) - len(scripts) >= 30
    assert sum(record["stdin"] is not None for record in records()) >= 6
    assert {record["entry"] is None for record in records() if record["stdin"]} == {True, False}


@pytest.mark.parametrize("kinds", CONSTRUCTS, ids=lambda kinds: "|".join(k.__name__ for k in kinds))
def test_there_are_all_kinds_of_constructs(kinds: tuple[type[ast.AST], ...]) -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in FOLDER.glob("*.py")]
    showing = [tree for tree in trees if any(isinstance(node, kinds) for node in ast.walk(tree))]
    assert len(showing) >= CONSTRUCTS[kinds]


def test_there_are_the_awkward_ones() -> None:
    texts = {record["id"]: source(record) for record in records()}
    entries = [(r["entry"], texts[r["id"]]) for r in records() if r["entry"] is not None]
    assert any(entry == "main" for entry, _ in entries)
    assert any("main_1" in text for entry, text in entries if entry != "main")
    assert any(text.count(f"{entry}(") > 1 for entry, text in entries)
    assert any(not entry.isascii() and "\t" in text for entry, text in entries)
    assert any("<|frame_sep|>" in text for text in texts.values())
    assert any(_is_generator(entry, text) for entry, text in entries)
    assert any(_is_decorated(entry, text) for entry, text in entries)


def _definition(entry: str, text: str) -> ast.FunctionDef:
    body = ast.parse(text).body
    return next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == entry)


def _is_generator(entry: str, text: str) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(_definition(entry, text)))


def _is_decorated(entry: str, text: str) -> bool:
    return bool(_definition(entry, text).decorator_list)
