"""Ambiguity: the inverse steps of a trace, known by hashes of what a model sees and must answer.

A step is a position of the inverse tree and an action. Its key is a hash of the position's frame,
with complete LOCALS, and the action; its answer a hash of the frame that the action leads to. Where
one key has several answers in a corpus, the state alone does not tell what comes.
"""

from __future__ import annotations

import hashlib
from array import array

import numpy as np
import numpy.typing as npt

from tokenization.grammar import COPY, INVERSE_KINDS
from tokenization.scopes import Scopes
from tracing.states.actions import ActionKind
from tracing.states.moves import INVERSE
from tracing.states.tree import StateTree
from tracing.trace import Kind

_SALTS = {kind: np.uint64(0x9E3779B97F4A7C15 * (k + 1) % 2**64) for k, kind in enumerate(INVERSE)}
_MARKERS = tuple(INVERSE_KINDS[kind].value for kind in Kind)
_ARGUMENT = int(Kind.RETURN)  # kinds from here on show ARG

Steps = npt.NDArray[np.uint64]  # uint64[*, 2], key and answer


def frames(tree: StateTree) -> npt.NDArray[np.uint64]:
    """uint64[2n]: a hash of the frame at each position (see `tracing.states.view`), LOCALS
    complete; those of copies that there are not mean nothing."""
    trace, scopes, lines = tree.trace, Scopes(tree.trace), tree.trace.code_lines()
    known: dict[tuple[int, int, int], int] = {}

    def of(kind: int, line: int, body: int) -> int:
        found = known.get((kind, line, body))
        if found is None:
            is_argument = _ARGUMENT <= kind < len(_MARKERS)
            text = scopes.argument(body) if is_argument else scopes.complete(body)
            marker = _MARKERS[kind] if kind < len(_MARKERS) else COPY.value
            found = known[kind, line, body] = _hash(f"{marker}{lines[line]}\n{text}")
        return found

    columns = zip(trace.kinds, trace.lines, trace.scope_of, trace.arguments, strict=True)
    originals = [of(k, line, a if k >= _ARGUMENT else s) for k, line, s, a in columns]
    both = zip(trace.lines, trace.scope_of, strict=True)
    copies = [
        of(len(_MARKERS), line, scope) if tree.is_calling(state) else 0
        for state, (line, scope) in enumerate(both)
    ]
    return np.array(originals + copies, np.uint64)


def key(frame: np.uint64, kind: ActionKind) -> np.uint64:
    """The key of a step."""
    return frame ^ _SALTS[kind]


def steps(tree: StateTree) -> Steps:
    """The distinct steps of a whole trace, sorted. Those that lead to the exit are none."""
    n, shown = len(tree), frames(tree)
    calling = np.frombuffer(tree.over, np.uint32) > np.arange(1, n + 1)
    positions = np.concatenate([np.arange(n), n + np.flatnonzero(calling)])
    back = _numbers(tree.back)[positions]
    opening = _numbers(tree.opening)[_numbers(tree.trace.activations)][positions % n]
    over = np.where(positions < n, back, positions - n)
    into, call = ActionKind.INV_STEP_INTO, ActionKind.INV_STEP_CALL
    found = [
        _pairs(shown, kind, positions[some], targets[some])
        for kind, targets, some in (
            (into, back, positions != 0),
            (ActionKind.INV_STEP_OVER, over, positions != 0),
            (call, opening, positions != opening),
        )
    ]
    return distinct(np.concatenate(found))


def distinct(found: Steps) -> Steps:
    """Steps sorted, each once."""
    order = np.lexsort((found[:, 1], found[:, 0]))
    found = found[order]
    new = np.ones(len(found), bool)
    new[1:] = (found[1:] != found[:-1]).any(axis=1)
    return found[new]


def ambiguous(found: Steps) -> npt.NDArray[np.uint64]:
    """uint64[*], ascending: the keys that have several answers, of distinct steps."""
    keys = found[:, 0]
    return np.unique(keys[1:][keys[1:] == keys[:-1]])


def _pairs(
    shown: npt.NDArray[np.uint64],
    kind: ActionKind,
    positions: npt.NDArray[np.int64],
    targets: npt.NDArray[np.int64],
) -> Steps:
    return np.stack([shown[positions] ^ _SALTS[kind], shown[targets]], axis=1)


def _numbers(column: array[int]) -> npt.NDArray[np.int64]:
    return np.frombuffer(column, np.uint32).astype(np.int64)


def _hash(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
