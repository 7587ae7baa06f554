### endless | output
while True:
    print("x" * 1000)

### one_write | output
print("x" * (1 << 24))

### to_the_byte | normal
## limits: output=1000
print("x" * 999)

### one_byte_too_many | output
## limits: output=1000
print("x" * 1000)

### below_python | output
import os

while True:
    os.write(1, b"x" * 4096)

### below_python_a_little | normal
## holds: as into any file, what goes around the buffer comes first
## stdout: 'two\none\nthree\n'
import os

print("one")
os.write(1, b"two\n")
print("three")

### raw | output
import sys

while True:
    sys.stdout.buffer.raw.write(b"x" * 4096)

### caught | output
## holds: a limit is no exception that can be caught
while True:
    try:
        print("x" * 1000)
    except BaseException:
        pass

### from_thread | output
import threading


def pour():
    while True:
        print("x" * 1000)


thread = threading.Thread(target=pour)
thread.start()
thread.join()

### at_exit | output
import atexit


def pour():
    while True:
        print("x" * 1000)


atexit.register(pour)

### errors | normal, time, never
## holds: the standard error leads nowhere
import sys

for _ in range(200):
    sys.stderr.write("x" * 100_000)

### in_repr | normal
## holds: what a repr prints while the recorder looks is not the program's output
## stdout: ''
class Loud:
    def __repr__(self):
        print("LOUD")
        return "loud"


thing = Loud()
other = 1

### in_repr_below_python | normal, tampered
import os


class Loud:
    def __repr__(self):
        os.write(1, b"LO" + b"UD")
        return "quiet"


thing = Loud()
other = 1

### in_repr_endless | time, normal, output
class Loud:
    def __repr__(self):
        while True:
            print("x" * 1000)


thing = Loud()
other = 1

### muted_for_good | normal, tampered
## holds: a repr that never comes back leaves the output as it was
## stdout: 'heard\n'
class Loud:
    def __repr__(self):
        raise MemoryErrorLike


class MemoryErrorLike(BaseException):
    pass


thing = Loud()
print("heard")

### bytes | normal
import sys

sys.stdout.buffer.write(bytes(range(256)))

### surrogate | error
print("\ud800")

### surrogate_by_wish | normal
import sys

sys.stdout.reconfigure(errors="surrogatepass")
print("\ud800\udfff")

### null | normal
## stdout: 'a\0b\n'
print("a\0b")

### markers | normal
## stdout: '<|frame_sep|><|end_of_text|>\n'
print("<|frame_sep|><|end_of_text|>")

### closed | normal, error
import sys

print("before")
sys.stdout.close()

### closed_below | normal, error, tampered
import os

print("before")
os.close(1)

### closed_all | normal, error, tampered, killed
## holds: with the pipe closed there is no record; the reason says so
import os

os.closerange(0, 100)

### detached | normal, error
import sys

raw = sys.stdout.detach()

### replaced | normal
## stdout: ''
import io
import sys

sys.stdout = io.StringIO()
print("elsewhere")

### replaced_by_a_trap | normal
## stdout: 'before\n'
import sys


class Trap:
    def __getattr__(self, name):
        raise SystemExit(3)


print("before")
sys.stdout = Trap()

### rewound | normal, tampered
## holds: what was printed cannot be unsaid without a trace of it
import os

print("a long line of text")
os.lseek(1, 0, os.SEEK_SET)
print("short")

### shortened | denied, tampered
import os

print("a long line of text")
os.ftruncate(1, 0)

### moved | normal, tampered, denied
import os

print("before")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
print("after")

### lying_counter | normal, tampered, error
## holds: the recorder's count is out of reach
import sys

sys.stdout.buffer.total = -(10**9)
sys.stdout.buffer.muted = True
print("x" * 100)

### raised_limit | output, tampered
import sys

for name in ("most", "_most", "limit", "_limit"):
    try:
        setattr(sys.stdout.buffer, name, 10**12)
    except AttributeError:
        pass
while True:
    print("x" * 1000)

### raised_limit_of_class | output, tampered
import io
import sys

type(sys.stdout.buffer).write = lambda self, data: io.BufferedWriter.write(self, data)
while True:
    print("x" * 1000)

### huge_values | normal, memory, time
values = ["x" * (1 << 22), b"\xff" * (1 << 22), list(range(1 << 18)), 1 << 60_000]

### fault_dump | normal, output, denied
import faulthandler

faulthandler.dump_traceback(1)

### warnings | normal
import warnings

for number in range(500):
    warnings.warn(f"{number}" * 1000)

### warnings_while_compiled | normal
## holds: what the compiler says reaches nobody
## generated:
return "\n".join(f"{number} is {number}" for number in range(2_000))
