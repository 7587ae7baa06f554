"""CODE: the text of a program that is compiled, run and shown (language section 6.1)."""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata

_WORD = re.compile(r"\w+")


def normalise(source: str) -> str:
    """The source as it is shown: no leading BOM, line breaks `\\n`, exactly one at the end."""
    return _breaks(source.removeprefix("\ufeff")).rstrip("\n") + "\n"


def names_in(source: str) -> set[str]:
    """The name tokens of a source, normalised as the compiler does (NFKC).

    Where the source cannot be cut into tokens, every word of it counts as one.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        words = [token.string for token in tokens if token.type == tokenize.NAME]
    except (tokenize.TokenError, SyntaxError):
        words = _WORD.findall(source)
    return {unicodedata.normalize("NFKC", word) for word in words}


def wrapper_name(source: str) -> str:
    """`main`, or the first of `main_1`, `main_2`, … that is no name token of the source."""
    if "main" not in source and source.isascii():
        return "main"
    taken = names_in(source)
    name, number = "main", 0
    while name in taken:
        number += 1
        name = f"main_{number}"
    return name


def wrap(source: str, name: str, entry: str, args: str) -> str:
    """CODE of a function entry: the normalised source, an empty line, and the wrapper."""
    return f"{source}\ndef {name}():\n    return {entry}({_breaks(args)})\n"


def _breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
