"""What is known of all objects at once: whether a dictionary changed between two events.

Every change of any dictionary takes the next of one row of numbers. So where the first number of an
event follows the last one of the event before, no attribute of an instance was stored to between
them, and a graph of instances that holds nothing but these and atoms is as it was.

Three changes are not of a dictionary: another class for an instance, another dictionary for its
attributes, another name for a class. They take an assignment by one of three names, or a function
that assigns by any name. A program is trusted not to do so where its code names nothing of the
kind, nor a way to come by it under another name; code of a library is not trusted while it runs.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Sequence
from types import CodeType

from . import quirks

_last_version = quirks.last_dict_version
_STORES = frozenset({dis.opmap["STORE_ATTR"], dis.opmap["DELETE_ATTR"]})
_EXTENDED_ARG = quirks.EXTENDED_ARG
_STORED = frozenset({"__class__", "__dict__", "__name__"})
_WAYS = frozenset(
    """_ctypes _operator _pickle builtins compile copyreg ctypes delattr eval exec gc getattr
    globals importlib inspect locals marshal operator pickle setattr sys types vars""".split()
)
# Of the names with two underscores on both sides, those that are none of these ways.
_HARMLESS = frozenset(
    f"__{name}__"
    for name in """abs add aenter aexit aiter and anext annotations await bool bytes call ceil
    class complex contains del delitem divmod doc enter eq exit file float floor floordiv format
    ge getitem gt hash iadd iand ilshift imul index init int invert ior isub iter ixor le len
    lshift lt main matmul missing mod module mul name ne neg next or pos pow qualname radd rand
    repr reversed rmul ror round rsub rtruediv rxor setitem slots str sub truediv trunc
    xor""".split()
)


class Heap:
    """`epoch` is another number where an instance may have changed since, `moment` where anything
    may have; `is_asked` says that somebody relies on them, `is_trusted` that the former may last.
    `codes` gives the code objects of the program: without them it is not trusted. `threads` has one
    item for each thread that was started."""

    __slots__ = (
        *("_codes", "_last", "_library", "_threads"),
        *("epoch", "is_asked", "is_trusted", "moment"),
    )

    def __init__(
        self,
        codes: Callable[[], Iterable[CodeType]] | None = None,
        threads: Sequence[object] = (),
    ) -> None:
        self.epoch = self.moment = 0
        self.is_asked = False
        self._codes = codes
        self._threads = threads
        self.is_trusted = False
        self._library = 0  # how many activations were open when code of a library began to run
        self._last = 0

    def ask(self) -> None:
        """Begin to watch."""
        self.is_asked = True
        self.is_trusted = self._codes is not None and all(map(_is_trusted, self._codes()))

    def library(self, depth: int) -> None:
        """Code of a library is called while so many activations are open."""
        if not self._library or depth < self._library:
            self._library = depth

    def enter(self, depth: int) -> None:
        """An event begins in the last of so many activations."""
        self.moment += 1
        if self._library:
            self.epoch += 1
            if depth <= self._library:
                self._library = 0
        elif not self.is_trusted or self._threads or _last_version() != self._last + 1:
            self.epoch += 1

    def forget(self) -> None:
        """Anything may have changed."""
        self.moment += 1
        self.epoch += 1

    def leave(self) -> None:
        """An event ends."""
        self._last = _last_version()


def _is_trusted(code: CodeType) -> bool:
    """Whether a code object names no way to change an instance but by its attributes."""
    texts = [constant for constant in code.co_consts if type(constant) is str]
    return all(map(_is_harmless, (*code.co_names, *texts))) and _STORED.isdisjoint(_stored(code))


def _is_harmless(name: str) -> bool:
    is_special = name.startswith("__") and name.endswith("__") and len(name) > 4
    return name in _HARMLESS if is_special else name.partition(".")[0] not in _WAYS


def _stored(code: CodeType) -> list[str]:
    """The names of the attributes that are assigned to."""
    extended, names = 0, []
    for opcode, argument in zip(code.co_code[::2], code.co_code[1::2], strict=True):
        if opcode in _STORES:
            names.append(code.co_names[extended | argument])
        extended = (extended | argument) << 8 if opcode == _EXTENDED_ARG else 0
    return names
