"""Audit documents: run their programs anew, follow every document, and say what differs.

    python tests/support/audit/run.py --corpus FILE.jsonl [--documents FILE.jsonl]

A corpus row has ``id``, ``source``, ``entry``, ``args`` and ``stdin``; a document (from standard
input by default) has ``program``, ``direction``, ``trajectory``, ``complete`` and ``text``, one
JSON object a line.  Programs run in child processes, a few at a time, each once.  Where a document
differs, its program is recorded a second time: if the two recordings differ as well (a clock, a
race of threads), the document is counted as not reproducible.  The exit status is 1 where a
document differs from a recording that can be reproduced, or its program could not be recorded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support.audit.follow import (
    Document,
    Mismatch,
    Recording,
    follow,
    load_document,
    load_recording,
)
from support.audit.scope import activation_of, scoped

RECORDER = Path(__file__).with_name("recorder.py")
ENVIRONMENT = {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
IN_DETAIL = 20


class RecorderError(Exception):
    """A program could not be recorded."""


def run_recorder(job: Mapping[str, object], timeout: float = 120.0) -> dict[str, object]:
    """Run one program in a child process and return what the recorder wrote."""
    with tempfile.TemporaryDirectory() as folder:
        job_path, result, work = (Path(folder, name) for name in ("job", "result", "work"))
        work.mkdir()
        job_path.write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-s", "-P", "-S", str(RECORDER), str(job_path), str(result)]
        try:
            child = subprocess.run(
                command,
                env=ENVIRONMENT,
                cwd=work,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RecorderError(f"no result after {timeout:g} seconds") from error
        if not result.exists():
            raise RecorderError(f"status {child.returncode}: {child.stderr[-500:]!r}")
        record: dict[str, object] = json.loads(result.read_text(encoding="utf-8"))
        return record


def record(program: Mapping[str, object], timeout: float = 120.0, **options: int) -> Recording:
    """Return the recording of one program; options are ``budget`` and ``limit``."""
    wanted = {name: program.get(name) for name in ("source", "entry", "args", "stdin")}
    return load_recording(run_recorder({**wanted, **options}, timeout))


@dataclass(frozen=True)
class Task:
    """One program and its documents."""

    program: Mapping[str, object] | None
    documents: tuple[Document, ...]
    options: Mapping[str, int]
    timeout: float
    line_starts: bool


@dataclass(frozen=True)
class Finding:
    """What the audit of one document found."""

    document: Document
    mismatch: Mismatch | None
    reproducible: bool = True


def audit(task: Task) -> list[Finding]:
    """Follow every document of a task."""
    try:
        return _follow_all(task)
    except RecorderError as error:
        return [
            Finding(
                document,
                Mismatch(document.program, document.trajectory, 0, "a recording", str(error)),
            )
            for document in task.documents
        ]


def _follow_all(task: Task) -> list[Finding]:
    """Record the program of a task and follow its documents."""
    if task.program is None:
        raise RecorderError("the corpus has no such program")
    recording = record(task.program, task.timeout, **task.options)
    found = [(each, judge(recording, each, task.line_starts)) for each in task.documents]
    same = True
    if any(mismatch is not None for _, mismatch in found):
        same = record(task.program, task.timeout, **task.options) == recording
    return [Finding(document, mismatch, same) for document, mismatch in found]


def judge(recording: Recording, document: Document, line_starts: bool = False) -> Mismatch | None:
    """Follow a document through the recording, or the part of it that its name keeps to."""
    activation = activation_of(document.trajectory)
    part = scoped(recording, activation) if activation else recording
    return follow(part, document, line_starts)


class Summary:
    """How the documents of one audit fared."""

    def __init__(self) -> None:
        self.documents: Counter[str] = Counter()
        self.differing: Counter[str] = Counter()
        self.unstable: Counter[str] = Counter()
        self.mismatches: list[tuple[str, Mismatch]] = []
        self.unstable_programs: set[str] = set()

    def add(self, finding: Finding) -> None:
        """Count one document."""
        direction, mismatch = finding.document.direction, finding.mismatch
        self.documents[direction] += 1
        if mismatch is None:
            return
        if finding.reproducible:
            self.differing[direction] += 1
            self.mismatches.append((direction, mismatch))
        else:
            self.unstable[direction] += 1
            self.unstable_programs.add(mismatch.program)

    def lines(self) -> Iterator[str]:
        """Yield the summary, line by line."""
        for direction, total in sorted(self.documents.items()):
            wrong, unstable = self.differing[direction], self.unstable[direction]
            right = total - wrong - unstable
            yield (
                f"{direction}: {total} documents, {right} match, {wrong} do not, "
                f"{unstable} are not reproducible"
            )
        if self.unstable_programs:
            yield f"not reproducible: {', '.join(sorted(self.unstable_programs))}"
        for direction, mismatch in self.mismatches[:IN_DETAIL]:
            yield ""
            yield f"{mismatch.program} {direction} {mismatch.trajectory}"
            yield f"  after {mismatch.position} frames"
            yield f"  expected {mismatch.expected!r}"
            yield f"  found    {mismatch.found!r}"


def read_rows(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the objects of a file of JSON lines."""
    for line in lines:
        if line.strip():
            row: dict[str, object] = json.loads(line)
            yield row


def read_corpus(paths: Iterable[Path]) -> dict[str, dict[str, object]]:
    """Return the programs of corpora by their ids."""
    programs: dict[str, dict[str, object]] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="\n") as file:
            programs.update((str(row["id"]), row) for row in read_rows(file))
    return programs


def read_documents(path: Path | None) -> dict[str, list[Document]]:
    """Return the documents of a file, or of standard input, by program."""
    documents: dict[str, list[Document]] = defaultdict(list)
    source = sys.stdin.fileno() if path is None else path
    with open(source, encoding="utf-8", newline="\n") as file:
        for row in read_rows(file):
            document = load_document(row)
            documents[document.program].append(document)
    return documents


def arguments(words: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, nargs="+", required=True)
    parser.add_argument("--documents", type=Path, help="default: standard input")
    parser.add_argument("--line-starts", action="store_true", help="inverse from any line state")
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=10_000_000)
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a program")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(words)


def tasks(options: argparse.Namespace) -> Iterator[Task]:
    """Yield one task a program that has documents."""
    programs = read_corpus(options.corpus)
    limits = {"budget": options.budget, "limit": options.limit}
    for program, documents in read_documents(options.documents).items():
        row, timeout = programs.get(program), options.timeout
        yield Task(row, tuple(documents), limits, timeout, options.line_starts)


def main(words: list[str] | None = None) -> int:
    """Audit the documents of the command line and return the exit status."""
    options = arguments(words)
    summary = Summary()
    with ProcessPoolExecutor(options.workers) as pool:
        for findings in pool.map(audit, tasks(options), chunksize=4):
            for finding in findings:
                summary.add(finding)
    print("\n".join(summary.lines()) or "no documents")
    return 1 if summary.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
