"""Texts: the sample of documents that the tokenizer is trained on.

Programs are ordered by a hash, and the documents of the first ones are taken until there are enough
bytes: a choice that depends on the programs alone, not on the order in which they come. Of their
texts only the lines are kept, each once: a program's documents say the same again and again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.config import TrajectoriesConfig
from pipeline.documents import Trajectories
from pipeline.shards.placing import order
from tokenization.grammar import Part
from tokenization.training import count_lines
from tracing.trace import Trace

_CHARACTERS_PER_TOKEN = 4  # about; what cannot be in a row need not be learnt from


@dataclass(frozen=True, slots=True, order=True)
class Texts:
    """The texts of one program's documents, with its place in the order of the sample."""

    order: int
    program: str
    bytes: int  # the size of the texts, about (exact for ASCII)
    lines: tuple[tuple[str, int], ...]  # each with how often it comes in them


def texts_of(trace: Trace, config: TrajectoriesConfig, seed: int, sequence_length: int) -> Texts:
    """The texts of a program's documents, as far as a row could hold them."""
    trajectories = Trajectories(trace, config, seed)
    most = _CHARACTERS_PER_TOKEN * sequence_length
    texts = [
        text
        for trajectory in trajectories
        for text in _within(trajectories.parts(trajectory), most)
    ]
    size, lines = sum(map(len, texts)), count_lines(texts)
    return Texts(order(f"{seed}:{trace.program}"), trace.program, size, tuple(lines.items()))


def _within(parts: Iterable[Part], most: int) -> Iterator[str]:
    characters = 0
    for part in parts:
        for content in part.contents:
            if isinstance(content, str):
                characters += len(content)
                yield content
        if characters > most:
            return


class Sample:
    """The least of all texts that were added, up to and with those that make them `most` bytes.

    Never holds more than about twice as much.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: list[Texts] = []
        self._size = 0

    def add(self, texts: Texts) -> None:
        """Consider the texts of one more program."""
        self._texts.append(texts)
        self._size += texts.bytes
        if self._size > 2 * self._most:
            self._shrink()

    def update(self, other: Sample) -> None:
        """Consider all that another sample holds."""
        for texts in other._texts:
            self.add(texts)

    def texts(self) -> list[Texts]:
        """The sample, in order."""
        self._shrink()
        return self._texts

    def lines(self) -> Counter[str]:
        """The lines of the sample, and how often each comes in it."""
        found: Counter[str] = Counter()
        for texts in self.texts():
            for line, count in texts.lines:
                found[line] += count
        return found

    def _shrink(self) -> None:
        self._texts.sort()
        size = 0
        for count, texts in enumerate(self._texts, 1):
            size += texts.bytes
            if size >= self._most:
                del self._texts[count:]
                break
        self._size = size
