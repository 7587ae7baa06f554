"""The state tree of one program as SVG: a line for each state, indented by its depth."""

from __future__ import annotations

from pipeline.report.markup import Markup, tag
from tracing.states.tree import StateTree
from tracing.trace import NO_TEXT, Kind

_STEP, _INDENT = 22, 26  # pixels from state to state, and from level to level
_CHARACTERS = 60  # of a source line or of values


def drawn(tree: StateTree) -> Markup:
    """Each state hangs below its caller; its colour is its kind, beside it stand source and values.

    `over` joins the states of a level, an elbow leads from a caller to what it calls.
    """
    parents = _parents(tree)
    edges = [_edge(tree, state, parent) for state, parent in enumerate(parents)]
    nodes = [_node(tree, state) for state in range(len(tree))]
    width = 40 + _INDENT * max(tree.depth) + 9 * 2 * _CHARACTERS
    height = _STEP * (len(tree) + 1)
    box = f"0 0 {width} {height}"
    lines = filter(None, edges)
    svg = tag("svg", *lines, *nodes, viewBox=box, width=width, height=height)
    return tag("div", svg, class_="wide")


def _parents(tree: StateTree) -> list[int | None]:
    """For each state the one before it on its level or, for the first below a caller, that."""
    latest: dict[int, int] = {}
    parents: list[int | None] = []
    for state, depth in enumerate(tree.depth):
        is_first = state > 0 and tree.depth[state - 1] < depth
        parents.append(latest.get(depth - 1) if is_first else latest.get(depth))
        latest[depth] = state
    return parents


def _place(tree: StateTree, state: int) -> tuple[int, int]:
    return 14 + _INDENT * (tree.depth[state] - 1), _STEP * (state + 1) - 6


def _edge(tree: StateTree, state: int, parent: int | None) -> Markup | None:
    if parent is None:
        return None
    (x, y), (from_x, from_y) = _place(tree, state), _place(tree, parent)
    return tag("path", d=f"M{from_x} {from_y} V{y} H{x}" if x != from_x else f"M{x} {from_y} V{y}")


def _node(tree: StateTree, state: int) -> Markup:
    trace, (x, y) = tree.trace, _place(tree, state)
    kind = Kind(trace.kinds[state]).name.lower()
    line, argument = trace.lines[state], trace.arguments[state]
    source = trace.code_lines()[line].strip()
    if argument == NO_TEXT:
        values = ", ".join(f"{name}={text}" for name, text in trace.scope(state).items())
    else:
        values = f"→ {trace.texts[argument]}"
    return tag(
        "g",
        tag("title", f"state {state}: {kind}, line {line}"),
        tag("circle", cx=x, cy=y, r=5, class_=kind),
        tag("text", _short(source), x=x + 12, y=y + 4, class_="code"),
        tag("text", _short(values), x=40 + _INDENT * max(tree.depth) + 9 * 50, y=y + 4),
    )


def _short(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS - 1]}…"
