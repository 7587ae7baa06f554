"""Columns and texts to bytes and back: the form in which a record leaves the child and is stored.

    record  = magic, version, section*            (in a fixed order that the caller knows)
    section = type (1 byte), length (8 bytes), data
    types   = b/h/i: unsigned integers of 1, 2 or 4 bytes; t: texts; y: bytes

Integers are little-endian. Texts are UTF-8, in which lone surrogates pass, behind their lengths
(`i` data and a blob). Reading is total: bytes that are no record raise ValueError, and nothing is
executed or allocated on their word beyond their own size.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence

MAGIC = b"NDTRACE"
VERSION = 1
_WIDTHS = {ord("b"): "B", ord("h"): "H", ord("i"): "I"}
_HEAD = 9  # bytes before a section's data
_IS_BIG = sys.byteorder == "big"


def integers(values: Sequence[int]) -> bytes:
    """A section of unsigned 32-bit integers, each in as few bytes as the largest needs."""
    largest = max(values, default=0)
    code = "b" if largest < 1 << 8 else "h" if largest < 1 << 16 else "i"
    return _section(code, _little(array(_WIDTHS[ord(code)], values)).tobytes())


def octets(data: bytes) -> bytes:
    """A section of bytes as they are."""
    return _section("y", data)


def texts(values: Iterable[str]) -> bytes:
    """A section of texts."""
    blobs = [value.encode("utf-8", "surrogatepass") for value in values]
    lengths = integers([len(blob) for blob in blobs])
    return _section("t", lengths + b"".join(blobs))


def record(sections: Iterable[bytes]) -> bytes:
    """The record of these sections."""
    return b"".join([MAGIC, bytes([VERSION]), *sections])


class Reader:
    """Reads the sections of a record in order.

    Raises ValueError where the bytes are no record of this version or a section is of another type.
    """

    def __init__(self, data: bytes) -> None:
        if data[: len(MAGIC)] != MAGIC:
            raise ValueError("not a trace record")
        if data[len(MAGIC) : len(MAGIC) + 1] != bytes([VERSION]):
            raise ValueError(f"trace record of another version than {VERSION}")
        self._data = data
        self._at = len(MAGIC) + 1

    def integers(self) -> array[int]:
        """The next section, as unsigned 32-bit integers."""
        kind, data = self._next()
        return _widen(kind, data)

    def octets(self) -> bytes:
        """The next section, as bytes."""
        kind, data = self._next()
        if kind != ord("y"):
            raise ValueError("bytes expected in trace record")
        return data

    def texts(self) -> tuple[str, ...]:
        """The next section, as texts."""
        kind, data = self._next()
        if kind != ord("t"):
            raise ValueError("texts expected in trace record")
        inner = Reader.__new__(Reader)
        inner._data, inner._at = data, 0
        lengths = inner.integers()
        if sum(lengths) != len(data) - inner._at:
            raise ValueError("texts of a trace record do not fill their section")
        found, at = [], inner._at
        for length in lengths:
            found.append(data[at : at + length].decode("utf-8", "surrogatepass"))
            at += length
        return tuple(found)

    def end(self) -> None:
        """Raises ValueError unless everything was read."""
        if self._at != len(self._data):
            raise ValueError("trace record with something behind its end")

    def _next(self) -> tuple[int, bytes]:
        head = self._data[self._at : self._at + _HEAD]
        if len(head) < _HEAD:
            raise ValueError("trace record ends early")
        start = self._at + _HEAD
        self._at = start + int.from_bytes(head[1:], "little")
        if self._at > len(self._data):
            raise ValueError("trace record ends early")
        return head[0], self._data[start : self._at]


def _section(code: str, data: bytes) -> bytes:
    return code.encode() + len(data).to_bytes(8, "little") + data


def _widen(kind: int, data: bytes) -> array[int]:
    if kind not in _WIDTHS:
        raise ValueError("integers expected in trace record")
    narrow = array(_WIDTHS[kind])
    narrow.frombytes(data)
    return array("I", _little(narrow))


def _little(values: array[int]) -> array[int]:
    if _IS_BIG:
        values.byteswap()
    return values
