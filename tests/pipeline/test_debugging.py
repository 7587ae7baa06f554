"""The command debug, as a user has it: piped, on a terminal, over a file and a built directory."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from support.commands import PYTHON, environment

from pipeline.debugging.session import Session
from pipeline.shards.traces import TraceStore, decompress
from tracing.debugger import Debugger
from tracing.trajectories.trajectory import Direction

SOURCE = """\
def g(a):
    b = a + 1
    return b

def f(x):
    y = g(x)
    return y
"""
CALL = ["--entry", "f", "--args", "1"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "prog.py"
    path.write_text(SOURCE)
    return path


def _debug(path: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    line = [*PYTHON, "debug", str(path), *options]
    return subprocess.run(
        line,
        input=typed,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_forward_from_a_pipe(program: Path) -> None:
    done = _debug(program, "s\ns\nn\ns\nb return b\nundo\nr\nc\n", *CALL)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "call  def main():  {}",
        "line  {}      return f(1)",
        'call  def f(x):  {"x": "1"}',
        'line  {"..": ".."}      y = g(x)',
        'call  def g(a):  {"a": "1"}',
        'line  {"a": "1", "b": "2"}      return b',
        'call  def g(a):  {"a": "1"}',
        'return      return b  "2"',
        "exit_normal",
    ]


def test_backwards_from_a_pipe(program: Path) -> None:
    done = _debug(program, "rs\nrs\nrc\nrs\n", "--inverse", *CALL)
    assert done.stdout.splitlines() == [
        'inv_return      return y  "2"',
        'inv_line      return y  {"..": ".."}',
        'inv_line_call      y = g(x)  {"..": ".."}',
        'inv_call  def f(x):  {"x": "1"}',
        "inv_exit_entry",
    ]


def test_the_other_commands(program: Path) -> None:
    typed = "s\ns\ns\ns\nlocals\nwhere\nlist\navailable\nstep\nb 99\nb retrun b\nquit\ns\n"
    out = _debug(program, typed, *CALL).stdout.splitlines()[5:]
    assert out[:4] == ["a = 1", "main:10  return f(1)", "f:6  y = g(x)", "g:1  def g(a):"]
    assert "   1 -> def g(a):" in out
    assert out[-4] == "step_into step_over step_return breakpoint continue"
    assert out[-3].startswith("error: no command 'step'; nearest: 'step_")
    assert out[-2] == "error: line 99; expected 1 to 10"
    assert out[-1] == "error: no line 'retrun b'; nearest: 'return b'"


def test_watch_and_raw(program: Path) -> None:
    out = _debug(program, "s\n", "--watch", "--raw", *CALL).stdout.splitlines()
    assert "  10 ->     return f(1)" in out
    assert out[-1] == "<|frame_sep|><|line_sep|><|arg_sep|>{}<|src_sep|>    return f(1)"


def test_a_terminal_has_a_prompt(program: Path) -> None:
    ours, theirs = pty.openpty()
    line = [*PYTHON, "debug", str(program), *CALL]
    with subprocess.Popen(line, stdin=theirs, stdout=theirs, env=environment()) as process:
        os.write(ours, b"s\nq\n")
        process.wait(timeout=60)
        shown = os.read(ours, 10_000)
    os.close(ours)
    os.close(theirs)
    assert b"(debug) " in shown
    assert b"line  {}      return f(1)" in shown


def test_errors(program: Path, built) -> None:
    wrong = _debug(built.root, "", "--program", "absent")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "'absent' has no trace there" in wrong.stderr
    wrong = _debug(program, "", "--start", "1", *CALL)
    assert wrong.returncode == 2
    assert "--start: " in wrong.stderr
    assert "starts on state 0, not 1" in wrong.stderr
    wrong = _debug(program, "", "--activation", "9", *CALL)
    assert wrong.returncode == 2
    assert "--activation: activation 9 of prog.py has no scope" in wrong.stderr


def test_the_scope_of_a_call(program: Path) -> None:
    done = _debug(program, "s\ns\ns\ns\n", "--activation", "2", *CALL)
    assert done.returncode == 0, done.stderr
    assert "main" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("exit_")


def test_a_program_of_a_built_directory(built) -> None:
    record = next(iter(TraceStore.open(built.root)))
    done = _debug(built.root, "c\n", "--program", record.program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("exit_")


@pytest.mark.parametrize("direction", list(Direction))
def test_raw_states_are_those_of_the_document(built, direction: Direction) -> None:
    """Frame by frame, what is shown is what the document of the same session has."""
    command = "step_into" if direction is Direction.FORWARD else "inv_step_into"
    tried = 0
    for record in TraceStore.open(built.root):
        try:
            debugger = Debugger(decompress(record.trace, record.program), direction)
        except ValueError:
            continue
        session = Session(debugger, raw=True)
        frames = [session.frame()]
        while not debugger.ended and len(frames) < 100:
            list(session.answer(command))
            frames.append(session.frame())
        parts = session.document().parts[1:]
        if not debugger.ended:
            parts, frames = parts[:-1], frames[:-1]
        assert [p.contents[: len(f)] for p, f in zip(parts, frames, strict=True)] == frames
        tried += 1
    assert tried
