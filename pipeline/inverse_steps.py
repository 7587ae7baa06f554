"""Inverse steps: which of them have one answer only, and which can be checked by running.

A corpus is gone through twice. First the steps of every trace go to files, and the keys that have
several answers are found in them; then each inverse document is told which of its steps have such a
key. Keys are 64-bit hashes: that two texts share one by chance is to be expected once in 10**9
distinct steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.shards.places import Place, files_below
from pipeline.shards.reader import open_table
from pipeline.shards.schema import INVERSE_STEPS_SCHEMA
from pipeline.shards.writer import FileEntry, write_bytes, write_stream
from tokenization.ambiguity import Steps, ambiguous, distinct, frames, key
from tracing.states.actions import ActionKind
from tracing.states.scopes import ScopeTrees
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.checkable import is_checkable, pure_functions
from tracing.trajectories.trajectory import Trajectory

_AT_ONCE = 4 << 20  # steps that are looked at together
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, order=True)
class InverseSteps:
    """What is known of one inverse document's actions, by their number from 0."""

    document: str
    actions: int  # of the trajectory; the document may be cut before
    ambiguous: tuple[int, ...]  # another state of the corpus with the same text leads elsewhere
    checkable: tuple[int, ...]  # predict arguments that can be checked by running


class Judge:
    """Judges the inverse trajectories of one trace; `keys` uint64[*] are ascending."""

    def __init__(self, trees: ScopeTrees, keys: Keys) -> None:
        self._trees, self._keys = trees, keys
        self._frames = frames(trees.whole)
        source, syntax = trees.whole.trace.source(), trees.syntax
        self._pure = pure_functions(source, syntax) if syntax else frozenset[str]()

    def judge(self, trajectory: Trajectory, positions: Sequence[int]) -> InverseSteps:
        """What is known of a trajectory that visits some positions of its scope's tree."""
        whole = [self._whole(trajectory.activation, position) for position in positions]
        actions = [action.kind for action in trajectory.actions]
        led = [number for number in range(len(actions)) if positions[number + 1] != EXIT_POSITION]
        wanted = [key(self._frames[whole[number]], actions[number]) for number in led]
        known = _contains(self._keys, np.array(wanted, np.uint64))
        trace = self._trees.whole.trace
        return InverseSteps(
            document=trajectory.id,
            actions=len(actions),
            ambiguous=tuple(number for number, found in zip(led, known, strict=True) if found),
            checkable=tuple(
                number
                for number in led
                if actions[number] == ActionKind.INV_STEP_CALL
                and is_checkable(trace, self._pure, whole[number + 1])
            ),
        )

    def _whole(self, activation: int, position: int) -> int:
        """The position of the whole tree that one of a scope stands for."""
        part, base = len(self._trees.tree(activation)), self._trees.base(activation)
        copy = len(self._trees.whole) if position >= part else 0
        return position if position == EXIT_POSITION else copy + base + position % part


def write_steps(folder: Place, found: Sequence[Steps]) -> str:
    """Write the steps of some traces into a file that is named by its content: its name."""
    data = distinct(np.concatenate(found))
    name = f"{hashlib.sha256(data.tobytes()).hexdigest()}.steps"
    write_bytes(folder, name, data.tobytes())
    return name


def merge_steps(folder: Place) -> Keys:
    """The keys with several answers in all files of a folder, ascending.

    The files are gone through by ranges of keys, so that memory is bounded by the result.
    """
    steps = [path for path in files_below(folder) if path.suffix == ".steps"]
    paths = [path for path in sorted(steps, key=str) if path.stat().st_size]
    files = [_numbers(path).reshape(-1, 2) for path in paths]
    parts = max(1, -(-sum(map(len, files)) // _AT_ONCE))
    bounds = np.array([part * 2**64 // parts for part in range(parts)], np.uint64)
    cuts = [[*np.searchsorted(file[:, 0], bounds), len(file)] for file in files]
    found = [np.empty(0, np.uint64)]
    for part in range(parts if files else 0):
        some = [file[c[part] : c[part + 1]] for file, c in zip(files, cuts, strict=True)]
        found.append(ambiguous(distinct(np.concatenate(some))))
    return np.concatenate(found)


def write_inverse_steps(root: Place, name: str, rows: Iterable[InverseSteps]) -> FileEntry:
    """Write one file of the store; the order in which they come does not matter."""
    columns = [asdict(row) for row in sorted(rows)]
    table = pa.Table.from_pylist(columns, INVERSE_STEPS_SCHEMA)
    return write_stream(root, name, INVERSE_STEPS_SCHEMA, table.to_batches(1 << 16))


def read_inverse_steps(root: Place, entry: FileEntry) -> Iterator[InverseSteps]:
    """What one file of the store holds. Raises DamagedFileError."""
    for row in open_table(root / entry.path, INVERSE_STEPS_SCHEMA).to_pylist():
        ambiguous, checkable = tuple(row["ambiguous"]), tuple(row["checkable"])
        yield InverseSteps(row["document"], row["actions"], ambiguous, checkable)


def _numbers(path: Place) -> Keys:
    if isinstance(path, Path):
        return np.memmap(path, np.uint64, "r")
    return np.frombuffer(path.read_bytes(), np.uint64)


def _contains(keys: Keys, wanted: Keys) -> list[bool]:
    if not len(keys):
        return [False] * len(wanted)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: list[bool] = (keys[places] == wanted).tolist()
    return found
