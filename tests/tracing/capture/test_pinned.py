"""A program sees the same time, chance, place and threads in every run, and they behave as such."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from support.programs import Runner

from tracing.limits import Limits
from tracing.sandbox import ForkServer


@pytest.fixture(scope="module")
def another() -> Iterator[Runner]:
    """Another server, with another history."""
    server = ForkServer(Limits(wall_seconds=20.0))
    runner = Runner(server)
    runner.trace("import time, random, os\nx = [time.time(), random.random(), os.urandom(3)]\n")
    yield runner
    server.close()


SAME = {
    "clocks": """
        import time
        print(time.time(), time.monotonic(), time.perf_counter(), time.time_ns())
        print(time.process_time(), time.thread_time(), time.clock_gettime(0))
        print(time.clock_gettime_ns(time.CLOCK_MONOTONIC), time.monotonic_ns())
        """,
    "dates": """
        import datetime as d, time
        print(d.datetime.now(), d.datetime.utcnow(), d.date.today(), d.datetime.today())
        print(d.datetime.now(d.timezone.utc), time.ctime(), time.localtime(), time.gmtime())
        print(time.strftime("%c"), time.asctime(), time.tzname)
        """,
    "random": """
        import random
        print(random.random(), random.Random().random(), random.Random(3).random())
        print(random.SystemRandom().random(), random.sample(range(99), 3))
        """,
    "entropy": """
        import os, secrets, uuid
        print(os.urandom(4), os.getrandom(4), secrets.token_hex())
        print(uuid.uuid4(), uuid.uuid1(), uuid.getnode())
        """,
    "hashes": """
        print(hash("a"), hash(b"a"), [*{"a", "b", "c", "d"}], hash((1, "x")))
        """,
    "place": """
        import os, sys
        print(os.getcwd(), os.listdir(), os.environ, os.path.abspath("x"), os.path.exists("x"))
        print(sys.argv, sys.flags, sys.getrecursionlimit(), len(sys.path))
        """,
    "threads": """
        import os, threading
        ts = [threading.Thread(target=print, args=(k,)) for k in "abc"]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        print(ts, threading.get_ident(), threading.main_thread())
        print([t.native_id for t in ts], threading.get_native_id(), os.getpid())
        """,
    "logging": """
        import logging, sys
        line = "%(asctime)s %(relativeCreated)d %(thread)d %(message)s"
        logging.basicConfig(stream=sys.stdout, level=0, format=line)
        logging.info("x")
        """,
    "timers": """
        import timeit
        print(timeit.timeit("1", number=3), timeit.default_timer())
        """,
    "alarms": """
        import _thread, signal
        signal.signal(signal.SIGALRM, lambda *_: print("gone off"))
        print(signal.setitimer(signal.ITIMER_REAL, 50, 2), signal.getitimer(signal.ITIMER_REAL))
        print(signal.alarm(7), signal.alarm(3), signal.getitimer(signal.ITIMER_VIRTUAL))
        print(signal.setitimer(signal.ITIMER_REAL, 0.01))
        signal.pause()
        print(signal.getitimer(signal.ITIMER_REAL), signal.alarm(0))
        print(_thread.get_ident())
        """,
    "profilers": """
        import cProfile, pstats, resource
        profiler = cProfile.Profile()
        profiler.runcall(sorted, [2, 1], key=lambda x: x)
        pstats.Stats(profiler).print_stats()
        print(profiler.getstats(), resource.getrusage(resource.RUSAGE_SELF))
        """,
    "collector": """
        import gc
        print(gc.get_count())
        found = []
        gc.callbacks.append(lambda phase, info: found.append((phase, len(values))))
        gc.set_threshold(7)
        values = []
        gc.enable()
        for number in range(100):
            values.append([number])
        gc.disable()
        print(found)
        """,
    "tasks": """
        import asyncio
        async def a(n):
            await asyncio.sleep(n)
            print(n)
        async def m():
            await asyncio.gather(*map(a, [3, 1, 2]))
            print(asyncio.get_running_loop().time())
        asyncio.run(m())
        """,
}


@pytest.mark.parametrize("name", SAME)
def test_runs_are_the_same(runner: Runner, another: Runner, name: str) -> None:
    first = runner.trace(SAME[name])
    assert first.stdout
    assert first.stdout == runner.trace(SAME[name]).stdout == another.trace(SAME[name]).stdout


def printed(runner: Runner, source: str) -> list[str]:
    trace = runner.trace(source)
    assert trace.outcome == "normal", trace.texts
    return trace.stdout.decode().split("\n")[:-1]


def test_the_working_directory_is_there_by_its_name(runner: Runner) -> None:
    source = """
        import glob, os, pathlib
        here = os.getcwd()
        with os.scandir(here) as found:
            print(os.listdir(here), os.listdir(os.fsencode(here)), [*found])
        os.chdir(here)
        print([*os.walk(here)], [*pathlib.Path.cwd().iterdir()], glob.glob(f"{here}/*"))
        print({os.chdir, os.listdir, os.scandir, os.stat} <= os.supports_fd)
        """
    assert printed(runner, source) == ["[] [] []", "[('/program', [], [])] [] []", "True"]


def test_time_begins_in_2026_and_goes_on(runner: Runner) -> None:
    source = """
        import datetime, time
        print(datetime.datetime.now().year, datetime.datetime(2025, 1, 2))
        a = time.monotonic()
        b = time.monotonic()
        print(0 < b - a < 1e-3, time.time() - 1767225600 < 1)
        """
    assert printed(runner, source) == ["2026 2025-01-02 00:00:00", "True True"]


def test_a_profiler_takes_the_clock_that_it_is_given(runner: Runner) -> None:
    source = """
        import _lsprof, cProfile, threading, time
        class Own(cProfile.Profile):
            pass
        for kind in (cProfile.Profile, Own, _lsprof.Profiler):
            for args in ((), (None, 0.0, False), (iter(range(99)).__next__, 0.5)):
                profiler = kind(*args)
                profiler.enable()
                abs(-1)
                profiler.disable()
                taken = {e.code: e.totaltime for e in profiler.getstats()}
                print(round(taken["<built-in method builtins.abs>"], 6))
        print(_lsprof.Profiler, _lsprof.Profiler.__name__)
        clock = time.pthread_getcpuclockid(threading.get_ident())
        print(time.clock_gettime(clock) < 1)
        """
    taken = ["1e-06", "1e-06", "0.5"] * 3
    assert printed(runner, source) == [*taken, "<class '_lsprof.Profiler'> Profiler", "True"]


def test_sleep_takes_no_time_but_moves_the_clock(runner: Runner) -> None:
    source = """
        import time
        a = time.time(), time.monotonic(), time.perf_counter()
        time.sleep(3600)
        b = time.time(), time.monotonic(), time.perf_counter()
        print([round(y - x) for x, y in zip(a, b)])
        for wrong in (-1, "1", None):
            try:
                time.sleep(wrong)
            except (ValueError, TypeError) as e:
                print(type(e).__name__)
        """
    assert printed(runner, source) == ["[3600, 3600, 3600]", "ValueError", "TypeError", "TypeError"]


def test_loops_wait_in_no_time(runner: Runner) -> None:
    source = """
        import asyncio, time
        async def main():
            start = time.monotonic()
            await asyncio.sleep(1000)
            try:
                await asyncio.wait_for(asyncio.sleep(10**6), 500)
            except TimeoutError:
                print(round(time.monotonic() - start))
            loop = asyncio.get_running_loop()
            loop.call_later(100, print, "later")
            loop.call_later(50, print, "sooner")
            await asyncio.sleep(200)
        asyncio.run(main())
        """
    assert printed(runner, source) == ["1500", "sooner", "later"]


def test_loops_with_threads_go_on(runner: Runner) -> None:
    source = """
        import asyncio, time
        async def main():
            print(await asyncio.to_thread(lambda: threading_is_fine))
            start = time.monotonic()
            await asyncio.sleep(0.2)
            print(0.15 < time.monotonic() - start < 1)
        threading_is_fine = 1
        asyncio.run(main())
        """
    assert printed(runner, source) == ["1", "True"]


def test_a_thread_wakes_a_loop(runner: Runner) -> None:
    source = """
        import asyncio, threading
        async def main():
            loop = asyncio.get_running_loop()
            event = asyncio.Event()
            threading.Thread(target=lambda: loop.call_soon_threadsafe(event.set)).start()
            await asyncio.wait_for(event.wait(), 100)
            print("woken")
        asyncio.run(main())
        """
    assert printed(runner, source) == ["woken"]


def test_what_is_pinned_looks_and_binds_like_what_it_replaces(runner: Runner) -> None:
    """A function of C is no method of the class that holds it."""
    source = """
        import datetime, logging, os, random, threading, time
        class Timer:
            clock = time.perf_counter
            def now(self):
                return self.clock()
        class Formatter(logging.Formatter):
            converter = time.gmtime
        print(Timer().now() < 1, Formatter("%(asctime)s").format(logging.makeLogRecord({})))
        print(time.time, os.urandom, time.sleep.__name__, time.time.__module__)
        print(callable(time.time), time.localtime(0).tm_year, time.strftime("%Y", time.gmtime(0)))
        class Date(datetime.datetime):
            pass
        print(type(Date.now()).__name__, Date.now(datetime.timezone.utc).tzinfo)
        print(random.Random(1).random() == random.Random(1).random(), len(os.urandom(7)))
        """
    assert printed(runner, source) == [
        "True 2026-01-01 00:00:00,000",
        "<built-in function time> <built-in function urandom> sleep time",
        "True 1970 1970",
        "Date UTC",
        "True 7",
    ]


def test_the_zone_is_utc(runner: Runner) -> None:
    source = """
        import datetime, time
        print(time.tzname, time.timezone, datetime.datetime.fromtimestamp(0))
        from zoneinfo import ZoneInfo
        print(datetime.datetime(2025, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset())
        """
    assert printed(runner, source) == ["('UTC', 'UTC') 0 1970-01-01 00:00:00", "2:00:00"]


def test_seeding_is_the_programs_own(runner: Runner) -> None:
    source = "import random\nrandom.seed(7)\nprint(random.random(), random.randint(1, 6))\n"
    expected = random.Random(7)
    assert printed(runner, source) == [f"{expected.random()} {expected.randint(1, 6)}"]


def test_the_main_thread_has_the_number_of_the_process(runner: Runner) -> None:
    source = """
        import os, threading
        print(threading.get_native_id() == threading.main_thread().native_id == os.getpid())
        """
    assert printed(runner, source) == ["True"]


def test_a_timer_has_all_of_its_time_left(runner: Runner) -> None:
    source = """
        import signal
        print(signal.setitimer(signal.ITIMER_REAL, 50, 2), signal.getitimer(signal.ITIMER_REAL))
        print(signal.alarm(7), signal.alarm(3), signal.setitimer(signal.ITIMER_REAL, 0))
        print(signal.getitimer(signal.ITIMER_REAL), signal.getitimer(signal.ITIMER_PROF))
        """
    expected = ["(0.0, 0.0) (50.0, 2.0)", "50 7 (3.0, 0.0)", "(0.0, 0.0) (0.0, 0.0)"]
    assert printed(runner, source) == expected


def test_threads_wait_for_one_another(runner: Runner) -> None:
    source = """
        import queue, threading
        q = queue.Queue()
        def work():
            while (x := q.get()) is not None:
                print(x)
                q.task_done()
        t = threading.Thread(target=work)
        t.start()
        for x in range(3):
            q.put(x)
        q.join()
        q.put(None)
        t.join()
        try:
            q.get(timeout=0.05)
        except queue.Empty:
            print("empty", threading.Event().wait(0.05), threading.Lock().acquire(timeout=0.05))
        """
    assert printed(runner, source) == ["0", "1", "2", "empty False True"]
