"""Markup: elements of HTML and SVG as text. What is not markup already is escaped.

The result is well-formed XML too, and holds no character that either forbids.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # would turn what stands beside


class Markup(str):
    """Text that is markup: it stands as it is."""

    __slots__ = ()


Child = str | int | Markup


def visible(text: str) -> str:
    """A text in which characters that a page cannot hold are written as escapes."""
    return _BIDI.sub(_escape, _BAD.sub(_escape, text.replace("\r\n", "\n")))


def tag(name: str, /, *children: Child, **attributes: str | int | float) -> Markup:
    """An element. An attribute's name may end in `_`, and `_` within it stands for `-`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(_number(value))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{given}>{join(children)}</{name}>" if children else _empty(name, given))


def join(children: Iterable[Child]) -> Markup:
    """Children one after the other."""
    return Markup("".join(c if isinstance(c, Markup) else _text(str(c)) for c in children))


def _empty(name: str, given: str) -> str:
    """HTML knows `<meta/>`, and of SVG every `<rect/>`, but no `<div/>`."""
    closed = name in ("meta", "rect", "line", "circle", "path")
    return f"<{name}{given}/>" if closed else f"<{name}{given}></{name}>"


def table(head: Iterable[Child], rows: Iterable[Iterable[Child]]) -> Markup:
    """A table; cells that are numbers stand to the right."""
    body = [tag("tr", *map(_cell, row)) for row in rows]
    top = tag("thead", tag("tr", *(tag("th", cell) for cell in head)))
    return tag("div", tag("table", top, tag("tbody", *body)), class_="wide")


def details(summary: Child, *children: Child) -> Markup:
    """Something that opens when it is asked for."""
    return tag("details", tag("summary", summary), *children)


def _cell(value: Child) -> Markup:
    if isinstance(value, int) and not isinstance(value, bool):
        return tag("td", f"{value:,}", class_="number")
    return tag("td", value)


def _number(value: str | int | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
