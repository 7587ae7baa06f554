"""The facts of the interpreter that the recorder leans on, each shown by a small program."""

from __future__ import annotations

import dis
import sys
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from tracing.capture import quirks

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
