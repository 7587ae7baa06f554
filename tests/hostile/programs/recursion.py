### to_the_limit | error
## holds: the interpreter takes the trace function off where it has no frame left for it
def f(n):
    return f(n + 1)


f(0)

### to_the_limit_and_caught | normal, lost tracer
def f(n):
    try:
        return f(n + 1)
    except RecursionError:
        return n


deepest = f(0)

### just_below_the_limit | normal
## stdout: '900\n'
def f(n):
    return n if n == 900 else f(n + 1)


print(f(0))

### limit_as_in_any_interpreter | normal
## holds: the recorder's frames are not the program's
## stdout: '1000\n'
import sys

print(sys.getrecursionlimit())

### depth_as_in_any_interpreter | normal, lost tracer
## holds: as deep as without a recorder
## stdout: '998\n'
def f(n):
    try:
        return f(n + 1)
    except RecursionError:
        return n


print(f(0))

### again_and_again | normal, lost tracer, error, never
def f():
    f()


for _ in range(20):
    try:
        f()
    except RecursionError:
        pass
done = 1

### in_repr | normal
class Odd:
    def __repr__(self):
        return f"<{self!r}>"


thing = Odd()
other = 1

### in_getattr | error, lost tracer
class Odd:
    def __getattr__(self, name):
        return getattr(self, name)


Odd().x

### in_c | error, lost tracer
items, others = [], []
items.append(items)
others.append(others)
items == others

### in_equality | error, lost tracer
class Odd:
    def __eq__(self, other):
        return other == self


Odd() == Odd()

### in_generators | error, lost tracer
def numbers(n):
    yield from numbers(n + 1)


list(numbers(0))

### in_del | normal, lost tracer, never
class Odd:
    def __del__(self):
        Odd()


Odd()

### in_import | error, lost tracer
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        return __import__(name + "x")


sys.meta_path.insert(0, Finder())
import no_such_module

### in_except | error, lost tracer, never, time
def f():
    try:
        f()
    except RecursionError:
        f()


f()

### in_finally | error, lost tracer, never, time
## holds: an exponential number of ways down
def f():
    try:
        f()
    finally:
        f()


f()

### limit_raised | never, killed, memory, error, lost tracer, normal
import sys

sys.setrecursionlimit(10**9)


def f():
    f()


f()

### limit_raised_in_c | killed, error, memory, lost tracer
import sys

sys.setrecursionlimit(10**9)


class Odd:
    def __getattr__(self, name):
        return getattr(self, name)


Odd().x

### limit_lowered | normal, error, lost tracer
## holds: the recorder needs no frame that the program could take from it
import sys

sys.setrecursionlimit(10)
other = 1
more = [[1], {"a": (1, 2)}]
print("done")

### limit_lowered_within | normal, error, lost tracer
import sys


def f(n):
    if n:
        return f(n - 1)
    try:
        sys.setrecursionlimit(60)
    except RecursionError:
        pass
    return 1


x = f(40)

### depth_of_stack_used_up | normal, lost tracer, error
## holds: the recorder is called where no frame is left, and does not fail in silence
def f(n):
    value = [n]
    try:
        f(n + 1)
    except RecursionError:
        pass
    value.append(n)
    return value


f(0)

### comparison_of_deep | error, killed
first, second = [], []
for _ in range(40_000):
    first, second = [first], [second]
first == second

### hash_of_deep | error, killed, normal
items = ()
for _ in range(40_000):
    items = (items,)
hash(items)

### copy_of_deep | error, lost tracer
import copy

items = []
for _ in range(5_000):
    items = [items]
copy.deepcopy(items)
