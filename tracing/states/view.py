"""Visit: one state as a debugger meets it, and the exit.

The moves compute with *positions*, plain integers: state `i` is position `i`, and its
`inv_line_call` copy (language section 5) is position `n + i`, where n is the number of states;
the exit is `EXIT_POSITION`.
"""

from __future__ import annotations

from dataclasses import dataclass

EXIT_POSITION = -1


@dataclass(frozen=True, slots=True)
class Visit:
    """The state (0-based event index) a debugger stands on, or -1 for the exit.

    `copy` is True on the `inv_line_call` duplicate of a state, which only inverse moves meet.
    """

    state: int
    copy: bool = False


EXIT = Visit(EXIT_POSITION)


def visit_of(position: int, states: int) -> Visit:
    """The visit that a position of a tree of `states` states stands for."""
    return Visit(position) if position < states else Visit(position - states, copy=True)
