"""The command: `python -m pipeline inspect DIR`, as text, as JSON lines, or as a page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from pipeline.inspecting import Inspected, Stored, inspect, stored_documents, vocabulary_in
from pipeline.loader.batch import read_learn
from pipeline.shards.manifest import Manifest
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from pipeline.shards.writer import write_bytes
from pipeline.strict import ConfigError, nearest
from pipeline.viewing import terminal
from pipeline.viewing.page import page
from pipeline.viewing.rows import Viewer, shown_rows
from tracing.trajectories.trajectory import parse_id, policy_of

_ROWS = 8  # of a page, where no limit is given


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("inspect", help="show the documents and rows of a directory")
    command.add_argument("directory", metavar="DIR", type=Path)
    command.add_argument("--split", choices=SPLITS)
    command.add_argument("--row", metavar="N", type=count, help="this row alone, of --split")
    command.add_argument("--program", metavar="ID")
    command.add_argument("--policy", metavar="NAME", help="that drew them, where several did")
    command.add_argument("--limit", metavar="N", type=count, help="documents; of a page, rows")
    command.add_argument("--format", choices=("text", "jsonl", "html"), default="text")
    command.add_argument("--output", metavar="FILE", type=Path, help="instead of standard output")
    command.add_argument("--learn", metavar="ROLE", nargs="+", default=["state"], help="to mark")
    command.add_argument("--colour", choices=("auto", "always", "never"), default="auto")
    command.set_defaults(run=_run)


def count(text: str) -> int:
    """A number from the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}; expected a number, at least 0")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    try:
        learn, _ = read_learn(options.learn)
    except ValueError as error:
        raise ConfigError("--learn", str(error)) from None
    _check_row(options)
    _check_policy(options)
    viewer = Viewer(vocabulary_in(options.directory), learn)
    show = _page if options.format == "html" else _texts
    _write(options.output, show(options, viewer))
    return 0


def _check_row(options: argparse.Namespace) -> None:
    if options.row is None:
        return
    if options.split is None:
        raise ConfigError("--row", f"{options.row}; expected --split too")
    rows = len(Split.open(options.directory, options.split))
    if options.row >= rows:
        raise ConfigError("--row", f"{options.row}; expected 0 to {rows - 1}")


def _check_policy(options: argparse.Namespace) -> None:
    known = [*Manifest.read(options.directory).counts.get("policies", {})]
    if options.policy is not None and options.policy not in known:
        other = f"the nearest is {nearest(options.policy, known)}" if known else "it names none"
        raise ConfigError("--policy", f"{options.policy}; no such policy there; {other}")


def _write(output: Path | None, parts: Iterable[bytes]) -> None:
    if output is None:
        sys.stdout.buffer.writelines(parts)
        sys.stdout.buffer.flush()
        return
    try:
        entry = write_bytes(output.parent, output.name, b"".join(parts))
    except OSError as error:
        raise ConfigError("--output", f"{output}: {error.strerror}") from None
    print(f"{output}: {entry.bytes:,} bytes")


def _texts(options: argparse.Namespace, viewer: Viewer) -> Iterator[bytes]:
    colour = options.colour == "always" or (
        options.colour == "auto" and options.output is None and sys.stdout.isatty()
    )
    if options.format == "text" and options.row is not None:
        rows = Split.open(options.directory, options.split)
        shown = viewer.row(options.split, rows, options.row)
        yield terminal.row(shown, viewer, colour).encode()
        return
    for stored in islice(_chosen(options), options.limit):
        if options.format == "jsonl":
            document = inspect(stored, viewer.vocabulary)
            yield orjson.dumps(asdict(document), option=orjson.OPT_APPEND_NEWLINE)
        elif colour:
            yield terminal.document(viewer.document(stored), viewer, colour).encode()
        else:
            yield _plain(inspect(stored, viewer.vocabulary))


def _chosen(options: argparse.Namespace) -> Iterator[Stored]:
    splits = [options.split] if options.split else SPLITS
    for document in stored_documents(options.directory, splits):
        if options.row in (None, document.row) and _is_wanted(document.id, options):
            yield document


def _plain(document: Inspected) -> bytes:
    state = "complete" if document.complete else "cut"
    text = document.text.replace("<|frame_sep|>", "\n<|frame_sep|>")
    return f"── {document.trajectory} ({document.split}, {state})\n{text}\n\n".encode()


def _page(options: argparse.Namespace, viewer: Viewer) -> Iterator[bytes]:
    splits = [options.split] if options.split else SPLITS
    chosen = (
        row
        for row in shown_rows(options.directory, viewer, splits)
        if options.row in (None, row.number)
        and any(_is_wanted(part.id, options) for part in row.documents)
    )
    limit = _ROWS if options.limit is None else options.limit
    yield page(str(options.directory), islice(chosen, limit), viewer)


def _is_wanted(document: str, options: argparse.Namespace) -> bool:
    """Whether a document is of the program and policy that are asked for, by its id."""
    found = parse_id(document)[0], policy_of(document)
    wanted = options.program, options.policy
    return all(asked in (None, value) for asked, value in zip(wanted, found, strict=True))
