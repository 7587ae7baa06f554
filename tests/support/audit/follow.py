"""Follow one document through the recording of its program and check every character of it.

The walk keeps a position in the document's text and a state of the recording.  It writes the text
that the specification demands for the state, compares it with the document at that place, reads
the action that follows, applies it by a plain search through the states (sections 4 and 5), and so
on to the end.  The text is never split at markers: only the action is read from the document, so
it does not matter what a program's own text spells.

Where sections 4 to 6 leave room, these readings were chosen:

* ``step_return`` and ``inv_step_call`` are not available on the closing and on the call state
  themselves; "every move leads to the exit" does not make them so.
* A move whose target may lie beyond the recorded prefix is not available; ``continue`` always is.
* The SRC of a breakpoint must be a line of CODE.
* A line state of which a level consists at its end (left by a bare ``raise``) is a closing state
  that shows itself completely in an inverse document, for nothing was shown before.
* A closing state that had children may be the start as its copy or as itself.  So may a line
  state at which a document starts by configuration, where it closes its level; any other is the
  state itself.
* Forward, where no state of the activation has shown its locals yet, they are complete.
* ``..`` stands for variables that are unchanged; one that is dropped is not stood for.
* A cut document has one frame and its action at least.
* A window of a long document, whose id ends in ``@2`` and so on, is a document that begins at some
  later state of the walk; nothing counts as shown before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

EXIT = -1
SHOWN = 400
SURROGATE = re.compile("[\ud800-\udfff]")
HEAD = "<|begin_of_text|><|trace_context_start|>"
TAIL = "<|end_of_text|>"
FORWARD = ("step_into", "step_over", "step_return", "breakpoint", "continue")
INVERSE = ("inv_step_into", "inv_step_over", "inv_step_call")
Locals: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class State:
    """One recorded state."""

    kind: str
    line: int
    activation: int
    depth: int
    is_def: bool
    resume: bool
    locals: Locals
    arg: str | None


@dataclass(frozen=True)
class Recording:
    """All that one run of a program did."""

    code: str
    source: str
    states: tuple[State, ...]
    outcome: str
    problem: str | None
    cut: bool
    closed: frozenset[int]
    entry_activation: int | None

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines of CODE."""
        return self.code.split("\n")

    @cached_property
    def reversed(self) -> list[Node]:
        """Return the nodes of the inverse tree in the order in which one walks back."""
        return reversed_order(self.states)

    def src(self, state: State) -> str:
        """Return the SRC of a state."""
        return self.lines[state.line - 1] if state.line > 0 else "<module>"

    def last_of(self, activation: int) -> int:
        """Return the number of the last recorded state of an activation."""
        numbers = range(len(self.states) - 1, -1, -1)
        return next(i for i in numbers if self.states[i].activation == activation)

    def first_of(self, activation: int) -> int:
        """Return the number of the call state of an activation."""
        return next(i for i, state in enumerate(self.states) if state.activation == activation)

    @cached_property
    def closing(self) -> frozenset[int]:
        """Return the numbers of the closing states of all levels."""
        last = {state.activation: number for number, state in enumerate(self.states)}
        return frozenset(last[activation] for activation in last if activation in self.closed)

    def closes(self, number: int) -> bool:
        """Tell whether a state is the closing state of its level."""
        return number in self.closing


def load_recording(record: Mapping[str, Any]) -> Recording:
    """Return the recording that the recorder wrote."""
    return Recording(
        code=record["code"],
        source=record["source"],
        states=tuple(load_state(event) for event in record["events"]),
        outcome=record["outcome"],
        problem=record["problem"],
        cut=record["cut"],
        closed=frozenset(record["closed"]),
        entry_activation=record["entry_activation"],
    )


def load_state(event: Mapping[str, Any]) -> State:
    """Return one state as the recorder wrote it."""
    return State(
        kind=event["kind"],
        line=event["line"],
        activation=event["activation"],
        depth=event["depth"],
        is_def=event["is_def"],
        resume=event["resume"],
        locals=dict(event["locals"]),
        arg=event["arg"],
    )


@dataclass(frozen=True)
class Mismatch:
    """Where a document and the recording part: after ``position`` whole frames."""

    program: str
    trajectory: str
    position: int
    expected: str
    found: str


class DisagreementError(Exception):
    """The document does not say what the specification demands."""

    def __init__(self, position: int, expected: str, found: str) -> None:
        super().__init__(expected)
        self.position = position
        self.expected = expected
        self.found = found


# Serialisation (section 6)


def written(value: object) -> str:
    """Return JSON as section 6.2 wants it."""
    text = json.dumps(value, ensure_ascii=False)
    return SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def dictionary(now: Locals, base: Locals | None) -> str:
    """Return LOCALS: complete, or the difference to what was shown before."""
    if base is None:
        return written(dict(now))
    changed = {name: text for name, text in now.items() if base.get(name) != text}
    if len(changed) < len(now):
        changed = {"..": "..", **changed}
    return written(changed)


# Walks


@dataclass(frozen=True)
class Node:
    """A place in a walk: a state, or the copy of a state that the inverse tree adds."""

    number: int
    copy: bool = False


class Walk:
    """What one document has visited, and the text that it must show next."""

    actions: tuple[str, ...] = ()

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.shown: dict[int, Locals] = {}

    def state(self, node: Node) -> State:
        """Return the state of a node."""
        return self.recording.states[node.number]

    def visit(self, node: Node, action: str) -> str:
        """Return the frame of a node reached by an action (none at the start); remember it."""
        raise NotImplementedError

    def target(self, node: Node, action: str, src: str) -> Node | None:
        """Return where an action leads, ``Node(EXIT)``, or None if it is not available."""
        raise NotImplementedError

    def exit(self) -> str:
        """Return the name of the marker of the exit."""
        raise NotImplementedError


class Forward(Walk):
    """A walk through the state tree (section 4)."""

    actions = FORWARD

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.previous: int | None = None

    def visit(self, node: Node, action: str) -> str:
        """Return the frame of a state."""
        state = self.state(node)
        src = self.recording.src(state)
        head = f"<|frame_sep|><|{state.kind}_sep|>"
        if state.arg is not None:
            frame = f"{head}<|src_sep|>{src}<|arg_sep|>{written(state.arg)}"
        else:
            values = dictionary(state.locals, self._base(state, action))
            self.shown[state.activation] = state.locals
            if state.kind == "call":
                frame = f"{head}<|src_sep|>{src}<|arg_sep|>{values}"
            else:
                frame = f"{head}<|arg_sep|>{values}<|src_sep|>{src}"
        self.previous = state.activation
        return frame

    def _base(self, state: State, action: str) -> Locals | None:
        """Return what the locals are the difference to; None where they are complete."""
        base = self.shown.get(state.activation)
        if state.kind == "call" or action == "breakpoint" or self.previous != state.activation:
            return None
        if base is None or any(name not in state.locals for name in base):
            return None
        return base

    def target(self, node: Node, action: str, src: str) -> Node | None:
        """Return where an action leads."""
        states, number = self.recording.states, node.number
        state = states[number]
        if action == "continue":
            return Node(EXIT)
        if action == "step_return":
            return self._closing(number)
        for later in range(number + 1, len(states)):
            if action == "step_into":
                return Node(later)
            if action == "step_over" and states[later].depth <= state.depth:
                return Node(later)
            if action == "breakpoint" and self._stops(states[later], src):
                return Node(later)
        return None if self.recording.cut else Node(EXIT)

    def _closing(self, number: int) -> Node | None:
        """Return the closing state of the level of a state, if it is another one."""
        activation = self.recording.states[number].activation
        last = self.recording.last_of(activation)
        return Node(last) if activation in self.recording.closed and last != number else None

    def _stops(self, state: State, src: str) -> bool:
        """Tell whether a breakpoint on a source line stops at a state."""
        about_to_run = state.kind == "line" or (
            state.kind == "call" and state.is_def and not state.resume
        )
        return about_to_run and self.recording.src(state) == src

    def exit(self) -> str:
        """Return the name of the marker of the exit."""
        return f"exit_{self.recording.outcome}"


class Inverse(Walk):
    """A walk through the inverse tree (section 5)."""

    actions = INVERSE

    def __init__(self, recording: Recording, start: Node) -> None:
        super().__init__(recording)
        self.last = Node(recording.first_of(self.state(start).activation))

    def visit(self, node: Node, action: str) -> str:
        """Return the frame of a state or of its copy."""
        state = self.state(node)
        kind = "line_call" if node.copy else state.kind
        head = f"<|frame_sep|><|inv_{kind}_sep|><|src_sep|>{self.recording.src(state)}<|arg_sep|>"
        if state.arg is not None and not node.copy:
            body = written(state.arg)
            if self.recording.closes(node.number):
                self.shown[state.activation] = state.locals
        else:
            base = None if state.kind == "call" else self.shown.get(state.activation)
            body = dictionary(state.locals, base)
            self.shown[state.activation] = state.locals
        return head + body

    def target(self, node: Node, action: str, src: str) -> Node | None:
        """Return where an action leads."""
        states = self.recording.states
        if action == "inv_step_call":
            call = Node(self.recording.first_of(self.state(node).activation))
            return None if call == node else call
        if node == self.last:
            return Node(EXIT)
        order = self.recording.reversed
        for place in range(order.index(node) + 1, len(order)):
            further = order[place]
            if action == "inv_step_into":
                return further
            if states[further.number].depth <= self.state(node).depth:
                return further
        raise AssertionError("an inverse walk passed the call state of its level")

    def exit(self) -> str:
        """Return the name of the marker of the exit."""
        return "inv_exit_entry"


def has_children(states: tuple[State, ...], number: int) -> bool:
    """Tell whether an activation began while a state was its caller's current one."""
    return number + 1 < len(states) and states[number + 1].depth > states[number].depth


def reversed_order(states: tuple[State, ...]) -> list[Node]:
    """Return the states from last to first, each that had children preceded by its copy."""
    order: list[Node] = []
    waiting: list[int] = []
    for number, state in enumerate(states):
        while waiting and states[waiting[-1]].depth >= state.depth:
            order.append(Node(waiting.pop(), copy=True))
        order.append(Node(number))
        if has_children(states, number):
            waiting.append(number)
    order.extend(Node(number, copy=True) for number in reversed(waiting))
    return order[::-1]


# Following


@dataclass(frozen=True)
class Document:
    """One document, as the pipeline hands it over."""

    program: str
    direction: str
    trajectory: str
    complete: bool
    text: str


def load_document(row: Mapping[str, object]) -> Document:
    """Return the document of one row."""
    return Document(
        program=str(row["program"]),
        direction=str(row["direction"]),
        trajectory=str(row["trajectory"]),
        complete=bool(row["complete"]),
        text=str(row["text"]),
    )


class Follower:
    """A position in the text of a document, and the walk that it must be."""

    def __init__(self, walk: Walk, document: Document) -> None:
        self.walk = walk
        self.text = document.text
        self.complete = document.complete
        self.place = 0
        self.frames = 0

    def follow(self, code: str, start: Node) -> None:
        """Compare the whole document; raise ``DisagreementError`` where not."""
        self.take(HEAD + code)
        self.take(self.walk.visit(start, ""))
        node = start
        while True:
            self.frames += 1
            self.take("<|action_sep|>")
            action = self.action()
            src, target = self.aim(node, action)
            self.take(src)
            if self.ends_here():
                return
            if target.number == EXIT:
                self.take(f"<|frame_sep|><|{self.walk.exit()}|><|trace_end|>{TAIL}")
                self.end()
                return
            self.take(self.walk.visit(target, action))
            node = target

    def take(self, expected: str) -> None:
        """Step over the text that must come next."""
        if not self.text.startswith(expected, self.place):
            raise self.disagree(expected)
        self.place += len(expected)

    def disagree(self, expected: str) -> DisagreementError:
        """Return the disagreement about what comes next."""
        same = 0
        rest = self.text[self.place :]
        while same < min(len(expected), len(rest)) and expected[same] == rest[same]:
            same += 1
        begin = max(0, same - SHOWN // 2)
        window = slice(begin, begin + SHOWN)
        return DisagreementError(self.frames, expected[window], rest[window])

    def action(self) -> str:
        """Read the marker of an action."""
        for action in self.walk.actions:
            marker = f"<|{action}|>"
            if self.text.startswith(marker, self.place):
                self.place += len(marker)
                return action
        raise self.disagree(" or ".join(f"<|{action}|>" for action in self.walk.actions))

    def aim(self, node: Node, action: str) -> tuple[str, Node]:
        """Return the SRC that follows an action (often empty) and where it leads."""
        targets = [
            (src, target)
            for src in self.sources(action)
            if (target := self.walk.target(node, action, src)) is not None
        ]
        if not targets:
            raise self.disagree(f"an action that is available (not {action})")
        return next((aim for aim in targets if self.goes_on(*aim)), targets[0])

    def sources(self, action: str) -> list[str]:
        """Return the source lines that a breakpoint at this place may name, longest first."""
        if action != "breakpoint":
            return [""]
        lines = set(self.walk.recording.lines)
        return sorted((s for s in lines if self.text.startswith(s, self.place)), key=len)[::-1]

    def goes_on(self, src: str, target: Node) -> bool:
        """Tell whether the document goes on with the beginning of a target's frame."""
        if not self.complete and self.text[self.place + len(src) :] == TAIL:
            return True
        if target.number == EXIT:
            marker = self.walk.exit()
        else:
            marker = f"{self.walk.state(target).kind}_sep"
        return self.text.startswith(f"<|frame_sep|><|{marker}|>", self.place + len(src))

    def ends_here(self) -> bool:
        """Tell whether a cut document ends at this place."""
        return not self.complete and self.text[self.place :] == TAIL

    def end(self) -> None:
        """Check that the text is at its end and that the document is marked as whole."""
        if self.place != len(self.text):
            raise DisagreementError(
                self.frames, "the end of the text", self.text[self.place :][:SHOWN]
            )
        if not self.complete:
            raise DisagreementError(
                self.frames, "a document marked as complete", "one marked as cut"
            )


def starts(recording: Recording, direction: str, line_starts: bool) -> Iterator[Node]:
    """Yield the places at which a document may begin."""
    if direction == "forward":
        if recording.states:
            yield Node(0)
        return
    activation = recording.entry_activation
    if activation is not None and activation in recording.closed:
        closing = recording.last_of(activation)
        if has_children(recording.states, closing):
            yield Node(closing, copy=True)
        yield Node(closing)
    if line_starts:
        for number, state in enumerate(recording.states):
            if state.kind == "line":
                if recording.closes(number) and has_children(recording.states, number):
                    yield Node(number, copy=True)
                yield Node(number)


def places(recording: Recording, document: Document, start: Node) -> Iterator[Node]:
    """Yield where a document may begin that belongs to a walk from a start: there, or, where its
    id says that it is a later window, at any state that comes after."""
    if "@" not in document.trajectory.rpartition("#")[2]:
        yield start
    elif document.direction == "forward":
        yield from (Node(number) for number in range(1, len(recording.states)))
    else:
        order = recording.reversed
        yield from order[order.index(start) + 1 :]


def follow(recording: Recording, document: Document, line_starts: bool = False) -> Mismatch | None:
    """Return where a document differs from every walk it could be, or None."""
    if recording.problem is not None:
        return _mismatch(document, DisagreementError(0, f"no document: {recording.problem}", ""))
    if document.direction not in ("forward", "inverse"):
        return _mismatch(document, DisagreementError(0, "forward or inverse", document.direction))
    furthest = DisagreementError(0, "no document: there is no state to start at", "")
    for start in starts(recording, document.direction, line_starts):
        for place in places(recording, document, start):
            try:
                _follow_from(recording, document, start, place)
            except DisagreementError as difference:
                if furthest.position <= difference.position:
                    furthest = difference
            else:
                return None
    return _mismatch(document, furthest)


def _follow_from(recording: Recording, document: Document, start: Node, place: Node) -> None:
    """Follow a document that begins at a place of a walk from one start."""
    if document.direction == "forward":
        Follower(Forward(recording), document).follow(recording.code, place)
    else:
        Follower(Inverse(recording, start), document).follow(recording.source, place)


def _mismatch(document: Document, difference: DisagreementError) -> Mismatch:
    """Return a disagreement as a mismatch of a document."""
    return Mismatch(
        program=document.program,
        trajectory=document.trajectory,
        position=difference.position,
        expected=difference.expected,
        found=difference.found,
    )
