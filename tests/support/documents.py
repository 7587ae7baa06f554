"""Laws of documents: what is written can be read, and followed again."""

from __future__ import annotations

from support.audit.follow import Document as AuditedDocument
from support.audit.follow import Recording
from support.audit.run import judge

from tokenization.grammar import Marker
from tokenization.notation import quote
from tokenization.parse import Frame, ParsedDocument, parse
from tokenization.render import render
from tracing.codec import decode, encode
from tracing.states.actions import Action, ActionKind
from tracing.states.tree import StateTree
from tracing.trajectories.replay import replay
from tracing.trajectories.trajectory import Trajectory

# A trajectory as it can be stored: its start, and the names and lines of its actions.
Choices = tuple[int, tuple[tuple[str, str | None], ...]]


def assert_reads_back(tree: StateTree, trajectory: Trajectory) -> None:
    """parse(render(x)) == x: what is read, written again, is the same, with the same actions."""
    document = render(tree, trajectory)
    read = parse(document.contents)
    assert written(read) == list(document.contents)
    assert read.actions == trajectory.actions
    assert len(read.frames) == len(replay(tree, trajectory)) - 1


def assert_follows_again(tree: StateTree, trajectory: Trajectory) -> None:
    """The actions of a document, replayed on the decoded states, give the same document."""
    document = render(tree, trajectory)
    stored = StateTree.of(decode(encode(tree.trace), tree.trace.program))
    again = trajectory._replace(actions=parse(document.contents).actions)
    assert render(stored, again) == document


def assert_choices_are_all(tree: StateTree, trajectory: Trajectory, choices: Choices) -> None:
    """A trajectory stored as choices replays to the same bytes."""
    start, actions = choices
    again = trajectory._replace(
        start=start,
        actions=tuple(Action(ActionKind(kind), src) for kind, src in actions),
    )
    assert render(tree, again).text == render(tree, trajectory).text


def choices_of(trajectory: Trajectory) -> Choices:
    """What is stored of a trajectory."""
    return trajectory.start, tuple((str(a.kind), a.src) for a in trajectory.actions)


def assert_audited(recording: Recording, tree: StateTree, trajectory: Trajectory) -> None:
    """The independent audit follows the document and finds no mismatch."""
    document = AuditedDocument(
        program=trajectory.program,
        direction=str(trajectory.direction),
        trajectory=trajectory.id,
        complete=True,
        text=render(tree, trajectory).text,
    )
    assert judge(recording, document, line_starts=True) is None


def written(document: ParsedDocument) -> list[Marker | str]:
    """The contents of a document that was read."""
    contents = [Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, document.code]
    for frame, action in zip(document.frames, document.actions, strict=True):
        contents += [Marker.FRAME_SEP, *_frame(frame)]
        contents += [Marker.ACTION_SEP, Marker(f"<|{action.kind}|>")]
        contents += [] if action.src is None else [action.src]
    if document.exit is not None:
        contents += [Marker.FRAME_SEP, document.exit, Marker.TRACE_END]
    return [*contents, Marker.END_OF_TEXT]


def _frame(frame: Frame) -> list[Marker | str]:
    if frame.variables is None:
        body = quote(frame.argument)
    else:
        pairs = [f"{quote(name)}: {quote(text)}" for name, text in frame.variables]
        body = "{" + ", ".join(['"..": ".."'] * frame.elided + pairs) + "}"
    fields = [Marker.SRC_SEP, frame.src], [Marker.ARG_SEP, body]
    first, second = reversed(fields) if frame.kind is Marker.LINE_SEP else fields
    return [frame.kind, *first, *second]
