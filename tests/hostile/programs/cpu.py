### spin | never
## holds: counted events decide, not the clock
while True:
    pass

### spin_in_c | time
## holds: no event happens in C, so only the clock ends it
sum(iter(int, 1))

### spin_in_function | never
## entry: f
## args: 1
def f(n):
    while n:
        n += 1

### spin_in_module_of_entry | time
## entry: f
## holds: a module's body that never ends is not recorded, so no count of events ends it
while True:
    pass


def f():
    return 1

### power | time, memory
## holds: one operation, without a bytecode in between
9**9**9

### regular_expression | time
import re

re.match(r"(a+)+$", "a" * 64 + "b")

### digits | time
import sys

sys.set_int_max_str_digits(0)
str(1 << 40_000_000)

### endless_query | time
import sqlite3

sqlite3.connect(":memory:").execute(
    "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t"
).fetchall()

### colliding_hashes | time, never
class Same:
    def __hash__(self):
        return 1


table = {Same(): number for number in range(200_000)}

### in_finally | time
try:
    1 / 0
finally:
    sum(iter(int, 1))

### in_finally_python | never
try:
    1 / 0
finally:
    while True:
        pass

### in_except | never
while True:
    try:
        while True:
            raise KeyboardInterrupt
    except BaseException:
        pass

### in_del | time
class Clinging:
    def __del__(self):
        sum(iter(int, 1))


thing = Clinging()
del thing

### in_del_at_end | time, normal
## holds: the interpreter's own end never comes, so nothing waits for it
class Clinging:
    def __del__(self):
        sum(iter(int, 1))


thing = Clinging()

### in_repr | time
## holds: the recorder calls it; it is cut off by the clock
class Slow:
    def __repr__(self):
        return str(sum(iter(int, 1)))


thing = Slow()
other = 1

### in_repr_python | time
class Slow:
    def __repr__(self):
        while True:
            pass


thing = Slow()
other = 1

### at_exit | time
import atexit

atexit.register(lambda: sum(iter(int, 1)))

### at_exit_python | time
## holds: behind the entry nothing is counted, so the clock decides
import atexit


def spin():
    while True:
        pass


atexit.register(spin)

### at_exit_again | never, time
## holds: exit functions that register exit functions
import atexit


def again():
    atexit.register(again)


again()
for _ in iter(int, 1):
    atexit._run_exitfuncs()

### all_signals_blocked | time
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
sum(iter(int, 1))

### all_signals_ignored | time
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
sum(iter(int, 1))

### time_limit_handled | time, denied, tampered
## holds: the kernel's notice can be handled; its last word cannot
import signal

heard = []
signal.signal(signal.SIGXCPU, lambda number, frame: heard.append(number))
while True:
    sum(range(10**7))

### raised_limits | denied
import resource

for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
sum(iter(int, 1))

### priority | denied, error
import os

os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))

### sleep_for_years | normal
## holds: time passes at once
## stdout: 'woke\n'
import time

time.sleep(10**9)
print("woke")

### real_sleep | time
import select

select.epoll().poll(10**6)

### wait_for_event | time
import threading

threading.Event().wait()

### wait_for_lock | time
import threading

lock = threading.Lock()
lock.acquire()
lock.acquire()

### wait_for_queue | time
import queue

queue.Queue().get()

### wait_for_signal | time
import signal

signal.pause()

### wait_for_sigwait | time
import signal

signal.sigwait({signal.SIGUSR1})

### wait_for_pipe | time
import os

reading, writing = os.pipe()
os.read(reading, 1)

### wait_for_socket | time
import socket

first, second = socket.socketpair()
first.recv(1)

### wait_for_input | error
## holds: what can be read ends; nothing waits for a person
input()

### wait_for_loop | time
import asyncio


async def wait():
    await asyncio.Event().wait()


asyncio.run(wait())

### wait_for_thread | time
import threading

blocked = threading.Event()
thread = threading.Thread(target=blocked.wait)
thread.start()
thread.join()

### thread_outlives_main | time
## holds: the end waits for threads, and the clock for neither
import threading

threading.Thread(target=threading.Event().wait).start()

### daemon_outlives_main | normal
import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()

### spinning_thread | time
import threading


def spin():
    while True:
        pass


threading.Thread(target=spin).start()

### spinning_daemon | normal, time
import threading


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=True).start()

### thread_without_turns | time
## holds: a thread that never gives way keeps only its own process busy
import sys
import threading

sys.setswitchinterval(10**6)
threading.Thread(target=lambda: sum(iter(int, 1)), daemon=True).start()
sum(range(10))

### stopped | time, denied
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)

### stopped_by_raise | time, denied
import signal

signal.raise_signal(signal.SIGSTOP)

### stopped_with_group | time, denied
import os
import signal

os.kill(0, signal.SIGSTOP)

### stopped_parent | denied
import os
import signal

os.kill(os.getppid(), signal.SIGSTOP)

### stopped_everybody | denied
import os
import signal

os.kill(-1, signal.SIGSTOP)

### many_exceptions | never
while True:
    try:
        raise ValueError
    except ValueError:
        pass

### swallowed_alarm | time, denied, tampered
## holds: an alarm of its own gives the program no more time
import signal


def ring(number, frame):
    signal.setitimer(signal.ITIMER_REAL, 0.01)


signal.signal(signal.SIGALRM, ring)
ring(0, None)
while True:
    signal.pause()
