### lying_class | normal
## holds: an object is what it is, not what it says
## stdout: '0\n'
## shows: thing = 'Liar()'
asked = 0


class Liar:
    @property
    def __class__(self):
        global asked
        asked += 1
        return int


thing = Liar()
other = 1
print(asked)

### lying_attributes | normal
## stdout: '0\n'
## shows: thing = 'Liar()'
asked = 0


class Liar:
    def __getattribute__(self, name):
        global asked
        asked += 1
        raise RuntimeError


thing = Liar()
other = 1
print(asked)

### lying_equality | normal
## stdout: '0\n'
asked = 0


class Liar:
    def __eq__(self, other):
        global asked
        asked += 1
        return True

    def __hash__(self):
        global asked
        asked += 1
        return 0

    def __bool__(self):
        global asked
        asked += 1
        return False


thing = Liar()
things = [thing, (thing,), {"a": thing}]
other = 1
print(asked)

### lying_hash_as_key | normal
## holds: keys are looked at, never looked up
## stdout: '1\n'
asked = 0


class Key:
    def __hash__(self):
        global asked
        asked += 1
        return 0


table = {Key(): 1}
other = 1
print(asked)

### lying_length | normal
## shows: items = 'Items([1, 2])'
class Items(list):
    def __len__(self):
        return -1

    def __iter__(self):
        raise SystemExit(3)

    def __repr__(self):
        return "Items([1, 2])"


items = Items([1, 2])
other = 1

### lying_subclasses | normal
## stdout: '0\n'
asked = 0


def ask(*anything):
    global asked
    asked += 1
    return 0


class Number(int):
    __index__ = __int__ = __float__ = __bool__ = __str__ = __format__ = ask


class Text(str):
    __str__ = __len__ = __getitem__ = __iter__ = __format__ = ask


class Table(dict):
    items = keys = values = __iter__ = __getitem__ = __len__ = ask


class Row(tuple):
    __iter__ = __getitem__ = __len__ = ask


number, text, table, row = Number(1), Text("x"), Table(a=1), Row((1, 2))
other = [number, text, table, row]
print(asked)

### lying_metaclass | normal
## stdout: '0\n'
asked = 0


class Meta(type):
    def __getattribute__(cls, name):
        global asked
        asked += 1
        return type.__getattribute__(cls, name)

    def __eq__(cls, other):
        global asked
        asked += 1
        return True

    def __hash__(cls):
        return 0

    def __instancecheck__(cls, thing):
        global asked
        asked += 1
        return True


class Plain(metaclass=Meta):
    pass


asked = 0
thing = Plain()
other = Plain
asked_by_program = asked
asked -= asked_by_program
one = 1
two = 2
print(asked)

### lying_metaclass_repr | normal
## shows: Plain = '<SystemExit in __repr__>'
class Meta(type):
    def __repr__(cls):
        raise SystemExit(3)


class Plain(metaclass=Meta):
    pass


other = 1

### lying_mro | normal, error
class Meta(type):
    def mro(cls):
        return [cls, object]


class Odd(metaclass=Meta):
    pass


thing = Odd()
other = 1

### lying_names | normal
class Odd:
    pass


Odd.__name__ = "<|end_of_text|>"
Odd.__qualname__ = "x\ny"
Odd.__module__ = 3
thing = Odd()
other = 1

### name_of_another_type | error
class Odd:
    pass


Odd.__name__ = 3

### lying_text_type | normal
## holds: a text of the program's own type is taken as the text it is
class Text(str):
    def __str__(self):
        raise SystemExit(3)

    def __len__(self):
        return -5

    def __getitem__(self, key):
        raise SystemExit(3)


class Odd:
    def __repr__(self):
        return Text("odd")


thing = Odd()
other = 1

### repr_of_another_type | normal
## shows: thing = '<TypeError in __repr__>'
class Odd:
    def __repr__(self):
        return 3


thing = Odd()
other = 1

### repr_that_fails | normal
## shows: thing = '<ZeroDivisionError in __repr__>'
class Odd:
    def __repr__(self):
        return 1 / 0


thing = Odd()
other = 1

### repr_that_leaves | normal
## shows: thing = '<SystemExit in __repr__>'
class Odd:
    def __repr__(self):
        raise SystemExit(0)


thing = Odd()
other = 1

### repr_that_interrupts | normal
class Odd:
    def __repr__(self):
        raise KeyboardInterrupt


thing = Odd()
other = 1

### repr_that_fails_oddly | normal
## holds: the name of an error is a name, whatever its class says
class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit(3)


class Fault(BaseException, metaclass=Meta):
    pass


class Odd:
    def __repr__(self):
        raise Fault


thing = Odd()
other = 1

### repr_that_recurs | normal
class Odd:
    def __repr__(self):
        return repr(self)


thing = Odd()
other = 1

### repr_that_changes_things | normal
## holds: the program goes on as if nobody had looked
## holds: what a repr changes it changes, but the recorder stays whole
class Odd:
    seen = 0

    def __repr__(self):
        items.clear()
        return "odd"


items = [1, 2, 3]
items.append(Odd())
other = 1

### repr_that_shrinks_its_container | normal
class Odd:
    def __repr__(self):
        table.pop(next(iter(table), None), None)
        return "odd"


table = {number: None for number in range(10)}
table[0] = Odd()
table[5] = Odd()
other = 1

### repr_that_grows_its_container | normal, time, memory
class Odd:
    def __repr__(self):
        items.append(Odd())
        return "odd"


items = [0]
items.append(Odd())
other = 1

### repr_that_yields | normal
def numbers():
    yield 1
    yield 2


class Odd:
    def __repr__(self):
        return f"<{next(source)}>"


source = numbers()
thing = Odd()
other = 1

### repr_that_traces | tampered, lost tracer
import sys


class Odd:
    def __repr__(self):
        sys.settrace(None)
        return "odd"


thing = Odd()
other = 1

### repr_that_starts_threads | normal, tampered
import threading


class Odd:
    def __repr__(self):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
        return "odd"


thing = Odd()
other = 1

### repr_that_writes | denied
class Odd:
    def __repr__(self):
        open("/srv/canary/file", "w")
        return "odd"


thing = Odd()
other = 1

### repr_of_surrogates | normal
## shows: thing = '\ud800\x00'
class Odd:
    def __repr__(self):
        return "\ud800\0"


thing = Odd()
other = 1

### half_built | normal
## shows: self = 'Point()'
class Point:
    def __init__(self):
        self.x = 1

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Plain:
    def __init__(self):
        self.x = 1


Plain().x
try:
    self = Plain.__new__(Plain)
    self.__class__ = Plain
    Plain.__name__ = "Point"
finally:
    pass
done = 1

### half_built_repr | normal
## shows: thing = '<AttributeError in __repr__>'
class Point:
    def __repr__(self):
        return f"Point({self.x})"


thing = Point.__new__(Point)
other = 1

### cyclic | normal
## shows: items = '[<cycle>]'
items = []
items.append(items)
table = {}
table["self"] = table
pair = ([],)
pair[0].append(pair)

### cyclic_objects | normal
class Node:
    pass


first, second = Node(), Node()
first.other, second.other = second, first
done = 1

### very_deep | normal
items = []
for _ in range(500):
    items = [items]

### very_deep_objects | normal
class Node:
    def __init__(self, tail):
        self.tail = tail


chain = None
for _ in range(200):
    chain = Node(chain)

### enormous_integer | normal
## shows: number = '<ValueError in __repr__>'
number = 1 << 100_000
other = 1

### enormous_integer_in_a_set | normal
numbers = {1 << 100_000, 2}
other = 1

### surrogates | normal
## shows: text = "'\\ud800'"
text = "\ud800"
name = {"\udfff": "\0"}
other = 1

### null | normal
text = "\0" * 10
data = b"\0" * 10
other = 1

### markers | normal
text = "<|end_of_text|><|frame_sep|>"
other = 1

### not_a_number | normal
import math

numbers = [math.nan, -0.0, math.inf, complex(math.nan, -0.0)]
keys = {math.nan: 1}
other = 1

### many_items | normal
## holds: what is left out is counted
## shows: items = "[0, 1, 2, 3]"
items = [0, 1, 2, 3]
many = list(range(10**5))
table = dict.fromkeys(range(10**5))
members = set(range(10**5))
other = 1

### proxies | normal
## stdout: '0\n'
import weakref

asked = 0


class Held:
    def __getattr__(self, name):
        global asked
        asked += 1
        raise AttributeError(name)


held = Held()
proxy = weakref.proxy(held)
reference = weakref.ref(held)
asked = 0
other = 1
print(asked)

### dead_proxy | normal
import weakref


class Held:
    pass


held = Held()
proxy = weakref.proxy(held)
del held
other = 1

### views | normal
table = {"a": [1]}
views = table.keys(), table.values(), table.items()
memory = memoryview(b"abc")
memory.release()
other = 1

### collection_changed_behind_its_back | normal
## holds: what cannot be read any more has some text
import collections

x = collections.OrderedDict(a=1, b=2)
dict.__delitem__(x, "a")
y = [x]
dict.clear(x)
z = [x]

### iterators_untouched | normal
## holds: to look at an iterator is not to ask it
## stdout: '[0, 1, 2] [1, 2] [0, 1, 4]\n'
counter = iter(range(3))
mapped = map(int, "12")
squares = (number * number for number in range(3))
other = 1
print(list(counter), list(mapped), list(squares))

### default_dictionary_untouched | normal
## stdout: '[]\n'
import collections

made = []
table = collections.defaultdict(lambda: made.append(1))
other = table
print(made)

### class_body_in_strange_namespace | normal
## holds: a namespace of the program's own is not asked
## stdout: '[]\n'
asked = []


class Namespace(dict):
    def keys(self):
        asked.append("keys")
        return super().keys()

    def __iter__(self):
        asked.append("iter")
        return super().__iter__()

    def items(self):
        asked.append("items")
        return super().items()


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Namespace()

    def __new__(cls, name, bases, namespace):
        return type.__new__(cls, name, bases, {})


class Odd(metaclass=Meta):
    one = 1
    two = 2


print(asked)

### class_body_without_a_dictionary | normal, error
class Namespace:
    def __getitem__(self, name):
        raise KeyError(name)

    def __setitem__(self, name, value):
        pass


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Namespace()

    def __new__(cls, name, bases, namespace):
        return type.__new__(cls, name, bases, {})


class Odd(metaclass=Meta):
    one = 1
    two = 2


done = 1

### module_names_of_other_types | normal, error
## holds: a namespace may hold keys that are no texts
globals()[1] = 2
globals()[("a",)] = 3


class Key(str):
    def __eq__(self, other):
        raise SystemExit(3)

    __hash__ = str.__hash__


globals()[Key("b")] = 4
other = 1

### names_in_instances | normal
class Odd:
    pass


class Name(str):
    def __str__(self):
        raise SystemExit(3)


thing = Odd()
vars(thing)[Name("x")] = 1
other = 1

### names_of_other_types_in_instances | normal
class Odd:
    pass


thing = Odd()
try:
    vars(thing)[3] = 1
except TypeError:
    pass
other = 1

### slots_that_lie | normal
class Odd:
    __slots__ = ("x", "__hidden")

    def __init__(self):
        self.x = 1


Odd.x = property(lambda self: 1 / 0)
thing = Odd()if False else Odd.__new__(Odd)
Odd.__slots__ = 3
other = 1

### class_changed | normal
class First:
    pass


class Second:
    def __repr__(self):
        return "second"


thing = First()
thing.__class__ = Second
First.__repr__ = lambda self: "first"
del First.__repr__
other = 1

### error_that_lies | error
class Lying(Exception):
    def __repr__(self):
        raise SystemExit(0)

    def __str__(self):
        raise SystemExit(0)


raise Lying

### function_that_lies | normal
def show():
    return 1


show.__name__ = show.__qualname__ = "<|end_of_text|>\n"
show.__class__
other = 1

### generator_that_lies | normal
def numbers():
    yield 1


source = numbers()
source.__name__ = source.__qualname__ = "other"
next(source)
other = 1

### module_that_lies | normal
import types


class Odd(types.ModuleType):
    def __repr__(self):
        raise SystemExit(3)

    def __getattribute__(self, name):
        raise SystemExit(3)


odd = Odd("odd")
other = 1

### shared_between_threads | normal, error
## holds: what changes while it is looked at has some text
import threading

items, table = [], {}
stop = threading.Event()


def change():
    for number in range(20_000):
        items.append(number)
        table[number % 100] = number
        if len(items) > 50:
            items.clear()
            table.clear()


thread = threading.Thread(target=change)
thread.start()
for number in range(200):
    other = items
thread.join()

### finaliser_untimed | normal
## holds: objects go when they would go unobserved
## stdout: 'made\ngone\nnext\n'
class Parting:
    def __del__(self):
        print("gone")


def use():
    thing = Parting()
    print("made")
    thing = None
    print("next")


use()
