"""The recording of one activation and all below it: what a document about it can speak of.

A document whose trajectory is named `…:A` keeps to activation A (the A-th call or resumption of
the recording, the entry's being the 0th), which must be one whose end was recorded.  Its first
state is that call, its entry is that activation, and its outcome is `normal` where the activation
ends with a return state, else `error`.  CODE, forward and inverse, is the lines of the innermost
`def` or `class` (decorators included) around the call's line, for each activation inside, each
line once, in the order of the file, as they stand; where there is none around it, those of the
logical line.
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import replace
from functools import cache

from support.audit.follow import Recording, State


def activation_of(trajectory: str) -> int:
    """Return the activation that a trajectory's name keeps to; 0 where it names none."""
    name = trajectory.rpartition("#")[2].partition("@")[0].partition(":")[2]
    return int(name) if name else 0


def scoped(recording: Recording, activation: int) -> Recording:
    """Return the recording of an activation alone, or one with a problem where there is none."""
    if activation not in recording.closed or activation == 0:
        return replace(recording, problem=f"activation {activation} is not whole")
    states = inside(recording, activation)
    calls = {state.activation: state.line for state in reversed(states)}
    numbers = sorted({n for line in calls.values() for n in around(recording.source, line)})
    place = {number: k for k, number in enumerate(numbers, 1)}
    missing = [state.line for state in states if state.line not in place]
    if missing:
        return replace(recording, problem=f"no line {missing[0]} in the code of the scope")
    code = "".join(recording.lines[number - 1] + "\n" for number in numbers)
    last = [state for state in states if state.activation == activation][-1]
    return Recording(
        code=code,
        source=code,
        states=tuple(replace(state, line=place[state.line]) for state in states),
        outcome="normal" if last.kind == "return" else "error",
        problem=recording.problem,
        cut=False,
        closed=recording.closed,
        entry_activation=activation,
    )


def inside(recording: Recording, activation: int) -> list[State]:
    """Return the states of an activation and of all below it, in recorded order."""
    states: list[State] = []
    for state in recording.states[recording.first_of(activation) :]:
        if states and state.depth <= states[0].depth and state.activation != activation:
            break
        states.append(state)
    return states


@cache
def around(source: str, line: int) -> range:
    """Return the lines of what stands around a line."""
    found = [block for block in definitions(source) if line in block]
    if found:
        return min(found, key=len)
    return next((lines for lines in logical_lines(source) if line in lines), range(0))


@cache
def definitions(source: str) -> list[range]:
    """Return the lines of each function and class."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [
        range(
            min([node.lineno, *(each.lineno for each in node.decorator_list)]),
            (node.end_lineno or node.lineno) + 1,
        )
        for node in nodes
    ]


@cache
def logical_lines(source: str) -> list[range]:
    """Return the lines of each logical line."""
    lines, first = [], 0
    for token in tokenize.generate_tokens(io.StringIO(source, newline="\n").readline):
        if token.type == tokenize.NEWLINE:
            lines.append(range(first, token.end[0] + 1))
            first = 0
        elif not first and token.type not in (
            tokenize.NL,
            tokenize.COMMENT,
            tokenize.INDENT,
            tokenize.DEDENT,
        ):
            first = token.start[0]
    return lines
