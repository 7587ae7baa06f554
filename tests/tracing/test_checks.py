"""A second run tells programs that do something else untraced, or not the same twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.read import read_file
from tracing.checks import Check, CheckedServer
from tracing.limits import Limits
from tracing.program import Program
from tracing.rejection import Reason, Rejection
from tracing.sandbox import ForkServer
from tracing.trace import Trace

LIMITS = Limits(wall_seconds=20.0)
SEES_THE_TRACER = "import sys\nx = sys.gettrace() is None\nprint(x)\n"
OF_HASHES = "x = list({'a', 'b', 'c', 'd', 'e', 'f'})\n"
OF_ADDRESSES = "x = id(object()) % 10**6 + id([]) % 10**6\n"
PLAIN = {
    "a script": "x = 1\nprint(x)\n",
    "its exception": "raise ValueError([1, 2])\n",
    "a good end": "raise SystemExit(0)\n",
    "a bad end": "raise SystemExit('no')\n",
    "recursion": "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n"
    "    print(e)\n",
    "its depth": "d = 0\ndef f():\n    global d\n    d += 1\n    f()\ntry:\n    f()\n"
    "except RecursionError:\n    print(d)\n",
    "its limit": "import sys\nprint(sys.getrecursionlimit())\nsys.setrecursionlimit(99)\n"
    "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print(e)\n",
    "sets of texts": "print(sorted({'a', 'b'}))\n",
    "chance": "import random, uuid, time\nprint(random.random(), uuid.uuid4(), time.time())\n",
    "threads": "import threading\nt = threading.Thread(target=print, args=(1,))\nt.start()\n"
    "t.join()\n",
}


def script(source: str) -> Program:
    return Program("p", source)


@pytest.fixture(scope="module")
def both() -> Iterator[CheckedServer]:
    server = CheckedServer(ForkServer(LIMITS), Check.BOTH, mark=False)
    yield server
    server.close()


@pytest.fixture(scope="module")
def marking() -> Iterator[CheckedServer]:
    server = CheckedServer(ForkServer(LIMITS), Check.DETERMINISM, mark=True)
    yield server
    server.close()


@pytest.mark.parametrize("name", PLAIN)
def test_what_does_the_same_passes(both: CheckedServer, name: str) -> None:
    checked = both.run(script(PLAIN[name]))
    assert isinstance(checked.found, Trace), checked.found
    assert checked.is_stable


def test_the_programs_that_come_with_the_project_pass(both: CheckedServer) -> None:
    for program in read_file("builtin", CorpusConfig()):
        assert isinstance(program, Program)
        checked = both.run(program)
        assert isinstance(checked.found, Trace), checked.found


@pytest.mark.parametrize(
    ("program", "detail"),
    [
        (script(SEES_THE_TRACER), "untraced, it prints something else"),
        (script(SEES_THE_TRACER.replace("print(x)", "assert x")), "it ends as normal, not error"),
        (
            Program("p", f"def f():\n    {SEES_THE_TRACER.splitlines()[0]}; return "
                    "sys.gettrace() is None\n", "f"),
            "untraced, it gives True, not False",
        ),
    ],
)  # fmt: skip
def test_what_tracing_changes_is_rejected(
    both: CheckedServer, program: Program, detail: str
) -> None:
    found = both.run(program).found
    assert isinstance(found, Rejection)
    assert found.reason is Reason.CHANGED
    assert detail in found.detail


@pytest.mark.parametrize(("source", "name"), [(OF_HASHES, "x = ["), (OF_ADDRESSES, "x = ")])
def test_what_is_not_deterministic_is_rejected(both: CheckedServer, source: str, name: str) -> None:
    found = both.run(script(source)).found
    assert isinstance(found, Rejection)
    assert found.reason is Reason.UNSTABLE
    assert name in found.detail


def test_or_marked(marking: CheckedServer) -> None:
    unstable, stable = marking.run(script(OF_HASHES)), marking.run(script("x = 1\n"))
    assert isinstance(unstable.found, Trace)
    assert (unstable.is_stable, stable.is_stable) == (False, True)


def test_nothing_is_looked_at_unasked() -> None:
    server = CheckedServer(ForkServer(LIMITS), Check.NONE, mark=False)
    checked = server.run(script(OF_HASHES))
    server.close()
    assert isinstance(checked.found, Trace)
    assert checked.is_stable is None


def test_what_is_rejected_is_not_run_again(both: CheckedServer) -> None:
    found = both.run(script("1 +\n")).found
    assert isinstance(found, Rejection)
    assert found.reason is Reason.SYNTAX_ERROR


def test_what_is_refused_is_refused_where_nothing_is_recorded() -> None:
    source = "class A:\n    def __repr__(self):\n        return open('/etc/hostname').read()\n"
    server = ForkServer(LIMITS)
    try:
        found = server.run_plain(Program("p", source + "def f():\n    return A()\n", "f", ""))
    finally:
        server.close()
    assert isinstance(found, Rejection)
    assert found.reason is Reason.DENIED
