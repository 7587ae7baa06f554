"""Rejection: a program that cannot be used, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a program is not used. Where several hold, the one declared first is given.

    The order is that of the work: what is seen in the record, then what is seen among all records,
    then what running it showed, then what its documents showed.
    """

    BAD_RECORD = "bad record"  # a field is missing or of the wrong type
    DUPLICATE_ID = "duplicate id"  # another program has the same id and other content
    LICENCE = "licence"  # not on the list of allowed licences
    DECONTAMINATED = "decontaminated"  # its source is on the list to stay away from
    DUPLICATE = "duplicate"  # same normalised source and same call as another
    NEAR_DUPLICATE = "near duplicate"  # almost the same source as another
    CALL_CAP = "call cap"  # its source already has the allowed number of calls
    SYNTAX_ERROR = "syntax error"  # the interpreter does not compile it
    BAD_ARGUMENTS = "bad arguments"  # the text of the arguments is not that of a call
    TAMPERED = "tampered"  # it interfered with the recording
    DENIED = "denied"  # it was refused something real: a file to write, the network, a process
    OUTPUT = "output"  # it printed more than allowed
    TRACE_SIZE = "trace size"  # its trace is larger than allowed
    MEMORY = "memory"  # it ran out of the allowed memory
    TIME = "time"  # it ran out of the allowed time
    KILLED = "killed"  # its process ended before its trace did
    IMPORT_MISSING = "import missing"  # it needs a module that is not there
    MODULE_ERROR = "module error"  # the module of a function entry does not run to its end
    ENTRY_NOT_FOUND = "entry not found"  # the source defines no such function
    LOST_TRACER = "lost tracer"  # the interpreter or the program took the trace function off
    CHANGED = "changed by tracing"  # untraced, it gives or prints something else
    UNSTABLE = "not deterministic"  # with other hashes and addresses, its trace is another
    CONTEXT_TOO_LONG = "context too long"  # its code alone fills the sequence


@dataclass(frozen=True, slots=True)
class Rejection:
    """One program that is not used: its id, the reason, and a detail for people (one line)."""

    program: str
    reason: Reason
    detail: str = ""
