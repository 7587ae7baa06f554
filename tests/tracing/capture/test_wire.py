"""Columns and texts to bytes and back."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.capture import wire

NUMBERS = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 300), max_size=40)
TEXTS = st.lists(st.text() | st.text("\ud800\udfff\x00a", max_size=5), max_size=10)


@given(NUMBERS, st.binary(), TEXTS)
def test_sections_come_back_in_order(numbers: list[int], data: bytes, texts: list[str]) -> None:
    written = [wire.integers(numbers), wire.octets(data), wire.texts(texts), wire.texts([])]
    reader = wire.Reader(wire.record(written))
    assert reader.integers() == array("I", numbers)
    assert reader.octets() == data
    assert reader.texts() == tuple(texts)
    assert reader.texts() == ()
    reader.end()


@pytest.mark.parametrize(
    ("numbers", "size"),
    [([], 0), ([255] * 3, 3), ([256, 0], 4), ([65535], 2), ([65536], 4), ([2**32 - 1, 0], 8)],
)
def test_integers_take_as_few_bytes_as_the_largest_needs(numbers: list[int], size: int) -> None:
    assert len(wire.integers(numbers)) == 1 + 8 + size


def test_the_form() -> None:
    """Stored records are read by later versions: the bytes are fixed."""
    record = wire.record(
        [wire.integers([1, 258]), wire.octets(b"\xff"), wire.texts(["é", "\ud800"])]
    )
    assert record == (
        b"NDTRACE\x01"
        b"h\x04\0\0\0\0\0\0\0\x01\0\x02\x01"
        b"y\x01\0\0\0\0\0\0\0\xff"
        b"t\x10\0\0\0\0\0\0\0b\x02\0\0\0\0\0\0\0\x02\x03\xc3\xa9\xed\xa0\x80"
    )


ONE = wire.record([wire.integers([1])])
START = ONE[:8]
WRONG = {
    "empty": b"",
    "short": b"NDTR",
    "other": b"XDTRACE\x01",
    "version": b"NDTRACE\x02" + ONE[8:],
    "no version": b"NDTRACE",
    "no section": START,
    "half a head": START + b"b\x01\0",
    "longer than it is": START + b"b\x02\0\0\0\0\0\0\0\x01",
    "much longer than it is": START + b"b" + b"\xff" * 8 + b"\x01",
    "half a number": START + b"h\x01\0\0\0\0\0\0\0\x01",
    "no such type": START + b"q\x01\0\0\0\0\0\0\0\x01",
    "of another type": START + wire.octets(b"\1"),
    "texts": START + wire.texts(["a"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_holds_no_integers_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"trace record|bytes length"):
        wire.Reader(WRONG[name]).integers()


@pytest.mark.parametrize(
    "inner",
    [
        b"",
        wire.integers([1]),
        wire.integers([2]) + b"a",
        wire.integers([1]) + b"ab",
        wire.integers([1]) + b"\xff",
        wire.integers([2**32 - 1]) + b"a",
        wire.octets(b"a") + b"a",
        wire.texts(["a"]),
    ],
)
def test_what_holds_no_texts_is_refused(inner: bytes) -> None:
    data = START + b"t" + len(inner).to_bytes(8, "little") + inner
    with pytest.raises(ValueError, match=r"trace record|utf-8"):
        wire.Reader(data).texts()


def test_octets_are_octets() -> None:
    with pytest.raises(ValueError, match="bytes expected"):
        wire.Reader(ONE).octets()


def test_the_end_is_the_end() -> None:
    reader = wire.Reader(ONE)
    with pytest.raises(ValueError, match="behind its end"):
        reader.end()
    reader.integers()
    reader.end()


@given(st.binary(max_size=60))
def test_reading_is_total(data: bytes) -> None:
    for read in (wire.Reader.integers, wire.Reader.octets, wire.Reader.texts):
        try:
            read(wire.Reader(START + data))
        except ValueError:
            pass
