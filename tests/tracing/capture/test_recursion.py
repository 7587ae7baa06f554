"""How deep a program can go is what the interpreter alone says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tracing.limits import Limits
from tracing.program import Program
from tracing.sandbox import ForkServer, Plain
from tracing.trace import Trace

DEPTH = "def depth(n=0):\n    try:\n        return depth(n + 1)\n    except RecursionError:\n"
DEPTH += "        return n\n"
WAYS = {
    "a call": "d = depth()\n",
    "a class body": "class C:\n    d = depth()\nd = C.d\n",
    "a lambda": "d = (lambda: depth())()\n",
    "code of C": "d = []\nsorted([1], key=lambda n: d.append(depth()) or n)\n",
    "a generator": "def g():\n    yield depth()\nd = [*g()]\n",
    "a new object": "class C:\n    def __init__(self):\n        self.d = depth()\nd = C().d\n",
    "a limit": "import sys\nsys.setrecursionlimit(300)\nd = sys.getrecursionlimit(), depth()\n",
    "two limits": "import sys\nsys.setrecursionlimit(300)\nd = [depth()]\n"
    "sys.setrecursionlimit(1500)\nd.append(depth())\n",
}


@pytest.fixture(scope="module", params=[100, 10_000])
def server(request: pytest.FixtureRequest) -> Iterator[ForkServer]:
    """Of programs that are cut, or not."""
    server = ForkServer(Limits(wall_seconds=20.0, events=request.param))
    yield server
    server.close()


@pytest.mark.parametrize("way", WAYS)
def test_a_script(server: ForkServer, way: str) -> None:
    source = f"{DEPTH}{WAYS[way]}print(d)\n"
    assert printed(server, Program("p", source)) == interpreted(source)


@pytest.mark.parametrize("way", WAYS)
def test_the_module_of_an_entry_and_the_entry(server: ForkServer, way: str) -> None:
    source = f"{DEPTH}{WAYS[way]}def f():\n    print(d)\n    print(depth())\n"
    main = "def main():\n    return f()\nmain()\n"
    assert printed(server, Program("p", source, "f", "")) == interpreted(source + main)


def printed(server: ForkServer, program: Program) -> bytes:
    """What a program prints, traced and not."""
    trace, plain = server.run(program), server.run_plain(program)
    assert isinstance(trace, Trace), trace
    assert isinstance(plain, Plain), plain
    assert trace.stdout == plain.stdout
    return trace.stdout


def interpreted(source: str) -> bytes:
    """What a source prints where the interpreter runs it as its only one."""
    arguments = [sys.executable, "-I", "-S", "-c", source]
    return subprocess.run(arguments, capture_output=True, check=True).stdout


LIMITS = """
import sys
def at(n, limit):
    if n:
        return at(n - 1, limit)
    try:
        sys.setrecursionlimit(limit)
    except (RecursionError, ValueError) as error:
        return str(error)
    else:
        return sys.getrecursionlimit()
    finally:
        sys.setrecursionlimit(1000)
class Of:
    def __init__(self):
        self.text = at(2, 4)
print([at(n, limit) for n in (0, 5, 50) for limit in (-1, 0, 1, n, n + 2, n + 3, n + 4, n + 9)])
print([*map(at, [3, 4], [5, 9])], Of().text)
"""


def test_a_limit_that_is_too_low(server: ForkServer) -> None:
    assert printed(server, Program("p", LIMITS)) == interpreted(LIMITS)
