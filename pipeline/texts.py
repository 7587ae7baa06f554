"""Texts: the sample of documents that the tokenizer is trained on.

Programs are ordered by a hash, and the documents of the first ones are taken until there are enough
bytes: a choice that depends on the programs alone, not on the order in which they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from pipeline.config import TrajectoriesConfig
from pipeline.documents import Trajectories
from pipeline.shards.placing import order
from tokenization.grammar import Part
from tracing.trace import Trace

_CHARACTERS_PER_TOKEN = 4  # about; what cannot be in a row need not be learnt from


@dataclass(frozen=True, slots=True, order=True)
class Texts:
    """The texts of one program's documents, with its place in the order of the sample."""

    order: int
    program: str
    texts: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The size of the texts, about (exact for ASCII)."""
        return sum(map(len, self.texts))


def texts_of(trace: Trace, config: TrajectoriesConfig, seed: int, sequence_length: int) -> Texts:
    """The texts of a program's documents, as far as a row could hold them."""
    trajectories = Trajectories(trace, config, seed)
    most = _CHARACTERS_PER_TOKEN * sequence_length
    texts = tuple(
        text
        for trajectory in trajectories
        for text in _within(trajectories.parts(trajectory), most)
    )
    return Texts(order(f"{seed}:{trace.program}"), trace.program, texts)


def _within(parts: Iterable[Part], most: int) -> Iterator[str]:
    characters = 0
    for part in parts:
        for content in part.contents:
            if isinstance(content, str):
                characters += len(content)
                yield content
        if characters > most:
            return


def first(samples: Iterable[Texts], most: int) -> list[Texts]:
    """The least of `samples`, in order, up to and with the one that makes them `most` bytes."""
    return list(_until(sorted(samples), most))


def joined(runs: Iterable[list[Texts]], most: int) -> list[Texts]:
    """`first` of the union of runs that `first` made."""
    return list(_until(merge(*runs), most))


def _until(samples: Iterable[Texts], most: int) -> Iterator[Texts]:
    size = 0
    for sample in samples:
        if size >= most:
            return
        size += sample.bytes
        yield sample
