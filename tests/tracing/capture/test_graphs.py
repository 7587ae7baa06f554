"""Graphs of instances that change between events: what is told is what a renderer tells that knows
nothing of the events before."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.capture import objects
from tracing.capture.heap import Heap
from tracing.capture.tracer import own_code
from tracing.capture.values import Look, renderer

NODES = 4
LOOKS = 3  # at what has not changed


class Bare:
    __module__ = "prog"

    def __init__(self, key: object) -> None:
        self.key = key
        self.left: Any = None


class Node(Bare):
    __module__ = "prog"

    def __init__(self, key: object) -> None:
        super().__init__(key)
        self.items: list[object] = []


class Other(Node):
    __module__ = "prog"


values = st.one_of(
    st.integers(), st.none(), st.text(max_size=2), st.sampled_from([10**700, b"s", True, 1.0])
)
nodes = st.integers(0, NODES - 1)
steps = st.one_of(
    st.tuples(st.just("key"), nodes, values),
    st.tuples(st.just("link"), nodes, nodes),
    st.tuples(st.just("append"), nodes, values),
    st.tuples(st.just("hold"), nodes, nodes),
    st.tuples(st.just("more"), nodes, values),
    st.tuples(st.just("share"), nodes, nodes),
    st.tuples(st.just("pair"), nodes, nodes),
    st.tuples(st.just("less"), nodes, st.none()),
    st.tuples(st.just("new"), nodes, values),
    st.tuples(st.just("class"), st.just(0), values),
    st.tuples(st.just("put"), nodes, nodes),
    st.tuples(st.just("children"), nodes, nodes),
    st.tuples(st.just("set"), nodes, nodes),
    st.tuples(st.just("another"), nodes, values),
    st.tuples(st.just("nothing"), nodes, st.none()),
)

behind = st.one_of(
    st.tuples(st.just("kind"), nodes, st.none()), st.tuples(st.just("state"), nodes, nodes)
)


def take(graph: list[Any], step: tuple[str, int, Any]) -> None:
    """One change."""
    what, number, value = step
    node = graph[number]
    if what == "key":
        node.key = value
    elif what == "link":
        node.left = graph[value]
    elif what == "append" and type(getattr(node, "items", 0)) is list:
        node.items.append(value)
    elif what == "hold" and type(getattr(node, "items", 0)) is list:
        node.items.append(graph[value])
    elif what == "more":
        node.more = value
    elif what == "share":
        node.items = getattr(graph[value], "items", {})
    elif what == "pair":
        node.more = (graph[value], [graph[value].key])
    elif what == "less":
        vars(node).pop("more", None)
    elif what == "new":
        graph[number] = Other(value)
    elif what == "put" and getattr(node, "items", None):
        node.items[-1] = graph[value]
    elif what == "children":
        node.more = {"one": graph[value], graph[value]: [graph[value].key]}
    elif what == "set":
        node.more = {graph[value], frozenset([graph[value]])}
    elif what == "another" and getattr(node, "items", None):
        node.items[0] = None
        node.items[0] = Other(value)
    elif what == "kind":
        node.__class__ = Other if type(node) is Node else Node
    elif what == "state":
        node.__dict__ = vars(graph[value])
    elif what == "class":
        Other.__doc__ = repr(value)


def looker(nesting: int, heap: Heap | None) -> Look:
    return renderer("prog", nesting, 3, 400, lambda on: None, heap)


def differences(nesting: int, changes: list[tuple[str, int, Any]], heap: Heap) -> int:
    """How often a graph is told wrong."""
    graph: list[Any] = [(Bare, Node)[k % 2](k) for k in range(NODES)]
    look, wrong = looker(nesting, heap), 0
    for step in changes:
        take(graph, step)
        for _ in range(LOOKS):
            heap.enter(1)
            values = [*graph, graph, *(getattr(node, "items", None) for node in graph)]
            shown = [look(value, None) for value in values]
            wrong += shown != [looker(nesting, None)(value, None) for value in values]
            heap.leave()
    return wrong


def trusting() -> Heap:
    root = compile("pass", "prog.py", "exec")
    return Heap(lambda: own_code(root).values())


@pytest.fixture(autouse=True, scope="module")
def short_ones_are_watched_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "MANY", 0)
        yield


@given(st.integers(0, 4), st.lists(steps, max_size=20))
def test_graphs_are_told_as_by_a_renderer_that_knows_nothing(
    nesting: int, changes: list[tuple[str, int, Any]]
) -> None:
    assert differences(nesting, changes, trusting()) == 0


@given(st.integers(1, 8), st.lists(st.one_of(steps, behind), max_size=20))
def test_graphs_that_change_behind_the_back_of_who_looks(
    nesting: int, changes: list[tuple[str, int, Any]]
) -> None:
    assert differences(nesting, changes, Heap()) == 0


def test_what_is_watched_ends_when_the_program_lets_go() -> None:
    node, look = Node(1), looker(4, None)
    node.items += [Node(2), [Node(3)], (Node(4), {Node(5)}), {"six": Node(6)}]
    for _ in range(LOOKS):
        look(node, None)
    inner = [node, node.items[0], node.items[1][0], node.items[2][0], *node.items[2][1]]  # type: ignore[index, misc]
    ends = [weakref.ref(each) for each in (*inner, node.items[3]["six"])]  # type: ignore[index]
    del node, inner
    assert [end() for end in ends] == [None] * len(ends)


def test_a_list_below_an_instance_that_holds_none() -> None:
    nothing = ("nothing", 0, None)
    changes = [("link", 0, 1), nothing, nothing, ("append", 1, 5), nothing, ("append", 1, 6)]
    assert differences(4, changes, trusting()) == 0


def test_an_instance_below_a_list_that_it_holds() -> None:
    assert differences(2, [("hold", 1, 1), ("key", 0, 0)], trusting()) == 0
    node, look = Node(1), looker(4, None)
    node.items.append(node)
    for _ in range(LOOKS):
        assert look([node], None)[0] == "[Node(key=1, left=None, items=[<cycle>])]"
    assert look(node.items, None)[0] == "[Node(key=1, left=None, items=<cycle>)]"


def test_a_graph_that_comes_back_to_itself_where_it_is_cut() -> None:
    changes = [("link", 0, 2), ("link", 2, 0), ("link", 0, 2)]
    assert differences(2, changes, trusting()) == 0


def test_two_instances_with_one_dictionary() -> None:
    one, other, look = Bare(1), Bare(2), looker(4, Heap())
    one.left, other.__dict__ = one, vars(one)
    assert look(one, None)[0] == "Bare(key=1, left=<cycle>)"
    assert look(other, None)[0] == "Bare(key=1, left=Bare(key=1, left=<cycle>))"


def test_a_repr_that_takes_attributes_away() -> None:
    class Thief:
        def __repr__(self) -> str:
            vars(node).clear()
            return "gone"

    node = Bare(1)
    node.left, node.more = Thief(), [1]  # type: ignore[attr-defined]
    text, _ = looker(4, None)(node, None)
    assert text == "Bare(key=1, left=gone, more=[1])"


def test_a_heap_that_takes_no_notice_is_found_out() -> None:
    """The negative control."""

    class Still(Heap):
        def enter(self, depth: int) -> None:
            pass

    changes = [("link", 0, 1), ("key", 1, 5), ("link", 1, 2), ("key", 2, 6)]
    assert differences(4, changes, Still(list)) > 0
