"""Packing: documents into rows of equal capacity, best fit, longest first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence


def pack(lengths: Sequence[int], capacity: int) -> list[list[int]]:
    """Rows of document indices; the lengths of a row sum to `capacity` at most.

    `lengths` and `capacity` are tokens. Documents are placed from the longest to the shortest, each
    into the row that it fills best, of several the one that was filled last. Every index is in
    one row; within rows indices ascend, and rows are ordered by their first index, so that neither
    tells of lengths. O(n log n).

    Raises ValueError where a document is empty or does not fit into a row.
    """
    if lengths and not 0 < min(lengths) <= max(lengths) <= capacity:
        raise ValueError(f"lengths must be between 1 and the capacity {capacity}")
    rows: list[list[int]] = []
    spaces = _Spaces()
    for document in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        found = spaces.take(lengths[document])
        if found is None:
            rows.append([])
            found = (capacity, len(rows) - 1)
        space, row = found
        rows[row].append(document)
        spaces.put(space - lengths[document], row)
    return sorted(sorted(row) for row in rows)


class _Spaces:
    """Rows by the space that is left in them."""

    def __init__(self) -> None:
        self._rows: defaultdict[int, list[int]] = defaultdict(list)
        self._sizes: list[int] = []  # the spaces that some row has, ascending

    def put(self, space: int, row: int) -> None:
        """Remember a row; a full one is forgotten."""
        if space:
            if not self._rows[space]:
                insort(self._sizes, space)
            self._rows[space].append(row)

    def take(self, length: int) -> tuple[int, int] | None:
        """The least space that holds a length, and its row, which is forgotten."""
        at = bisect_left(self._sizes, length)
        if at == len(self._sizes):
            return None
        space = self._sizes[at]
        row = self._rows[space].pop()
        if not self._rows[space]:
            del self._sizes[at]
        return space, row
