"""Walks: random ways through random traces, and their documents written the plain, slow way."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice

from hypothesis import strategies as st
from support.traces import Recording, recordings

from tokenization.grammar import Content, Marker, Role, Segment
from tracing.states.actions import Action, ActionKind
from tracing.states.moves import FORWARD, INVERSE
from tracing.states.tree import StateTree
from tracing.states.view import EXIT, Visit
from tracing.trace import Kind, Outcome, Trace
from tracing.trajectories.trajectory import Direction

SPELLED = [marker.value for marker in Marker]
HARD = [*SPELLED, "<s>", "<0x0A>", "..", "{}", '{"..": ".."}', "\u2581", "\\", '"']
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(HARD),
    st.text("\x00\x1f\x7f\ud800\udbff\udc00\udfff\U0001f469\u200d\n\r\t ", max_size=6),
)
ENCODABLE = TEXTS.filter(lambda text: not re.search("[\ud800-\udfff]", text))
LINES = ENCODABLE.map(lambda text: text.replace("\n", " "))
NAMES = st.sampled_from(["x", "y", ".0", "é", "变量", "__x", "self"])
NUMBERS = st.integers(0, 255)


@dataclass(frozen=True)
class Walk:
    """States visited in some order and the actions taken between; no move need lead so."""

    tree: StateTree
    direction: Direction
    visits: tuple[Visit, ...]
    actions: tuple[Action, ...]


def traces() -> st.SearchStrategy[Trace]:
    """Random traces with random texts everywhere."""
    return st.builds(
        _trace,
        recordings(max_size=24),
        outcome=st.sampled_from(Outcome),
        lines=st.lists(LINES, min_size=1, max_size=4),
        names=st.lists(NAMES, min_size=1, unique=True),
        texts=st.lists(TEXTS, min_size=1, max_size=4, unique=True),
        scopes=st.lists(st.binary(max_size=8), min_size=1, max_size=5),
        choices=st.binary(min_size=1, max_size=40),
    )


def _trace(
    recording: Recording,
    outcome: Outcome,
    lines: list[str],
    names: list[str],
    texts: list[str],
    scopes: list[bytes],
    choices: bytes,
) -> Trace:
    trace = recording.finish(outcome)
    variables = [
        {
            name % len(names): text % len(texts)
            for name, text in zip(scope[::2], scope[1::2], strict=False)
        }
        for scope in scopes
    ]
    return replace(
        trace,
        code="".join(line + "\n" for line in islice(cycle(lines), trace.code.count("\n"))),
        names=tuple(names),
        texts=tuple(texts),
        scopes=tuple(tuple(chain.from_iterable(scope.items())) for scope in variables),
        scope_of=_column(choices, len(scopes), len(trace)),
        arguments=_column(choices, len(texts), len(trace)),
    )


def _column(choices: bytes, below: int, length: int) -> array[int]:
    return array("I", [choice % below for choice in islice(cycle(choices), length)])


def walks() -> st.SearchStrategy[Walk]:
    """Random walks through random traces; they may end before the exit."""
    step = st.tuples(NUMBERS, st.booleans(), NUMBERS, LINES)
    return st.builds(
        _walk,
        traces(),
        st.sampled_from(Direction),
        st.lists(step, min_size=1, max_size=12),
        exits=st.booleans(),
    )


def _walk(
    trace: Trace, direction: Direction, steps: list[tuple[int, bool, int, str]], exits: bool
) -> Walk:
    tree = StateTree.of(trace)
    inverse = direction is Direction.INVERSE
    kinds = INVERSE if inverse else FORWARD
    visits = [Visit(state % len(tree), copy and inverse) for state, copy, _, _ in steps]
    actions = []
    for _, _, number, line in steps:
        kind = kinds[number % len(kinds)]
        actions.append(Action(kind, line if kind is ActionKind.BREAKPOINT else None))
    if exits:
        return Walk(tree, direction, (*visits, EXIT), tuple(actions))
    return Walk(tree, direction, tuple(visits), tuple(actions[:-1]))


def segments(walk: Walk) -> list[Segment]:
    """The segments of a walk's document, from the words of the language one by one."""
    trace = walk.tree.trace
    forward = walk.direction is Direction.FORWARD
    found: list[tuple[Content, Role]] = [
        (Marker.BEGIN_OF_TEXT, Role.STRUCTURE),
        (Marker.TRACE_CONTEXT_START, Role.STRUCTURE),
        (trace.code if forward else trace.source(), Role.CONTEXT),
    ]
    for step, action in enumerate(walk.actions):
        role = Role.STATE if step else Role.START
        found.append((Marker.FRAME_SEP, Role.STRUCTURE))
        found += [(content, role) for content in _frame(walk, step)]
        found.append((Marker.ACTION_SEP, role))
        found.append((Marker(f"<|{action.kind}|>"), Role.ACTION))
        if action.kind is ActionKind.BREAKPOINT:
            assert action.src is not None
            found.append((action.src, Role.ACTION))
    if walk.visits[-1] != EXIT:
        found.append((Marker.END_OF_TEXT, Role.STRUCTURE))
    else:
        exit_ = f"<|exit_{trace.outcome}|>" if forward else "<|inv_exit_entry|>"
        found.append((Marker.FRAME_SEP, Role.STRUCTURE))
        found += [
            (marker, Role.STATE) for marker in (Marker(exit_), Marker.TRACE_END, Marker.END_OF_TEXT)
        ]
    return [Segment(*pair) for pair in found]


def _frame(walk: Walk, step: int) -> Iterator[Content]:
    trace, visit = walk.tree.trace, walk.visits[step]
    kind = Kind(trace.kinds[visit.state])
    inverse = "inv_" if walk.direction is Direction.INVERSE else ""
    name = "line_call" if visit.copy else kind.name.lower()
    yield Marker(f"<|{inverse}{name}_sep|>")
    src = (Marker.SRC_SEP, trace.code_lines()[trace.lines[visit.state]])
    if _shows_locals(walk, step):
        body = _json(_inverse_locals(walk, step) if inverse else _forward_locals(walk, step))
    else:
        body = _json(trace.texts[trace.arguments[visit.state]])
    locals_first = name == "line" and not inverse
    yield from (Marker.ARG_SEP, body, *src) if locals_first else (*src, Marker.ARG_SEP, body)


def _forward_locals(walk: Walk, step: int) -> dict[str, str]:
    trace, state = walk.tree.trace, walk.visits[step].state
    scope = trace.scope(state)
    base = _base(walk, step, lambda earlier: _shows_locals(walk, earlier))
    if (
        base is None
        or trace.kinds[state] == Kind.CALL
        or walk.actions[step - 1].kind is ActionKind.BREAKPOINT
        or trace.activations[walk.visits[step - 1].state] != trace.activations[state]
        or not base.keys() <= scope.keys()
    ):
        return scope
    return _difference(base, scope)


def _inverse_locals(walk: Walk, step: int) -> dict[str, str]:
    trace, state = walk.tree.trace, walk.visits[step].state

    def counts(earlier: int) -> bool:
        visited = walk.visits[earlier].state
        closing = walk.tree.closing[trace.activations[visited]]
        return _shows_locals(walk, earlier) or visited == closing

    base = _base(walk, step, counts)
    if base is None or trace.kinds[state] == Kind.CALL:
        return trace.scope(state)
    return _difference(base, trace.scope(state))


def _base(walk: Walk, step: int, counts) -> dict[str, str] | None:
    """The scope of the last visit of the same activation that counts as having shown it."""
    trace = walk.tree.trace
    here = trace.activations[walk.visits[step].state]
    for earlier in reversed(range(step)):
        state = walk.visits[earlier].state
        if trace.activations[state] == here and counts(earlier):
            return trace.scope(state)
    return None


def _shows_locals(walk: Walk, step: int) -> bool:
    visit = walk.visits[step]
    return visit.copy or walk.tree.trace.kinds[visit.state] in (Kind.CALL, Kind.LINE)


def _difference(base: dict[str, str], scope: dict[str, str]) -> dict[str, str]:
    changed = {name: text for name, text in scope.items() if base.get(name) != text}
    return changed if len(changed) == len(scope) else {"..": "..", **changed}


def _json(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in written)
