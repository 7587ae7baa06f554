### fork | denied
import os

os.fork()

### fork_bomb | denied
import os

while True:
    os.fork()

### fork_bomb_that_catches | denied
import os

while True:
    try:
        os.fork()
    except BaseException:
        pass

### fork_terminal | denied
import pty

pty.fork()

### fork_without_a_name | denied
## holds: the function is found by the back door
import posix

vars(posix)["fork"]()

### fork_from_thread | denied
## holds: a refusal in another thread ends the program too
import os
import threading

thread = threading.Thread(target=os.fork)
thread.start()
thread.join()

### fork_from_del | denied
import os


class Parting:
    def __del__(self):
        os.fork()


Parting()

### fork_from_repr | denied
import os


class Shown:
    def __repr__(self):
        return str(os.fork())


thing = Shown()
other = 1

### fork_at_exit | denied
import atexit
import os

atexit.register(os.fork)

### fork_from_fresh_module | denied, tampered
## holds: a module that is imported anew has its own functions
import sys

del sys.modules["posix"]
import posix

posix.fork()

### daemon | denied
import os

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            pass
    os._exit(0)

### orphan_with_the_pipe | denied
## holds: a grandchild keeps the result's pipe open
import os
import signal

if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.pause()

### exec | denied
import os

os.execv("/bin/sh", ["sh", "-c", "sleep 1000"])

### exec_by_descriptor | denied
import os

os.execve(0, ["sh"], {})

### system | denied
import os

os.system("sleep 1000 & touch /srv/canary/file")

### popen | denied
import os

os.popen("id").read()

### spawn | denied
import os

os.spawnv(os.P_NOWAIT, "/bin/sleep", ["sleep", "1000"])

### posix_spawn | denied
import os

os.posix_spawn("/bin/sleep", ["sleep", "1000"], {})

### subprocess | denied
import subprocess

subprocess.run(["sleep", "1000"])

### subprocess_that_catches | denied
import subprocess

try:
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
except BaseException:
    pass

### fork_exec | denied
## holds: what `subprocess` calls, without the event that it sends
import _posixsubprocess
import os

error, status = os.pipe()
arguments = [b"/bin/sleep", b"1000"], [b"/bin/sleep"], True, (status,), None, None
descriptors = -1, -1, -1, -1, -1, -1, error, status, True, True, -1, None, None, None, -1, None
_posixsubprocess.fork_exec(*arguments, *descriptors, True)

### fork_exec_from_fresh_module | denied, tampered
import os
import sys

del sys.modules["_posixsubprocess"]
import _posixsubprocess

error, status = os.pipe()
arguments = [b"/bin/sleep", b"1000"], [b"/bin/sleep"], True, (status,), None, None
descriptors = -1, -1, -1, -1, -1, -1, error, status, True, True, -1, None, None, None, -1, None
_posixsubprocess.fork_exec(*arguments, *descriptors, True)

### multiprocessing | denied
import multiprocessing

multiprocessing.Process(target=print).start()

### multiprocessing_spawn | denied
import multiprocessing

multiprocessing.get_context("spawn").Process(target=print).start()

### multiprocessing_server | denied
import multiprocessing

multiprocessing.get_context("forkserver").Process(target=print).start()

### process_pool | denied
import concurrent.futures

with concurrent.futures.ProcessPoolExecutor() as pool:
    list(pool.map(abs, range(3)))

### asyncio_subprocess | denied
import asyncio


async def main():
    await asyncio.create_subprocess_exec("sleep", "1000")


asyncio.run(main())

### pager | denied
## holds: a module of the standard library that starts a program for itself
import pydoc

pydoc.pipepager("text", "cat")

### platform | normal
## holds: what would start a program to find out is answered without
## stdout: "'' '64bit'\n"
import platform

print(repr(platform.processor()), repr(platform.architecture()[0]))
platform.libc_ver()
platform._syscmd_file("/bin/sh")

### thread_bomb | denied, memory, time
import threading

event = threading.Event()
while True:
    threading.Thread(target=event.wait, daemon=True).start()

### thread_bomb_that_catches | denied, memory, time, never
import _thread
import threading

event = threading.Event()
while True:
    try:
        _thread.start_new_thread(event.wait, ())
    except BaseException:
        pass

### threads_that_start_threads | denied, memory, time
import threading


def start():
    while True:
        threading.Thread(target=start).start()


start()

### kill_parent | denied
import os

os.kill(os.getppid(), 9)

### kill_everybody | denied
import os

os.kill(-1, 9)

### kill_group | denied
import os

os.killpg(0, 9)

### kill_first | denied
import os

os.kill(1, 15)

### kill_that_catches | denied
import os

for process in range(1, 100):
    try:
        os.kill(process, 9)
    except BaseException:
        pass

### kill_by_descriptor | denied
import os
import signal

signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)

### kill_thread_of_parent | denied, error
import os
import signal

signal.pthread_kill(os.getppid(), 9)

### other_session | normal, error, denied
## holds: a session of its own is ended like any other
import os

os.setsid()

### other_group | normal, error, denied
import os

os.setpgid(0, os.getppid())

### signal_to_its_group | normal
## stdout: 'got\ngot\n'
import os
import signal

signal.signal(signal.SIGUSR1, lambda *arguments: print("got"))
os.killpg(os.getpgrp(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR1)

### group_stopped | time
import os
import signal

os.killpg(os.getpgrp(), signal.SIGSTOP)
