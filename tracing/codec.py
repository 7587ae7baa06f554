"""Trace to bytes and back, and the check that bytes from a child are a trace at all.

The layout is that of `tracing.capture.wire`: a head (JSON), what was printed, the columns, the
texts. Scopes are stored as differences to the scope before of the same activation.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

from tracing.capture import wire
from tracing.trace import NO_TEXT, Function, Kind, Mark, Outcome, Trace

_NONE = 0xFFFFFFFF
_every = chain.from_iterable
_HEAD = ("code", "source_lines", "entry", "python", "outcome", "cut", "counted", "threads")


class CodecError(ValueError):
    """Bytes that are no trace."""


def encode(trace: Trace) -> bytes:
    """The bytes of a trace; `decode` gives back an equal one. The program's id is not in them:
    who stores them has it."""
    head = {name: getattr(trace, name) for name in _HEAD}
    head["functions"] = [[f.qualname, f.line, f.is_def] for f in trace.functions]
    layouts, columns = _pack_scopes(trace)
    return wire.record(
        [
            wire.texts([json.dumps(head, ensure_ascii=False)]),
            wire.octets(trace.stdout),
            wire.octets(trace.kinds),
            wire.octets(trace.marks),
            wire.integers(trace.lines),
            wire.integers(trace.activations),
            wire.integers(trace.depths),
            wire.integers(trace.scope_of),
            wire.integers(_shift(trace.arguments)),
            wire.integers(trace.printed),
            wire.integers(trace.owners),
            wire.integers([len(layout) for layout in layouts]),
            wire.integers([name for layout in layouts for name in layout]),
            *map(wire.integers, columns),
            wire.texts(trace.names),
            wire.texts(trace.texts),
        ]
    )


def decode(data: bytes, program: str = "") -> Trace:
    """The trace in these bytes, as one of `program`.

    Raises CodecError where they hold none.
    """
    try:
        trace = _read(data, program)
        _check(trace)
    except CodecError:
        raise
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise CodecError(f"not a trace: {error}") from error
    return trace


def _read(data: bytes, program: str) -> Trace:
    reader = wire.Reader(data)
    (text,) = reader.texts()
    head = json.loads(text)
    stdout, kinds, marks = reader.octets(), reader.octets(), reader.octets()
    lines, activations, depths, scope_of = (reader.integers() for _ in range(4))
    arguments = _unshift(reader.integers())
    printed, owners, layout_sizes, layout_names = (reader.integers() for _ in range(4))
    base, layout, sizes, items = (reader.integers() for _ in range(4))
    names, texts = reader.texts(), reader.texts()
    reader.end()
    layouts = list(_split(layout_names, layout_sizes))
    return Trace(
        program=program,
        **{name: head[name] for name in _HEAD if name != "outcome"},
        outcome=Outcome(head["outcome"]),
        functions=tuple(Function(*function) for function in head["functions"]),
        stdout=stdout,
        kinds=kinds,
        marks=marks,
        lines=lines,
        activations=activations,
        depths=depths,
        scope_of=scope_of,
        arguments=arguments,
        printed=printed,
        owners=owners,
        names=names,
        texts=texts,
        scopes=_unpack_scopes(layouts, base, layout, sizes, _unshift(items)),
    )


def _unpack_scopes(
    layouts: Sequence[Sequence[int]],
    base: array[int],
    layout: array[int],
    sizes: array[int],
    items: array[int],
) -> tuple[tuple[int, ...], ...]:
    """Scopes from differences: the variables of each layout, with the text that each holds."""
    empty = [[x for name in names for x in (name, _NONE)] for names in layouts]
    held: list[list[int]] = []
    scopes = []
    start = 0
    for at, number, size in zip(base, layout, sizes, strict=True):
        if at and layout[at - 1] != number:
            raise CodecError("a scope after one of other variables")
        pairs = (held[at - 1] if at else empty[number]).copy()
        end = start + 2 * size
        for k in range(start, end, 2):
            pairs[2 * items[k] + 1] = items[k + 1]
        start = end
        held.append(pairs)
        scopes.append(tuple(pairs) if _NONE not in pairs else _bound(pairs))
    if start != len(items):
        raise CodecError("parts of a column do not fill it")
    return tuple(scopes)


def _bound(pairs: Sequence[int]) -> tuple[int, ...]:
    """The names and texts of the variables that hold something."""
    each = zip(pairs[::2], pairs[1::2], strict=True)
    return tuple([x for pair in each if pair[1] != _NONE for x in pair])


def _pack_scopes(trace: Trace) -> tuple[list[tuple[int, ...]], list[Sequence[int]]]:
    """Scopes as differences: each to the one before it, where both have the same variables."""
    layouts: dict[tuple[int, ...], int] = {}
    base, layout, sizes, items = [], [], [], []
    last: dict[int, int] = {}
    for number, scope in enumerate(trace.scopes):
        kind = layouts.setdefault(scope[::2], len(layouts))
        before = last.get(kind)
        known = trace.scopes[before] if before is not None else None
        changes = [
            (k // 2, scope[k + 1])
            for k in range(0, len(scope), 2)
            if known is None or known[k + 1] != scope[k + 1]
        ]
        base.append(0 if before is None else before + 1)
        layout.append(kind)
        sizes.append(len(changes))
        items += [x for position, text in changes for x in (position + 1, text + 1)]
        last[kind] = number
    return list(layouts), [base, layout, sizes, items]


def _split(values: array[int], sizes: array[int]) -> Iterable[array[int]]:
    if sum(sizes) != len(values):
        raise CodecError("parts of a column do not fill it")
    at = 0
    for size in sizes:
        yield values[at : at + size]
        at += size


def _shift(values: Iterable[int]) -> array[int]:
    return array("I", [value + 1 & _NONE for value in values])


def _unshift(values: array[int]) -> array[int]:
    return array("I", [value - 1 & _NONE for value in values])


def _check(trace: Trace) -> None:
    """Raises CodecError unless the columns fit one another, the source, and the rules of calls."""
    _check_types(trace)
    n, lines = len(trace), trace.code.count("\n")
    columns = (trace.marks, trace.lines, trace.activations, trace.depths, trace.scope_of)
    if any(len(column) != n for column in (*columns, trace.arguments, trace.printed)):
        raise CodecError("columns of unequal length")
    for what, column, below in (
        ("kind", trace.kinds, len(Kind)),
        ("mark", trace.marks, 1 << len(Mark)),
        ("line", trace.lines, lines + 1),
        ("activation", trace.activations, len(trace.owners)),
        ("scope", trace.scope_of, len(trace.scopes)),
        ("text", [x for x in trace.arguments if x != NO_TEXT], len(trace.texts)),
        ("function", trace.owners, len(trace.functions)),
        ("text", _every(scope[1::2] for scope in trace.scopes), len(trace.texts)),
        ("name", _every(scope[::2] for scope in trace.scopes), len(trace.names)),
        ("printed", trace.printed, len(trace.stdout) + 1),
    ):
        if max(column, default=-1) >= below:
            raise CodecError(f"a {what} that does not exist")
    _check_balance(trace)


def _check_types(trace: Trace) -> None:
    for name, *kinds in (
        ("code", str),
        ("source_lines", int),
        ("python", str),
        ("cut", bool),
        ("counted", int),
        ("threads", int),
        ("entry", str, type(None)),
    ):
        if type(getattr(trace, name)) not in kinds:
            raise CodecError(f"{name} of the wrong type")
    for function in trace.functions:
        fields = (function.qualname, function.line, function.is_def)
        if tuple(map(type, fields)) != (str, int, bool):
            raise CodecError("a function of the wrong type")
    if not len(trace):
        raise CodecError("no events")
    if trace.counted < len(trace) or (trace.counted > len(trace) and not trace.cut):
        raise CodecError("events that were neither recorded nor cut off")


def _check_balance(trace: Trace) -> None:
    """Each activation begins with a call, below the innermost that is open, and goes on only while
    it is open."""
    call, line, back = map(int, (Kind.CALL, Kind.LINE, Kind.RETURN))
    stack: list[int] = []
    begun = 0
    events = zip(trace.kinds, trace.activations, trace.depths, trace.arguments, strict=True)
    for kind, activation, depth, argument in events:
        if kind == call:
            if activation != begun or not 1 <= depth <= len(stack) + 1:
                raise CodecError("a call out of order")
            begun += 1
            del stack[depth - 1 :]
            stack.append(activation)
        else:
            del stack[depth:]
            if len(stack) != depth or stack[-1] != activation:
                raise CodecError("an event of an activation that is not open")
        if (argument == NO_TEXT) != (kind in (line, call)):
            raise CodecError("an argument where none belongs, or none where one does")
        if kind == back:
            stack.pop()
        if not stack and activation != 0:
            raise CodecError("an event outside the entry")
