"""Code objects that no compiler made.

Bytecode is not checked as it runs: other instructions, constants or sizes than a compiler gives can
do anything, and another file or other lines make the record false. What is left to a program is to
give its code another name, and to read with `marshal` what is no code. Modules are read from files
that it cannot write.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from importlib import _bootstrap_external
from types import CodeType, FrameType, coroutine
from typing import Any

from . import hidden

_NAMES = frozenset({"co_name", "co_qualname"})
_COPIER = coroutine.__code__  # it sets a flag
_READER = vars(_bootstrap_external)["_compile_bytecode"].__code__  # of modules' files
_HEAD = 16  # bytes of such a file, before the code


def judge_makers(
    caller: Callable[[int], FrameType],
    is_safe: Callable[[str], bool],
    refuse: Callable[[], None],
) -> set[CodeType]:
    """Call `refuse` where code is made that no compiler made. `caller` gives the frame so many
    levels above the one that asks, `is_safe` tells of a file whether no program can have written
    it. Returned is the code of the functions that do so, in the place of the interpreter's: none
    but they make code."""
    methods, real = hidden.namespace(CodeType), CodeType.replace

    def replace(code: CodeType, /, **changes: Any) -> CodeType:
        if not changes.keys() <= _NAMES and caller(1).f_code is not _COPIER:
            refuse()
        return real(code, **changes)

    def reading(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def load(source: Any, /) -> Any:
            frame = caller(1)
            is_module = frame.f_code is _READER
            if is_module:
                source = bytes(memoryview(source))
            value = read(source)
            if _holds_code(value) and not (is_module and is_of_file(frame.f_locals, source)):
                refuse()
            return value

        return load

    def is_of_file(arguments: dict[str, Any], source: bytes) -> bool:
        path = arguments["bytecode_path"]
        if type(path) is not str or not is_safe(path):
            return False
        try:
            with open(path, "rb") as file:
                return file.read()[_HEAD:] == source
        except OSError:
            return False

    methods["replace"] = hidden.seal(replace)
    load, loads = reading(marshal.load), reading(marshal.loads)
    hidden.seal_as(marshal, "load", load)
    hidden.seal_as(marshal, "loads", loads)
    return {replace.__code__, load.__code__}


def _holds_code(value: Any) -> bool:
    """Whether there is code in what `marshal` has read."""
    pending, seen = [value], {}
    while pending:
        found = pending.pop()
        if type(found) is CodeType:
            return True
        if type(found) in (dict, list, tuple, set, frozenset) and id(found) not in seen:
            seen[id(found)] = found
            pending += [*found.keys(), *found.values()] if type(found) is dict else found
    return False
