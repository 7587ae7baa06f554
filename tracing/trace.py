"""Trace: what one run of a program did. Read this first.

A trace is columns, not objects: event `i` (0-based, in recorded order) is the i-th entry of each
column. Texts, names and scopes are written once and referred to by their index.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum

NO_TEXT = 0xFFFFFFFF  # in `arguments`: a call or a line, which has no argument
MODULE_SRC = "<module>"


class Kind(IntEnum):
    """What happened."""

    CALL = 0
    LINE = 1
    RETURN = 2
    EXCEPTION = 3


class Mark(IntFlag):
    """What the kind alone cannot tell."""

    NONE = 0
    RESUME = 1  # a call that resumes a generator or coroutine (`next`, `send`, `throw`, `close`)
    YIELD = 2  # a return that suspends one (`yield`, `await`)


class Outcome(StrEnum):
    """How the run ended: by itself (also SystemExit with 0 or None), by an exception that left the
    entry, or not within the events that are counted."""

    NORMAL = "normal"
    ERROR = "error"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Function:
    """A code object of the program: its `co_qualname`, the line it starts on (0-based line 0 for a
    module), and whether it is the body of a `def` or `async def` (no lambda, comprehension, class
    body or module)."""

    qualname: str
    line: int
    is_def: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """One run, recorded. n events, a activations.

    An activation is one stay in a frame; it has a serial number (0 is the entry's) and begins with
    a CALL event. Locals are kept at every event, returns and exceptions included. A scope is the
    local variables of one event in the order of language section 3.3, flattened:
    `(name, text, name, text, ...)`, each an index into `names` and `texts`.

    Returns that only tell that an exception leaves a frame are not events (language 2.4). So the
    end of an activation is not always an event of its own: `depths` tells which were still open (a
    CALL at depth d was made by the activation open at depth d - 1, and ended all deeper ones).
    """

    program: str  # the program's id
    code: str  # CODE of a forward document: the source, and the wrapper `main` of a function entry
    source_lines: int  # the lines of `code` that are the source's own; the wrapper follows
    entry: str | None  # the function's name; None for a script
    python: str  # version of the interpreter, "3.11.7"
    outcome: Outcome
    cut: bool  # True: the recording budget ended before the run; only a prefix is recorded
    counted: int  # events that happened, recorded or not
    threads: int  # threads that the program started; they are not recorded
    stdout: bytes
    kinds: bytes  # uint8[n], Kind
    marks: bytes  # uint8[n], Mark
    lines: array[int]  # uint32[n], 1-based line of `code`; 0 at the call of a module
    activations: array[int]  # uint32[n], serial number of the activation
    depths: array[int]  # uint32[n], activations open when it was recorded, its own included
    scope_of: array[int]  # uint32[n], index into `scopes`
    arguments: array[int]  # uint32[n], index into `texts` for RETURN and EXCEPTION, else NO_TEXT
    printed: array[int]  # uint32[n], bytes of `stdout` written before the event
    owners: array[int]  # uint32[a], index into `functions`
    functions: tuple[Function, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    scopes: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        """The number of recorded events."""
        return len(self.kinds)

    def code_lines(self) -> list[str]:
        """The lines of `code` by number: entry 0 is what the call of a module shows."""
        return [MODULE_SRC, *self.code.split("\n")[:-1]]

    def source(self) -> str:
        """The context of an inverse document: `code` without the wrapper."""
        if self.entry is None:
            return self.code
        return "".join(line + "\n" for line in self.code.split("\n")[: self.source_lines])

    def scope(self, event: int) -> dict[str, str]:
        """The local variables at an event: name to text, in order."""
        flat = self.scopes[self.scope_of[event]]
        return {self.names[flat[k]]: self.texts[flat[k + 1]] for k in range(0, len(flat), 2)}
