"""The columns of a tree over traces whose tree is known."""

from __future__ import annotations

from hypothesis import given, settings
from support.reference import Reference
from support.traces import MAIN, F, G, H, Recording, recordings

from tracing.states.tree import StateTree


@settings(deadline=None)
@given(recordings())
def test_columns_are_those_of_the_run(recording: Recording) -> None:
    trace = recording.finish()
    tree, reference = StateTree.of(trace), Reference(recording, trace)
    n = len(trace)
    assert list(tree.depth) == recording.depths
    assert list(tree.opening) == [level[0] for level in reference.levels]
    closing = [reference.closing_state(k) for k in range(len(trace.owners))]
    assert list(tree.closing) == [n if state is None else state for state in closing]
    nodes = [reference.next_node(state) for state in range(n)]
    assert list(tree.over) == [n if node is None else node for node in nodes]
    for state in range(n):
        assert tree.is_calling(state) == bool(reference.children(state))


def test_a_callee_of_the_closing_state_hangs_below_it() -> None:
    """`try: raise … finally: cleanup()`: the callee comes after the last state of its caller."""
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.exception()
    recording.line()
    recording.call(H)  # from the `finally`
    recording.leave()
    recording.unwind()  # the exception goes on, and leaves f
    recording.exception()
    recording.leave()
    tree = StateTree.of(recording.finish())
    assert list(tree.depth) == [1, 2, 2, 2, 3, 3, 1, 1]
    assert tree.closing[1] == 3
    assert tree.is_calling(3)


def test_a_call_after_a_swallowed_exception_is_the_callers() -> None:
    """`sorted(…, key=f)` where f raises and C code goes on: no event of the caller between."""
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.exception()
    recording.unwind()
    recording.call(G)
    recording.leave()
    recording.leave()
    tree = StateTree.of(recording.finish())
    assert list(tree.depth) == [1, 2, 2, 2, 2, 1]
    assert tree.closing[1] == 2
    assert not tree.is_calling(2)


def test_the_levels_at_the_end_of_a_cut_trace_are_open() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.call(H)
    recording.leave()
    recording.line()
    tree = StateTree.of(recording.finish())
    assert list(tree.closing) == [5, 5, 3]


def test_a_whole_trace_can_end_in_an_exception() -> None:
    recording = Recording()
    recording.call(MAIN)
    recording.call(F)
    recording.exception()
    recording.unwind()
    recording.exception()
    recording.unwind()
    trace = recording.finish()
    assert not trace.cut
    assert list(StateTree.of(trace).closing) == [3, 2]


@given(recordings())
def test_the_way_back_has_one_place_for_each_state_and_copy(recording: Recording) -> None:
    tree = StateTree.of(recording.finish())
    n = len(tree)
    assert len(tree.back) == 2 * n
    assert all(tree.back[n + state] == 0 for state in range(n) if not tree.is_calling(state))
