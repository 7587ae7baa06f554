### exit_now | killed
import os

os._exit(0)

### exit_now_failing | killed
import os

os._exit(7)

### exit_now_from_thread | killed
import os
import threading

thread = threading.Thread(target=os._exit, args=(0,))
thread.start()
thread.join()

### exit_now_from_repr | killed
import os


class Leaving:
    def __repr__(self):
        os._exit(0)


thing = Leaving()
other = 1

### exit_now_at_exit | killed
import atexit
import os

atexit.register(os._exit, 0)

### exit_in_vain | normal
## holds: what the recorder uses to end is its own
import os

os._exit = print
done = 1

### exit_zero | normal
import sys

sys.exit(0)

### exit_one | error
import sys

sys.exit(1)

### exit_text | error
import sys

sys.exit("a message")

### exit_none | normal
raise SystemExit

### exit_false | normal
## holds: a bool is an int
raise SystemExit(False)

### exit_float | error
## holds: only an int is an exit status
raise SystemExit(0.0)

### exit_lying_code | error
## holds: no code of the program decides on its own outcome
class Zero:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


raise SystemExit(Zero())

### exit_code_property | error, normal
class Leaving(SystemExit):
    @property
    def code(self):
        while True:
            raise SystemExit(0)


raise Leaving(3)

### exit_named | normal
## holds: as in any other interpreter
exit()

### quit_named | error
quit(3)

### exit_in_module | module error
## entry: f
import sys

sys.exit(0)


def f():
    return 1

### exit_in_thread | normal
import sys
import threading

thread = threading.Thread(target=sys.exit, args=(3,))
thread.start()
thread.join()

### exit_in_del | normal
class Leaving:
    def __del__(self):
        raise SystemExit(3)


Leaving()

### exit_at_exit | normal
import atexit
import sys

atexit.register(sys.exit, 3)

### error_at_exit | normal
import atexit


def fail():
    raise ValueError


atexit.register(fail)

### generator_left_open | normal
def numbers():
    try:
        yield 1
    finally:
        raise ValueError


kept = numbers()
next(kept)

### lying_class_of_error | error
class Lying(Exception):
    @property
    def __class__(self):
        return MemoryError


raise Lying

### error_that_cannot_be_told | module error
## entry: f
class Silent(Exception):
    def __str__(self):
        raise SystemExit(0)


raise Silent


def f():
    return 1

### error_told_at_length | module error
## entry: f
## holds: the detail is one line, and not long
raise ValueError("line\n" * 100_000 + "\ud800\0")


def f():
    return 1

### error_told_for_ever | module error, time
## entry: f
class Slow(Exception):
    def __str__(self):
        while True:
            pass


raise Slow


def f():
    return 1

### error_of_memory_faked | error, memory
class Lack(MemoryError):
    pass


raise Lack

### error_of_import_faked | error
## holds: the module is there, whatever the error says
raise ModuleNotFoundError("No module named 'json'", name="json")

### import_missing | import missing
import no_such_module_anywhere

### import_missing_and_caught | normal
try:
    import no_such_module_anywhere
except ImportError:
    pass

### import_looked_at | error
## holds: an error of the program's own is not blamed on a module it once looked for
try:
    import no_such_module_anywhere
except ImportError:
    pass
raise ValueError

### abort | killed
import os

os.abort()

### signal_kill | killed
import os

os.kill(os.getpid(), 9)

### signal_terminate | killed
import signal

signal.raise_signal(signal.SIGTERM)

### signal_interrupt | error
import signal

signal.raise_signal(signal.SIGINT)

### signal_of_time | killed, time
## holds: the signal that the kernel sends when time runs out
import signal

signal.raise_signal(signal.SIGXCPU)

### signal_of_output | killed, output
import signal

signal.raise_signal(signal.SIGXFSZ)

### signal_real_time | killed
import signal

signal.raise_signal(signal.SIGRTMAX)

### segmentation_fault | killed
import faulthandler

faulthandler._sigsegv()

### stack_overflow | killed
import faulthandler

faulthandler._stack_overflow()

### fatal_error | killed
import faulthandler

faulthandler._fatal_error_c_thread()

### floating_point_fault | killed
import faulthandler

faulthandler._sigfpe()

### fault_of_the_interpreter | killed, error, tampered, denied, never
## holds: a known way to bring the interpreter down
import sys

sys.setrecursionlimit(1 << 30)
f = lambda f: f(f)
f(f)

### deep_repr_fault | normal, killed, error, never
items = []
for _ in range(40_000):
    items = [items]
