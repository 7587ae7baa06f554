"""Debugging: a session over a recorded trace, by commands typed or piped in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NoReturn

from tokenization.grammar import Content, Document, Marker, spelled
from tokenization.render import Renderer, render
from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.states.moves import FORWARD, INVERSE
from tracing.trajectories.trajectory import Direction

_ALIASES = {
    Direction.FORWARD: dict(zip("snrbc", FORWARD, strict=True)),
    Direction.INVERSE: dict(zip(("rs", "rn", "rc"), INVERSE, strict=True)),
}
_COMMANDS = ("undo", "available", "locals", "where", "list", "document", "help", "quit")
_AROUND = 5  # lines that `list` shows before and after the current one
_FRAME = 6  # contents of a frame, from its FRAME_SEP to before its ACTION_SEP


class CommandError(ValueError):
    """What was typed means nothing here; the message says why."""


class Session:
    """Answers commands with lines of text. With `raw`, states are written exactly as in documents.

    The empty command repeats the last one, as in pdb.
    """

    def __init__(self, debugger: Debugger, raw: bool = False, watch: bool = False) -> None:
        self._debugger = debugger
        self._renderer = Renderer(debugger.tree)
        self._lines = debugger.tree.trace.code_lines()
        self._raw = raw
        self._watch = watch
        self._last = ""

    def run(self, commands: Iterable[str]) -> Iterator[str]:
        """What is shown first, then each command's answer, until `quit` or the last command."""
        yield from self.shown()
        for text in commands:
            text = text.strip() or self._last
            self._last = text
            if text in ("quit", "q"):
                return
            try:
                yield from self.answer(text)
            except ValueError as error:
                yield f"error: {error}"

    def answer(self, text: str) -> Iterator[str]:
        """The lines that answer one command.

        Raises CommandError where there is no such command, ValueError where it cannot be done.
        """
        name, _, argument = text.partition(" ")
        kinds = self._kinds()
        if name in kinds:
            self._debugger.act(self._action(kinds[name], argument))
            yield from self.shown()
        elif name == "undo":
            self._debugger.undo()
            yield from self.shown()
        elif name in _COMMANDS and name != "quit":
            yield from getattr(self, f"_{name}")()
        elif name:
            self._fail(name)

    def shown(self) -> Iterator[str]:
        """The current state, as the model would have to predict it."""
        if self._watch and not self._debugger.ended:
            yield from self._window(0, len(self._lines))
        contents = self.frame()
        if self._raw:
            yield spelled(contents)
        else:
            name = spelled(contents[1:2]).removeprefix("<|").removesuffix("|>").removesuffix("_sep")
            texts = (content for content in contents if not isinstance(content, Marker))
            yield "  ".join([name, *texts])

    def frame(self) -> tuple[Content, ...]:
        """The contents of the current state's frame, or of the document's end."""
        actions = (*self._debugger.trajectory.actions, Action(ActionKind.CONTINUE))
        visits, direction = self._debugger.visits, self._debugger.direction
        *_, last, end = self._renderer.parts(visits, actions, direction)
        if self._debugger.ended:
            return end.contents[:-1]
        return last.contents[:_FRAME]

    def document(self) -> Document:
        """The document of the session so far; the state stood on is not part of it."""
        return render(self._debugger.tree, self._debugger.trajectory)

    def _kinds(self) -> dict[str, ActionKind]:
        """The actions of this direction by their names and aliases."""
        aliases = _ALIASES[self._debugger.direction]
        return {**aliases, **{str(kind): kind for kind in aliases.values()}}

    def _action(self, kind: ActionKind, argument: str) -> Action:
        if kind is not ActionKind.BREAKPOINT:
            if argument:
                raise CommandError(f"{kind} takes no argument; got {argument!r}")
            return Action(kind)
        return Action(kind, self._source_line(argument))

    def _source_line(self, argument: str) -> str:
        """The source line of a number, or of a text without its indentation."""
        if argument.isdecimal():
            if 0 < int(argument) < len(self._lines):
                return self._lines[int(argument)]
            raise CommandError(f"line {argument}; expected 1 to {len(self._lines) - 1}")
        texts = dict.fromkeys(line for line in self._lines[1:] if line.strip())
        found = [line for line in texts if line.strip() == argument.strip()]
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError(f"{argument!r} stands with several indentations; give its number")
        near = get_close_matches(argument, [line.strip() for line in texts], 1, 0)
        raise CommandError(f"no line {argument!r}; nearest: {near[0] if near else 'none'!r}")

    def _fail(self, name: str) -> NoReturn:
        known = [*self._kinds(), *_COMMANDS]
        near = get_close_matches(name, known, 1, 0)
        raise CommandError(f"no command {name!r}; nearest: {near[0] if near else 'help'!r}")

    def _available(self) -> Iterator[str]:
        yield " ".join(self._debugger.available()) or "nothing: this is the exit"

    def _locals(self) -> Iterator[str]:
        for name, text in self._debugger.tree.trace.scope(self._state()).items():
            yield f"{name} = {text}"

    def _where(self) -> Iterator[str]:
        """The open activations, outermost first, each at its latest state."""
        trace, state = self._debugger.tree.trace, self._state()
        path = [state]
        for earlier in range(state, -1, -1):
            if trace.depths[earlier] < trace.depths[path[-1]]:
                path.append(earlier)
        for at in reversed(path):
            function = trace.functions[trace.owners[trace.activations[at]]].qualname
            line = trace.lines[at]
            yield f"{function}:{line}  {self._lines[line].strip()}"

    def _list(self) -> Iterator[str]:
        line = self._debugger.tree.trace.lines[self._state()]
        return self._window(line - _AROUND, line + _AROUND + 1)

    def _window(self, begin: int, end: int) -> Iterator[str]:
        current = self._debugger.tree.trace.lines[self._state()]
        for number in range(max(begin, 1), min(end, len(self._lines))):
            mark = "->" if number == current else "  "
            yield f"{number:>4} {mark} {self._lines[number]}".rstrip()

    def _document(self) -> Iterator[str]:
        yield self.document().text

    def _help(self) -> Iterator[str]:
        for alias, kind in _ALIASES[self._debugger.direction].items():
            target = " LINE or TEXT" if kind is ActionKind.BREAKPOINT else ""
            yield f"{alias:<3} {kind}{target}"
        yield " ".join(_COMMANDS)

    def _state(self) -> int:
        if self._debugger.ended:
            raise CommandError("this is the exit; `undo` goes back")
        return self._debugger.state.state
