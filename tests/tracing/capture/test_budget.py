"""Past the recording budget nothing is recorded, all is counted, and the outcome is known."""

from __future__ import annotations

import pytest
from support.programs import Runner

from tracing.limits import Limits
from tracing.rejection import Reason, Rejection
from tracing.trace import Outcome, Trace

EVERYTHING = """
    class M:
        def __init__(self, swallow):
            self.swallow = swallow
        def __enter__(self):
            return self
        def __exit__(self, *a):
            return self.swallow
    def gen():
        try:
            yield 1
            yield None
        finally:
            x = 1
    def outer():
        yield (yield from gen())
    def deep(n):
        with M(n == 3):
            if n:
                deep(n - 1)
            else:
                1 / n
    def throw(g):
        try:
            g.throw(KeyError)
        except KeyError:
            pass
    def f():
        for make in (gen, outer):
            g = make()
            next(g)
            g.close()
            g = make()
            next(g)
            throw(g)
            throw(make())
            next(make())
        deep(3)
        list(outer())
        sorted([3, 1, 2], key=lambda v: (v, [v for _ in "ab"]))
        try:
            deep(2)
        except ZeroDivisionError:
            pass
        try:
            endless()
        except RecursionError:
            pass
        g = gen()
        next(g)
        return g
    def endless():
        endless()
    """


@pytest.fixture(scope="module")
def whole(runner: Runner) -> Trace:
    return runner.trace(EVERYTHING, "f")


class Limited:
    """Traces programs under bounds."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __call__(self, source: str, entry: str | None = None, **limits: int) -> Trace:
        result = self._runner.under(Limits(wall_seconds=30.0, **limits), source, entry)
        assert isinstance(result, Trace), result
        return result


@pytest.fixture(scope="module")
def limited(runner: Runner) -> Limited:
    return Limited(runner)


def test_counted_is_recorded_where_nothing_is_cut(whole: Trace) -> None:
    assert not whole.cut
    assert whole.counted == len(whole) > 1000


@pytest.mark.parametrize("budget", [*range(1, 60), 90, 120, 150, 160, 170, 180, 190, 200, 210, 230])
def test_a_prefix_is_recorded_and_all_is_counted(
    whole: Trace, limited: Limited, budget: int
) -> None:
    cut = limited(EVERYTHING, "f", events=budget)
    assert (cut.cut, cut.counted, cut.outcome) == (True, whole.counted, whole.outcome)
    for column in ("kinds", "marks", "lines", "activations", "depths", "printed"):
        assert getattr(cut, column) == getattr(whole, column)[:budget]
    for event in range(budget):
        assert cut.scope(event) == whole.scope(event)


@pytest.mark.parametrize("left", [1, 2, 3, 4])
def test_near_the_end(whole: Trace, limited: Limited, left: int) -> None:
    cut = limited(EVERYTHING, "f", events=len(whole) - left)
    assert (cut.cut, cut.counted) == (True, whole.counted)


def test_a_budget_that_suffices(whole: Trace, limited: Limited) -> None:
    assert limited(EVERYTHING, "f", events=len(whole)) == whole


LOOPS = {
    "in the caller of what was recorded last": (
        "def g():\n    for i in range(40):\n        pass\n"
        "def f():\n    g()\n    while True:\n        x = 1\n"
    ),
    "in the entry": "def f():\n    x = 0\n    while True:\n        x += 1\n",
    "of calls": "def g():\n    pass\ndef f():\n    while True: g()\n",
    "of a generator": (
        "def g():\n    while True:\n        yield\ndef f():\n    for x in g():\n        pass\n"
    ),
    "that swallows everything": (
        "def f():\n    while True:\n        try:\n            1 / 0\n"
        "        except BaseException:\n            pass\n"
    ),
    "in a callback": "def f():\n    list(map(lambda x: x, iter(int, 1)))\n",
    "in a finally": (
        "def f():\n    try:\n        return 1\n    finally:\n        while 1:\n            x = 1\n"
    ),
    "in an argument": "def f(x=0):\n    while x != 1:\n        x = 2\n",
    "after a recursion error": (
        "def g():\n    g()\ndef f():\n    try:\n        g()\n    except RecursionError:\n"
        "        while True:\n            x = 1\n"
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_run_without_end(limited: Limited, name: str) -> None:
    trace = limited(LOOPS[name], "f", events=50, never=20_000)
    assert (trace.outcome, trace.cut, len(trace)) == (Outcome.NEVER, True, 50)
    assert trace.counted == 20_001


def test_never_is_after_so_many_events_and_not_before(limited: Limited) -> None:
    source = "for i in range(100):\n    pass\n"
    count = limited(source).counted
    for events in (10, count):
        assert limited(source, events=events, never=count).outcome is Outcome.NORMAL
    assert limited(source, events=10, never=count - 1).outcome is Outcome.NEVER


def test_what_was_printed_stays(limited: Limited) -> None:
    trace = limited("print('a')\nwhile True:\n    x = 1\n", events=2, never=1000)
    assert (trace.outcome, trace.stdout) == (Outcome.NEVER, b"a\n")


def test_no_event_at_all_is_a_matter_of_time(runner: Runner) -> None:
    """A line that jumps to itself sends none."""
    result = runner.under(Limits(wall_seconds=1.0, never=1000), "while True: pass\n")
    assert isinstance(result, Rejection)
    assert result.reason is Reason.TIME


def test_after_the_budget_the_tracer_can_be_lost_too(runner: Runner) -> None:
    source = "import sys\nfor i in range(50):\n    x = i\nsys.settrace(None)\n"
    result = runner.under(Limits(events=20), source)
    assert isinstance(result, Rejection)
    assert result.reason in (Reason.TAMPERED, Reason.LOST_TRACER)
