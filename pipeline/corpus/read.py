"""From the records of a corpus file to programs, or to rejections of what is no program."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

import orjson

from pipeline.corpus.config import FIELDS, CorpusConfig
from pipeline.corpus.records import BUILTIN, Fault, records
from tracing.program import Program, content_id
from tracing.rejection import Reason, Rejection

_Names = Mapping[str, str]  # our name of a field -> the records' name


class _UnusableError(Exception):
    """A record is no program, and why."""


def read_file(path: str, config: CorpusConfig) -> Iterator[Program | Rejection]:
    """What one file that `records.expand` named holds, in its order.

    A record that is no program is a rejection under its own id or, where it has none, under
    `FILE:LINE` (of Parquet and Arrow the row), both counted from 1.

    Raises records.CorpusError: the file cannot be read.
    """
    renamed = {} if path == BUILTIN else config.fields
    names = {name: renamed.get(name, name) for name in FIELDS}
    for number, record in records(path, {*names.values(), *config.carry}):
        place = f"{Path(path).name}:{number}"
        if isinstance(record, Fault):
            yield Rejection(place, Reason.BAD_RECORD, _line(record.detail))
            continue
        try:
            yield _program(record, names, config.carry)
        except _UnusableError as error:
            own = record.get(names["id"])
            yield Rejection(own if _is_id(own) else place, Reason.BAD_RECORD, _line(str(error)))


def _program(record: Mapping[str, Any], names: _Names, carry: tuple[str, ...]) -> Program:
    """Raises _UnusableError."""
    source = _text(record, names["source"])
    if source is None:
        raise _UnusableError(f"{names['source']} is missing")
    entry = _text(record, names["entry"])
    args = _text(record, names["args"]) or ""
    stdin = _stored(record, names["stdin"])
    _check_entry(entry, args)
    identity = _text(record, names["id"])
    if identity is None:
        identity = content_id(source, entry, args, stdin)
    if not _is_id(identity):
        raise _UnusableError("the id is empty or has characters that cannot be printed")
    return Program(
        id=identity,
        source=source,
        entry=entry,
        args=args,
        stdin=stdin,
        licence=_stored(record, names["licence"]),
        origin=_stored(record, names["origin"]),
        extra=tuple((name, _json(name, record[name])) for name in sorted(carry) if name in record),
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise _UnusableError(f"{name} is {type(value).__name__}, not text")
    return value


def _stored(record: Mapping[str, Any], name: str) -> str:
    """A text that is stored as it is: it must be Unicode."""
    text = _text(record, name) or ""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _UnusableError(f"{name} holds a lone surrogate")
    return text


def _check_entry(entry: str | None, args: str) -> None:
    if entry is None:
        if args:
            raise _UnusableError("arguments without an entry")
    elif not all(part.isidentifier() and not keyword.iskeyword(part) for part in entry.split(".")):
        raise _UnusableError(f"the entry {entry!r} is no name")


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value != "" and value.isprintable()


def _json(name: str, value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:
        raise _UnusableError(f"{name} cannot be carried: {error}") from None


def _line(text: str) -> str:
    """One line for people, of text that a record may have had a hand in."""
    return " ".join(text.split())[:200].encode(errors="backslashreplace").decode()
