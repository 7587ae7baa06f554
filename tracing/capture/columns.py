"""Columns: what is recorded of a run, while it is recorded."""

from __future__ import annotations

from array import array
from itertools import chain

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
        self.texts: dict[str, int] = {}
        self.layouts: dict[tuple[str, ...], int] = {}
        self.scope_base = array("I")
        self.scope_layout = array("I")
        self.scope_sizes = array("I")
        self.scope_items = array("I")
        self.cut = False

    def layout(self, names: tuple[str, ...]) -> int:
        """The number of a layout: the names of variables, in order."""
        return self.layouts.setdefault(names, len(self.layouts))

    def names(self) -> dict[str, int]:
        """The names in all layouts, numbered as they come."""
        found = dict.fromkeys(chain.from_iterable(self.layouts))
        return {name: number for number, name in enumerate(found)}
