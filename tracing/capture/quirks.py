"""Every difference between interpreters that the recorder leans on, as a named fact.

The facts hold for CPython 3.11 and are demonstrated one by one in the tests of this file.
"""

from __future__ import annotations

import ctypes
import dis
import sys
from typing import Any

# A trace record of one dataset comes from one version, and this is the one the facts hold for.
SUPPORTED = (3, 11)
IS_SUPPORTED = sys.version_info[:2] == SUPPORTED

# A frame that returns, or suspends, sits on one of these at its `return` event. Everything else
# means that an exception leaves it, and so does YIELD_VALUE in a generator that was thrown into.
RETURN_VALUE = dis.opmap["RETURN_VALUE"]
YIELD_VALUE = dis.opmap["YIELD_VALUE"]

# A generator or coroutine that starts is at a RESUME whose argument is 0, or, where it is thrown
# into before it ever ran, at the RETURN_GENERATOR that made it. One that goes on is at another
# RESUME, or, where it is thrown into, still where it was suspended.
RESUME = dis.opmap["RESUME"]
RETURN_GENERATOR = dis.opmap["RETURN_GENERATOR"]

# A line event at a FOR_ITER, behind what extends its argument, is another turn of its loop.
FOR_ITER = dis.opmap["FOR_ITER"]
EXTENDED_ARG = dis.opmap["EXTENDED_ARG"]


def takes_next(opcodes: bytes, at: int) -> bool:
    """Whether the instruction at an offset takes the next item of a loop."""
    while opcodes[at] == EXTENDED_ARG:
        at += 2
    return opcodes[at] == FOR_ITER


# Comprehensions have frames of their own, with a local `.0`.
COMPREHENSIONS_ARE_FRAMES = True

# The module's call event is on line 0.
MODULE_CALL_LINE = 0

# A type keeps its subclasses in a dictionary, by their addresses, at this place of its structure.
_SUBCLASSES = 45 * ctypes.sizeof(ctypes.c_void_p)


def forget_subclass(kind: type) -> None:
    """Take a class out of its bases' lists of subclasses."""
    for base in kind.__bases__:
        known: Any = ctypes.py_object.from_address(id(base) + _SUBCLASSES).value
        known.pop(id(kind), None)
