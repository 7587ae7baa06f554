"""Runs programs as the interpreter does alone: no tracer, nothing of the project.

Standard input: a JSON list of records with `id`, `source`, `entry`, `args` and `stdin`. Standard
output: a JSON object, id to [what was printed, the class of the exception that ended it or ""].
Each program has a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import sys
import types
from typing import Any


def run(record: dict[str, Any]) -> str:
    """Run one program; the class of the exception that ended it."""
    entry, source = record["entry"], record["source"]
    module = types.ModuleType("__main__" if entry is None else "prog")
    sys.modules[module.__name__] = module
    random.seed(0)
    try:
        exec(compile(source, "prog.py", "exec", dont_inherit=True), module.__dict__)
        if entry is not None:
            exec(f"{entry}({record['args']})\n", module.__dict__)
    except BaseException as error:
        return "" if isinstance(error, SystemExit) and not error.code else type(error).__name__
    return ""


def apart(record: dict[str, Any]) -> tuple[str, str]:
    """What one program printed and how it ended."""
    source, printed, ended = (os.memfd_create(name) for name in ("stdin", "printed", "ended"))
    os.write(source, (record["stdin"] or "").encode())
    os.lseek(source, 0, os.SEEK_SET)
    if os.fork() == 0:
        os.dup2(source, 0)
        os.dup2(printed, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        left_by = run(record)
        sys.stdout.flush()
        os.write(ended, left_by.encode())
        os._exit(0)
    os.wait()
    texts = [os.pread(number, 1 << 20, 0).decode() for number in (printed, ended)]
    for number in (source, printed, ended):
        os.close(number)
    return texts[0], texts[1]


if __name__ == "__main__":
    json.dump({record["id"]: apart(record) for record in json.load(sys.stdin)}, sys.stdout)
