"""Candidate: a program as selection looks at it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.corpus.config import NearDuplicates
from pipeline.corpus.near_duplicates import sketch
from pipeline.corpus.normalise import Normaliser
from tracing.program import Program, content_id


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program, and the normal forms of its source and of its call's arguments; both are empty
    where they are not known yet."""

    program: Program
    normal: str = ""
    call: str = ""

    @classmethod
    def of(cls, program: Program, normaliser: Normaliser) -> Candidate:
        """The candidate that `program` is."""
        return cls(program, normaliser.normal(program.source), normaliser.call(program.args))


class Key(NamedTuple):
    """All that selection needs of a candidate, in about 150 bytes, and where that one is."""

    program: str  # its id
    normal: str
    content: str  # a digest of what runs
    call: str  # a digest of how it is called
    licence: str
    rest: bytes  # a digest of what else is kept of it
    sketch: bytes  # see `near_duplicates.sketch`; empty where nobody asks for it
    block: int
    row: int

    @classmethod
    def of(
        cls, candidate: Candidate, block: int, row: int, near: NearDuplicates | None = None
    ) -> Key:
        """The key of a candidate that is one row of a block."""
        program = candidate.program
        rest = repr((program.origin, program.extra)).encode("utf-8", "surrogatepass")
        return cls(
            program=program.id,
            normal=candidate.normal,
            content=content_id(program.source, program.entry, program.args, program.stdin),
            call=content_id("", program.entry, candidate.call, program.stdin),
            licence=program.licence,
            rest=hashlib.blake2b(rest, digest_size=16).digest(),
            sketch=b"" if near is None else sketch(program.source, near),
            block=block,
            row=row,
        )

    @property
    def order(self) -> tuple[object, ...]:
        """An order of which the least is kept where one of several is; equal are copies alone."""
        return self.program, self.content, self.licence, self.rest
