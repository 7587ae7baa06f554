"""How far a build is: bars in a terminal, lines elsewhere."""

from __future__ import annotations

import io
import os
import pickle
import pty
import re
import select
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console
from support import small_corpus
from support.commands import PYTHON, environment, executed

from pipeline import progress
from pipeline.progress import Display, Ticker


def test_ticks_of_all_processes_are_counted(tmp_path: Path) -> None:
    ticker = Ticker(tmp_path, "rows")
    assert ticker.total() == 0
    ticker.tick()
    code = (
        "import pickle, sys\n"
        f"ticker = pickle.loads({pickle.dumps(ticker)!r})\n"
        "for _ in range(1000): ticker.tick()"
    )
    with ThreadPoolExecutor() as threads:
        lines = [[sys.executable, "-c", code]] * 3
        for ended in threads.map(lambda line: executed(tmp_path, line), lines):
            assert ended.status == 0, ended.err
    ticker.tick()
    assert ticker.total() == 3002
    assert Ticker(tmp_path, "row").total() == Ticker(tmp_path, "traces").total() == 0


def _shown(ticker: Ticker, total: int | None, seconds: float) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    with Display(console).stage("Traces", ticker, "programs", total):
        for _ in range(1500):
            ticker.tick()
        time.sleep(seconds)
    return console.file.getvalue().splitlines()


def test_a_line_at_the_end(tmp_path: Path) -> None:
    (line,) = _shown(Ticker(tmp_path, "traces"), 1500, 0)
    assert re.fullmatch(r"Traces: 1,500 programs in \d\.\d s", line)


@pytest.mark.parametrize(
    ("total", "of", "left"),
    [(3000, " of 3,000", r", \d+:\d\d:\d\d left"), (1, " of 1", ", 0:00:00 left"), (None, "", "")],
)
def test_lines_now_and_then(
    tmp_path: Path, monkeypatch, total: int | None, of: str, left: str
) -> None:
    monkeypatch.setattr(progress, "_PLAIN_SECONDS", 0.05)
    *lines, _ = _shown(Ticker(tmp_path, "traces"), total, 0.3)
    assert lines
    for line in lines:
        assert re.fullmatch(rf"Traces: [\d,]+{of} programs, [\d,]+/s{left}", line)


METRICS = {
    "rejected.bad record": 2,
    "events": {"count": 2, "sum": 1234, "min": 1, "max": 1233},
}


def test_what_was_counted_is_shown(tmp_path: Path, monkeypatch) -> None:
    """Under the same names, in one line, however narrow the place is; and it grows meanwhile."""
    monkeypatch.setattr(progress, "_PLAIN_SECONDS", 0.02)
    console, found = Console(file=io.StringIO(), width=20), {}
    ticker = Ticker(tmp_path, "traces")
    with Display(console).stage("Traces", ticker, "programs", None, found):
        _wait_for(console, "programs")
        found |= METRICS
        _wait_for(console, "events")
    first, *_, between, last = console.file.getvalue().splitlines()
    assert first == "Traces: 0 programs, 0/s"
    assert between == "Traces: 0 programs, 1,234 events, 2 rejected.bad record, 0/s"
    assert last.startswith("Traces: 0 programs, 1,234 events, 2 rejected.bad record in ")


def test_programs_of_other_machines(tmp_path: Path, monkeypatch) -> None:
    """From which no ticks come: what they count is shown, and the time that is left."""
    monkeypatch.setattr(progress, "_PLAIN_SECONDS", 0.02)
    console, found = Console(file=io.StringIO()), {}
    ticker = Ticker(tmp_path / "elsewhere", "traces")
    with Display(console).stage("Traces", ticker, "programs", 3000, found):
        _wait_for(console, "programs")
        found |= {"programs": 1500, **METRICS}
        _wait_for(console, "left")
    first, *_, between, last = console.file.getvalue().splitlines()
    assert first == "Traces: 0 of 3,000 programs, 0/s"
    counted = "1,234 events, 2 rejected.bad record"
    shown = rf"Traces: 1,500 of 3,000 programs, {counted}, [\d,]+/s, \d+:\d\d:\d\d left"
    assert re.fullmatch(shown, between)
    assert last.startswith(f"Traces: 1,500 programs, {counted} in ")


def _wait_for(console: Console, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in console.file.getvalue():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_stage_that_fails_is_not_said_to_be_done(tmp_path: Path) -> None:
    console = Console(file=io.StringIO())
    with (
        pytest.raises(ValueError, match="broken"),
        Display(console).stage("Traces", Ticker(tmp_path, "t"), "programs", None),
    ):
        raise ValueError("broken")
    assert console.file.getvalue() == ""


def _in_a_terminal(line: list[str], folder: Path) -> str:
    """What a command writes to its terminal."""
    ours, theirs = pty.openpty()
    variables = {**environment(), "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
    process = subprocess.Popen(
        line, cwd=folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    pieces = []
    deadline = time.monotonic() + 120
    while select.select([ours], [], [], deadline - time.monotonic())[0]:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    assert process.wait(60) == 0
    os.close(ours)
    return b"".join(pieces).decode()


def test_a_build_in_a_terminal(tmp_path: Path) -> None:
    spin = {"source": "def spin(n):\n    return sum(range(n))\n", "entry": "spin"}
    slow = [{**spin, "id": f"slow {k}", "args": f"{60_000_000 + k}"} for k in range(2)]
    records = [*small_corpus.records(), *slow]  # of two, one runs when something has been counted
    small_corpus.write(tmp_path, records)
    line = [*PYTHON, "build", "config.yaml", "--output", "out"]
    shown = _in_a_terminal(line, tmp_path)
    assert "\x1b[" in shown  # bars are drawn, and drawn over
    assert "programs" in shown
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    drawn = [part for part in re.split(r"[\r\n]+", text) if part.strip()]
    assert any(re.search(r"Traces .*/s \d:\d\d:\d\d \d:\d\d:\d\d left", part) for part in drawn)
    plain = [part for part in drawn if "/s" not in part]
    stages = "Candidates Programs Isolation Traces Tokenizer Documents Rows".split()
    assert [part.split(":")[0] for part in plain[:7]] == stages
    assert plain[7].startswith(f"{len(records)} programs: ")
    assert "WARNING" not in shown
    assert "Traceback" not in shown
