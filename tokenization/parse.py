"""Parse: a document read back into its code, frames, actions and exit.

What is read is markers and texts: the contents of segments, or tokens decoded by a vocabulary. A
marker is then known for what it is, and `parse` is exact. What a model wrote may come as one text;
its markers are recognised by their spelling, and code or a value that spells one is misread.

Each variable of LOCALS must stand for itself: one that is called `..` and has the text `..` is
read as the sign for variables that are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby

from tokenization.grammar import (
    ACTIONS,
    ARGUMENTS,
    EXITS,
    FRAMES,
    LOCALS_FIRST,
    Content,
    Marker,
    spelled,
)
from tokenization.notation import NotationError, Pairs, read_argument, read_locals
from tracing.states.actions import Action, ActionKind


class ParseError(ValueError):
    """Not a document; `position` is the 0-based character offset in its text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} at character {position}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Frame:
    """One state as it is written: its kind's marker, its source line, and LOCALS or ARG.

    `variables` are (name, value) pairs, None where the frame holds ARG; `elided` tells that others
    were left out. `argument` is None where the frame holds LOCALS.
    """

    kind: Marker
    src: str
    variables: Pairs | None = None
    elided: bool = False
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document, read: frame `i` is followed by action `i`, `exit` is None where it was cut."""

    code: str
    frames: tuple[Frame, ...]
    actions: tuple[Action, ...]
    exit: Marker | None


def parse(source: str | Iterable[Content]) -> ParsedDocument:
    """Read a whole document, from its contents or as text. Raises ParseError."""
    reader = _Reader(split(source) if isinstance(source, str) else source)
    reader.take(Marker.BEGIN_OF_TEXT)
    reader.take(Marker.TRACE_CONTEXT_START)
    code = reader.text()
    frames, actions = [], []
    exit_ = None
    while exit_ is None and reader.take(Marker.FRAME_SEP, Marker.END_OF_TEXT) is Marker.FRAME_SEP:
        if reader.peek() in _EXITS:
            exit_ = reader.take(*_EXITS)
            reader.take(Marker.TRACE_END)
            reader.take(Marker.END_OF_TEXT)
        else:
            frames.append(_frame(reader))
            actions.append(_action(reader))
    reader.finish()
    return ParsedDocument(code, tuple(frames), tuple(actions), exit_)


def parse_frame(source: str | Iterable[Content]) -> Frame:
    """Read one frame, from its kind's marker on, as a model completes a prompt that ends with
    FRAME_SEP; an ACTION_SEP may end it. Raises ParseError."""
    reader = _Reader(split(source) if isinstance(source, str) else source)
    frame = _frame(reader)
    if reader.peek() is Marker.ACTION_SEP:
        reader.take(Marker.ACTION_SEP)
    reader.finish()
    return frame


def split(text: str) -> Iterator[Content]:
    """The markers and texts of a text, markers recognised by their spelling."""
    for piece in _SPELLINGS.split(text):
        yield _MARKERS.get(piece, piece)


_MARKERS = {marker.value: marker for marker in Marker}
_SPELLINGS = re.compile("(" + "|".join(map(re.escape, _MARKERS)) + ")")
_EXITS = frozenset({*EXITS.values(), Marker.INV_EXIT_ENTRY})
_ACTION_KINDS = {marker: kind for kind, marker in ACTIONS.items()}


def _frame(reader: _Reader) -> Frame:
    kind = reader.take(*FRAMES)
    if kind in LOCALS_FIRST:
        body, position = _body(reader)
        src = _src(reader)
    else:
        src = _src(reader)
        body, position = _body(reader)
    try:
        if kind in ARGUMENTS:
            return Frame(kind, src, argument=read_argument(body))
        variables, elided = read_locals(body)
        return Frame(kind, src, variables, elided)
    except NotationError as error:
        raise ParseError(str(error), position + error.position) from error


def _src(reader: _Reader) -> str:
    reader.take(Marker.SRC_SEP)
    return reader.text()


def _body(reader: _Reader) -> tuple[str, int]:
    reader.take(Marker.ARG_SEP)
    position = reader.position
    return reader.text(), position


def _action(reader: _Reader) -> Action:
    reader.take(Marker.ACTION_SEP)
    kind = _ACTION_KINDS[reader.take(*_ACTION_KINDS)]
    return Action(kind, reader.text() if kind is ActionKind.BREAKPOINT else None)


class _Reader:
    """Goes through markers and texts; texts that meet are one, an absent one is empty."""

    def __init__(self, contents: Iterable[Content]) -> None:
        self._contents = list(_joined(contents))
        lengths = (len(spelled(iter([content]))) for content in self._contents)
        self._offsets = list(accumulate(lengths, initial=0))
        self._next = 0

    @property
    def position(self) -> int:
        """The character offset of what comes next."""
        return self._offsets[self._next]

    def peek(self) -> Content | None:
        """What comes next, None at the end."""
        return self._contents[self._next] if self._next < len(self._contents) else None

    def take(self, *expected: Marker) -> Marker:
        """The next marker, one of those expected."""
        found = self.peek()
        if not isinstance(found, Marker) or found not in expected:
            raise ParseError(f"expected {_listed(expected)}, found {_shown(found)}", self.position)
        self._next += 1
        return found

    def text(self) -> str:
        """The next text, empty where a marker comes next."""
        found = self.peek()
        if not isinstance(found, str):
            return ""
        self._next += 1
        return found

    def finish(self) -> None:
        """Raises ParseError unless everything was read."""
        if self.peek() is not None:
            raise ParseError(f"expected the end, found {_shown(self.peek())}", self.position)


def _joined(contents: Iterable[Content]) -> Iterator[Content]:
    for is_text, run in groupby(contents, key=lambda content: isinstance(content, str)):
        if not is_text:
            yield from run
        elif text := spelled(run):
            yield text


def _listed(markers: Collection[Marker]) -> str:
    return " or ".join(sorted(marker.value for marker in markers))


def _shown(content: Content | None) -> str:
    if content is None:
        return "the end"
    return content.value if isinstance(content, Marker) else repr(content[:40])
