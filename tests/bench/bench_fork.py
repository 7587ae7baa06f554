"""What a program costs in the fork server beside its own run, step by step.

    python tests/bench/bench_fork.py [LEVEL]

A server of that level (strict) is made ready as always. Before it serves, the process that forks
does so for children that come further and further on the way of a program of 100 events, and end
there. Medians are printed: microseconds of CPU of the child and of the fork, and how many pages of
memory the child was given. `python -I -S` that does nothing stands beside them.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FORKS = 200
LOOP = "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
REQUEST = {"source": LOOP, "entry": "f", "args": "47", "stdin": "", "traced": True, "limits": None}
_clock, _exit, _wait, _fork = time.process_time, os._exit, os.wait4, os.fork
Step = Callable[[], object]
# What asks to be told of forks, as `random` does, must not be loaded in the server before its own
# main begins.


def ways(server: Any, modules: dict[str, Any]) -> dict[str, list[Step]]:
    """What children do, by the name of the last step: all up to that one."""
    run, null = server._run_of(REQUEST), os.open(os.devnull, os.O_WRONLY)
    set_group = modules["server"]._set_group
    begin: list[tuple[str, Step]] = [
        ("fork and end", lambda: None),
        ("end with server", server._isolation.follow),
        ("group", lambda: set_group(0, 0)),
        ("descriptors", lambda: (os.dup2(null, 3), os.closerange(4, 1 << 20))),
    ]
    rest: list[tuple[str, Step]] = [
        ("streams", lambda: run._accept(REQUEST)),
        ("limits", lambda: modules["guard"].limit(run.bounds, server._taken)),
        ("filter", server._isolation.close_child),
        ("compile", run._compile),
    ]
    names, steps = zip(*begin, *rest, strict=True)
    found = {name: list(steps[: k + 1]) for k, name in enumerate(names)}
    go = [
        *found["descriptors"],
        lambda: run.go(REQUEST, server._isolation.close_child, server._taken),
    ]
    return {**found, "run and send": go}


def forked(steps: list[Step]) -> tuple[float, float, int]:
    """CPU seconds of a child that takes these steps, and of its fork, and its pages."""
    started = _clock()
    child = _fork()
    if child == 0:
        try:
            for step in steps:
                step()
        finally:
            _exit(0)
    fork = _clock() - started
    usage = _wait(child, 0)[2]
    return usage.ru_utime + usage.ru_stime, fork, usage.ru_minflt


def measure(server: Any, modules: dict[str, Any]) -> None:
    """Print what each way costs; they take turns."""
    from statistics import median

    server._channel.key = bytes(16)
    each, found = ways(server, modules), {}
    for _ in range(FORKS):
        for name, steps in each.items():
            found.setdefault(name, []).append(forked(steps))
    for name, costs in found.items():
        child, fork, pages = map(median, zip(*costs, strict=True))
        line = f"  {name:16}{child * 1e6:6.0f} µs {fork * 1e6:6.0f} µs {pages:5.0f} pages\n"
        os.write(2, line.encode())


def be_server() -> None:
    """The server's own main, with `measure` before serving."""
    path = ROOT / "tracing" / "capture" / "__main__.py"
    names: dict[str, Any] = {"__name__": "start", "__file__": str(path)}
    exec(compile(path.read_text(), str(path), "exec"), names)
    load = names["_load"]

    def loaded(folder: str) -> dict[str, Any]:
        modules: dict[str, Any] = load(folder)
        template = modules["template"].Template
        serve = template._serve

        def measured(self: Any, be_child: Any) -> None:
            measure(be_child.__self__, modules)
            serve(self, be_child)

        template._serve = measured
        return modules

    names["_load"] = loaded
    names["main"]()


def interpreter() -> tuple[float, int]:
    """CPU seconds and pages of an interpreter that does nothing."""
    import subprocess

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    executable = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([executable, "-I", "-S", "-c", "pass"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_minflt - before.ru_minflt


def main() -> None:
    """Print what was measured."""
    sys.path.insert(0, str(ROOT))
    from statistics import median

    from tracing import sandbox
    from tracing.isolation import Level
    from tracing.limits import Limits

    sandbox._START = Path(__file__)
    server = sandbox.ForkServer(Limits(), level=Level((sys.argv[1:] or ["strict"])[0]))
    server.start()
    print(f"  {server.description}")
    server.close()
    seconds, pages = map(median, zip(*(interpreter() for _ in range(20)), strict=True))
    print(f"  {'python -I -S':16}{seconds * 1e6:6.0f} µs {pages:15.0f} pages")


if __name__ == "__main__":
    be_server() if len(sys.argv) > 2 else main()
