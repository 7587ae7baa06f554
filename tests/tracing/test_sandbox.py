"""The fork server: limits from outside, true reasons, nothing left, nobody else harmed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest
from support.processes import alive, children, descriptors, has_begun, soon
from support.programs import Runner
from support.servers import changed, program_processes, server_process, template_process

from tracing import sandbox as module
from tracing.isolation import Level
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer, Sandbox, SandboxError
from tracing.trace import Function, Trace

LEVELS = (Level.STRICT, Level.CONTAINER, Level.UNSAFE)
BLOCKED = "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"
BUSY = "while True:\n    pass\n"
GROWING = "x = []\nwhile True:\n    x.append(bytearray(1 << 20))\n"


def script(source: str) -> Program:
    return Program("p", source)


@pytest.fixture(params=LEVELS)
def server(request: pytest.FixtureRequest) -> Iterator[ForkServer]:
    """A server of the test's own, at each level that can be had."""
    server = server_at(request.param)
    yield server
    server.close()


def server_at(level: Level, **options: Any) -> ForkServer:
    server = ForkServer(Limits(wall_seconds=20.0), level=level, **options)
    try:
        server.start()
    except SandboxError as error:
        pytest.skip(str(error))
    return server


def started(server: ForkServer) -> int:
    """The server's process, once it has answered."""
    assert isinstance(server.run(script("x = 1\n")), Trace)
    return server_process(server)


def reason_under(runner: Runner, source: str, **limits: float) -> Reason:
    result = runner.under(Limits(**{"wall_seconds": 20.0, **limits}), source)  # type: ignore[arg-type]
    assert isinstance(result, Rejection), result
    assert result.detail
    assert "\n" not in result.detail
    return result.reason


# Limits and reasons.


@pytest.mark.parametrize(
    "source",
    [
        BLOCKED,
        "import time\nwhile True:\n    time.sleep(1)\n",
        "x = sum(range(10**11))\n",
        "try:\n    while True: pass\nfinally:\n    while True: pass\n",
        "import signal\nfor s in set(signal.Signals) - {9, 19}:\n    signal.signal(s, print)\n"
        "while True:\n    pass\n",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n",
        "import atexit\n@atexit.register\ndef f():\n    while True: pass\n",
        "import threading\nt = threading.Thread(target=threading.Event().wait)\nt.start()\n",
        "class A:\n    def __repr__(self):\n        while True: pass\na = A()\nb = a\n",
        "import os\nos.read(os.pipe()[0], 1)\n",
    ],
)
def test_wall_time(runner: Runner, source: str) -> None:
    start = time.monotonic()
    assert reason_under(runner, source, wall_seconds=0.5) is Reason.TIME
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "source",
    [BUSY.replace("pass", "x = 1"), "import signal\nsignal.signal(24, print)\nx = 7 ** 10 ** 9\n"],
)
def test_cpu_time(runner: Runner, source: str) -> None:
    assert reason_under(runner, source, cpu_seconds=1, never=10**9) is Reason.TIME


@pytest.mark.parametrize(
    "source",
    [
        "x = [0] * 10**9\n",
        GROWING,
        "x = []\nwhile True:\n    x.append(object())\n",
        "x = []\nfor i in range(10**9):\n    x = [x, x, i]\n",
        "x = []\ntry:\n    while True:\n        x.append([])\nfinally:\n    y = [x] * 10**6\n",
        "d = {}\nwhile True:\n    d[len(d)] = str(len(d)) * 100\n",
        "def f(x):\n    return f(x * 2)\nf('x' * 1000)\n",
        "raise MemoryError\n",
        "class A:\n    def __repr__(self):\n        return 'x' * 10**10\na = A()\nb = a\n",
    ],
)
def test_memory(runner: Runner, source: str) -> None:
    reason = reason_under(runner, source, memory=200 << 20, never=10**9, events=100)
    assert reason is Reason.MEMORY


def test_a_trace_too_large(runner: Runner) -> None:
    source = "s = ''\nfor i in range(2000):\n    s = str(i) * 300\n"
    assert reason_under(runner, source, trace=10_000) is Reason.TRACE_SIZE


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("import os\nos._exit(0)\n", "its process ended with status 0"),
        ("import os\nos._exit(7)\n", "its process ended with status 7"),
        ("import os\nos.abort()\n", "its process was ended by SIGABRT"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "ended by SIGKILL"),
        ("import signal\nsignal.raise_signal(signal.SIGTERM)\n", "ended by SIGTERM"),
        ("import faulthandler\nfaulthandler._sigsegv()\n", "ended by SIGSEGV"),
    ],
)
def test_killed(runner: Runner, source: str, detail: str) -> None:
    reason, found = runner.rejection(source)
    assert reason is Reason.KILLED
    assert detail in found


def test_many_threads_are_too_many(runner: Runner) -> None:
    source = (
        "import threading\nwait = threading.Event()\n"
        "for i in range(1000):\n    threading.Thread(target=wait.wait, daemon=True).start()\n"
    )
    result = runner.under(Limits(wall_seconds=20.0, processes=20), source)
    assert isinstance(result, Rejection) or result.outcome == "error"


# One program after another.


def test_nothing_of_a_program_is_seen_by_the_next(runner: Runner) -> None:
    changes = (
        "import builtins, json, math, os, random, sys, time\nbuiltins.len = None\nmath.pi = 3\n"
        "sys.path.clear()\nos.environ['X'] = '1'\nrandom.seed(9)\ntime.sleep(100)\n"
        "sys.setrecursionlimit(50)\njson.dumps = None\nsys.modules.clear()\nos._exit\n"
    )
    looks = (
        "import json, math, os, random, sys, time\n"
        "print(len, math.pi, os.environ, random.random(), time.time(), json.dumps(1), sys.path)\n"
    )
    before = runner.trace(looks)
    runner.run(changes)
    assert runner.trace(looks) == before


ENDINGS = [
    BLOCKED,
    GROWING,
    "import os\nos._exit(1)\n",
    "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    "import os\nos.close(3)\n",
    "import os\nos.write(3, b'x' * 100_000_000)\n",
    "import os\nos.closerange(0, 100)\n",
    "open('x', 'w')\n",
    "print('x' * 10**8)\n",
    "import sys\nsys.settrace(None)\n",
    "def f(): f()\nf()\n",
    "(" * 10**5 + ")" * 10**5,
]


def test_the_next_program_runs_in_the_same_server(server: ForkServer) -> None:
    process, template = started(server), template_process(server)
    server._limits = Limits(wall_seconds=1.0, memory=300 << 20, never=10**9)
    for source in ENDINGS:
        server.run(script(source))
        assert started(server) == process, source[:60]
        assert server.restarts == 0
        assert children(process) == {template}
        assert not children(template), source[:60]


# Addresses of small and large objects, of functions, and an order that hangs on addresses.
ADDRESSES = """
class Own:
    pass
print(id(Own()), id([Own()]), id({}), id((1, Own())), id(b"x" * 600), id(ADDRESSES))
print([own.n for own in {*owns()}])
"""
DEFINED = (
    "def ADDRESSES(): pass\n"
    + """
def owns():
    for n in range(50):
        own = Own()
        own.n = n
        yield own
"""
)
LONG = "".join(f"def f{k}():\n    return {[k] * 20}\n" for k in range(300))
BEFORE = [*ENDINGS, LONG, "x = list(map(str, range(10**5)))\n", "import json, ast, this\n"]


def addresses(server: ForkServer, long: bool) -> bytes:
    trace = server.run(script(DEFINED + LONG * long + ADDRESSES))
    assert isinstance(trace, Trace), trace
    return trace.stdout


def test_addresses_do_not_hang_on_what_ran_before(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, limits = [addresses(server, long) for long in (False, True)], server._limits
    for source in BEFORE:
        server._limits = Limits(wall_seconds=1.0, memory=300 << 20, never=10**9)
        server.run(script(source))
        server._limits = limits
        assert [addresses(server, long) for long in (False, True)] == first, source[:60]
    wait = "self.last.wait(child)"
    leak = f"{wait}; self.kept = [*getattr(self, 'kept', ()), object()]"
    monkeypatch.setattr(module, "_START", changed(tmp_path, "template.py", wait, leak))
    server.close()
    assert len({addresses(server, long=False) for _ in range(9)}) > 1


def test_addresses_do_not_hang_on_the_server(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither on its level, nor on where its files are or on numbers of descriptors."""
    first = addresses(server, long=True)
    old = "guard.end_where_files_grow()"
    more = f"{old}\n        self.more = [bytes(n) for n in range(9999)]"
    same = changed(tmp_path / "a folder of a longer name", "server.py", old, more)
    others = changed(tmp_path / "b", "server.py", "room.settle()", "0")
    with contextlib.ExitStack() as files:
        for _ in range(200):
            files.enter_context(open(os.devnull))
        for start, is_same in ((same, True), (others, False)):
            monkeypatch.setattr(module, "_START", start)
            for level in {server.start(), Level.UNSAFE}:
                another = server_at(level)
                assert (addresses(another, long=True) == first) is is_same
                another.close()


def test_ids_are_the_hosts(runner: Runner) -> None:
    assert runner.trace("x = 1\n").program == "p"
    result = runner.run("1 +\n")
    assert isinstance(result, Rejection)
    assert result.program == "p"


def test_what_it_takes_of_the_host_does_not_grow(server: ForkServer) -> None:
    started(server)
    before = descriptors()
    for source in ["x = 1\n", "1 +\n", "import os\nos._exit(0)\n"] * 10:
        server.run(script(source))
    assert descriptors() == before
    server.close()
    assert descriptors() == before - 1


# Processors.


def processors_of_a_child(server: ForkServer, known: Callable[[set[int]], bool]) -> bool:
    """Whether `known` comes to hold for the processors of a program that runs."""
    started(server)
    runs = threading.Thread(target=lambda: server.run(script(BLOCKED)))
    runs.start()
    assert soon(has_begun)
    (child,) = program_processes(server)
    found = soon(lambda: known(os.sched_getaffinity(child)), 1.0)
    os.kill(child, signal.SIGKILL)
    runs.join()
    return found


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor")
def test_a_program_begins_on_one_processor_and_may_soon_run_on_all(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert processors_of_a_child(server, lambda found: found == os.sched_getaffinity(0))
    never = changed(tmp_path, "server.py", "_SETTLED = 20 ", "_SETTLED = 10**6 ")
    monkeypatch.setattr(module, "_START", never)
    server.close()
    assert not processors_of_a_child(server, lambda found: len(found) != 1)


# The server's life.


def running_from(path: str) -> list[str]:
    """The processes that were started with this argument."""
    commands = (
        Path(f"/proc/{number}/cmdline") for number in filter(str.isdecimal, os.listdir("/proc"))
    )
    found = []
    for command in commands:
        try:
            found += [str(command)] if path in command.read_text() else []
        except OSError:  # ended meanwhile
            pass
    return found


def test_who_is_left_of_a_program_is_ended_with_its_server(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where a program's process can have children at all."""
    old = "_set_group(0, 0)"
    leave = f"import time; os.fork() or (os.setsid(), time.sleep(60)); {old}"
    start = changed(tmp_path, "server.py", old, leave)
    monkeypatch.setattr(module, "_START", start)
    server.close()
    for number in range(3):
        trace = server.run(script("x = 1\n"))
        assert isinstance(trace, Trace), trace
        assert server.restarts == number
        assert soon(lambda: not running_from(str(start)))


def test_closing_ends_everything(server: ForkServer) -> None:
    process = started(server)
    server.close()
    server.close()
    assert soon(lambda: not alive(process))
    assert started(server) != process  # it starts again when it is needed


def test_closing_ends_what_runs(server: ForkServer) -> None:
    process = started(server)
    runs = threading.Thread(target=lambda: server.run(script(BLOCKED)))
    runs.start()
    assert soon(has_begun)
    template, (child,) = template_process(server), program_processes(server)
    os.kill(process, signal.SIGKILL)
    runs.join()
    assert soon(lambda: not alive(child) and not alive(template))


@pytest.fixture
def sent(server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """What was sent to the server."""
    found: list[Program] = []
    send = server._send

    def sending(control: Any, program: Program, *rest: Any) -> Any:
        found.append(program)
        return send(control, program, *rest)

    monkeypatch.setattr(server, "_send", sending)
    return found


Find = Callable[[ForkServer], int]
both_processes = pytest.mark.parametrize("find", [server_process, template_process])


@both_processes
def test_a_program_that_ends_its_server_is_charged_and_runs_once(
    server: ForkServer, sent: list[Program], find: Find
) -> None:
    started(server)
    process = find(server)
    results: list[Trace | Rejection] = []
    runs = threading.Thread(target=lambda: results.append(server.run(script(BLOCKED))))
    runs.start()
    assert soon(has_begun)
    os.kill(process, signal.SIGKILL)
    runs.join()
    assert results == [Rejection("p", Reason.KILLED, "the sandbox itself was ended")]
    started(server)
    assert find(server) != process
    assert server.restarts == 1
    assert [program.source for program in sent] == ["x = 1\n", BLOCKED, "x = 1\n"]


@both_processes
def test_a_program_that_was_sent_to_a_killed_server_runs_on_another(
    server: ForkServer, find: Find
) -> None:
    """The server, stopped, has taken nothing when it is killed."""
    started(server)
    process = find(server)
    os.kill(process, signal.SIGSTOP)
    results: list[Trace | Rejection] = []
    runs = threading.Thread(target=lambda: results.append(server.run(script("y = 2\n"))))
    runs.start()
    assert soon(lambda: _waits(server))
    os.kill(process, signal.SIGKILL)
    runs.join()
    (trace,) = results
    assert isinstance(trace, Trace), trace
    assert trace.code == "y = 2\n"
    assert server.restarts == 1


def _waits(server: ForkServer) -> bool:
    """Whether a request lies in the socket of a server that is stopped."""
    assert server._control is not None
    waiting = fcntl.ioctl(server._control, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(waiting, "little") > 0


@both_processes
def test_a_server_killed_at_any_moment_before_costs_no_program(
    server: ForkServer, find: Find
) -> None:
    """Killed, it ends some moment later: before, while or after the next one is sent."""
    for number in range(4):
        started(server)
        os.kill(find(server), signal.SIGKILL)
        time.sleep(number / 5000)
        trace = server.run(script("y = 2\n"))
        assert isinstance(trace, Trace), trace
    assert server.restarts == 4


def test_a_program_is_sent_twice_at_most(
    server: ForkServer, sent: list[Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = server._send

    def killing(*request: Any) -> Any:
        os.kill(server_process(server), signal.SIGKILL)
        return send(*request)

    monkeypatch.setattr(server, "_send", killing)
    result = server.run(script("x = 1\n"))
    assert result == Rejection("p", Reason.KILLED, "the sandbox itself was ended")
    assert len(sent) == server.restarts == 2


def test_limits_travel_where_they_are_not_those_of_the_start(runner: Runner) -> None:
    source = "def f(n):\n    return [n] * n\nfor n in range(9):\n    print(f(n))\n"
    for limits in (Limits(events=20), Limits(items=3, characters=20), Limits(wall_seconds=19.0)):
        server = ForkServer(limits)
        assert server.run(script(source)) == runner.under(limits, source)
        server.close()


@both_processes
def test_a_server_that_was_ended_before_costs_no_program(server: ForkServer, find: Find) -> None:
    started(server)
    process = find(server)
    os.kill(process, signal.SIGKILL)
    assert soon(lambda: not alive(process))
    started(server)
    assert find(server) != process
    assert server.restarts == 1


@both_processes
def test_a_server_that_does_not_answer_is_replaced(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    """The program that it did not take runs on the next one."""
    started(server)
    process = find(server)
    monkeypatch.setattr(module, "_GRACE", 0.2)
    server._limits = Limits(wall_seconds=0.8)
    os.kill(process, signal.SIGSTOP)
    trace = server.run(script("x = 1\n"))
    assert isinstance(trace, Trace), trace
    assert server.restarts == 1
    assert soon(lambda: not alive(process))


@both_processes
def test_a_program_whose_server_does_not_answer_is_charged(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    started(server)
    process = find(server)
    monkeypatch.setattr(module, "_GRACE", 0.2)
    server._limits = Limits(wall_seconds=0.8)
    stop = threading.Thread(target=lambda: soon(has_begun) and os.kill(process, signal.SIGSTOP))
    stop.start()
    result = server.run(script(BLOCKED))
    stop.join()
    assert result == Rejection("p", Reason.TIME, "the sandbox did not answer in time")
    assert server.restarts == 1
    assert soon(lambda: not alive(process))


def test_the_server_ends_with_the_host(server: ForkServer) -> None:
    process = started(server)
    assert server._control is not None
    server._control.close()
    assert soon(lambda: not alive(process))
    server._control = None


class StoppedError(Exception):
    pass


def test_an_interrupted_run_harms_no_later_one(server: ForkServer) -> None:
    process = started(server)

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise StoppedError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(StoppedError):
            server.run(script(BLOCKED))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert started(server) != process
    assert soon(lambda: not alive(process))


def test_a_server_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("")
    monkeypatch.setattr(module, "_START", broken)
    server = ForkServer(Limits())
    with pytest.raises(SandboxError) as caught:
        server.run(script("x = 1\n"))
    assert server._process is None
    assert "its process does not start" in str(caught.value)


def test_it_is_a_sandbox(server: ForkServer) -> None:
    sandbox: Sandbox = server
    assert isinstance(sandbox.run(script("x = 1\n")), Trace)


# Packages.


def test_only_chosen_packages_can_be_imported(runner: Runner, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "a_package").mkdir()
    (tmp_path / "a_package" / "__init__.py").write_text("from . import inner\n")
    (tmp_path / "a_package" / "inner.py").write_text("def call(f):\n    return f(3)\n")
    program = Program(
        "p", "import a_package\ndef f():\n    return a_package.inner.call(lambda x: x)\n", "f"
    )
    server = ForkServer(Limits(wall_seconds=20.0), (str(tmp_path),))
    try:
        trace = server.run(program)
    finally:
        server.close()
    assert isinstance(trace, Trace)
    assert [f.qualname for f in trace.functions] == ["main", "f", "f.<locals>.<lambda>"]
    assert sorted(path.name for path in tmp_path.rglob("*.pyc")) == []
    assert runner.rejection(program.source)[0] is Reason.IMPORT_MISSING
    assert runner.rejection("import hypothesis\n")[0] is Reason.IMPORT_MISSING


def test_the_environment_is_not_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "hunter2")
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    monkeypatch.setenv("TZ", "America/New_York")
    server = ForkServer(Limits(wall_seconds=20.0))
    try:
        trace = server.run(script("import os, time\nx = [*os.environ]\ny = time.tzname\n"))
    finally:
        server.close()
    assert isinstance(trace, Trace)
    scope = trace.scope(len(trace) - 1)
    assert (scope["x"], scope["y"]) == ("['PYTHONHASHSEED', 'LANG', 'TZ']", "('UTC', 'UTC')")


# What the host checks.


def test_a_result_that_the_recorder_did_not_write(runner: Runner) -> None:
    for data in (
        "b''",
        "b'T'",
        "b'T' * 25",
        "b'R' + bytes(24)",
        "b'T' + (1).to_bytes(8, 'little')",
    ):
        source = f"import os\nos.write(3, {data})\nos._exit(0)\n"
        expected = Reason.KILLED if data == "b''" else Reason.TAMPERED
        assert runner.rejection(source)[0] is expected


def test_a_result_with_something_before_it(runner: Runner) -> None:
    assert runner.rejection("import os\nos.write(3, b'x')\n")[0] is Reason.TAMPERED


def test_functions_that_the_code_does_not_have(runner: Runner) -> None:
    trace = runner.trace("def ﬁve():\n    return [(lambda: i)() for i in range(2)]\nﬁve()\n")
    assert {f.qualname for f in trace.functions} >= {"five", "five.<locals>.<listcomp>"}
    assert module._not_in_code(trace) == []
    forged = replace(trace, functions=(*trace.functions, Function("five.<locals>.six", 1, True)))
    assert module._not_in_code(forged) == ["six"]


def test_a_server_says_nothing_where_its_host_goes_before_it_is_ready(monkeypatch, capfd) -> None:
    """As at an interrupt, which a build's worker does not outlive."""

    def interrupt(_control: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tracing.sandbox._told", interrupt)
    server = ForkServer(Limits())
    with pytest.raises(KeyboardInterrupt):
        server.start()
    server.close()
    assert capfd.readouterr().err == ""
