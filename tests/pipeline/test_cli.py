"""The commands as a user meets them: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from support import small_corpus
from support.commands import PYTHON, command, environment, finished_stages
from support.trees import digests

COMMANDS = tuple("build trace inspect verify report compare plan tokenizer export".split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three programs, and the configuration of the small corpus."""
    small_corpus.write(tmp_path, small_corpus.records()[:3])
    (tmp_path / "count.py").write_text(small_corpus.COUNT)
    (tmp_path / "greeting.py").write_text("print(f'Здравствуй, {input()}!')\n")
    (tmp_path / "name.txt").write_text("мир\n")
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_help(call, name: str) -> None:
    ended = call(name, "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"usage: python -m pipeline {name} ")
    assert ended.err == ""


def test_help_of_all(tmp_path: Path) -> None:
    ended = command(tmp_path, "--help")
    assert (ended.status, ended.err) == (0, "")
    assert all(f"\n    {name}" in ended.out for name in COMMANDS)


@pytest.mark.parametrize("arguments", [(), ("bild",), ("build",), ("trace", "--entry")])
def test_usage(call, arguments: tuple[str, ...]) -> None:
    ended = call(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("usage: python -m pipeline")


def test_build_inspect_and_verify(folder: Path) -> None:
    """From another process, each, and with nothing on stderr but the progress."""
    ended = command(folder, "build", "config.yaml", "--output", "a/b c", "--set", "seed=3")
    assert ended.status == 0, ended.err
    stages = finished_stages(ended.err)
    assert stages == [
        "Candidates: 3 programs",
        "Programs: 3 programs",
        "Traces: 3 programs",
        "Tokenizer: 1 programs",
        "Documents: 3 programs",
        "Rows: 3 shards",
    ]
    lines = ended.out.splitlines()
    assert lines[0].startswith("3 programs: 3 traced, ")
    assert lines[1] == "6 forward, 3 inverse trajectories, 9 documents, 0 of them cut"
    assert lines[-1].endswith(" s, a/b c")
    manifest = json.loads((folder / "a" / "b c" / "manifest.json").read_bytes())
    assert manifest["config"]["seed"] == 3

    ended = command(folder, "inspect", "a/b c")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.count("── ") == 9

    ended = command(folder, "verify", "a/b c")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"a/b c: whole, {manifest['fingerprint']}\n"


def test_build_tells_what_was_rejected(call, tmp_path: Path) -> None:
    small_corpus.write(tmp_path, small_corpus.records())
    with chdir(tmp_path):
        ended = call("build", "config.yaml", "--output", "out")
    assert ended.status == 0
    assert "  3 rejected: denied\n" in ended.out
    assert "  2 rejected: context too long\n" not in ended.out


def test_other_programs(call, folder: Path) -> None:
    small_corpus.write_records(folder / "b.jsonl", [{"source": "x = 1\n"}])
    small_corpus.write_records(folder / "c.jsonl", [{"source": "x = 2\n"}])
    with chdir(folder):
        ended = call("build", "config.yaml", "--output", "out", "--corpus", "b.jsonl", "[c].jsonl")
        assert ended.out.startswith("2 programs: 2 traced")
        content = json.loads(Path("out/manifest.json").read_bytes())
    assert content["config"]["corpus"]["paths"] == ["b.jsonl", "[c].jsonl"]


def test_tokenizer(built, folder: Path) -> None:
    small_corpus.write(folder, small_corpus.records())
    ended = command(folder, "tokenizer", "config.yaml", "--output", "model")
    assert ended.status == 0, ended.err
    theirs = built.root / "tokenizer" / "tokenizer.model"
    model = folder / "model" / "tokenizer.model"
    assert model.read_bytes() == theirs.read_bytes()
    assert ended.out == f"model/tokenizer.model: {model.stat().st_size:,} bytes\n"
    assert list((folder / "model").iterdir()) == [model]


# trace


def test_trace(folder: Path) -> None:
    arguments = ["--entry", "count", "--args", '"berry", "r"']
    ended = command(folder, "trace", "count.py", *arguments)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("program   count.py\noutcome   normal, 18 events\n")
    titles = [line.split()[1] for line in ended.out.splitlines() if line.startswith("── ")]
    assert titles == ["code", "events:"] + ["trajectory", "document", "tokens:"] * 2
    assert "count.py#forward.0" in ended.out
    assert "count.py#inverse.0" in ended.out


def test_trace_as_json(call, folder: Path) -> None:
    arguments = ["--entry", "count", "--args", '"berry", "r"', "--format", "json"]
    ended = call("trace", folder / "count.py", *arguments)
    assert ended.status == 0
    shown = json.loads(ended.out)
    assert shown["outcome"] == "normal"
    assert len(shown["events"]) == shown["counted"] == 18
    assert shown["events"][0]["function"] == "main"
    again = json.loads(call("trace", folder / "count.py", *arguments, "--seed", "1").out)
    assert again["events"] == shown["events"]
    assert again["trajectories"] != shown["trajectories"]


def test_trace_reads_and_prints(call, folder: Path) -> None:
    ended = call("trace", folder / "greeting.py", "--stdin", folder / "name.txt")
    assert ended.status == 0
    assert "── printed\nЗдравствуй, мир!\n" in ended.out


def test_trace_writes_utf_8_wherever_it_writes(folder: Path) -> None:
    """Python itself refuses to print these letters there."""
    done = subprocess.run(
        [*PYTHON, "trace", "greeting.py", "--stdin", "name.txt"],
        cwd=folder,
        env={**environment(), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert "Здравствуй, мир!" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("stdin", [None, "name.txt"])
def test_trace_without_enough_to_read(call, folder: Path, stdin: str | None) -> None:
    (folder / "two.py").write_text("a = input()\nb = input()\n")
    extra = [] if stdin is None else ["--stdin", folder / stdin]
    ended = call("trace", folder / "two.py", *extra)
    assert ended.status == 0
    assert "\noutcome   error, " in ended.out
    assert "EOFError" in ended.out


@pytest.mark.parametrize(
    ("source", "entry", "message"),
    [
        ("def f(:\n", [], "rejected: syntax error: SyntaxError: invalid syntax (prog.py, line 1)"),
        ("x = 1\n", ["--entry", "f"], "rejected: entry not found: f"),
        ("open('x', 'w')\n", [], "rejected: denied: open for writing: /program/x"),
    ],
)
def test_a_rejected_program(call, tmp_path: Path, source: str, entry, message: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(source)
    assert call("trace", path, *entry) == (1, "", f"{message}\n")


def test_trace_in_the_tokens_of_a_build(call, built, folder: Path) -> None:
    model = built.root / "tokenizer" / "tokenizer.model"
    arguments = ["--entry", "count", "--args", '"berry", "r"', "--format", "json"]
    shown = json.loads(call("trace", folder / "count.py", *arguments, "--tokenizer", model).out)
    size = built.manifest.format.vocabulary_size
    tokens = [token for d in shown["trajectories"] for _, token, _ in d["tokens"]]
    assert max(tokens) < size
    assert tokens[0] == 1  # begin_of_text


# what is wrong is said in one line, before any work

_NO_FILE = "No such file or directory"
WRONG_BUILDS = [
    (["--set", "packing.sequence_lenght=512"], "packing.sequence_lenght: 512; no such key; "),
    (["--set", "seed=many"], 'seed: "many"; expected a whole number'),
    (["--set", "workers=true"], "workers: true; expected a whole number"),
    (["--set", "corpus.splits={train: 1}"], "corpus.splits.validation: is missing"),
    (["--corpus", "absent.jsonl"], "corpus.paths: absent.jsonl: no such file, and no file "),
    (["--corpus", "count.py"], "corpus.paths: count.py: unknown format; "),
    (["--set", "corpus.decontaminate=[absent.jsonl]"], "corpus.decontaminate: absent.jsonl: no "),
    (["--set", "tokenizer.model=absent"], f"tokenizer.model: absent: {_NO_FILE}"),
    (["--set", "tokenizer.model=count.py"], "tokenizer.model: count.py: not a sentencepiece"),
    (["--set", "tracing.packages=[absent]"], 'tracing.packages: "absent"; expected an existing '),
]


def _check_one_line(ended, message: str) -> None:
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {message}")
    assert ended.err.count("\n") == 1
    assert ended.err.endswith("\n")


@pytest.mark.parametrize("name", ["build", "tokenizer"])
@pytest.mark.parametrize(("arguments", "message"), WRONG_BUILDS)
def test_wrong_configuration(call, folder: Path, name: str, arguments, message: str) -> None:
    before = digests(folder)
    with chdir(folder):
        _check_one_line(call(name, "config.yaml", "--output", "out", *arguments), message)
    assert digests(folder) == before


@pytest.mark.parametrize("name", ["build", "tokenizer"])
def test_wrong_files(call, folder: Path, name: str) -> None:
    before = digests(folder)
    with chdir(folder):
        output = ["--output", "out"]
        _check_one_line(call(name, "absent.yaml", *output), f"absent.yaml: {_NO_FILE}")
        _check_one_line(call(name, ".", *output), ".: Is a directory")
        _check_one_line(call(name, "count.py", *output), "count.py: line 3, column 15: ")
        below = "--output: count.py/out: Not a directory"
        _check_one_line(call(name, "config.yaml", "--output", "count.py/out"), below)
        _check_one_line(call(name, "config.yaml", "--output", "count.py"), "--output: count.py: ")
    assert digests(folder) == before


def test_a_directory_of_others(call, folder: Path) -> None:
    before = digests(folder)
    with chdir(folder):
        message = "--output: .: not empty, and not a directory of a build"
        _check_one_line(call("build", "config.yaml", "--output", "."), message)
    assert digests(folder) == before


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no directory that nobody can write to")
@pytest.mark.parametrize("name", ["build", "tokenizer"])
def test_a_directory_that_cannot_be_written_to(call, folder: Path, name: str) -> None:
    """Even by root."""
    with chdir(folder):
        _check_one_line(call(name, "config.yaml", "--output", "/proc/self"), "--output: /proc/self")


def test_a_given_model_leaves_nothing_to_train(call, built, folder: Path) -> None:
    model = built.root / "tokenizer" / "tokenizer.model"
    with chdir(folder):
        arguments = ["--output", "out", "--set", f"tokenizer.model={model}"]
        _check_one_line(call("tokenizer", "config.yaml", *arguments), "tokenizer.model: is given")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py"], f"absent.py: {_NO_FILE}"),
        (["latin.py"], "latin.py: not UTF-8"),
        (["count.py", "--stdin", "absent"], f"absent: {_NO_FILE}"),
        (["count.py", "--tokenizer", "absent"], f"--tokenizer: absent: {_NO_FILE}"),
        (["count.py", "--tokenizer", "count.py"], "--tokenizer: count.py: not a sentencepiece"),
        (["count.py", "--args", "1"], "--args: arguments of no function; expected --entry too"),
    ],
)
def test_wrong_traces(call, folder: Path, arguments: list[str], message: str) -> None:
    (folder / "latin.py").write_bytes(b"x = '\xe9'\n")
    with chdir(folder):
        _check_one_line(call("trace", *arguments), message)


def test_negative_numbers(call, built) -> None:
    for arguments in (["inspect", built.root, "--limit"], ["verify", built.root, "--sample"]):
        ended = call(*arguments, "-1")
        assert ended.status == 2
        assert ended.err.endswith("'-1'; expected a number, at least 0\n")


# a corpus that turns out to be of no use


def _broken(folder: Path) -> None:
    """The beginning of a compressed file."""
    import gzip

    data = gzip.compress((folder / "corpus.jsonl").read_bytes() * 50)
    (folder / "broken.jsonl.gz").write_bytes(data[: len(data) // 2])


def test_a_damaged_corpus(call, folder: Path) -> None:
    _broken(folder)
    with chdir(folder):
        ended = call("build", "config.yaml", "--output", "out", "--corpus", "broken.jsonl.gz")
        assert ended.status == 2
        last = ended.err.splitlines()[-1]
        assert last.startswith("error: broken.jsonl.gz: Truncated compressed stream")
        assert "Traceback" not in ended.err
        assert call("verify", "out").status == 2
        assert call("build", "config.yaml", "--output", "out").status == 0


@pytest.mark.slow
def test_a_damaged_corpus_in_other_processes(folder: Path) -> None:
    _broken(folder)
    arguments = ["--output", "out", "--corpus", "broken.jsonl.gz", "--set", "workers=2"]
    ended = command(folder, "build", "config.yaml", *arguments)
    assert ended.status == 2
    (line,) = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: broken.jsonl.gz: Truncated compressed stream")


def test_nothing_to_train_on(call, folder: Path) -> None:
    small_corpus.write_records(folder / "bad.jsonl", [{"id": "a"}, {"id": "b", "source": "("}])
    with chdir(folder):
        ended = call("build", "config.yaml", "--output", "out", "--corpus", "bad.jsonl")
    assert ended.status == 2
    assert ended.err.splitlines()[-1] == (
        "error: no program of the split train can be used; "
        "1 rejected: bad record; 1 rejected: syntax error"
    )


def test_a_vocabulary_that_is_too_small(call, folder: Path) -> None:
    letters = "".join(chr(0x4E00 + k) for k in range(900))
    small_corpus.write_records(folder / "han.jsonl", [{"source": f"x = '{letters}'\n"}])
    with chdir(folder):
        ended = call("build", "config.yaml", "--output", "out", "--corpus", "han.jsonl")
    assert ended.status == 2
    last = ended.err.splitlines()[-1]
    assert last.startswith("error: tokenizer: a vocabulary of 640 is too small for these texts")


def test_a_reader_that_has_seen_enough(built) -> None:
    """As in `inspect DIR | head -1`."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*PYTHON, "inspect", str(built.root)],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == 0
