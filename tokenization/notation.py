"""Values as JSON: the texts of LOCALS and ARG, written and read.

Written as `json.dumps(..., ensure_ascii=False)` writes them, lone surrogates as `\\udxxx`.
"""

from __future__ import annotations

import json
import re

ELISION = '"..": ".."'  # stands for the variables that are left out

_quote = json.JSONEncoder(ensure_ascii=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_ESCAPE = re.compile(r"\\(?:u(....)|(.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}  # the others are themselves

Pairs = tuple[tuple[str, str], ...]


class NotationError(ValueError):
    """A text that is not JSON of this form; `position` is the 0-based offset in it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def quote(text: str) -> str:
    """A JSON string. It can always be encoded as UTF-8."""
    quoted = _quote(text)
    if quoted.isascii():
        return quoted
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def read_argument(text: str) -> str:
    """The text of an ARG. Raises NotationError."""
    value, end = _string(text, 0)
    if end != len(text):
        raise NotationError("text after the end of an ARG", end)
    return value


def read_locals(text: str) -> tuple[Pairs, bool]:
    """The variables of a LOCALS as (name, value) pairs, and whether others were left out.

    Raises NotationError.
    """
    if text == "{}":
        return (), False
    position = _expect(text, 0, "{")
    elided = text.startswith(ELISION, position)
    if elided:
        position += len(ELISION)
    pairs: list[tuple[str, str]] = []
    while not (text.startswith("}", position) and (pairs or elided)):
        if pairs or elided:
            position = _expect(text, position, ", ")
        name, position = _string(text, position)
        value, position = _string(text, _expect(text, position, ": "))
        pairs.append((name, value))
    if position + 1 != len(text):
        raise NotationError("text after the end of LOCALS", position + 1)
    return tuple(pairs), elided


def _expect(text: str, position: int, token: str) -> int:
    if not text.startswith(token, position):
        raise NotationError(f"expected {token!r}", position)
    return position + len(token)


def _string(text: str, position: int) -> tuple[str, int]:
    """The JSON string at a position, read, and where it ends.

    Each `\\udxxx` is one lone surrogate: a character outside the basic plane is never escaped.
    """
    match = _STRING.match(text, position)
    if match is None:
        raise NotationError("expected a JSON string", position)
    return _ESCAPE.sub(_unescape, match[0][1:-1]), match.end()


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _ESCAPED.get(match[2], match[2])
