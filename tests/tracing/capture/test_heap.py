"""When graphs of instances need not be looked at again."""

from __future__ import annotations

import pytest

from tracing.capture.heap import Heap
from tracing.capture.tracer import own_code


def heap_of(source: str) -> Heap:
    root = compile(source, "prog.py", "exec")
    heap = Heap(lambda: own_code(root).values())
    heap.ask()
    heap.leave()
    return heap


def epochs(heap: Heap, *depths: int) -> list[int]:
    """The epoch at events in activations at these depths."""
    found = []
    for depth in depths:
        heap.enter(depth)
        found.append(heap.epoch)
        heap.leave()
    return found


NODES = """
class Node:
    def __init__(self, key):
        self.key = key
    def __lt__(self, other):
        return self.__class__ is other.__class__ and self.key < other.key
    def name(self):
        return type(self).__name__
if __name__ == "__main__":
    print(Node(1))
"""

DOUBTFUL = [
    "a.__class__ = B",
    "del a.__dict__",
    "A.__name__ = 'B'",
    "a.__dict__['x'] = 1",
    "def f():\n    setattr(a, x, 1)",
    "object.__setattr__(a, x, 1)",
    "getattr(a, x)(1)",
    "f(a, '__setattr__')",
    "exec(x)",
    "vars(a)",
    "from operator import *",
    "import operator",
    "import gc",
    "__builtins__",
    "class A:\n    def f(self):\n        return lambda: self.__reduce__()",
    "\n".join(f"a.x{k} = 1" for k in range(300)) + "\na.__class__ = B",
]


def test_a_program_that_only_assigns_attributes_is_trusted() -> None:
    assert epochs(heap_of(NODES), 1, 2, 1) == [0, 0, 0]


@pytest.mark.parametrize("source", DOUBTFUL)
def test_a_program_that_could_change_an_instance_by_other_ways_is_not(source: str) -> None:
    assert epochs(heap_of(source), 1, 2, 1) == [1, 2, 3]


def test_a_dictionary_that_changes_between_two_events() -> None:
    heap, held = heap_of(NODES), {"a": 1}
    first = epochs(heap, 1)
    held["a"] = 2
    assert epochs(heap, 1, 1) == [first[0] + 1, first[0] + 1]


def test_code_of_a_library_is_not_trusted_until_its_caller_goes_on() -> None:
    heap = heap_of(NODES)
    heap.library(2)
    assert epochs(heap, 4, 3, 2, 2, 1) == [1, 2, 3, 3, 3]


def test_the_outermost_call_of_a_library_counts() -> None:
    heap = heap_of(NODES)
    heap.library(1)
    heap.library(3)
    assert epochs(heap, 3, 2, 1, 1) == [1, 2, 3, 3]


def test_threads_are_not_trusted() -> None:
    root, threads = compile(NODES, "prog.py", "exec"), ["one"]
    heap = Heap(lambda: own_code(root).values(), threads)
    heap.ask()
    heap.leave()
    assert epochs(heap, 1, 1) == [1, 2]


def test_moments_pass_with_each_event() -> None:
    heap = heap_of(NODES)
    before = heap.moment
    epochs(heap, 1, 1)
    assert heap.moment == before + 2
