"""The canary: a harmless program that looks at everything that a program before it could have
changed. Its trace must always be the same bytes."""

from __future__ import annotations

from tracing.program import Program

NAME = "canary"

_SOURCE = """\
import builtins, collections, datetime, json, locale, os, random, re, resource, signal, stat, string
import sys, threading, time, warnings

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

def descriptors():
    found = []
    for number in range(32):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        found.append((number, stat.S_IFMT(mode), os.fstat(number).st_size))
    return found

def squares(n):
    for i in range(n):
        yield i * i

names = sorted(vars(builtins))
modules = sorted(sys.modules)
environment = sorted(os.environ.items())
place = os.getcwd(), os.listdir()
seen = descriptors()
limits = [resource.getrlimit(kind) for kind in range(resource.RLIM_NLIMITS)]
mask = os.umask(0o22)
handlers = [str(signal.getsignal(number)) for number in range(1, 32)]
blocked = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))
nice = os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0)), os.nice(0)
path = sys.path, sys.flags, sys.argv, sys.getrecursionlimit(), sys.getswitchinterval()
chance = random.random(), os.urandom(8), hash("canary"), list({"a", "b", "c"})
clock = time.time(), time.monotonic(), time.timezone, datetime.datetime.now()
threads = threading.active_count(), threading.main_thread().ident
rest = warnings.filters, locale.setlocale(locale.LC_ALL), string.punctuation, re.escape("a.b")
point = Point(sum(squares(4)), json.dumps({"a": [1, 2.5, None]}))
address = id(point) % 16, type(object()).__name__, input()
hidden = [name for name in ("HOSTILE", "hostile") if hasattr(builtins, name)]
try:
    point.x / (point.x - 14)
except ZeroDivisionError as error:
    print(type(error).__name__, collections.Counter("canary").most_common(1))
"""

PROGRAM = Program(id="hostile/canary", source=_SOURCE, stdin="a line\n")
