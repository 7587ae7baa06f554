"""What several processes do at once that wait for one another's start: rates, added up.

How many times as much two of them do as one depends on the machine first: processors may be two
halves of one, or be lent to others. `machine` tells that, of interpreters that share nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

_LOOP = "for number in range(10_000_000): number & 7"


def rates(line: Sequence[str], count: int) -> float:
    """The sum of what so many processes of a command tell, which calls `told`."""
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = sum(float(process.communicate()[0]) for process in processes)
    if any(process.returncode for process in processes):
        raise RuntimeError(f"{line}: failed")
    return found


def told(run: Callable[[], object], times: int) -> None:
    """Say that all is ready, wait for the start, and tell how many times a second it runs."""
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    for _ in range(times):
        run()
    print(times / (time.perf_counter() - started), flush=True)


def machine() -> float:
    """How many times as much as one two interpreters do at once that only count."""
    line = [sys.executable, __file__]
    return rates(line, 2) / rates(line, 1)


if __name__ == "__main__":
    told(lambda: exec(_LOOP), 4)
