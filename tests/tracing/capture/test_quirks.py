"""The facts of the interpreter that the recorder leans on, each shown by a small program."""

from __future__ import annotations

import dis
import gc
import pickle
import sys
import weakref
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from types import FrameType, MappingProxyType
from typing import Any

import pytest

from tracing.capture import quirks
from tracing.capture.inert import write

Event = tuple[str, str, int | None, int, object]  # event, function, line, opcode, argument


def events(function: Callable[[], object]) -> list[Event]:
    """The events that the interpreter sends while a function runs."""
    found: list[Event] = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        opcode = frame.f_code.co_code[frame.f_lasti]
        found.append((event, frame.f_code.co_name, frame.f_lineno, opcode, argument))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyError:
        pass
    finally:
        sys.settrace(before)
    return [event for event in found if event[1] not in ("__exit__", "settrace")]


def returns(function: Callable[[], object], name: str) -> list[int]:
    return [e[3] for e in events(function) if e[:2] == ("return", name)]


def calls(function: Callable[[], object], name: str) -> list[int]:
    return [e[3] for e in events(function) if e[:2] == ("call", name)]


def generator() -> Iterator[int]:
    yield 1
    yield 2


def plain() -> int:
    return 1


def raising() -> None:
    raise KeyError


def test_this_interpreter_is_the_one() -> None:
    assert quirks.SUPPORTED == (3, 11)
    assert (sys.version_info[:2] == (3, 11)) == quirks.IS_SUPPORTED


def test_a_return_sits_on_its_opcode() -> None:
    assert returns(plain, "plain") == [quirks.RETURN_VALUE]
    assert returns(lambda: list(generator()), "generator") == [
        quirks.YIELD_VALUE,
        quirks.YIELD_VALUE,
        quirks.RETURN_VALUE,
    ]


def test_unwinding_sits_elsewhere() -> None:
    (opcode,) = returns(raising, "raising")
    assert opcode not in (quirks.RETURN_VALUE, quirks.YIELD_VALUE)


def test_unwinding_of_a_generator_that_was_thrown_into_sits_on_yield() -> None:
    def throw() -> None:
        suspended = generator()
        next(suspended)
        suspended.throw(KeyError)  # type: ignore[attr-defined]

    assert returns(throw, "generator") == [quirks.YIELD_VALUE, quirks.YIELD_VALUE]
    assert [e[4] for e in events(throw) if e[0] == "return"][:2] == [1, None]


def test_a_start_is_at_resume_0_and_what_goes_on_is_not() -> None:
    def arguments(frame_code: Any) -> list[int]:
        code = frame_code.co_code
        return [code[k + 1] for k in range(0, len(code), 2) if code[k] == quirks.RESUME]

    assert calls(plain, "plain") == [quirks.RESUME]
    assert calls(lambda: list(generator()), "generator") == [quirks.RESUME] * 3
    assert arguments(plain.__code__) == [0]
    assert arguments(generator.__code__)[0] == 0
    assert all(arguments(generator.__code__)[1:])


def test_a_generator_thrown_into_before_it_ran_is_where_it_was_made() -> None:
    def throw() -> None:
        generator().throw(KeyError)  # type: ignore[attr-defined]

    assert calls(throw, "generator") == [quirks.RETURN_GENERATOR]


def test_a_generator_thrown_into_is_where_it_was_suspended() -> None:
    def close() -> None:
        suspended = generator()
        next(suspended)
        suspended.close()  # type: ignore[attr-defined]

    assert calls(close, "generator") == [quirks.RESUME, quirks.YIELD_VALUE]


def test_another_turn_of_a_loop_is_a_line_event_at_its_iterator() -> None:
    def loop() -> None:
        for _ in range(3):
            pass

    code = loop.__code__.co_code
    at = code.index(dis.opmap["FOR_ITER"])
    assert quirks.takes_next(code, at)
    assert not quirks.takes_next(code, 0)
    extended = bytes([quirks.EXTENDED_ARG, 1, quirks.FOR_ITER, 0])
    assert quirks.takes_next(extended, 0)
    turns = [e for e in events(loop) if e[0] == "line" and e[3] == quirks.FOR_ITER]
    assert len(turns) == 3


def test_comprehensions_are_frames() -> None:
    names = [e[1] for e in events(lambda: [x for x in "a"] and {x: x for x in "a"})]  # noqa: C416
    assert ("<listcomp>" in names and "<dictcomp>" in names) == quirks.COMPREHENSIONS_ARE_FRAMES


def test_a_module_is_called_on_line_0() -> None:
    code = compile("\n\nx = 1\n", "module", "exec")
    lines = [e[2] for e in events(lambda: exec(code, {})) if e[1] == "<module>"]
    assert lines == [quirks.MODULE_CALL_LINE, 3, 3]


def lines(source: str, name: str) -> list[tuple[str, int | None]]:
    """Events and lines of the function, class or module `name` of a module."""
    code = compile(source, "module", "exec")
    return [e[:3:2] for e in events(lambda: exec(code, {})) if e[1] == name]


def test_class_bodies_are_frames() -> None:
    found = lines("class C:\n    x = 1\n", "C")
    assert bool(found) == quirks.CLASS_BODIES_ARE_FRAMES
    assert found == [("call", 1), ("line", 1), ("line", 2), ("return", 2)]


def test_a_decorated_function_is_called_on_its_first_decorator() -> None:
    source = "same = lambda f: f\n@same\n@same\ndef f():\n    return 1\nf()\n"
    assert (lines(source, "f")[0] == ("call", 2)) == quirks.CALL_IS_ON_THE_FIRST_DECORATOR


def test_the_line_of_a_with_comes_again() -> None:
    source = "from contextlib import nullcontext\nwith nullcontext():\n    x = 1\ny = 2\n"
    found = [line for event, line in lines(source, "<module>") if event == "line"]
    assert (found == [1, 2, 3, 2, 4]) == quirks.WITH_LINES_COME_AGAIN


def test_the_line_of_a_call_over_several_comes_again() -> None:
    found = [line for event, line in lines("max(\n    1,\n    abs(2),\n)\n", "<module>")]
    assert (found == [0, 1, 2, 3, 1, 1]) == quirks.CALL_LINES_COME_AGAIN


def test_the_variables_of_a_function_are_one_dictionary() -> None:
    def function() -> list[bool]:
        frame = sys._getframe()
        one = frame.f_locals
        is_old = "later" not in one
        later = 1
        return [is_old, "later" not in one, frame.f_locals is one, one["later"] == later]

    assert function() == [True, True, True, True] or not quirks.F_LOCALS_IS_ONE_DICTIONARY
    names: dict[str, Any] = {"sys": sys}
    exec("found = sys._getframe().f_locals", names)
    assert names["found"] is names


def test_pickle_writes_built_in_values_by_itself() -> None:
    alike = {write([item]) for item in (1, True, 1.0, "1", b"1", (1,), [1], {1}, frozenset({1}))}
    assert len(alike | {b""}) == 10
    assert write(0.0) != write(-0.0)
    assert write([10**6, {"a": (2, None)}]) == write([10**3 * 10**3, {"a": (2, None)}])
    assert write({1: 2, 3: 4}) != write({3: 4, 1: 2})
    assert write(["\ud800\udc00"]) != write(["\U00010000"])
    assert [b"\x8b" in write([10**digits]) for digits in (612, 616, 640)] == [False, True, True]


class Odd:
    """What pickle would run code of."""

    def __reduce_ex__(self, format: object) -> Any:
        raise AssertionError


@pytest.mark.parametrize(
    "other",
    [
        *(object(), Odd(), Odd, type("Number", (int,), {})(1), type("Text", (str,), {})("1")),
        *(type("List", (list,), {})(), range(1), len, lambda: 0, 1j, ..., bytearray(b"1"), sys),
        *(memoryview(b"1"), type("Raw", (bytes,), {})(b"1"), pickle.PickleBuffer(b"1"), iter([])),
    ],
)
def test_pickle_asks_for_what_to_do_with_others(other: object) -> None:
    assert write([1, [2, other]]) == write({"a": (other,)}) == b""
    assert write([1]) == write([2 - 1])


def test_pickle_writes_each_object_once() -> None:
    held: list[Any] = [1]
    held += [held, held]
    doubled: Any = ()
    for _ in range(70):
        doubled = doubled, doubled
    assert 0 < len(write(held)) < 40
    assert 0 < len(write([doubled])) < 400
    assert write([held]) == write([held]) != write(held)


def test_pickle_holds_nothing_that_was_written() -> None:
    value: list[Any] = [1, "a long text", []]
    before = [sys.getrefcount(item) for item in (value, *value)]
    for odd in (0, Odd()):
        write([value, value, odd])
    large = "x" * 200_000
    written = write([large, b"y" * 200_000, large])
    assert 400_000 < len(written) < 401_000
    assert write([large[:-1], b"y" * 200_000, large[1:]]) != written
    assert [sys.getrefcount(item) for item in (value, *value)] == before


class Held:
    """Something that can be referred to weakly."""


def lets_go(forget: Callable[[FrameType], object]) -> tuple[list[bool], int]:
    """Whether objects that a traced function lets go of are gone at once, and what it gives."""
    gone = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is function.__code__:
            forget(frame)
        return trace

    def function(one: object) -> int:
        two, total = Held(), 1
        first, second = weakref.ref(one), weakref.ref(two)
        one = two = None; gone.append((first() is None, second() is None))  # fmt: skip # noqa: E702
        total += 1
        return total

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return gone, function(Held())
    finally:
        sys.settrace(before)


def test_a_frame_forgets_its_variables() -> None:
    def forget(frame: FrameType) -> None:
        variables = frame.f_locals
        quirks.forget_locals(frame, variables)

    assert lets_go(lambda frame: frame.f_locals) == ([(False, False)], 2)
    assert lets_go(forget) == ([(True, True)], 2)


def test_variables_that_somebody_holds_are_not_forgotten() -> None:
    held: list[dict[str, Any]] = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        variables = frame.f_locals
        quirks.forget_locals(frame, variables)
        return trace

    def function() -> bool:
        x = 1
        held.append(locals())
        x += 1
        return held[0] is locals() and held[0]["x"] == x

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert function()
    finally:
        sys.settrace(before)


def test_references_to_forgotten_variables_are_counted() -> None:
    def function(x: object) -> Iterator[object]:
        yield x

    frame = function(Held()).gi_frame  # type: ignore[attr-defined]
    for _ in range(1000):
        variables = frame.f_locals
        assert sys.getrefcount(variables) == 3
        quirks.forget_locals(frame, variables)
        assert sys.getrefcount(variables) == 2
    assert list(frame.f_locals) == ["x"]


class Kept:
    def __init__(self) -> None:
        self.held = 0

    def keep(self, value: object) -> None:
        self.held = value  # type: ignore[assignment]


def version(value: dict[Any, Any]) -> int:
    return quirks.dict_version(object.__hash__(value))


CHANGES: dict[str, Callable[[dict[Any, Any]], object]] = {
    "a new key": lambda held: held.__setitem__("new", 1),
    "another value": lambda held: held.__setitem__("a", object()),
    "setdefault": lambda held: held.setdefault("new", 1),
    "update": lambda held: held.update(a=object()),
    "or": lambda held: held.__ior__({"a": object()}),
    "del": lambda held: held.__delitem__("a"),
    "pop": lambda held: held.pop("a"),
    "popitem": lambda held: held.popitem(),
    "clear": lambda held: held.clear(),
    "init": lambda held: held.__init__(a=object()),  # type: ignore[misc]
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_dictionary_that_changes_gets_the_next_number(name: str) -> None:
    held = {"a": 1, "b": 2}
    before, last = version(held), quirks.last_dict_version()
    CHANGES[name](held)
    assert version(held) > last > before


def test_a_dictionary_that_is_read_keeps_its_number() -> None:
    held = {"a": 1}
    before = version(held)
    _ = held["a"], held.get("b"), list(held), held.copy(), held == {"a": 1}
    held["a"] = 1  # the very same
    assert version(held) == before


TABLES: dict[str, Callable[[], dict[Any, Any]]] = {
    "numbers": lambda: {k: k + 0.5 for k in range(9)},
    "words": lambda: {str(k): [k] for k in range(300)},
    "a subclass": lambda: defaultdict(int, {(k,): k for k in range(70_000)}),
    "mixed": lambda: {"a": 1, 2: None},
}


@pytest.mark.parametrize("name", TABLES)
def test_entries_of_a_dictionary_are_found_by_their_place(name: str) -> None:
    held = TABLES[name]()
    taken = list(held)[1]
    items: list[Any] = [*held.items()]
    del held[taken]
    items[1] = None
    first, size, count = quirks.dict_entries(object.__hash__(held))
    assert count == len(items)
    assert [quirks.entry_at(first + (k + 1) * size - 2) for k in range(count)] == items
    before = quirks.bytes_at(first, size * count)
    key = next(iter(held))
    held[key] = held[key]
    assert quirks.bytes_at(first, size * count) == before
    held[key] = "another"
    after = quirks.bytes_at(first, size * count)
    assert (after[: 8 * size] != before[: 8 * size], after[8 * size :]) == (
        True,
        before[8 * size :],
    )


def test_entries_that_share_their_keys_are_not_found() -> None:
    attributes = vars(Kept())
    assert quirks.dict_entries(object.__hash__(attributes)) == (0, 0, 0)


def test_attributes_are_a_dictionary_once_that_was_asked_for() -> None:
    kept = Kept()
    attributes, seen = vars(kept), set()
    for k in range(200):  # the interpreter adapts its instructions meanwhile
        kept.keep([k])
        assert attributes["held"] == [k]
        seen.add(version(attributes))
    assert len(seen) == 200


def test_nothing_is_counted_where_nothing_changes() -> None:
    kept, values = Kept(), [0]

    def work(value: int) -> int:
        values.append(value + kept.held)
        return values.pop()

    work(1)
    last = quirks.last_dict_version()
    work(2)
    assert quirks.last_dict_version() == last + 1


def test_another_class_or_dictionary_for_an_instance_is_no_change_of_a_dictionary() -> None:
    class Other(Kept):
        pass

    kept = Kept()
    attributes, instead = vars(kept), {"held": 1}
    last = quirks.last_dict_version()
    kept.__class__ = Other
    kept.__dict__ = instead
    Other.__name__ = "Another"
    assert quirks.last_dict_version() == last + 1
    assert vars(kept) is not attributes


def test_a_class_that_changes_gets_another_number() -> None:
    class Base:
        pass

    class Below(Base):
        pass

    numbers = []
    for change in (lambda: None, lambda: setattr(Below, "a", 1), lambda: setattr(Base, "b", 1)):
        change()
        assert len(numbers) == 0 or quirks.type_version(Below) != numbers[-1]
        quirks.give_version(Below)
        numbers.append(quirks.type_version(Below))
    assert len({*numbers} - {0}) == 3


def test_nothing_runs_between_a_call_and_the_first_line() -> None:
    def with_cell(x: int) -> object:
        return lambda: x

    found: list[tuple[str, int]] = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        found.append((event, frame.f_lasti))
        return trace

    for function in (plain, lambda: [1], with_cell(1), lambda: with_cell(2)):
        found.clear()
        sys.settrace(trace)
        try:
            function()  # type: ignore[operator]
        finally:
            sys.settrace(None)
        assert quirks.begins_with_line(function.__code__)  # type: ignore[attr-defined]
        (first, at), (second, following) = found[:2]
        assert (first, second, following) == ("call", "line", at + 2)


def test_containers_lie_in_memory_as_words() -> None:
    one, two = object(), object()
    listed, tupled, state = [one, two, one], (one, two, one), {"one": one}
    assert quirks.type_word(one).tolist() == [id(object)]
    assert quirks.version_word(state).tolist() == [version(state)]
    assert quirks.list_head(listed)[0] == quirks.tuple_head(tupled)[0] == 3
    assert quirks.list_words(listed, 2).tolist() == [id(one), id(two)]
    assert quirks.tuple_words(tupled, 2).tolist() == [id(one), id(two)]
    before = quirks.list_head(listed)[1]
    listed += range(1000)
    assert quirks.list_head(listed)[1] != before


@pytest.mark.parametrize("kind", [set, frozenset])
@pytest.mark.parametrize("count", [2, 100])
def test_items_of_a_set_lie_in_its_table(kind: Any, count: int) -> None:
    items = [object() for _ in range(count)]
    held = kind(items)
    filled, used, mask, _ = quirks.set_head(held)
    assert (filled, used) == (count, count)
    assert len(quirks.set_words(held)) == 2 * (mask + 1)
    assert {*quirks.set_words(held)[::2]} == {0, *map(id, items)}


def test_an_instance_has_a_class_and_a_dictionary_once_that_was_asked_for() -> None:
    kept = Kept()
    assert quirks.type_word(kept).tolist() == [id(Kept)]
    assert quirks.attributes_word(kept).tolist() == [0]
    attributes = vars(kept)
    assert quirks.attributes_word(kept).tolist() == [id(attributes)]
    assert Kept.__flags__ & quirks.MANAGED_DICT
    assert not type("Number", (int,), {}).__flags__ & quirks.MANAGED_DICT


def test_another_name_of_a_class_lies_elsewhere() -> None:
    class Named:
        pass

    def words() -> list[int]:
        return [word for view in quirks.class_words(Named) for word in view]

    quirks.give_version(Named)
    before, rename = words(), vars(type)["__name__"].__set__
    assert before[0] & 0xFFFFFFFF == quirks.type_version(Named)
    rename(Named, "".join(["Na", "med"]))
    assert (words()[0], words()[1] != before[1]) == (before[0], True)
    Named.more = 1  # type: ignore[attr-defined]
    assert words()[0] != before[0]


@pytest.mark.parametrize("shown", [{"a": 1}, OrderedDict(a=1), vars(list), MappingProxyType({})])
def test_what_a_view_shows_is_found(shown: Any) -> None:
    assert quirks.shown_by(MappingProxyType(shown)) is shown
    (behind,) = gc.get_referents(vars(list))
    assert quirks.shown_by(vars(list)) is behind


def test_variables_are_copied_into_a_dictionary_that_the_frame_does_not_keep() -> None:
    one, frame = [1], sys._getframe()
    frames_own = frame.f_locals
    made = quirks.locals_in(frame, None)
    assert made["one"] is one
    assert "made" not in made
    one = [2]
    assert quirks.locals_in(frame, made) is made
    assert made["one"] is one
    assert made["made"] is made
    assert frame.f_locals is frames_own
    assert frames_own is not made
    made.clear()
    frames_own.clear()
    assert sys.getrefcount(made) == 2


def test_a_dictionary_of_variables_ends_with_its_last_reference() -> None:
    class Kept:
        pass

    def leave() -> None:
        here = Kept()
        quirks.locals_in(sys._getframe(), None)
        left.append(weakref.ref(here))

    left: list[weakref.ref[Kept]] = []
    leave()
    assert left[0]() is None
