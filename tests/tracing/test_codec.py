"""Traces to bytes and back: nothing is lost, and bytes that are no trace are refused."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.programs import Runner
from support.walks import NAMES, TEXTS, traces

from tracing import codec, sandbox
from tracing.capture import wire
from tracing.codec import CodecError, decode, encode
from tracing.trace import NO_TEXT, Function, Kind, Trace

PROGRAMS = [
    "x = 1\n",
    "",
    "def f(n):\n    return n and [n, *f(n - 1)]\nprint(f(3), '\\ud800'.isalpha())\n",
    "def g():\n    try:\n        yield 1\n    finally:\n        pass\nfor x in g():\n    break\n",
    "class A:\n    def __init__(self):\n        self.x = '\\ud800\\x00é'\na = A()\ndel a\n",
    "for i in range(4000):\n    x = i\n",
    "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n1 / 0\n",
]


def valid(trace: Trace, stdout: bytes, more: int, functions: list[Function]) -> Trace:
    """The random trace with arguments where they belong, and the rest as random."""
    has_none = (Kind.CALL, Kind.LINE)
    arguments = [
        NO_TEXT if kind in has_none else event % len(trace.texts)
        for event, kind in enumerate(trace.kinds)
    ]
    return replace(
        trace,
        program="",
        stdout=stdout,
        printed=array("I", [event % (len(stdout) + 1) for event in range(len(trace))]),
        arguments=array("I", arguments),
        cut=more > 0,
        counted=len(trace) + more,
        threads=more,
        functions=(*trace.functions, *functions),
    )


TRACES = st.builds(
    valid,
    traces(),
    st.binary(max_size=20),
    st.integers(0, 2**40),
    st.lists(st.builds(Function, NAMES | TEXTS, st.integers(0, 2**40), st.booleans()), max_size=3),
)


@settings(deadline=None)
@given(TRACES)
def test_a_trace_comes_back(trace: Trace) -> None:
    data = encode(trace)
    assert decode(data) == trace
    assert encode(decode(data)) == data


def test_the_program_is_whose_trace_it_is_said_to_be(runner: Runner) -> None:
    trace = runner.trace("x = 1\n")
    assert decode(encode(trace), "another") == replace(trace, program="another")


@pytest.mark.parametrize("source", PROGRAMS)
def test_what_a_child_sends_is_written_as_we_would(
    runner: Runner, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not byte for byte: the child appends to columns, and knows no scope but the last of a level;
    the trace is the same."""
    sent = _sent(runner, source, monkeypatch)
    trace = decode(sent, "p")
    data = encode(trace)
    assert decode(data, "p") == trace
    assert encode(decode(data)) == data


def _sent(runner: Runner, source: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    kept: list[bytes] = []

    def keep(data: bytes, program: str) -> Trace:
        kept.append(data)
        return decode(data, program)

    monkeypatch.setattr(sandbox.codec, "decode", keep)
    runner.trace(source)
    return kept[0]


def test_bytes_for_an_event(runner: Runner) -> None:
    trace = runner.trace("def f(n):\n    while n:\n        n -= 1\n    return n\n", "f", "2000")
    assert len(trace) > 4000
    assert len(encode(trace)) / len(trace) < 60


@pytest.fixture(scope="module")
def real(runner: Runner) -> bytes:
    """The bytes of a trace with everything in it."""
    return encode(
        runner.trace(
            "class A:\n    def m(self, x):\n        yield x\n        raise KeyError\n"
            "a = A()\nfor y in 'é\\ud800':\n    try:\n        print(list(a.m([y])))\n"
            "    except Exception:\n        pass\n"
        )
    )


def refuses_or_reads(data: bytes) -> None:
    """Whatever the bytes are, they are a trace or a CodecError."""
    try:
        trace = decode(data)
    except CodecError:
        return
    assert decode(encode(trace)) == trace


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b"")
@example(wire.MAGIC)
@example(wire.record([]))
def test_any_bytes(data: bytes) -> None:
    refuses_or_reads(data)
    refuses_or_reads(wire.record([data]))


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_changed_bytes(real: bytes, data: st.DataObject) -> None:
    changed = bytearray(real)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] ^= 1 << data.draw(st.integers(0, 7))
    refuses_or_reads(bytes(changed))


def test_every_changed_byte_of_the_beginning(real: bytes) -> None:
    for at in range(min(len(real), 1500)):
        for value in (0, 0xFF, real[at] ^ 1):
            refuses_or_reads(real[:at] + bytes([value]) + real[at + 1 :])


def test_truncated(real: bytes) -> None:
    for length in range(0, len(real), 3):
        with pytest.raises(CodecError):
            decode(real[:length])


def test_something_behind_the_end(real: bytes) -> None:
    with pytest.raises(CodecError):
        decode(real + b"\0")


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_parts_cut_out_and_doubled(real: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(real)))
    end = data.draw(st.integers(start, min(len(real), start + 40)))
    twice = data.draw(st.booleans())
    refuses_or_reads(real[:start] + real[start:end] * (2 * twice) + real[end:])


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "change",
    [
        lambda head: [],
        lambda head: None,
        lambda head: {**head, "outcome": "fine"},
        lambda head: {**head, "outcome": []},
        lambda head: {**head, "code": 1},
        lambda head: {**head, "code": ""},
        lambda head: {**head, "cut": 0},
        lambda head: {**head, "counted": "1"},
        lambda head: {**head, "counted": True},
        lambda head: {**head, "counted": 1},
        lambda head: {**head, "counted": head["counted"] + 1},
        lambda head: {**head, "threads": None},
        lambda head: {**head, "entry": 0},
        lambda head: {**head, "functions": {}},
        lambda head: {**head, "functions": "abc"},
        lambda head: {**head, "functions": ["abc"]},
        lambda head: {**head, "functions": [["f", "1", True]]},
        lambda head: {**head, "functions": [["f", 1, 1]]},
        lambda head: {**head, "functions": [["f", 1]]},
        lambda head: {name: head[name] for name in head if name != "python"},
    ],
)
def test_a_head_that_is_none(real: bytes, change: Callable[[dict[str, object]], object]) -> None:
    with pytest.raises(CodecError):
        decode(_with_head(real, lambda head: json.dumps(change(head))))


@pytest.mark.parametrize("head", ["", "{", DEEP, "NaN", '{"counted": 1' + "0" * 5000 + "}", "\0"])
def test_a_head_that_is_no_json(real: bytes, head: str) -> None:
    with pytest.raises(CodecError):
        decode(_with_head(real, lambda _: head))


def _with_head(data: bytes, change: Callable[[dict[str, object]], str]) -> bytes:
    start = len(wire.MAGIC) + 1
    size = int.from_bytes(data[start + 1 : start + 9], "little")
    head = json.loads(data[data.index(b"{", start) : start + 9 + size])
    return data[:start] + wire.texts([change(head)]) + data[start + 9 + size :]


def test_functions_are_what_they_were(runner: Runner) -> None:
    trace = runner.trace("def f():\n    return [lambda: 0]\nf()\n")
    assert trace.functions == (Function("<module>", 0, False), Function("f", 1, True))
    assert codec.decode(encode(trace)).functions == trace.functions
