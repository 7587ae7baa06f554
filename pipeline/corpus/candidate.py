"""Candidate: a program as selection looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.corpus.normalise import Normaliser
from tracing.program import Program, content_id
from tracing.rejection import Reason, Rejection


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program, and the normal forms of its source and of its call's arguments."""

    program: Program
    normal: str
    call: str

    @classmethod
    def of(cls, program: Program, normaliser: Normaliser) -> Candidate:
        """The candidate that `program` is."""
        return cls(program, normaliser.normal(program.source), normaliser.call(program.args))

    @property
    def content(self) -> str:
        """A digest of what runs."""
        program = self.program
        return content_id(program.source, program.entry, program.args, program.stdin)

    @property
    def order(self) -> tuple[object, ...]:
        """A total order, whose least is kept where one of several is."""
        program = self.program
        return (program.id, self.content, program.licence, program.origin, program.extra)

    def rejected(self, reason: Reason, detail: str) -> Rejection:
        """The rejection of this program."""
        return Rejection(self.program.id, reason, detail)


Selected = tuple[list[Candidate], list[Rejection]]  # those that are kept, those that are not
