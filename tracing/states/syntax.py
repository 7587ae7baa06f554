"""Syntax: which statement each line belongs to, and where functions and classes stand.

It is found from the tokens alone, by `tokenize`, which is Python and does not recurse: a source of
any depth is safe here, where parsing it could end the process. The first word of a logical line
tells the statement, its indentation the block.
"""

from __future__ import annotations

import io
import itertools
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from keyword import iskeyword
from token import COMMENT, DEDENT, ENCODING, ENDMARKER, INDENT, NAME, NEWLINE, NL


class Statement(IntEnum):
    """What a line is about to do."""

    PLAIN = 0
    CALL = 1  # a plain statement that calls something by name
    LOOP = 2
    BRANCH = 3
    RETURN = 4
    WITH = 5
    TRY = 6
    EXCEPT = 7
    DEFINITION = 8


_WORDS = {
    **dict.fromkeys(("for", "while"), Statement.LOOP),
    **dict.fromkeys(("if", "elif", "else", "match", "case"), Statement.BRANCH),
    "return": Statement.RETURN,
    "with": Statement.WITH,
    **dict.fromkeys(("try", "finally"), Statement.TRY),
    "except": Statement.EXCEPT,
    **dict.fromkeys(("def", "class", "@"), Statement.DEFINITION),
}
_SOFT = ("match", "case")
_CONTINUED = ("elif", "else", "except", "finally", "case")  # never begins a statement
_DEFINING = ("def", "class")
_ARMS = ("if", "elif", "else", "case")
_SKIPPED = (COMMENT, ENCODING, ENDMARKER, NL)


@dataclass(frozen=True, slots=True)
class Syntax:
    """The statements of a source. Lines are 1-based, as in a trace."""

    statements: bytes  # uint8[lines + 1], Statement by line; 0 where none stands
    logical: tuple[range, ...]  # the lines of each logical line, in the order of the file
    blocks: tuple[range, ...]  # the lines of each def and class, with decorators, by first line
    arms: frozenset[int]  # the first line of each suite of a branch
    after_loops: frozenset[int]  # the first line after each loop, in the same function

    @classmethod
    def of(cls, source: str) -> Syntax | None:
        """The statements of a source text; None where it cannot be told into tokens."""
        try:
            lines = list(_logical_lines(source))
        except (tokenize.TokenError, SyntaxError):
            return None
        found = _Blocks()
        for line in lines:
            found.add(line)
        found.leave(0)
        return cls(
            statements=_by_line(lines, source.count("\n") + 2),
            logical=tuple(line.lines for line in lines),
            blocks=tuple(sorted(found.blocks, key=lambda block: block.start)),
            arms=frozenset(found.arms),
            after_loops=frozenset(found.after_loops),
        )

    def extent(self, line: int) -> range:
        """The lines of the innermost def or class that a line belongs to; where it belongs to none,
        those of its logical line. Empty where nothing stands there."""
        inside = [block for block in self.blocks if line in block]
        if inside:
            return inside[-1]
        return next((lines for lines in self.logical if line in lines), range(0))


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line."""

    lines: range
    level: int  # blocks that it is indented by
    word: str  # its first, after `async`; empty where that tells nothing
    calls: bool


def _logical_lines(source: str) -> Iterator[_Line]:
    level, tokens = 0, list[tokenize.TokenInfo]()
    for token in tokenize.generate_tokens(io.StringIO(source, newline="\n").readline):
        if token.type == INDENT:
            level += 1
        elif token.type == DEDENT:
            level -= 1
        elif token.type == NEWLINE:
            if tokens:
                yield _line(tokens, level)
            tokens = []
        elif token.type not in _SKIPPED:
            tokens.append(token)


def _line(tokens: list[tokenize.TokenInfo], level: int) -> _Line:
    lines = range(tokens[0].start[0], tokens[-1].end[0] + 1)
    words = [token.string for token in tokens]
    word = words[1] if words[0] == "async" and len(words) > 1 else words[0]
    is_header = word not in _SOFT or words[-1] == ":" or (word == "case" and _is_case(words))
    pairs = zip(tokens, words[1:], strict=False)
    calls = any(
        following == "(" and token.type == NAME and not iskeyword(token.string)
        for token, following in pairs
    )
    return _Line(lines, level, word if is_header and word in _WORDS else "", calls)


def _is_case(words: list[str]) -> bool:
    """Whether a line that begins with `case` is one of a `match`, as far as it tells."""
    return ":" in words and words[1] not in ".=:,"


def _by_line(lines: list[_Line], count: int) -> bytes:
    statements = bytearray(count)
    for line in lines:
        plain = Statement.CALL if line.calls else Statement.PLAIN
        for number in line.lines:
            statements[number] = _WORDS.get(line.word, plain)
    return bytes(statements)


@dataclass(slots=True)
class _Open:
    """A suite that is being read."""

    level: int
    first: int
    word: str
    is_loop: bool


class _Blocks:
    """Reads logical lines in order and keeps where suites begin and end."""

    def __init__(self) -> None:
        self.blocks: list[range] = []
        self.arms: set[int] = set()
        self.after_loops: set[int] = set()
        self._open: list[_Open] = []
        self._last = 0  # line read
        self._decorated: int | None = None  # the first line of decorators that are being read
        self._enters_arm = False

    def add(self, line: _Line) -> None:
        """Reads one line."""
        first = line.lines.start
        if self._enters_arm and line.level > self._open[-1].level:
            self.arms.add(first)
        left = self.leave(line.level)
        # Loops inside a function that ends here too are not this line's.
        outer = itertools.takewhile(lambda suite: suite.word not in _DEFINING, reversed(left))
        after_loop = any(suite.is_loop for suite in outer)
        if after_loop and line.word not in _CONTINUED:
            self.after_loops.add(first)
        self._enters_arm = line.word in _ARMS
        if line.word == "@":
            self._decorated = first if self._decorated is None else self._decorated
        else:
            begin = first if self._decorated is None else self._decorated
            is_loop = line.word in ("for", "while") or (line.word == "else" and after_loop)
            self._open.append(_Open(line.level, begin, line.word, is_loop))
            self._decorated = None
        self._last = line.lines.stop - 1

    def leave(self, level: int) -> list[_Open]:
        """Ends the suites from a level on; gives them back, innermost first."""
        left = []
        while self._open and self._open[-1].level >= level:
            suite = self._open.pop()
            if suite.word in _DEFINING:
                self.blocks.append(range(suite.first, self._last + 1))
            left.append(suite)
        return left
