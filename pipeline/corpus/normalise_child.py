"""Runs alone, as a script: digests of syntax trees for `normalise`. Standard library only.

Source text is parsed here and not in the worker, because the parser can be brought down by it.
Frames on stdin and stdout are a length, 4 bytes little endian, and as many bytes. A request is one
byte that tells what the text is (`MODULE`, `ARGUMENTS`) and the text in UTF-8 (surrogates pass);
the answer is a SHA-256 in hexadecimal, or nothing where the text has no tree.
"""

from __future__ import annotations

import ast
import hashlib
import re
import resource
import sys
import time
import warnings
from itertools import accumulate
from typing import BinaryIO

MODULE = b"m"
ARGUMENTS = b"a"
_NESTING = 100  # brackets; the tokenizer refuses 200
_CPU_SECONDS = 20  # for one text; the largest take one or two
_LIMITS = {  # bytes
    resource.RLIMIT_AS: 1 << 30,
    resource.RLIMIT_STACK: 8 << 20,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,
}


def digest(kind: bytes, text: str) -> str:
    """The digest of the tree of `text`; empty where there is none.

    Positions, comments and formatting are not in it, nor are empty fields, of which newer
    interpreters have more.
    """
    if _nesting(text) > _NESTING:
        return ""
    out: list[str] = []
    try:
        if kind == MODULE:
            _write(ast.parse(text), out)
        else:
            _write(ast.parse(f"f({text}\n)", mode="eval"), out)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return hashlib.sha256(",".join(out).encode()).hexdigest()


def _write(node: object, out: list[str]) -> None:
    if isinstance(node, ast.AST):
        out.append(f"{type(node).__name__}(")
        for name in node._fields:
            value = getattr(node, name, None)
            if value is not None and value != []:
                out.append(name)
                _write(value, out)
        out.append(")")
    elif isinstance(node, list):
        out.append("[")
        for item in node:
            _write(item, out)
        out.append("]")
    else:
        out.append(ascii(node))  # `repr` depends on the interpreter's Unicode tables


def _nesting(text: str) -> int:
    """How deep brackets stand inside one another, those in strings and comments included."""
    steps = (1 if bracket in "([{" else -1 for bracket in re.findall(r"[][(){}]", text))
    return max(accumulate(steps), default=0)


def _limit() -> None:
    for limit, value in _LIMITS.items():
        _set_soft(limit, value)


def _set_soft(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while len(head := requests.read(4)) == 4:
        request = requests.read(int.from_bytes(head, "little"))
        _set_soft(resource.RLIMIT_CPU, int(time.process_time()) + 1 + _CPU_SECONDS)
        text = request[1:].decode("utf-8", "surrogatepass")
        answer = digest(request[:1], text).encode()
        answers.write(len(answer).to_bytes(4, "little") + answer)
        answers.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _limit()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
