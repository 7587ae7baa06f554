"""What isolation costs: programs a second in the fork server, beside an interpreter for each.

    python tests/bench/bench_sandbox.py [--rounds 5] [--programs 100] [--memory 100000]

Three programs are run: one of about 100 events, one of no event but its own, and one that imports
five standard modules. Plain `python -I -S` runs them without recording anything. All ways take
turns, in rounds; medians are printed, and their ratios, of elapsed time and of the CPU time of all
processes together: that tells more where the machine has other work, too. Then, what two processes
do at once that have a server each, times one of them, and what two interpreters do that only count:
more the machine does not give. With --memory, so many programs are run in one server, and the
memory of host and server is told on the way.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import at_once

from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.sandbox import ForkServer, SandboxError
from tracing.trace import Trace

LOOP = "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
IMPORTS = "import collections, dataclasses, json, random, re\ndef f(n):\n    return n\n"
PROGRAMS = {
    "100 events": Program("loop", LOOP, "f", "47"),
    "empty": Program("empty", "def f(n):\n    return n\n", "f", "1"),
    "5 imports": Program("imports", IMPORTS, "f", "1"),
}


def interpreter(program: Program) -> Callable[[], None]:
    """An interpreter for each run, nothing recorded."""
    executable = getattr(sys, "_base_executable", sys.executable)
    source = f"{program.source}\n{program.entry}({program.args})\n"
    line = [executable, "-I", "-S", "-c", source]
    return lambda: subprocess.run(line, check=True, capture_output=True) and None


def forked(server: ForkServer, program: Program) -> Callable[[], None]:
    """A fork for each run, traced."""

    def run() -> None:
        if not isinstance(server.run(program), Trace):
            raise AssertionError(program.id)

    return run


def seconds(run: Callable[[], None], times: int) -> float:
    """Seconds of one run."""
    started = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - started) / times


def both(run: Callable[[], None], times: int, server: ForkServer | None) -> tuple[float, float]:
    """Seconds of one run: elapsed, and of CPU in this process, its children and the server's."""
    before = used(server)
    elapsed = seconds(run, times)
    return elapsed, (used(server) - before) / times


def used(server: ForkServer | None) -> float:
    """CPU seconds so far of this process and its children that have ended, and of a server."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for process in processes(server):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own, and of its children that have ended
    own = time.process_time() + ended.ru_utime + ended.ru_stime
    return own + ticks / os.sysconf("SC_CLK_TCK")


def processes(server: ForkServer | None) -> list[int]:
    """The processes of a server."""
    found = [server._process.pid] if server is not None and server._process is not None else []
    for process in found:  # which grows
        found += map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
    return found


def servers() -> dict[str, ForkServer]:
    """A running server of each level that can be had; how long each took to start is printed."""
    found = {}
    for level in (Level.STRICT, Level.CONTAINER, Level.UNSAFE):
        server = ForkServer(Limits(), level=level)
        started = time.perf_counter()
        try:
            server.start()
        except SandboxError as error:
            print(f"{level}: {error}")
            continue
        print(f"{server.description}: started in {time.perf_counter() - started:.2f} s")
        found[str(level)] = server
    return found


def compare(
    name: str, program: Program, ways: dict[str, ForkServer], options: argparse.Namespace
) -> None:
    """Print the milliseconds of each way, and how many times faster than an interpreter it is."""
    times = options.programs
    found: dict[str, list[tuple[float, ...]]] = {}
    for _ in range(options.rounds):
        cost = both(interpreter(program), times // 4, None)
        found.setdefault("python -I -S", []).append(cost)
        for level, server in ways.items():
            cost = both(forked(server, program), times, server)
            found.setdefault(level, []).append(cost)
    print(f"{name}: elapsed and CPU time of one, and how many times less than the first")
    medians = {
        way: [statistics.median(values) for values in zip(*costs, strict=True)]
        for way, costs in found.items()
    }
    for way, costs in medians.items():
        pairs = zip(costs, medians["python -I -S"], strict=False)
        print(
            f"  {way:12}", *(f"{cost * 1e3:8.2f} ms {base / cost:6.2f} ×" for cost, base in pairs)
        )


def scale(options: argparse.Namespace) -> None:
    """Print how many times as much two at once do as one, and what the machine gives."""
    line = [sys.executable, __file__, "--alone", "--programs", str(options.programs * 5)]
    pairs = [
        (at_once.rates(line, 2) / at_once.rates(line, 1), at_once.machine())
        for _ in range(options.rounds)
    ]
    ours, counting = map(statistics.median, zip(*pairs, strict=True))
    print(f"two at once {ours:.2f} × one; two interpreters that only count {counting:.2f} ×")


def alone(programs: int) -> None:
    """Be one of those."""
    server, program = ForkServer(Limits()), PROGRAMS["100 events"]
    run = forked(server, program)
    run()
    at_once.told(run, programs)
    server.close()


def resident(process: int | str) -> int:
    """KiB of memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


def memory(server: ForkServer, programs: int) -> None:
    """Run many programs; print the memory of host and server at ten moments."""
    for number in range(1, programs + 1):
        server.run(Program(f"p{number}", f"{LOOP}# {number}\n", "f", str(number % 50)))
        if number % max(1, programs // 10) == 0:
            there = sum(map(resident, processes(server)))
            print(f"  {number:7,} programs: KiB {resident('self'):,} host, {there:,} server")


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        alone(options.programs)
        return
    ways = servers()
    for name, program in PROGRAMS.items():
        compare(name, program, ways, options)
    scale(options)
    if options.memory:
        memory(next(iter(ways.values())), options.memory)
    for server in ways.values():
        server.close()


if __name__ == "__main__":
    main()
