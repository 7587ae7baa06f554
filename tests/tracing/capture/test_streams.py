"""Standard input, output and errors, by whatever way a program uses them."""

from __future__ import annotations

import pytest
from support.programs import Runner

from tracing.limits import Limits
from tracing.rejection import Reason, Rejection
from tracing.trace import Outcome, Trace

PRINTS = {
    "print('a', 'b', sep='-', end='!')": b"a-b!",
    "import sys\nsys.stdout.writelines(['a', 'b'])": b"ab",
    "import sys\nsys.stdout.buffer.write(b'\\0\\xff')": b"\0\xff",
    "import sys\nsys.stdout.buffer.raw.write(b'r')\nprint('x')": b"rx\n",
    "import sys\nsys.__stdout__.write('a')": b"a",
    "import os\nprint('later')\nos.write(1, b'first ')": b"first later\n",
    "open(1, 'w', closefd=False).write('o')\nprint('x')": b"ox\n",
    "import sys\nsys.stdout.detach().write(b'q')": b"q",
    "import sys\nprint('a')\nsys.stdout.close()": b"a\n",
    "import sys\nsys.stdout.reconfigure(encoding='latin-1')\nprint('é')": b"\xe9\n",
    "import sys, io\nsys.stdout = io.StringIO()\nprint('a')\nsys.stdout = sys.__stdout__": b"",
    "import contextlib, sys\nwith contextlib.redirect_stdout(sys.stderr):\n    print('a')": b"",
    "import sys\nsys.stdout = None\nprint('a')": b"",
    "import sys\nclass W:\n    def write(self, s): sys.__stdout__.write(s.upper())\n"
    "sys.stdout = W()\nprint('a')": b"A\n",
    "help(len)": b"Help on built-in function len in module builtins:\n\nlen(obj, /)\n"
    b"    Return the number of items in a container.\n\n",
    "import warnings\nwarnings.warn('to stderr')": b"",
    "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()": b"",
    "try:\n    print('\\ud800')\nexcept UnicodeEncodeError:\n    print('no')": b"no\n",
    "print('\\x00\\u2028é')": b"\x00\xe2\x80\xa8\xc3\xa9\n",
}


@pytest.mark.parametrize("source", PRINTS)
def test_output(runner: Runner, source: str) -> None:
    trace = runner.trace(source)
    assert trace.stdout == PRINTS[source]
    assert trace.outcome is Outcome.NORMAL


def test_the_streams_are_those_of_a_pipe(runner: Runner) -> None:
    source = """
        import sys
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            print(stream.name, stream.mode, stream.encoding, stream.errors, stream.fileno(),
                  stream.isatty(), type(stream).__name__, type(stream.buffer).__name__)
        print(sys.stdout.seekable(), sys.stdout.line_buffering)
        for way in (lambda: sys.stdout.seek(0), lambda: sys.stdout.truncate(0)):
            try:
                way()
            except OSError as e:
                print(type(e).__name__, e)
        """
    assert runner.trace(source).stdout.decode().splitlines() == [
        "<stdin> r utf-8 strict 0 False TextIOWrapper BufferedReader",
        "<stdout> w utf-8 strict 1 False TextIOWrapper BufferedWriter",
        "<stderr> w utf-8 backslashreplace 2 False TextIOWrapper BufferedWriter",
        "False False",
        "UnsupportedOperation underlying stream is not seekable",
        "OSError [Errno 22] Invalid argument",
    ]


READS = [
    ("input()", "a\nb", "'a'"),
    ("input(), input()", "a\nb", "('a', 'b')"),
    ("[*__import__('sys').stdin]", "a\nb\n", "['a\\n', 'b\\n']"),
    ("open(0).read()", "a\r\nb", "'a\\nb'"),
    ("open(0, 'rb').read()", "a\r\né", "b'a\\r\\n\\xc3\\xa9'"),
    ("__import__('os').read(0, 2)", "abc", "b'ab'"),
    ("__import__('sys').stdin.buffer.read()", "\ud800\0", "b'\\xed\\xa0\\x80\\x00'"),
    ("open(0, 'rb').read()", "\ud800\udc00", "b'\\xed\\xa0\\x80\\xed\\xb0\\x80'"),
    ("__import__('sys').stdin.read()", "", "''"),
    ("[*iter(input, 'end')]", "1\n2\nend\n3\n", "['1', '2']"),
    ("__import__('fileinput').input().readline()", "x\n", "'x\\n'"),
]


@pytest.mark.parametrize(("expression", "stdin", "shown"), READS)
def test_input(runner: Runner, expression: str, stdin: str, shown: str) -> None:
    trace = runner.trace(f"x = {expression}\n", stdin=stdin)
    assert trace.scope(len(trace) - 1)["x"] == shown


def test_much_input(runner: Runner) -> None:
    trace = runner.trace("x = sum(map(int, open(0)))\n", stdin="7\n" * 300_000)
    assert trace.scope(len(trace) - 1)["x"] == "2100000"


def under(runner: Runner, source: str) -> Trace | Rejection:
    return runner.under(Limits(wall_seconds=20.0, output=1000), source)


ENOUGH = {
    "one": "print('a' * 1000, end='')\n",
    "many": "for i in range(100):\n    print('a' * 9)\n",
    "of the descriptor": "import os\nos.write(1, b'a' * 1000)\n",
    "to errors": "import sys\nsys.stderr.write('a' * 5000)\nprint('b' * 999)\n",
}
TOO_MUCH = {
    "one": "print('a' * 1001, end='')\n",
    "many": "for i in range(101):\n    print('a' * 9)\n",
    "bytes": "print('é' * 501, end='')\n",
    "of the descriptor": "import os\nos.write(1, b'a' * 5000)\n",
    "bit by bit": "import os\nfor i in range(9):\n    os.write(1, b'a' * 300)\n",
    "that it would not let go": (
        "try:\n    print('a' * 5000)\nfinally:\n    while True:\n        pass\n"
    ),
    "at its end": "import atexit\natexit.register(print, 'a' * 5000)\n",
    "by both ways": "import os\nprint('a' * 600)\nos.write(1, b'a' * 600)\n",
    "in a thread": "import threading\nthreading.Thread(target=print, args=('a' * 5000,)).start()\n",
}


@pytest.mark.parametrize("name", ENOUGH)
def test_as_much_as_allowed(runner: Runner, name: str) -> None:
    trace = under(runner, ENOUGH[name])
    assert isinstance(trace, Trace), trace
    assert len(trace.stdout) == 1000


@pytest.mark.parametrize("name", TOO_MUCH)
def test_more_than_allowed(runner: Runner, name: str) -> None:
    result = under(runner, TOO_MUCH[name])
    assert isinstance(result, Rejection)
    assert result.reason is Reason.OUTPUT


def test_who_closes_the_output_descriptor_has_no_output(runner: Runner) -> None:
    assert runner.rejection("import os\nos.close(1)\n")[0] in (Reason.TAMPERED, Reason.KILLED)
