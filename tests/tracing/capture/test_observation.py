"""Being recorded changes nothing: a program prints and ends as it does alone."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from support.programs import Runner

ROOT = Path(__file__).parents[3]
BUILTIN = ROOT / "pipeline" / "corpus" / "builtin"
SCRIPT = ROOT / "tests" / "support" / "untraced.py"

# Programs that tell when things end.
ENDS = {
    "a generator": """
        def g():
            try:
                yield 1
            finally:
                print("closed")
        def f():
            a = g()
            next(a)
            print("last line")
        f()
        print("after")
        b = g()
        next(b)
        b = None
        print("end")
        """,
    "objects": """
        class D:
            def __init__(self, name):
                self.name = name
            def __del__(self):
                print("-", self.name)
        def f(x):
            y = D("local")
            z = D("deleted")
            del z
            print("before return")
            return x
        f(D("argument"))
        print("returned")
        a = D("first")
        a = D("second")
        print("replaced")
        b = [D("in list")]
        b.clear()
        print("cleared")
        try:
            f(1)
            raise ValueError(D("in error"))
        except ValueError as e:
            print("handled")
        print("forgotten")
        del a
        print("end")
        """,
    "within one line": """
        import sys, weakref
        class D:
            def __init__(self, name):
                self.name = name
            def __del__(self):
                print("-", self.name)
        def g():
            d = D("of a generator")
            try:
                yield
            finally:
                print("closed")
        def h(x, y):
            z = x
            x = y = z = None; print("let go")
        def f(a):
            z = D("set to None"); r = weakref.ref(z)
            before = sys.getrefcount(z)
            z = None; print(r() is None, before)
            y = D("deleted")
            del y; print("del")
            i = g()
            next(i)
            i = None; print("dropped")
            w = D("finalized"); weakref.finalize(w, print, "finalizer")
            print((w := None), "after finalizer")
            for k in (D(1), D(2)):
                pass
            k = None; print("loop")
            cell = D("in a cell")
            def inner():
                nonlocal cell
                cell = None; print("cell")
            inner(); print("inner is done")
            h(D("argument"), [D("in a list")])
            s = {1, 2}
            t = weakref.ref(s, lambda r: print("set is gone"))
            s = None; print(t() is None)
            try:
                raise ValueError(D("in an error"))
            except ValueError as e:
                u = e
            u = None; print("error")
            sorted([2, 1], key=lambda x: print(D("of a lambda").name) or x)
            return 1
        print(f(D("passed")))
        """,
    "library functions": """
        import heapq, collections, functools, weakref, random
        class D:
            def __del__(self):
                print("-")
        d = collections.UserDict()
        d["a"] = D()
        print("set")
        d["a"] = None; print("replaced")
        q = [(2, 1), (1, 2)]
        heapq.heapify(q)
        a = D()
        r = weakref.WeakValueDictionary(a=a)
        a = None; print(len(r))
        functools.reduce(lambda x, y: D(), [1, 2, 3]); print("reduced")
        """,
    "weak references": """
        import weakref
        class A:
            pass
        def f():
            a = A()
            r = weakref.ref(a, lambda r: print("gone"))
            weakref.finalize(a, print, "finalized")
            a = None
            print(r() is None)
            return r
        f()
        s = weakref.WeakSet([A()])
        print(len(s))
        k = A()
        d = weakref.WeakKeyDictionary({k: 1})
        print(len(d))
        k = None
        print(len(d))
        """,
    "cycles": """
        import gc
        class A:
            def __del__(self):
                print("del")
        a = A()
        a.me = a
        a = None
        print(gc.collect() > 0)
        """,
    "context managers": """
        from contextlib import contextmanager, ExitStack
        @contextmanager
        def m(x):
            print("+", x)
            try:
                yield x
            finally:
                print("-", x)
        with ExitStack() as stack:
            for x in "ab":
                stack.enter_context(m(x))
            print("in")
        with m(1), m(2):
            print("both")
        """,
    "references": """
        import sys
        x = object()
        def f(y):
            z = y
            return sys.getrefcount(x)
        print(sys.getrefcount(x), sys.getrefcount([]), f(1))
        """,
    "coroutines": """
        import asyncio
        async def g():
            try:
                yield 1
                yield 2
            finally:
                print("closed")
        async def f():
            async for x in g():
                break
            print("left")
            t = asyncio.create_task(asyncio.sleep(1000))
            await asyncio.sleep(0)
            t.cancel()
            print("cancelled")
        asyncio.run(f())
        """,
    "identity": """
        a = []
        ids = set()
        for i in range(20):
            ids.add(id(a) == id(a))
            a = [a] if i % 2 else []
        print(ids, "a" * 2 is "aa", (1, 2) == (1, 2))
        """,
    "interning": """
        s = ""
        for i in range(5):
            s += "x"
        print(s, s is "xxxxx", s.isascii())
        """,
    "attributes": """
        class A:
            def __getattr__(self, name):
                print("getattr", name)
                raise AttributeError(name)
            def __getattribute__(self, name):
                print("getattribute", name)
                return object.__getattribute__(self, name)
            def __iter__(self):
                print("iter")
                return iter(())
            def __len__(self):
                print("len")
                return 0
            def __bool__(self):
                print("bool")
                return True
            def __eq__(self, other):
                print("eq")
                return self is other
            def __hash__(self):
                print("hash")
                return 1
        a = A()
        b = [a, (a,), {1: a}]
        c = b[0] is a
        print("end")
        """,
    "variables": """
        def taken(x, y=2, *more, **named):
            variables = locals()
            del variables["x"]
            later = 1
            return sorted(variables)
        def walked(a=1, b=2):
            total = 0
            for name, value in locals().items():
                total += value
            return total, name
        def asked_again():
            x = 1
            variables = locals()
            x = 2
            y = 3
            before = dict(variables)
            return before, sorted(locals()), locals() is variables is vars()
        def written():
            x = 1
            variables = vars()
            variables["x"] = variables["z"] = 10
            y = x
            return x, y, variables["x"], "z" in locals()
        def of_a_closure():
            x = [1]
            def inner():
                nonlocal x
                x = 2
                variables = locals()
                variables.clear()
                y = 1
                return variables, x
            return inner(), x
        def going_on():
            variables = locals()
            x = 1
            yield sorted(variables)
            y = 2
            yield sorted(variables), locals() is variables
            yield sorted(variables)
        class Body:
            first = 1
            variables = locals()
            second = 2
            names = sorted(variables)
        def deep(n):
            variables = locals()
            variables["n"] = -1
            return [n, *deep(n - 1)] if n else [sorted(variables)]
        print(taken(1), walked(), asked_again(), written(), of_a_closure(), list(going_on()))
        print(Body.names, deep(4), [sorted(locals()) for i in range(2)], vars(Body)["first"])
        try:
            locals(1)
        except TypeError as error:
            print(error)
        """,
    "what variables held": """
        class D:
            def __init__(self, name):
                self.name = name
            def __del__(self):
                print("-", self.name)
        def f(name):
            x = D(name)
            variables = locals()
            del x
            print("deleted")
            variables = None
            print("last line")
        def g():
            y = D("in a generator")
            variables = locals()
            y = None
            yield 1
            print("goes on")
            yield 2
        f("first")
        print("after")
        h = g()
        next(h), next(h)
        del h
        print("end")
        """,
    "subclasses": """
        import collections
        from dataclasses import dataclass
        class A:
            pass
        class B(A):
            pass
        class C(dict):
            pass
        def names(kind):
            return sorted(found.__name__ for found in kind.__subclasses__())
        def below(kind):
            return {kind.__name__}.union(*map(below, kind.__subclasses__()))
        print(names(A), names(dict), type.__subclasses__(A), names(BaseException))
        print(len(below(ArithmeticError)), "CancelledError" in below(BaseException))
        class Odd(A):
            __module__ = []
        print(issubclass(C, collections.abc.Mapping), names(A))
        """,
    "subclasses of what is imported": """
        from decimal import Decimal
        import fractions as f
        print(sorted(kind.__name__ for kind in ArithmeticError.__subclasses__()))
        print([kind.__name__ for kind in f.Fraction.__mro__[1].__subclasses__()])
        """,
    "collections": """
        import gc
        gc.collect()
        class Node:
            def __init__(self, value):
                self.value = value
                self.next = None
                self.items = [value]
        class Slotted:
            __slots__ = ("me",)
        class Told(Node):
            def __del__(self):
                print("-", self.value)
        def ring(kind, n):
            nodes = [kind(i) for i in range(n)]
            for a, b in zip(nodes, nodes[1:] + nodes[:1]):
                a.next = b
            return len(nodes)
        print(ring(Node, 5), gc.collect(), gc.collect())
        print(ring(Told, 2), gc.collect(), gc.collect())
        s, d, kept = Slotted(), {}, Node(1)
        s.me, d["d"], kept.next = s, d, kept
        del s, d
        print(gc.collect(), gc.collect(0), gc.collect(generation=1), kept.next is kept)
        del kept
        print(gc.collect(2), gc.get_count()[1:])
        """,
    "refusals": """
        import os, pwd, secrets, sys, time, types
        worked, waited = time.process_time(), time.monotonic()
        time.sleep(0.01)
        print(time.process_time() - worked < 0.01 <= time.monotonic() - waited)
        wrong = (
            lambda: time.time(1), lambda: time.sleep("x"), lambda: time.sleep(-1),
            lambda: time.sleep(float("nan")), lambda: time.sleep(10**30), lambda: time.sleep(1e300),
            lambda: time.sleep(seconds=1), lambda: time.monotonic(zone=1),
            lambda: time.asctime(None), lambda: time.strftime("%Y", None),
            lambda: time.clock_gettime("x"), lambda: os.getpid(1),
            lambda: os.urandom("x"), lambda: os.urandom(-1), lambda: secrets.token_hex(-1),
            lambda: os.stat(), lambda: os.stat(""), lambda: os.stat("a\\0b"),
            lambda: os.listdir(""), lambda: os.access("a\\0b", 0),
            lambda: os.path.getsize("a\\0b"), lambda: os.stat(77), lambda: os.readlink("\\0"),
            lambda: os.chdir(""), lambda: os.kill(1), lambda: sys.setrecursionlimit("x"),
            lambda: sys.setrecursionlimit(), lambda: pwd.getpwuid(3.5), lambda: pwd.getpwnam(1),
            lambda: types.MappingProxyType({}) < 1, lambda: types.MappingProxyType({}) | 1,
            lambda: types.MappingProxyType.__eq__(1, {}),
        )
        for attempt in wrong:
            try:
                print(attempt())
            except Exception as error:
                print(type(error).__name__, error)
        """,
}


@cache
def alone() -> dict[str, tuple[str, str]]:
    run = subprocess.run(
        [sys.executable, "-s", "-P", "-S", str(SCRIPT)],
        input=json.dumps(records()),
        env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: (printed, left_by) for name, (printed, left_by) in json.loads(run.stdout).items()}


@cache
def records() -> list[dict[str, Any]]:
    lines = (BUILTIN / "index.jsonl").read_text().splitlines()
    rows = [
        {**row, "source": (BUILTIN / row["file"]).read_text()} for row in map(json.loads, lines)
    ]
    ends = [
        {"id": name, "source": dedent(source), "entry": None, "args": "", "stdin": ""}
        for name, source in ENDS.items()
    ]
    return rows + ends


@pytest.mark.parametrize("record", records(), ids=lambda record: record["id"])
def test_a_program_does_what_it_does_alone(runner: Runner, record: dict[str, Any]) -> None:
    printed, left_by = alone()[record["id"]]
    trace = runner.trace(record["source"], record["entry"], record["args"], record["stdin"] or "")
    assert trace.stdout.decode() == printed
    assert trace.outcome == ("error" if left_by else "normal")
