### trace_function_taken_off | tampered, lost tracer
import sys

sys.settrace(None)
hidden = 1

### trace_function_replaced | tampered, lost tracer
import sys

sys.settrace(lambda frame, event, argument: None)
hidden = 1

### trace_function_taken_off_and_back | tampered, lost tracer
## holds: what is missing in between is noticed
import sys

function = sys.gettrace()
sys.settrace(None)
hidden = 1
sys.settrace(function)

### trace_function_of_fresh_sys | tampered, lost tracer
## holds: a module that is imported anew has its own functions
import sys

function = sys.gettrace()
del sys.modules["sys"]
import sys

sys.settrace(None)
hidden = 1
sys.settrace(function)
done = 1

### trace_function_of_threading | normal, tampered, lost tracer
## holds: threads have none, and get none that harms
import threading

threading.settrace(lambda *anything: None)
thread = threading.Thread(target=print)
thread.start()
thread.join()

### trace_function_looked_into | normal, tampered
## holds: what the recorder is made of cannot be reached from it
## stdout: '[]\n'
import sys

function = sys.gettrace()
found = []
for name in ("__closure__", "__globals__", "__wrapped__", "__self__", "__dict__", "__code__"):
    if getattr(function, name, None):
        found.append(name)
print(found)

### trace_function_forges | tampered, lost tracer, normal, error
## holds: called by the program, it records nothing that did not happen
## hides: FORGED
import sys

forged = "FOR" + "GED"


def event(text):
    return None


try:
    sys.gettrace()(sys._getframe(), "return", forged)
    sys.gettrace()(sys._getframe(), "exception", (ValueError, forged, None))
except TypeError:
    pass
del forged

### trace_function_called_for_nothing | tampered, lost tracer, normal, error
## holds: events of its own making make the record false, or do nothing
## lines: 1 3 5 6
import sys

record = sys.gettrace()

record(sys._getframe(), "line", None)
done = 1

### profile_function | tampered
import sys

sys.setprofile(lambda *anything: None)

### profile_function_of_threading | tampered, normal
import threading

threading.setprofile(lambda *anything: None)
thread = threading.Thread(target=print)
thread.start()
thread.join()

### frame_without_trace | tampered, lost tracer
import sys


def hide():
    sys._getframe().f_trace = None
    hidden = 1
    hidden = 2
    return hidden


hide()

### frame_without_lines | tampered, lost tracer
import sys


def hide():
    sys._getframe().f_trace_lines = False
    hidden = 1
    hidden = 2
    return hidden


hide()

### frame_without_lines_for_a_while | tampered, lost tracer
import sys


def hide():
    frame = sys._getframe()
    frame.f_trace_lines = False
    hidden = 1
    hidden = 2
    frame.f_trace_lines = True
    return hidden


hide()

### frame_without_trace_for_a_while | tampered, lost tracer
import sys


def hide():
    frame = sys._getframe()
    function = frame.f_trace
    frame.f_trace = None
    hidden = 1
    hidden = 2
    frame.f_trace = function
    return hidden


hide()

### frame_with_opcodes | tampered, lost tracer, normal
## holds: events that were not asked for are not recorded
## lines: 1 4 9 5 6
import sys


def show():
    sys._getframe().f_trace_opcodes = True
    return 1


show()

### frame_with_another_trace | tampered, lost tracer
import sys


def hide():
    sys._getframe().f_trace = lambda *anything: None
    hidden = 1
    return hidden


hide()

### frame_on_another_line | tampered, normal, lost tracer, error
## holds: only a trace function may jump
import sys


def jump():
    frame = sys._getframe()
    frame.f_lineno = 7
    return 1


jump()

### frame_of_an_error | tampered, lost tracer
## holds: frames come by many ways
def hide():
    try:
        raise ValueError
    except ValueError as error:
        error.__traceback__.tb_frame.f_trace_lines = False
    hidden = 1
    return hidden


hide()

### frame_of_a_generator | tampered, lost tracer
def hide():
    yield 1
    hidden = 1
    yield hidden


numbers = hide()
next(numbers)
numbers.gi_frame.f_trace_lines = False
next(numbers)

### frame_of_a_signal | tampered, lost tracer, denied
import signal


def handle(number, frame):
    frame.f_trace_lines = False


signal.signal(signal.SIGUSR1, handle)
signal.raise_signal(signal.SIGUSR1)
hidden = 1

### frame_of_all_threads | tampered, lost tracer
import sys

for frame in sys._current_frames().values():
    frame.f_trace_lines = False
hidden = 1

### frame_locals_of_the_recorder | normal, tampered
## holds: a repr that the recorder calls sees none of the recorder's frames
## stdout: '[]\n'
import sys

found = []


class Looking:
    def __repr__(self):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename != __file__:
                found.append(frame.f_code.co_name)
            frame = frame.f_back
        return "looking"


thing = Looking()
other = 1
del thing
print(found)

### frames_of_the_harness | normal, tampered
## holds: below the program there is nothing to hold on to
## stdout: '[]\n'
import sys

frame = sys._getframe()
found = []
while frame.f_back is not None:
    frame = frame.f_back
    for name, value in {**frame.f_globals, **frame.f_locals}.items():
        if not name.startswith("__") and hasattr(value, "__dict__"):
            found.append(name)
print(found)

### forged_by_closure | tampered, normal
## holds: the record cannot be reached through cells
## hides: FORGED
import sys


def cells(function, seen):
    for cell in getattr(function, "__closure__", None) or ():
        value = cell.cell_contents
        if id(value) not in seen:
            seen.add(id(value))
            yield value
            yield from cells(value, seen)


for value in cells(sys.gettrace(), set()):
    if type(value) is dict and any(type(key) is str for key in value):
        value["FOR" + "GED"] = 0
    if hasattr(value, "columns"):
        value.columns.texts["FOR" + "GED"] = 0

### forged_by_settrace | tampered, normal
## holds: what stands in place of the interpreter's functions holds nothing
## stdout: '[]\n'
import sys

found = []
for name in ("__self__", "__func__", "__closure__", "__globals__", "__wrapped__"):
    value = getattr(sys.settrace, name, None)
    if value is not None and value is not sys:
        found.append(name)
print(found)

### forged_by_stdout | tampered, normal
## stdout: '[]\n'
import sys

found = []
for thing in (sys.stdout, sys.stdout.buffer, sys.stdin, sys.stderr, sys.stdin.buffer):
    for name, value in getattr(thing, "__dict__", {}).items():
        if hasattr(value, "__closure__") or hasattr(value, "__self__"):
            found.append(name)
    for name, value in vars(type(thing)).items():
        if getattr(value, "__closure__", None) or getattr(value, "__globals__", None):
            found.append(name)
print(found)

### forged_by_finders | tampered, normal
## stdout: '[]\n'
import sys

found = []
for finder in (*sys.meta_path, *sys.path_hooks, *sys.path_importer_cache.values()):
    function = getattr(type(finder), "find_spec", None)
    module = getattr(function, "__globals__", {}).get("__name__", "")
    if "record" in module or "capture" in module:
        found.append(module)
print(found)

### forged_by_classes | tampered, normal
## holds: no class of the recorder's can be found
## limits: cpu_seconds=5 wall_seconds=7
## stdout: '[]\n'
def below(kind, seen):
    for other in type.__subclasses__(kind):
        if other not in seen:
            seen.add(other)
            yield other
            yield from below(other, seen)


names = [f"{kind.__module__}.{kind.__name__}" for kind in below(object, set())]
print([name for name in names if "record" in name or "capture" in name])

### forged_by_standard_functions | tampered, normal
## holds: functions of the standard library that were replaced lead nowhere
## stdout: '[]\n'
import _thread
import datetime
import os
import random
import signal
import sys
import threading
import time

found = []
for module in (_thread, datetime, os, random, signal, sys, threading, time):
    for name, value in vars(module).items():
        home = getattr(value, "__globals__", {}).get("__name__", "")
        if "record" in home and set(value.__globals__) & {"Channel", "frame", "Tracer", "wire"}:
            found.append(name)
print(found)

### forged_result | tampered, killed
## holds: a frame on the pipe that is not authenticated is evidence
import os

for number in range(3, 32):
    try:
        os.write(number, b"T" + bytes(8 + 16))
    except OSError:
        pass
os._exit(0)

### forged_result_before_the_true_one | tampered
import os

for number in range(3, 32):
    try:
        os.write(number, b"x")
    except OSError:
        pass

### forged_result_behind_the_true_one | tampered, normal, denied
## holds: nothing follows the one frame
import os
import threading
import time


def late():
    while True:
        try:
            os.write(3, b"")
        except OSError:
            return


threading.Thread(target=late, daemon=True).start()

### forged_result_signed | tampered, killed, normal
## holds: who has the key could write any record; it is not to be had
## hides: FORGED
import os
import sys

keys = []
frame = sys._getframe()
while frame is not None:
    for value in list(frame.f_locals.values()):
        channel = getattr(value, "_channel", value)
        key = getattr(channel, "_key", None)
        if isinstance(key, bytes):
            keys.append(key)
    frame = frame.f_back
if keys:
    raise SystemExit("FOR" + "GED")

### flooded_pipe | tampered
## holds: the host reads no more than a record may have
import os

try:
    while True:
        os.write(3, b"x" * 65536)
except OSError:
    pass

### closed_pipe | killed, tampered
import os

os.close(3)

### read_pipe | normal, error, tampered
import os

os.read(3, 100)

### blocked_pipe | normal, tampered
import os

os.set_blocking(3, False)
text = "x" * 2_000
texts = [text + str(number) for number in range(200)]

### copied_pipe | normal, tampered, denied
## holds: a copy of the pipe keeps nobody waiting
import os

os.dup2(3, 20)

### pipe_turned_into_a_file | killed, tampered, denied
import os

os.dup2(1, 3)

### patched_json | normal, tampered
## holds: the record is written with the recorder's own means
import json
import json.encoder

json.dumps = json.loads = lambda *anything: "[]"
json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = None
done = 1

### patched_hash | normal, tampered
## hides: STOLEN
import hashlib

found = []


def blake2b(*anything, **named):
    found.append(named)
    raise SystemExit("STO" + "LEN")


hashlib.blake2b = blake2b
done = 1

### patched_os | normal, tampered
## holds: nothing that the recorder does goes by the module `os`
import os

for name in ("write", "pread", "_exit", "getpid", "fsdecode", "dup2", "close"):
    setattr(os, name, lambda *anything: 1 / 0)
done = 1

### patched_posix | normal, tampered
import posix

for name in ("write", "pread", "_exit", "getpid", "fspath", "dup2", "close"):
    setattr(posix, name, lambda *anything: 1 / 0)
done = 1

### patched_built_ins | normal, tampered
## shows: done = '1'
import builtins

done = 1
for name in ("len", "repr", "type", "id", "isinstance", "map", "dict", "list", "str", "memoryview"):
    setattr(builtins, name, None)
other = 1

### cleared_built_ins | normal, error, tampered
import builtins

vars(builtins).clear()

### cleared_modules | normal, tampered
import sys

sys.modules.clear()
done = 1

### cleared_sys | normal, error, tampered
import sys

vars(sys).clear()
done = 1

### patched_threading | normal, error, tampered
import threading

threading._shutdown = lambda: 1 / 0
threading._active = None

### patched_exit_functions | normal, tampered
import atexit

atexit._run_exitfuncs = lambda: 1 / 0
atexit._clear()

### patched_stream | normal, tampered
## stdout: ''
import sys


class Silent:
    def write(self, text):
        return len(text)

    def flush(self):
        raise SystemExit(3)


sys.stdout = sys.__stdout__ = Silent()
print("heard by nobody")

### audit_hook | tampered
import sys

sys.addaudithook(print)

### code_replaced | normal
## holds: what runs is recorded, by whatever name it is called
## lines: 1 5 10 11 6 7
def show():
    return 1


def other():
    hidden = 2
    return hidden


show.__code__ = other.__code__
show()

### code_renamed | normal
## holds: what runs is recorded, by whatever name it is called
## lines: 1 5 6 2 7
def show():
    return 1


code = show.__code__.replace(co_name="other", co_qualname="another.other")
shown = type(show)(code, globals())()
assert code.co_qualname == "another.other"

### code_edited | tampered
def show():
    return 1


show.__code__ = show.__code__.replace(co_firstlineno=100)
show()

### code_made | tampered
## holds: bytecode that no compiler made can do anything
def show():
    return 1


made = type(show.__code__)
code = show.__code__
made(
    0, 0, 0, 0, 1, 0, b"\x97\0d\x7f\x53\0", (), (), (), "f", "f", "f", 1, b"", b"", (), ()
)

### code_loaded | tampered
import marshal

marshal.loads(marshal.dumps(compile("1", "prog.py", "eval")))

### code_loaded_in_a_tuple | tampered
import marshal

code = compile("1", "prog.py", "eval")
marshal.loads(marshal.dumps([{"code": (code,)}]))

### code_loaded_from_a_stream | tampered
import io
import marshal

marshal.load(io.BytesIO(marshal.dumps(compile("1", "prog.py", "eval"))))

### code_loaded_as_a_module | tampered
import marshal
from importlib import _bootstrap_external

import colorsys

code = marshal.dumps(compile("1", "prog.py", "eval"))
_bootstrap_external._compile_bytecode(code, "colorsys", colorsys.__cached__)

### code_loaded_by_a_loader | tampered
import colorsys
import marshal
from importlib.machinery import SourcelessFileLoader
from importlib.util import MAGIC_NUMBER


class Loader(SourcelessFileLoader):
    def get_data(self, path):
        return MAGIC_NUMBER + bytes(12) + marshal.dumps(compile("1", "prog.py", "exec"))


Loader("colorsys", colorsys.__cached__).load_module()

### code_loaded_by_changing_bytes | tampered
import marshal
import os
from importlib import _bootstrap_external

import colorsys

true = b""
if os.path.exists(colorsys.__cached__):
    with open(colorsys.__cached__, "rb") as file:
        true = file.read()[16:]
false = marshal.dumps(compile("1", "prog.py", "eval"))


class Bytes(bytes):
    def __bytes__(self):
        return true


_bootstrap_external._compile_bytecode(Bytes(false), "colorsys", colorsys.__cached__)

### modules_loaded | normal
## holds: modules are read from their files
## stdout: "[0.0, 0.5, 0.5] 9 ['x', 'y']\n"
import colorsys
import graphlib
import sched

loaded = [colorsys.rgb_to_hls(0.5, 0.5, 0.5)[0], *colorsys.rgb_to_hls(0.5, 0.5, 0.5)[1:2] * 2]
order = [*graphlib.TopologicalSorter({"y": ["x"]}).static_order()]
print(loaded, len(sched.__name__) + 4, order)

### data_loaded | normal
## holds: what is no code is harmless
## lines: 1 3 4 5
import marshal

data = [1, {"code": (2.5, frozenset({None}))}]
assert marshal.loads(marshal.dumps(data)) == data
done = 1

### code_of_the_same_name | normal
## holds: code is known by what it is, not by the file that it names
## lines: 1 2
exec(compile("hidden = 1\nhidden = 2", __file__, "exec"))
done = 1

### code_of_a_lying_name | normal, tampered, error
class Name(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(__file__)


exec(compile("hidden = 1", Name("x"), "exec"))
done = 1

### closing_of_the_entry | normal, tampered, lost tracer
## holds: nothing follows the entry's end
## entry: f
## hides: LATE
## stdout: ''
import atexit


def f():
    return 1


@atexit.register
def late():
    word = "LA" + "TE"
    return word

### garbage_callbacks | tampered, normal
## holds: a callback of the collector sees nothing of the recorder
## hides: FORGED
import gc
import sys

found = []


def look(phase, info):
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            found.append(frame.f_code.co_name)
        frame = frame.f_back


gc.callbacks.append(look)
gc.set_threshold(1)
gc.enable()
values = [[number] for number in range(100)]
gc.disable()
gc.callbacks.clear()
if found:
    print("FOR" + "GED", found)

### finaliser_in_the_recorder | tampered, normal
## holds: a finaliser that runs while the recorder works sees nothing of it
## hides: FORGED
import sys

found = []


class Parting:
    def __del__(self):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename != __file__:
                found.append(frame.f_code.co_name)
            frame = frame.f_back


def use():
    thing = Parting()
    thing = None
    other = 1
    return other


use()
if found:
    print("FOR" + "GED", found)

### alarm_in_the_recorder | tampered, normal, denied, lost tracer
## holds: a handler that interrupts the recorder gets nothing to forge with
## hides: FORGED
import signal

found = []


def look(number, frame):
    if frame.f_code.co_filename != __file__:
        found.append(frame.f_code.co_name)


signal.signal(signal.SIGALRM, look)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
total = 0
for number in range(600):
    total += number
signal.setitimer(signal.ITIMER_REAL, 0)
recorders = [name for name in found if name not in ("<module>", "look")]
if recorders:
    print("FOR" + "GED", recorders)

### thread_looks_at_the_recorder | tampered, normal
## hides: FORGED
import sys
import threading

found = []
sys.setswitchinterval(1e-6)
stop = threading.Event()


def look():
    while not stop.is_set():
        for frame in sys._current_frames().values():
            while frame is not None:
                if frame.f_code.co_name in ("trace", "record", "text", "render"):
                    found.append(frame.f_code.co_name)
                frame = frame.f_back


thread = threading.Thread(target=look)
thread.start()
total = 0
for number in range(300):
    total += number
stop.set()
thread.join()
if found:
    print("FOR" + "GED")

### handler_of_a_hook | normal, error, tampered
## holds: hooks of the interpreter are not the recorder's
import sys

sys.excepthook = sys.unraisablehook = sys.displayhook = lambda *anything: 1 / 0
sys.breakpointhook = print


class Failing:
    def __del__(self):
        raise ValueError


Failing()
breakpoint()

### import_hook | normal, error, tampered
## holds: what the recorder imports it has imported before
import builtins

builtins.__import__ = lambda *anything, **named: 1 / 0
done = 1

### encodings_replaced | normal, error, tampered
import codecs


def search(name):
    return codecs.CodecInfo(lambda *anything: 1 / 0, lambda *anything: 1 / 0, name=name)


codecs.register(search)
codecs.unregister(codecs.lookup)
done = "\ud800"

### switches_of_int | normal, tampered
## shows: large = '<ValueError in __repr__>'
import sys

sys.set_int_max_str_digits(640)
large = 1 << 10_000
other = 1

### debugger | tampered, lost tracer, error
import bdb

bdb.Bdb().set_trace()
hidden = 1

### debugger_of_people | tampered, denied
breakpoint()
hidden = 1

### coverage_of_the_library | tampered, lost tracer
import trace

trace.Trace(count=True, trace=False).run("1 + 1")

### profiler | normal, tampered
## shows: done = '1'
import cProfile

cProfile.run("1 + 1")
done = 1

### memory_profiler | normal
import tracemalloc

tracemalloc.start()
done = 1
tracemalloc.stop()

### methods_of_list_replaced | normal, tampered
## holds: no way leads to the dictionary of a built-in type
## stdout: '[1]\n'
## hides: FORGED
class Equal:
    def __eq__(self, other):
        if type(other) is dict:
            other["append"] = other["__repr__"] = lambda *given: "FORGED"
        return NotImplemented

    __or__ = __ror__ = __gt__ = __lt__ = __ge__ = __le__ = __ne__ = __eq__


view, equal = list.__dict__, Equal()
for operation in ("==", "!=", "<", ">", "<=", ">=", "|"):
    for text in (f"view {operation} equal", f"equal {operation} view"):
        try:
            eval(text)
        except TypeError:
            pass
for name in ("eq", "ne", "lt", "gt", "le", "ge", "or", "ror"):
    for way in (getattr(type(view), f"__{name}__"), type(view).__dict__[f"__{name}__"]):
        try:
            way(view, equal)
        except TypeError:
            pass
found = []
found.append(1)
print(found)

### methods_of_list_by_state | normal, tampered, error
## holds: what stands for a type's state is a copy
## stdout: '[1] True None\n'
## hides: FORGED
def forge(state):
    for attributes in state if isinstance(state, tuple) else [state]:
        if isinstance(attributes, dict):
            attributes["append"] = attributes["__repr__"] = lambda *given: "FORGED"


class Kept:
    def __init__(self):
        self.own = 1


class Meta(type):
    pass


class Lying:
    __class__ = property(lambda self: type)


method = object.__dict__["__getstate__"]
ways = (
    lambda: object.__getstate__(list),
    lambda: list.__getstate__(list),
    lambda: super(type, list).__getstate__(),
    lambda: object.__getattribute__(list, "__getstate__")(),
    lambda: type.__getattribute__(list, "__getstate__")(list),
    lambda: method.__get__(list, type)(),
    lambda: method.__get__(None, type)(list),
    lambda: method.__get__(list)(),
    lambda: type(method).__get__(method, list, type)(),
    lambda: object.__reduce_ex__(list, 2),
    lambda: object.__dict__["__reduce_ex__"](list, 2),
    lambda: super(type, list).__reduce_ex__(2),
    lambda: Meta.__getstate__(list),
)
for way in ways:
    try:
        forge(way())
    except (TypeError, AttributeError):
        pass
found = []
found.append(1)
kept = Kept()
print(found, kept.__getstate__() is kept.__dict__, Lying().__getstate__())

### methods_of_list_by_referents | tampered
import gc

gc.get_referents(list.__dict__)[0]["append"] = print

### methods_of_list_by_assignment | error
list.append = print

### views_compared | normal
## holds: what is closed to forgers is open to others
## stdout: "True False True {'a': 1, 'b': 2} {'b': 2, 'a': 1}\nTrue False True True\nboom, or\n"
import collections
import types


class Failing:
    def __eq__(self, other):
        raise ValueError("boom")

    def __ror__(self, other):
        raise ValueError("or")


def failing(attempt):
    try:
        attempt()
    except ValueError as error:
        return str(error)


view = types.MappingProxyType({"a": 1})
print(view == {"a": 1}, view != {"a": 1}, {"a": 1} == view, view | {"b": 2}, {"b": 2} | view)
ordered = types.MappingProxyType(collections.OrderedDict(a=1, b=2))
print(
    ordered == collections.OrderedDict(a=1, b=2),
    ordered == collections.OrderedDict(b=2, a=1),
    collections.Counter(a=1) == view,
    types.MappingProxyType(collections.UserDict(a=1)) == collections.UserDict(a=1),
)
print(failing(lambda: view == Failing()), failing(lambda: view | Failing()), sep=", ")

### frames_of_a_generator_kept | normal, tampered
## holds: a frame that was taken before shows no recorder below it
## stdout: "['<module>', '__repr__']\n"
import sys

found = set()


def look():
    while True:
        frame = kept.gi_frame.f_back
        while frame is not None:
            found.add(frame.f_code.co_name)
            frame = frame.f_back
        yield "looking"


class Looking:
    def __repr__(self):
        return next(kept)


kept = look()
next(kept)
thing = Looking()
other = 1
del thing
print(sorted(found))

### frames_of_a_traceback | normal, tampered
## holds: an error that comes through the recorder shows nothing of it
## stdout: "['prog.py'] ['prog.py']\n"
import sys
import traceback


def files(function):
    try:
        function()
    except Exception as error:
        lines = traceback.extract_tb(error.__traceback__)
        return sorted({line.filename for line in lines})


def deep():
    deep()


print(files(deep), files(lambda: sys.setrecursionlimit(0)))

### frames_asked_for_by_depth | normal
## holds: as deep as in any interpreter
## stdout: "['<module>'] call stack is not deep enough\n"
import sys

names = []
try:
    for depth in range(10):
        names.append(sys._getframe(depth).f_code.co_name)
except ValueError as error:
    print(names, error)

### frames_by_inspection | normal
## stdout: "['show', '<module>']\n"
import inspect


def show():
    return [frame.function for frame in inspect.stack()]


print(show())

### main_of_the_recorder | normal
## entry: f
## stdout: '[]\n'
import __main__


def f():
    print([name for name in vars(__main__) if not name.startswith("__")])

### trace_function_from_thread | tampered, lost tracer
## holds: what is taken for the trace function records nothing, wherever it is called
import sys
import threading

record, frame = sys.gettrace(), sys._getframe()
thread = threading.Thread(target=record, args=(frame, "line", None))
thread.start()
thread.join()

### trace_function_by_calling | normal, tampered, lost tracer
## holds: a nested trace is the same trace
## lines: 1 3 6 3 7
import sys

def show(): return 1


sys.call_tracing(show, ())
done = 1

### wake_up_on_the_pipe | tampered, denied, error
## holds: what others write on the pipe is no record
import os
import signal

os.set_blocking(3, False)
signal.set_wakeup_fd(3)
signal.signal(signal.SIGUSR1, lambda *anything: None)
signal.raise_signal(signal.SIGUSR1)

### crash_report_on_the_pipe | tampered, killed
import faulthandler

faulthandler.enable(3)
faulthandler._sigsegv()

### patched_disassembler | normal
## holds: what the recorder takes from modules it took before
## stdout: '[]\n'
import dis
import opcode

asked = []
dis.stack_effect = lambda *anything, **named: asked.append(1) or 0
dis.HAVE_ARGUMENT = opcode.HAVE_ARGUMENT = -1
for number in range(20):
    double = number * 2
    text = str(double)
print(asked)

### patched_clock | normal
import threading
import time

time.time = time.monotonic = threading.get_ident = lambda: 1 / 0
done = 1

### patched_collector | normal, tampered
import gc

gc.disable = gc.enable = gc.collect = gc.freeze = lambda: 1 / 0
done = 1

### partial_turned_round | tampered, normal
## holds: to spoil what stands in place of the interpreter's function spoils nothing else
## shows: done = '1'
import sys

try:
    sys.settrace.__setstate__((print, (), {}, {}))
except AttributeError:
    pass
sys.settrace(None)
done = 1

### string_table | normal
## holds: texts and names that are equal are not the same
import sys

one = sys.intern("x" * 3)
other = "".join(["x", "xx"])
done = 1

### values_that_look_like_records | normal
## shows: text = "'NDTRACE'"
text = "NDTRACE"
data = b"T\x00\x00\x00\x00\x00\x00\x00\x00"

### memory_by_pointers | tampered
## holds: ctypes reads and writes any memory, and raises no event when it does
import ctypes

a = [1, 2]
ctypes.cast(id(a), ctypes.POINTER(ctypes.c_long))[2] = 1

### memory_by_a_database | tampered
## holds: a function of sqlite takes any number for the address of functions to call
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("select fts3_tokenizer('mine', ?)", (b"AAAAAAAA",))
connection.execute("create virtual table t using fts3 (x, tokenize=mine)")

### memory_moved | tampered
import ctypes

b = bytes(16)
ctypes.memmove(id(b) + 32, b"forged", 6)

### memory_by_classes | normal
## holds: classes of ctypes are not found by going down from `object`
## stdout: '[]\n'
def below(kind):
    for other in type.__subclasses__(kind):
        yield other
        yield from below(other)


print([kind for kind in below(object) if "ctypes" in str(kind.__module__)])

### memory_by_another_module | tampered
import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location

for folder in sys.path:
    path = os.path.join(folder, "_ctypes" + EXTENSION_SUFFIXES[0])
    if os.path.exists(path):
        module = module_from_spec(spec_from_file_location("_ctypes", path))

### modules_by_other_names | tampered, error
## holds: what C makes goes by the last part of a name alone
import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location

found = [
    (name, os.path.join(folder, name + EXTENSION_SUFFIXES[0]))
    for folder in sys.path
    for name in ("_testcapi", "_datetime", "_posixsubprocess", "resource", "fcntl")
]
for name, path in found:
    if os.path.exists(path):
        module_from_spec(spec_from_file_location(f"a.{name}", path))
raise ValueError("no such files")

### thread_at_the_end | normal, denied, tampered
## holds: while the record is written, what is refused is refused still
import _thread
import gc
import os
import sys


def spin():
    lock.acquire()
    while True:
        try:
            os.mkdir("/srv/canary/made_at_the_end")
            gc.get_objects()
        except Exception:
            pass


lock = _thread.allocate_lock()
lock.acquire()
big = [str(i) * 100 for i in range(300)]
for i in range(200):
    seen = big[i:]


class Stream:
    def flush(self):
        lock.release()


_thread.start_new_thread(spin, ())
sys.stdout = Stream()

### tracing_within_a_repr | normal
## shows: a = 'A'
import sys


def g():
    y = 1
    return y


class A:
    def __repr__(self):
        sys.call_tracing(g, ())
        return "A"


a = A()
b = 2

### frames_by_a_crash_report | denied, tampered
## hides: recorder
import faulthandler

faulthandler.dump_traceback(file=1)

### events_of_its_own | normal, error, tampered, denied
## hides: recorder
import sys


class Lying:
    def __eq__(self, other):
        print(sys._getframe(1).f_code.co_filename)
        return True

    def __ne__(self, other):
        print(sys._getframe(1).f_code.co_filename)
        return False

    def __hash__(self):
        return 0


sys.audit("os.kill", Lying(), 9)
for event in ("open", "import", "code.__new__", "fcntl.ioctl", "sys._getframe", "socket.__new__"):
    try:
        sys.audit(event)
    except IndexError as error:
        print(error.__traceback__.tb_next)

### methods_of_locks | normal
## holds: what makes threads wait leads to nothing of the recorder
## hides: REACHED
import _multiprocessing
import queue
import threading
import types

LEADS = (types.FunctionType, types.CodeType, types.FrameType, types.CellType, types.ModuleType)


def look(kind):
    for name in dir(kind):
        method = getattr(kind, name)
        for key in ("", *dir(method)):
            found = getattr(method, key, None) if key else method
            if isinstance(found, LEADS):
                print("REACHED", kind, name, key)


def refused(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        traceback = error.__traceback__
        while traceback:
            if "recorder" in traceback.tb_frame.f_code.co_filename:
                print("REACHED", traceback.tb_frame)
            traceback = traceback.tb_next


thread = threading.Thread(target=int)
thread.start()
thread.join()
lock = threading.Lock()
for kind in (type(lock), type(threading.RLock()), queue.SimpleQueue, _multiprocessing.SemLock):
    look(kind)
    refused(kind)
refused(lock.release)
refused(lock.acquire, 1, 2, 3)
refused(queue.SimpleQueue().get, False)
refused(_multiprocessing.SemLock, 7, 1, 1, "", True)
refused(_multiprocessing.SemLock(0, 1, 1, "", True).release)
print("end")

### a_lock_that_nobody_gives | time
## holds: all threads wait, and time has no end for them
import threading

lock = threading.Lock()
lock.acquire()
for _ in range(3):
    threading.Thread(target=lock.acquire).start()
lock.acquire()

### threads_that_never_wait | normal, time
import threading
import time

for _ in range(8):
    threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()
time.sleep(0.1)
