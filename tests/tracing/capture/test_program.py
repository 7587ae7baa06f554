"""From a source and a call to a record: what is run, how it ends, and why it cannot be used."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.programs import Runner, returned, show, spell

from tracing.rejection import Reason
from tracing.trace import Kind, Outcome

TAKES_ALL = "def f(*a, **k):\n    return a, k\n"


# The call.


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        ("", "((), {})"),
        ("1, 'a'", "((1, 'a'), {})"),
        ("*[1, 2], **{'k': 3}", "((1, 2), {'k': 3})"),
        ("k=1", "((), {'k': 1})"),
        ("1,\n  2", "((1, 2), {})"),
        ("1,\r\n2,\r3", "((1, 2, 3), {})"),
        ("1 # one\n", "((1,), {})"),
        ("'''\n'''", "(('\\n',), {})"),
        ("(x := 1), x", "((1, 1), {})"),
        ("lambda: (yield)", "((<function main.<locals>.<lambda>>,), {})"),
        ("x for x in 'a'", "((<generator main.<locals>.<genexpr>>,), {})"),
        ("f.__name__", "(('f',), {})"),
        ("'é\\ud800'", "(('é\\ud800',), {})"),
    ],
)
def test_arguments(runner: Runner, args: str, shown: str) -> None:
    trace = runner.trace(TAKES_ALL, "f", args)
    assert returned(trace)[-1] == shown
    assert trace.source() == TAKES_ALL
    assert trace.entry == "f"


@pytest.mark.parametrize(
    "args",
    [
        *("1) + f(2", "1)(2", "1))", "(", "1,,2", "*", "return 1", "1 # one", "#", "1\\", "'"),
        *("x for x in 'a', 1", "a=1, a=2", "1=2", "(yield)", "[(yield 1)]", "await f()"),
        *("\0", "\ud800", "'\ud800'", "1; 2", "print(1)\n)\n("),
    ],
)
def test_bad_arguments(runner: Runner, args: str) -> None:
    assert runner.rejection(TAKES_ALL, "f", args)[0] == Reason.BAD_ARGUMENTS


@pytest.mark.parametrize(
    ("source", "args"),
    [
        ("def f(*a): pass\n@f\n", "1"),
        ("def f(*a): pass\n@f(\n1)\n\n", "1"),
        ("def f(*a): pass\nx = 1 \\\n", "1"),
        ("def f(*a): pass\n\\\n\n", "1"),
        ('def f(*a): pass\nx = """\n', '""", (1'),
        ('def f(*a): pass\nx = """\n', '"""'),
        ("def f(*a): pass\nx = (\n", "1"),
        ("def f(*a): pass\nif f:\n", "1"),
        ("def f(*a): pass\nasync\n", "1"),
    ],
)
def test_a_source_is_no_program_by_what_follows_it(runner: Runner, source: str, args: str) -> None:
    assert runner.rejection(source, "f", args)[0] == Reason.SYNTAX_ERROR


def test_a_source_that_ends_like_one_is_a_program(runner: Runner) -> None:
    for end in ("# \\", "x = '@f'", "def main_(): pass", "class A:\n    @f\n    def g(self): pass"):
        assert (
            runner.trace(f"def f(*a):\n    return a\n{end}\n", "f", "1").outcome is Outcome.NORMAL
        )


def test_arguments_that_fail_are_what_the_program_does(runner: Runner) -> None:
    trace = runner.trace(TAKES_ALL, "f", "nothing")
    assert trace.outcome is Outcome.ERROR
    assert trace.texts[trace.arguments[2]] == "NameError(\"name 'nothing' is not defined\")"


@pytest.mark.parametrize(
    ("source", "entry", "reason"),
    [
        ("x = 1\n", "f", Reason.ENTRY_NOT_FOUND),
        ("def f(): pass\ndel f\n", "f", Reason.ENTRY_NOT_FOUND),
        ("def f():\n    def g(): pass\n", "g", Reason.ENTRY_NOT_FOUND),
        ("x = 1\n", "main", Reason.ENTRY_NOT_FOUND),  # not the wrapper
        ("exec('def main(): pass')\n", "main", Reason.ENTRY_NOT_FOUND),
        ("def f(): pass\n", "f() or f", Reason.ENTRY_NOT_FOUND),
        ("def f(): pass\n", "", Reason.ENTRY_NOT_FOUND),
        ("def f(): pass\n", "class", Reason.ENTRY_NOT_FOUND),
        ("1 / 0\ndef f(): pass\n", "f", Reason.MODULE_ERROR),
        ("raise SystemExit\ndef f(): pass\n", "f", Reason.MODULE_ERROR),
        ("import no_such\ndef f(): pass\n", "f", Reason.IMPORT_MISSING),
        ("import json.no_such\n", None, Reason.IMPORT_MISSING),
        ("from no_such.inner import x\n", None, Reason.IMPORT_MISSING),
        ("def f():\n    import no_such\n", "f", Reason.IMPORT_MISSING),
        ("def f(:\n", "f", Reason.SYNTAX_ERROR),
        ("x = '\0'\n", None, Reason.SYNTAX_ERROR),
        ("x = '\ud800'\n", None, Reason.SYNTAX_ERROR),
        ("x = '\ud800\udc00'\n", None, Reason.SYNTAX_ERROR),  # not one character
        ("return 1\n", None, Reason.SYNTAX_ERROR),
        ("(" * 300 + ")" * 300, None, Reason.SYNTAX_ERROR),
        ("raise MemoryError\n", None, Reason.MEMORY),
    ],
)
def test_rejections(runner: Runner, source: str, entry: str | None, reason: Reason) -> None:
    assert runner.rejection(source, entry)[0] == reason


@pytest.mark.parametrize(
    ("source", "entry", "outcome"),
    [
        ("try:\n    import no_such\nexcept ImportError:\n    pass\n", None, Outcome.NORMAL),
        ("import math.no_such\n", None, Outcome.ERROR),  # so everywhere: math is no package
        ("from math import no_such\n", None, Outcome.ERROR),
        ("raise ModuleNotFoundError('x', name='no_such')\n", None, Outcome.ERROR),
        ("f = 3\n", "f", Outcome.ERROR),
        ("def f(x): pass\n", "f", Outcome.ERROR),
        ("", "len", Outcome.ERROR),
        ("", "list", Outcome.NORMAL),
        ("async def f(): pass\n", "f", Outcome.NORMAL),
        ("import sys\nsys.exit()\n", None, Outcome.NORMAL),
        ("import sys\nsys.exit(0)\n", None, Outcome.NORMAL),
        ("raise SystemExit\n", None, Outcome.NORMAL),
        ("raise SystemExit(False)\n", None, Outcome.NORMAL),
        ("raise SystemExit(0.0)\n", None, Outcome.ERROR),
        ("import sys\nsys.exit(1)\n", None, Outcome.ERROR),
        ("import sys\nsys.exit('no')\n", None, Outcome.ERROR),
        ("import sys\nsys.exit('')\n", None, Outcome.ERROR),
        ("class E(SystemExit): pass\nraise E(0)\n", None, Outcome.NORMAL),
        ("raise KeyboardInterrupt\n", None, Outcome.ERROR),
        ("raise GeneratorExit\n", None, Outcome.ERROR),
        ("class E(BaseException):\n    def __str__(self): 1 / 0\nraise E\n", None, Outcome.ERROR),
        ("import atexit\n@atexit.register\ndef f(): 1 / 0\n", None, Outcome.NORMAL),
    ],
)
def test_outcomes(runner: Runner, source: str, entry: str | None, outcome: Outcome) -> None:
    assert runner.trace(source, entry).outcome is outcome


def test_an_entry_of_a_class(runner: Runner) -> None:
    source = "class A:\n    @classmethod\n    def m(cls, x):\n        return x\n"
    assert returned(runner.trace(source, "A.m", "3")) == ["3", "3"]


def test_the_name_of_the_wrapper(runner: Runner) -> None:
    source = "def main(main_1):\n    return main_1\n"
    trace = runner.trace(source, "main", "1")
    assert trace.code == source + "\ndef main_2():\n    return main(1)\n"
    assert [f.qualname for f in trace.functions] == ["main_2", "main"]


# The module.


def test_the_module_of_a_function_runs_before_and_unrecorded(runner: Runner) -> None:
    trace = runner.trace("print('module')\nx = [0]\ndef f():\n    x[0] += 1\n    return x\n", "f")
    assert returned(trace) == ["[1]", "[1]"]
    assert trace.stdout == b"module\n"
    assert set(trace.printed) == {7}


def test_names_of_the_module(runner: Runner) -> None:
    names = "__name__, __file__, sys.argv, __doc__, sys.modules[__name__].__dict__ is globals()"
    source = f"'''d'''\nimport sys\ndef f():\n    return {names}\n"
    assert returned(runner.trace(source, "f"))[-1] == "('prog', 'prog.py', ['prog.py'], 'd', True)"
    script = runner.trace(source + "print(f(), list(globals())[:7])\n")
    assert script.stdout.decode() == (
        "('__main__', 'prog.py', ['prog.py'], 'd', True) ['__name__', '__doc__', '__package__', "
        "'__loader__', '__spec__', '__builtins__', '__file__']\n"
    )


def test_a_program_is_a_module_that_can_be_imported(runner: Runner) -> None:
    source = (
        "import pickle\nclass A:\n    x = 1\ndef f():\n    import prog\n"
        "    return prog.A is A, pickle.loads(pickle.dumps(A())).x, A.__module__\n"
    )
    assert returned(runner.trace(source, "f"))[-1] == "(True, 1, 'prog')"


@pytest.mark.parametrize("name", ["tracing", "tokenization", "pipeline", "capture", "_recorder"])
def test_the_project_cannot_be_imported(runner: Runner, name: str) -> None:
    assert runner.rejection(f"import {name}\n") == (Reason.IMPORT_MISSING, name)


# Sources.


def test_lines_are_those_of_the_code(runner: Runner) -> None:
    source = (
        "\ufeffx = 1\r\n\x0c\r\ny = 'a\u2028b'\rdef g():\r\n    return '''\r\n'''\nz = g()\n\n\n"
    )
    trace = runner.trace(source)
    assert trace.code == ("x = 1\n\x0c\ny = 'a\u2028b'\ndef g():\n    return '''\n'''\nz = g()\n")
    assert trace.source_lines == 7
    shown = [trace.code_lines()[trace.lines[event]] for event in range(len(trace))]
    assert shown == [
        *("<module>", "x = 1", "y = 'a\u2028b'", "def g():", "z = g()"),
        *("def g():", "    return '''", "    return '''", "z = g()"),
    ]
    assert returned(trace) == ["'\\n'", "None"]


@pytest.mark.parametrize(
    "source", ["# coding: latin-1\nx = 'é'\n", "# -*- coding: utf-7 -*-\nx = '+AGE-'\n"]
)
def test_a_source_is_text_whatever_it_declares(runner: Runner, source: str) -> None:
    trace = runner.trace(source)
    text = source.split("'")[1]
    assert trace.scope(len(trace) - 1)["x"] == f"'{text}'"


def test_future_statements_are_the_programs_own(runner: Runner) -> None:
    source = "def f(x: 1 + 1):\n    return f.__annotations__\n"
    assert returned(runner.trace(source, "f", "0"))[-1] == "{'x': 2}"
    source = "from __future__ import annotations\n" + source
    assert returned(runner.trace(source, "f", "0"))[-1] == "{'x': '1 + 1'}"


# Input and output.


def test_input(runner: Runner) -> None:
    source = """
        import sys
        a = input()
        b = input("? ")
        c = sys.stdin.readline()
        d = sys.stdin.read()
        try:
            input()
        except EOFError:
            print("end")
        e = open(0).read()
        """
    trace = runner.trace(source, stdin="1\né\nx\n\ny z")
    scope = trace.scope(len(trace) - 1)
    del scope["sys"]
    assert scope == {"a": "'1'", "b": "'é'", "c": "'x\\n'", "d": "'\\ny z'", "e": "''"}
    assert trace.stdout == b"? end\n"


def test_lines_of_input(runner: Runner) -> None:
    trace = runner.trace("import sys\nx = [*map(int, sys.stdin)]\n", stdin="1\r\n2\n3")
    assert trace.scope(len(trace) - 1)["x"] == "[1, 2, 3]"


def test_what_was_printed_before_each_event(runner: Runner) -> None:
    trace = runner.trace(
        """
        import os, sys
        print("é", end="")
        sys.stdout.write("ab")
        sys.stdout.buffer.write(b"\\xff\\n")
        print("to nobody", file=sys.stderr)
        def f():
            print(1, 2)
        f()
        """
    )
    assert trace.stdout == b"\xc3\xa9ab\xff\n1 2\n"
    assert list(trace.printed) == [0, 0, 0, 2, 4, 6, 6, 6, 6, 6, 10, 10]
    assert all(before <= after for before, after in pairwise(trace.printed))


def test_a_repr_prints_nowhere(runner: Runner) -> None:
    source = (
        "class A:\n    def __repr__(self):\n        print('seen')\n        return 'A!'\n"
        "a = A()\nb = [a]\nprint(repr(a))\n"
    )
    trace = runner.trace(source)
    assert trace.stdout == b"seen\nA!\n"
    assert trace.scope(len(trace) - 1)["b"] == "[A!]"


def test_what_is_printed_after_the_entry(runner: Runner) -> None:
    trace = runner.trace(
        """
        import atexit, threading
        atexit.register(print, "exit")
        class D:
            def __del__(self):
                print("never: nothing is taken apart at the end")
        kept = D()
        lock = threading.Lock()
        def wait():
            with lock:
                print("thread")
        def f():
            with lock:
                threading.Thread(target=wait).start()
                print("entry")
        """,
        "f",
    )
    assert trace.stdout == b"entry\nthread\nexit\n"
    assert (trace.threads, trace.outcome) == (1, Outcome.NORMAL)


@pytest.mark.parametrize(
    "source",
    [
        """
        import logging.handlers, sys
        target = logging.StreamHandler(sys.stdout)
        kept = logging.handlers.MemoryHandler(9, target=target)
        kept.emit(logging.makeLogRecord({"msg": "end"}))
        """,
        """
        import weakref
        class A: pass
        kept = A()
        weakref.finalize(kept, print, "end")
        """,
        """
        import threading
        threading._register_atexit(print, "end")
        """,
        """
        import threading
        lock = threading.Lock()
        with lock:
            threading.Thread(target=lambda: lock.acquire() and print("end")).start()
        """,
    ],
    ids=["log", "finalizer", "end of threads", "thread"],
)
def test_whatever_waits_for_the_end_has_it(runner: Runner, source: str) -> None:
    assert runner.trace(source).stdout == b"end\n"


def test_a_failing_exit_function_prints_what_it_did(runner: Runner) -> None:
    source = "import atexit\natexit.register(print, 'a')\natexit.register(lambda: 1 / 0)\n"
    assert runner.trace(source).stdout == b"a\n"


# Threads.


def test_threads_are_counted_and_not_recorded(runner: Runner) -> None:
    trace = runner.trace(
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        def g(x):
            return x
        t = threading.Thread(target=g, args=(1,))
        t.start()
        t.join()
        with ThreadPoolExecutor(2) as pool:
            x = list(pool.map(g, [1, 2]))
        """
    )
    assert 2 <= trace.threads <= 3
    assert [f.qualname for f in trace.functions] == ["<module>"]
    assert trace.scope(len(trace) - 1)["x"] == "[1, 2]"


# Recursion.


@pytest.mark.parametrize("depth", [900, 990])
def test_deep_recursion(runner: Runner, depth: int) -> None:
    source = "def f(n, *a):\n    return n and f(n - 1, *a)\n"
    trace = runner.trace(source, "f", f"{depth}, [[{{1: (2,)}}]], object(), KeyError")
    assert max(trace.depths) == depth + 2
    assert not any("RecursionError" in text for text in trace.texts)
    assert trace.outcome is Outcome.NORMAL


def test_a_recursion_error_that_is_caught(runner: Runner) -> None:
    source = """
        def f(n):
            return f(n + 1)
        def g():
            try:
                f(0)
            except RecursionError as e:
                x = 1
            return h(2)
        def h(x):
            return x
        """
    trace = runner.trace(source, "g")
    assert trace.outcome is Outcome.NORMAL
    assert show(trace).splitlines()[:5] == [
        "call g 3",
        "line g 4",
        "line g 5",
        "  call f 1",
        "  line f 2",
    ]
    assert "\n".join(show(trace).splitlines()[-9:]) == spell(
        """
        raise g 5 RecursionError('maximum recursion depth exceeded')
        line g 6
        line g 7
        line g 8
          call h 9
          line h 10
          return h 10 2
        return g 8 2
        """
    ).replace(
        "raise g", "  raise f 2 RecursionError('maximum recursion depth exceeded')\nraise g", 1
    )
    assert 950 < max(trace.depths) < 1010


def test_a_recursion_error_that_is_not(runner: Runner) -> None:
    trace = runner.trace("def f():\n    return f()\n", "f")
    assert trace.outcome is Outcome.ERROR
    assert trace.kinds[-1] == Kind.EXCEPTION
    assert trace.depths[-1] == 1


def test_the_limit_can_be_set(runner: Runner) -> None:
    source = (
        "import sys\ndef f(n):\n    return n and f(n - 1)\n"
        "def g(n):\n    old = sys.getrecursionlimit()\n    sys.setrecursionlimit(n + 100)\n"
        "    return old, f(n), sys.getrecursionlimit()\n"
    )
    assert returned(runner.trace(source, "g", "2500"))[-1] == "(1000, 0, 2600)"


def test_containers_that_hold_others_twice(runner: Runner) -> None:
    """Few objects, and a text without end: what is shown of it is bounded, and so is the time."""
    source = """
        def grow(times):
            value = ()
            for _ in range(times):
                value = (value, value)
            return value
        def f():
            known = {"a": [1]}
            known["deep"] = grow(60)
            known["a"].append(2)
            return len(known)
        """
    assert returned(runner.trace(source, "f"))[-1] == "2"
