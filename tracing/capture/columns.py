"""Columns: what is recorded of a run, while it is recorded."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

NOTHING = 0xFFFFFFFF  # no text, no scope: a variable that is not bound, an event without argument


class Columns:
    """`events` are tuples (kind, mark, line, activation, depth, scope, argument, bytes printed); an
    argument is one more than the number of its text, or 0.

    Scopes are differences to the scope before of the same activation: `scope_base` (NOTHING: none),
    `scope_layout` (an index into `layouts`) and `scope_items`, pairs of a position in the layout
    and a text (NOTHING: not bound), `scope_sizes` pairs each.
    """

    def __init__(self) -> None:
        self.events: list[tuple[int, ...]] = []
        self.owners = array("I")
        self.functions: list[tuple[str, int, bool]] = []
        self.names: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self.layouts: dict[tuple[int, ...], int] = {}
        self.scope_base = array("I")
        self.scope_layout = array("I")
        self.scope_sizes = array("I")
        self.scope_items = array("I")
        self.cut = False

    def layout(self, names: Sequence[str]) -> int:
        """The number of a layout: the names of variables, in order."""
        known = self.names
        numbers = tuple([known.setdefault(name, len(known)) for name in names])
        return self.layouts.setdefault(numbers, len(self.layouts))
