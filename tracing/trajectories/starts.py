"""Starts: the states on which an inverse trajectory can begin (language section 5)."""

from __future__ import annotations

from itertools import compress

from tracing.states.places import mask_of
from tracing.states.tree import StateTree
from tracing.trace import Kind, Trace


def closing_start(tree: StateTree) -> int | None:
    """The closing state of the entry: of the module, or of the first activation of the function so
    named in the source; None where there is no such activation, or its end is not recorded."""
    activation = _entry_activation(tree.trace)
    if activation is None or tree.closing[activation] == len(tree):
        return None
    return tree.closing[activation]


def line_starts(tree: StateTree) -> list[int]:
    """All line states but those of a function entry's wrapper, which inverse documents lack."""
    trace = tree.trace
    lines = compress(range(len(trace)), mask_of(trace, Kind.LINE))
    if trace.entry is None:
        return list(lines)
    return [state for state in lines if trace.activations[state]]


def _entry_activation(trace: Trace) -> int | None:
    if trace.entry is None:
        return 0
    named = {k for k, f in enumerate(trace.functions) if f.is_def and f.qualname == trace.entry}
    return next((a for a, owner in enumerate(trace.owners) if owner in named), None)
