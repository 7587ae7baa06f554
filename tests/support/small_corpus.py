"""A small corpus of all fates: programs that are traced, and one for most reasons not to be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.read import read_file
from pipeline.corpus.records import BUILTIN
from tokenization.grammar import Marker
from tracing.program import Program

Record = dict[str, Any]

SPELLINGS = "".join(marker.value for marker in Marker)
COUNT = """\
def count(s, t):
    n = 0
    for c in s:
        n += int(c == t)
    return n
"""
MARKED = f"""\
# {SPELLINGS}
class Label:
    def __repr__(self):
        return "<|pad|>" + chr(10) + "<|end_of_text|>"

def shown(text, *, label=Label()):
    "{SPELLINGS}"
    values = [text, label, {{text: b"<|frame_sep|>"}}]
    print(text, input(), values)
    try:
        raise ValueError(text)  # <|exception_sep|>
    except ValueError as error:
        return str(error) + "<|return_sep|>"
"""

_BUILTIN = (
    "euclid_gcd binary_search roman_numerals_zero fibonacci_word marker_spelling "
    "greek_names_and_tabs countdown_next async_breakfast match_shapes nested_with_suppress "
    "closure_counters add_up_stdin"
).split()

_TRACED: list[Record] = [
    {"id": "count", "source": COUNT, "entry": "count", "args": '"berry", "r"', "stars": 5},
    {"id": "count/elder", "source": COUNT, "entry": "count", "args": '"elder", "e"'},
    *(
        {"id": f"add/{k}/{x}", "source": f"def add(x):\n    y = x + {k}\n    return y\n"}
        | {"entry": "add", "args": str(x)}
        for k in range(12)
        for x in range(2)
    ),
    {"id": "marked", "source": MARKED, "entry": "shown"}
    | {"args": repr(SPELLINGS), "stdin": SPELLINGS, "origin": SPELLINGS},
    {"id": f"id {SPELLINGS}#forward.0", "source": "'markers in an id'\n"},
    {"id": "lines", "source": "\ufeffx = 1\r\nif x:\r\n\ty = 2\r\n"},
    {"id": "empty", "source": ""},
    {"id": "never", "source": "x = 0\nwhile True:\n    x += 1\n"},
    {"id": "long run", "source": "total = 0\nfor k in range(600):\n    total += k * k\n"},
    {"id": "uncaught", "source": "def f():\n    raise KeyError('x')\nf()\n"},
    {"id": "fine licence", "source": "x = 'MIT'\n", "licence": "MIT"},
]

LISTED = "answer = 42\n"
CAPPED = 3  # calls of one source that are used, of the five there are
_SAME = "def same(x):\n    return x\n"
_CALLS: list[Record] = [
    {"id": f"same/{x}", "source": _SAME, "entry": "same", "args": str(x)} for x in range(5)
]
_ONE_ID: list[Record] = [{"id": "two", "source": f"x = {k}\n"} for k in (1, 2)]

_G = "def g(x):\n    return x\n"
_REJECTED: list[tuple[Record, str, str]] = [  # with the reason and detail that each must have
    ({"id": "no source"}, "bad record", "source is missing"),
    ({"id": "other licence", "source": "x = 'GPL'\n", "licence": "GPL"}, "licence", "GPL"),
    ({"id": "listed", "source": "answer  =  42 # !\n"}, "decontaminated", "its source is listed"),
    (
        {"id": "twin", "source": f"{COUNT}# ?", "entry": "count", "args": "'berry','r'"},
        "duplicate",
        "of count",
    ),
    (
        {"id": "no python", "source": "def f(:\n"},
        "syntax error",
        "SyntaxError: invalid syntax (prog.py, line 1)",
    ),
    (
        {"id": "surrogate", "source": "x = '\ud800'\n"},
        "syntax error",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 5: "
        "surrogates not allowed",
    ),
    ({"id": "no call", "source": _G, "entry": "g", "args": ")("}, "bad arguments", ")("),
    (
        {"id": "writes", "source": "open('never-written', 'w')\n"},
        "denied",
        "open for writing: /program/never-written",
    ),
    ({"id": "connects", "source": "import socket\nsocket.socket()\n"}, "denied", "socket.__new__"),
    ({"id": "starts", "source": "import os\nos.system('true')\n"}, "denied", "os.system"),
    ({"id": "prints", "source": "print('x' * 9999)\n"}, "output", "more than 5000 bytes printed"),
    ({"id": "grows", "source": "x = bytearray(1 << 40)\n"}, "memory", "MemoryError"),
    (
        {"id": "dies", "source": "import os\nos._exit(3)\n"},
        "killed",
        "its process ended with status 3",
    ),
    (
        {"id": "untraced", "source": "import sys\nsys.settrace(None)\nx = 1\n"},
        "tampered",
        "sys.settrace",
    ),
    (
        {"id": "imports", "source": "import nothing_of_that_name\n"},
        "import missing",
        "nothing_of_that_name",
    ),
    (
        {"id": "breaks", "source": "1 / 0\ndef f(): pass\n", "entry": "f"},
        "module error",
        "ZeroDivisionError: division by zero",
    ),
    ({"id": "elsewhere", "source": _G, "entry": "f"}, "entry not found", "f"),
    (
        {"id": "too long", "source": "x = 1\n" * 2000},
        "context too long",
        "12000 characters of code",
    ),
]

CONFIG = """\
corpus:
  paths: [corpus.jsonl]
  carry: [stars]
  licences: ["", MIT, Apache-2.0]
  decontaminate: [listed.jsonl]
  calls_per_source: 3
  splits: {train: 0.6, validation: 0.2, test: 0.2}
tracing: {limits: {events: 400, never: 20000, output: 5000}}
trajectories: {forward: 2, inverse: 1}
tokenizer: {vocabulary_size: 640}
packing: {sequence_length: 2048, rows_per_shard: 4}
seed: 7
"""


def records() -> list[Record]:
    """The records of the corpus."""
    return [
        *map(_record, _builtin()),
        *_TRACED,
        *_CALLS,
        *_ONE_ID,
        *(record for record, _, _ in _REJECTED),
    ]


def traced() -> dict[str, Program]:
    """The programs that are traced whatever the order, by id."""
    found = {program.id: program for program in _builtin()}
    for record in _TRACED:
        fields = {name: value for name, value in record.items() if name != "stars"}
        found[record["id"]] = Program(**fields)
    return found


def rejected() -> dict[str, tuple[str, str]]:
    """Each program that is rejected whatever the order: its reason and detail, by id."""
    return {record["id"]: (reason, detail) for record, reason, detail in _REJECTED}


def write(folder: Path, lines: Iterable[Record]) -> None:
    """A directory to build in: configuration, corpus, and list to stay away from."""
    folder.mkdir(parents=True, exist_ok=True)
    write_records(folder / "corpus.jsonl", lines)
    write_records(folder / "listed.jsonl", [{"source": LISTED}])
    (folder / "config.yaml").write_text(CONFIG)


def write_records(path: Path, lines: Iterable[Record]) -> None:
    """A corpus file."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def _builtin() -> Iterator[Program]:
    for program in read_file(BUILTIN, CorpusConfig()):
        if isinstance(program, Program) and program.id.removeprefix("builtin/") in _BUILTIN:
            yield program


def _record(program: Program) -> Record:
    names = ("id", "source", "entry", "args", "stdin", "licence", "origin")
    return {name: getattr(program, name) for name in names}
