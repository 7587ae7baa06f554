### one_object | memory
huge = bytearray(1 << 40)

### one_object_within_words | memory
huge = [0] * (1 << 36)

### many_objects | memory, time
kept = []
while True:
    kept.append(bytearray(1 << 20))

### many_small | memory, never, time
kept = []
for number in range(10**9):
    kept.append([number] * 1000)

### doubling_text | memory
## limits: cpu_seconds=5 wall_seconds=7
text = "x"
while True:
    text += text

### doubling_list | memory
items = [0]
while True:
    items *= 2

### in_one_call | memory
import itertools

list(itertools.count())

### caught | memory, normal
## holds: how much there is is the machine's affair; a trace must not depend on it
try:
    bytearray(1 << 40)
except MemoryError:
    print("caught")

### caught_and_again | memory, never, time
kept = []
while True:
    try:
        kept.append(bytearray(1 << 22))
    except MemoryError:
        pass

### full_to_the_brim | memory, normal, time
## holds: no memory is left for the record; it comes, or its lack is the reason
kept = []
size = 1 << 24
while size > 16:
    try:
        kept.append(bytearray(size))
    except MemoryError:
        size //= 2
done = 1

### in_repr | memory, normal, error
class Wide:
    def __repr__(self):
        return "x" * (1 << 40)


thing = Wide()
other = 1

### wide_repr | memory, normal, time
class Wide:
    def __repr__(self):
        return "x" * (1 << 26)


things = [Wide() for _ in range(100)]
other = 1

### bound_integer | memory, time
number = 1
while True:
    number <<= 1 << 20

### mapped | memory
## holds: memory that the system does not give is no error of the program
import mmap

mmap.mmap(-1, 1 << 40)

### mapped_shared | memory
import mmap

kept = [mmap.mmap(-1, 16 << 20, flags=mmap.MAP_SHARED) for _ in range(100)]
for region in kept:
    region.write(b"x" * (16 << 20))

### file_in_memory | denied
import os

file = os.memfd_create("hoard")
while True:
    os.write(file, b"x" * 4096)

### files_in_memory | denied
## holds: many small ones are a large one
import os

files = [os.memfd_create(str(number)) for number in range(20)]
for file in files:
    os.posix_fallocate(file, 0, 60_000)

### truncated_file_in_memory | denied
import mmap
import os

file = os.memfd_create("hoard")
os.ftruncate(file, 1 << 30)
region = mmap.mmap(file, 1 << 30)
region.write(b"x" * (1 << 30))

### shared_memory | denied
from multiprocessing import shared_memory

block = shared_memory.SharedMemory(create=True, size=1 << 28)
block.buf[:] = b"x" * (1 << 28)

### shared_memory_directly | denied
import _posixshmem
import os

file = _posixshmem.shm_open("/hoard", os.O_CREAT | os.O_RDWR)
os.posix_fallocate(file, 0, 1 << 20)

### through_forks | denied
import os

while True:
    os.fork()
    kept = bytearray(b"x") * (64 << 20)

### thread_stacks | memory, denied
import threading

threading.stack_size(64 << 20)
event = threading.Event()
while True:
    threading.Thread(target=event.wait, daemon=True).start()

### full_pipes | memory, time, denied, error
import fcntl
import os

pipes = [os.pipe() for _ in range(10)]
for _, writing in pipes:
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
for _, writing in pipes:
    os.write(writing, b"x" * (1 << 20))
os.write(pipes[0][1], b"x")

### compressed | memory
## limits: cpu_seconds=5 wall_seconds=7
import zlib

part = zlib.compressobj(1)
data = b"".join(part.compress(b"\0" * (1 << 22)) for _ in range(70)) + part.flush()
zlib.decompress(data)

### format_width | memory
"{:>{}}".format("x", 1 << 40)

### format_printed | memory, output
print(f"{'x':>99999999999}")

### nested_lists | normal, memory, never
## holds: what is a million deep is taken apart without a stack
items = []
for _ in range(20_000):
    items = [items]
items = None
done = 1

### long_chain | normal, memory, never
class Link:
    def __init__(self, tail):
        self.tail = tail


chain = None
for _ in range(8_000):
    chain = Link(chain)

### widening_trace | trace size, memory, time
## limits: trace=65536
## holds: each state is another long text
text = ""
for number in range(1500):
    text = str(number) * 400

### long_values_at_each_event | normal, time, memory
text = "x" * (1 << 24)
held = [text]
for number in range(300):
    held[0] = text

### cycle_of_garbage | normal, memory, never
class Node:
    def __init__(self):
        self.me = self
        self.data = bytearray(1 << 14)

    def __del__(self):
        kept.append(self)


kept = []
for _ in range(3_000):
    Node()

### endless_deque | memory
## holds: a deque that is freed because memory lacks loses the error that says so
import collections
import itertools

collections.deque(itertools.count())

### endless_set | memory
import itertools

set(itertools.count())

### endless_keys | memory
import itertools

dict.fromkeys(itertools.count())

### endless_arguments | memory
import itertools

print(*itertools.count())

### endless_join | memory
import itertools

"".join(itertools.repeat("x" * 100))

### repr_of_shared_items | memory
repr([["x" * 1000] * 1000] * 1000)

### no_limit_any_more | denied
import resource

resource.prlimit(0, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
huge = bytearray(b"x") * (1 << 29)
