"""Rows in a terminal: a colour for each role, bold where a token learns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from rich.color import ColorSystem
from rich.style import Style

from pipeline.viewing.rows import ShownDocument, ShownRow, Viewer
from tokenization.grammar import Role

STYLES = {
    Role.STRUCTURE: "bright_black",
    Role.CONTEXT: "default",
    Role.ACTION: "yellow",
    Role.STATE: "green",
    Role.START: "cyan",
}
_FRAME = "<|frame_sep|>"
# What would move the cursor or change colours: shown as the pictures that Unicode has of it.
_PICTURES = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)} | {
    0x7F: "\u2421",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
}


def row(shown: ShownRow, viewer: Viewer, colour: bool) -> str:
    """A row: what it holds, its documents from left to right, its padding."""
    padding = shown.length - shown.tokens
    found = f"row {shown.number} of {shown.split}: {shown.length:,} tokens, "
    found += f"{len(shown.documents)} documents, {padding:,} padding, {shown.learns:,} learn\n"
    found += _legend(viewer, colour)
    found += "".join(document(part, viewer, colour) for part in shown.documents)
    if padding:
        found += f"── padding, {_span(shown.tokens, shown.length)}\n"
    return found


def document(shown: ShownDocument, viewer: Viewer, colour: bool) -> str:
    """A document of a row."""
    state = "complete" if shown.complete else "cut"
    span = _span(shown.begin, shown.end)
    heading = f"── {_visible(shown.id)}, {span}, {state}, {shown.learns:,} learn\n"
    runs = groupby(_parts(shown, viewer), key=itemgetter(1))
    text = "".join(_painted("".join(t for t, _ in run), style, colour) for style, run in runs)
    return f"{heading}{text}\n\n"


def _parts(shown: ShownDocument, viewer: Viewer) -> Iterator[tuple[str, str]]:
    """Texts and their styles."""
    at = 0
    for token in shown.tokens:
        text = "\n" + token.text if token.text == _FRAME else _visible(token.text)
        yield text, _style(token.role, at > 0 and token.role in viewer.learn)
        at += len(token.ids)


def _legend(viewer: Viewer, colour: bool) -> str:
    names = []
    for role in STYLES:
        learns = role in viewer.learn
        name = role.name.lower() + (" (learns)" if learns else "")
        names.append(_painted(name, _style(role, learns), colour))
    return "  ".join(names) + "\n"


def _style(role: Role, learns: bool) -> str:
    return STYLES[role] + (" bold" if learns else "")


def _painted(text: str, style: str, colour: bool) -> str:
    system = ColorSystem.STANDARD if colour else None
    return Style.parse(style).render(text, color_system=system)


def _span(begin: int, end: int) -> str:
    return f"tokens {begin:,}–{end - 1:,} ({end - begin:,})"


def _visible(text: str) -> str:
    return text.translate(_PICTURES)
