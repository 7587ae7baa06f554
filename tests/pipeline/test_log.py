"""The log: one JSON object a line, from any process, and only where it is asked for."""

from __future__ import annotations

import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest
from support.commands import executed

from pipeline import log

WRITES = """
import sys
from pathlib import Path
from pipeline import log
log.LOGGER.addHandler(log.Appender(Path("log")))
for number in range(200):
    log.warn(f"{sys.argv[1]} {number} " + 20000 * "x", "traces", "p")
"""


def _lines(path: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line(tmp_path: Path) -> None:
    text = 'two\nlines, "quotes", \ud800 %s'
    with log.kept_in(tmp_path / "log"):
        log.warn(text, "traces", "p\n\ud800")
        log.warn("plain")
    log.warn("later")
    first, second = _lines(tmp_path / "log")
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {"level": "warning", "stage": "traces", "program": "p\n\ud800", "message": text}
    assert (second["stage"], second["program"], second["message"]) == (None, None, "plain")


def test_an_exception_goes_on(tmp_path: Path) -> None:
    with log.kept_in(tmp_path / "log"):
        with pytest.raises(KeyError), log.errors("rows", "p"):
            raise KeyError("x")
        with pytest.raises(KeyboardInterrupt), log.errors():
            raise KeyboardInterrupt
    (line,) = _lines(tmp_path / "log")
    assert (line["level"], line["stage"], line["program"]) == ("error", "rows", "p")
    assert line["message"] == "KeyError: 'x'"


def test_processes_append_whole_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_text('{"message": "before"}\n')
    with ThreadPoolExecutor() as threads:
        lines = [[sys.executable, "-c", WRITES, name] for name in "abc"]
        for ended in threads.map(lambda line: executed(tmp_path, line), lines):
            assert (ended.status, ended.out, ended.err) == (0, "", "")
    first, *others = [str(line["message"]) for line in _lines(tmp_path / "log")]
    assert first == "before"
    found = sorted(message.rstrip("x").strip() for message in others)
    assert found == sorted(f"{name} {number}" for name in "abc" for number in range(200))


@pytest.mark.parametrize("kept", [True, False])
def test_others_get_it_outside_of_a_build_alone(kept: bool, tmp_path: Path, caplog) -> None:
    """Where this is a library, or on a cloud's worker, a record goes to whoever listens."""
    with log.kept_in(None) if kept else nullcontext():
        log.warn("found", "traces", "p")
    texts = [record.getMessage() for record in caplog.records]
    assert [json.loads(text)["message"] for text in texts] == ([] if kept else ["found"])
    assert logging.getLogger("pipeline").propagate


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("nowhere/log", "nowhere/log: No such file or directory"),
        (".", ".: Is a directory"),
        ("out/log", "out/log: lies in out; expected a file elsewhere"),
    ],
)
def test_a_file_that_cannot_be(call, tmp_path: Path, monkeypatch, file: str, problem: str) -> None:
    monkeypatch.chdir(tmp_path)
    ended = call("build", "config.yaml", "--output", "out", "--log", file)
    assert ended == (2, "", f"error: --log: {problem}\n")
    assert not list(tmp_path.iterdir())


def test_what_ends_a_build_is_in_it(call, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = call("build", "config.yaml", "--output", "out", "--log", "log")
    assert ended.err == "error: config.yaml: No such file or directory\n"
    (line,) = _lines(tmp_path / "log")
    assert line["message"] == "ConfigError: config.yaml: No such file or directory"
