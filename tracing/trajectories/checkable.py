"""Checkable: which predictions of arguments can be judged by running the program with them.

That is so where a function depends on its arguments alone, and these can be written down again.
The check is of tokens, and conservative: what it does not know is not checkable.
"""

from __future__ import annotations

import builtins
import io
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from tracing.states.syntax import Syntax
from tracing.trace import Kind, Mark, Trace

_MODULES = frozenset(
    "bisect collections copy fractions functools heapq itertools math operator re "
    "string typing".split()
)
_WORDS = frozenset("async await class del global import from nonlocal with yield".split())
_NAMES = frozenset(
    "__build_class__ __import__ breakpoint classmethod compile delattr dir eval exec exit globals "
    "hash help id input locals memoryview object open property quit setattr staticmethod super "
    "type vars".split()
)
_BUILTINS = frozenset(dir(builtins))
_LITERALS = frozenset("None True False".split())
_BRACKETS = frozenset("( ) [ ] { } , : + -".split())
_SKIPPED = (
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
)


def pure_functions(source: str, syntax: Syntax) -> frozenset[str]:
    """The functions of a source that depend on their arguments alone: all at its top, where it
    holds nothing but such functions, strings and imports of modules that keep no state; else none.
    """
    names: set[str] = set()
    for line in _lines(source, syntax):
        words = [token.string for token in line]
        if line[0].start[1]:  # indented: of a function, as nothing else here has a suite
            allowed = _is_pure(words)
        elif words[0] == "def":
            names.add(words[1])
            allowed = _is_pure(words) and _has_plain_defaults(line)
        else:
            allowed = _is_import(words) or _is_text(line)
        if not allowed:
            return frozenset()
    return frozenset() if names & _BUILTINS else frozenset(names)


def is_checkable(trace: Trace, pure: frozenset[str], call: int) -> bool:
    """Whether the arguments at a call state can be judged by running."""
    function = trace.functions[trace.owners[trace.activations[call]]]
    if trace.kinds[call] != Kind.CALL or trace.marks[call] & Mark.RESUME or not function.is_def:
        return False
    return function.qualname in pure and all(map(_is_literal, trace.scope(call).values()))


def _lines(source: str, syntax: Syntax) -> Iterator[list[tokenize.TokenInfo]]:
    """The tokens of each logical line."""
    tokens, at = _tokens(source), 0
    for lines in syntax.logical:
        begin = at
        while at < len(tokens) and tokens[at].start[0] < lines.stop:
            at += 1
        yield tokens[begin:at]


def _is_pure(words: list[str]) -> bool:
    forbidden = any(word in _WORDS or word in _NAMES or word[:2] == "__" for word in words)
    dots = (at for at, word in enumerate(words) if word == ".")
    keeps = any(words[at - 1] not in _MODULES and words[at + 2 : at + 3] != ["("] for at in dots)
    return not (forbidden or keeps or words[0] == "@")  # an attribute may be called, not kept


def _has_plain_defaults(line: list[tokenize.TokenInfo]) -> bool:
    """Whether a header's defaults, if any, are single literals, which nothing can change."""
    pairs = pairwise(line)
    return all(_is_atom(after) for sign, after in pairs if sign.string == "=")


def _is_import(words: list[str]) -> bool:
    if words[0] == "from":
        return words[1] in _MODULES
    return words[0] == "import" and words[1] in _MODULES and "," not in words


def _is_text(line: list[tokenize.TokenInfo]) -> bool:
    return all(token.type == tokenize.STRING for token in line)


def _is_atom(token: tokenize.TokenInfo) -> bool:
    return token.type in (tokenize.NUMBER, tokenize.STRING) or token.string in _LITERALS


def _is_literal(text: str) -> bool:
    try:
        tokens = _tokens(text)
    except (tokenize.TokenError, SyntaxError):
        return False
    return bool(tokens) and all(_is_atom(token) or token.string in _BRACKETS for token in tokens)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    lines = io.StringIO(text, newline="\n").readline
    return [token for token in tokenize.generate_tokens(lines) if token.type not in _SKIPPED]
