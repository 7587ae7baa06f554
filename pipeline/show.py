"""Show: one program at every stage, from its events to its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.config import TrajectoriesConfig
from pipeline.documents import Trajectories
from tokenization.encode import Encoder
from tokenization.grammar import Role, spelled
from tokenization.training import count_lines, train, training_texts
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind as VocabularyKind
from tokenization.vocabulary import Model
from tracing.states.tree import StateTree
from tracing.trace import NO_TEXT, Kind, Mark, Trace

_VOCABULARY = 1024  # of the tokens that are shown, where no model is given
_LENGTH = 1 << 20  # tokens: nothing that is shown is cut
_ONE_EACH = TrajectoriesConfig(forward=1, inverse=1)


def stages(trace: Trace, seed: int, model: Model | None) -> dict[str, Any]:
    """A trace and all that is made of it, as JSON values.

    Without a `model`, one is trained on the two documents.
    """
    trajectories = Trajectories(trace, _ONE_EACH, seed)
    parts = {item: tuple(trajectories.parts(item)) for item in trajectories}
    if model is None:
        texts = training_texts(part for found in parts.values() for part in found)
        model = Model(VocabularyKind.SENTENCEPIECE, train(count_lines(texts), _VOCABULARY))
    vocabulary = load(model)
    encoder = Encoder(vocabulary, _LENGTH)
    documents = []
    for trajectory, found in parts.items():
        encoded = encoder.encode_parts(trajectory.id, found)
        assert encoded is not None  # the length is enough for any document
        documents.append(
            {
                "trajectory": trajectory.id,
                "start": trajectory.start,
                "actions": [[action.kind, action.src] for action in trajectory.actions],
                "text": spelled(content for part in found for content in part.contents),
                "tokens": [
                    [vocabulary.decode([token]), int(token), Role(role).name.lower()]
                    for token, role in zip(encoded.ids, encoded.roles, strict=True)
                ],
            }
        )
    return {
        "program": trace.program,
        "code": trace.code,
        "outcome": trace.outcome,
        "python": trace.python,
        "cut": trace.cut,
        "counted": trace.counted,
        "stdout": trace.stdout.decode("utf-8", "replace"),
        "events": list(_events(trace)),
        "tree": _columns(StateTree.of(trace)),
        "trajectories": documents,
    }


def as_text(shown: dict[str, Any]) -> Iterator[str]:
    """What `stages` gives, in lines for people."""
    yield f"program   {shown['program']}"
    yield f"outcome   {shown['outcome']}, {shown['counted']} events" + (
        ", of which the first are recorded" if shown["cut"] else ""
    )
    yield from _section("code", shown["code"].rstrip("\n").split("\n"))
    if shown["stdout"]:
        yield from _section("printed", shown["stdout"].rstrip("\n").split("\n"))
    yield from _section("events: number, next on the level, kind, line", _event_lines(shown))
    for document in shown["trajectories"]:
        actions = [
            f"{k} {src.strip()!r}" if src is not None else k for k, src in document["actions"]
        ]
        yield from _section(f"trajectory {document['trajectory']}", [" · ".join(actions)])
        text = document["text"].replace("<|frame_sep|>", "\n<|frame_sep|>")
        yield from _section("document", text.split("\n"))
        tokens = [f"{text!r}:{role}" for text, _, role in document["tokens"]]
        yield from _section(f"tokens: {len(tokens)}", [" ".join(tokens)])


def _section(title: str, lines: Any) -> Iterator[str]:
    yield ""
    yield f"── {title}"
    yield from lines


def _event_lines(shown: dict[str, Any]) -> Iterator[str]:
    over = shown["tree"]["over"]
    for number, event in enumerate(shown["events"]):
        indent = "  " * (event["depth"] - 1)
        marks = "".join(f" ({mark})" for mark in event["marks"])
        values = ", ".join(f"{name}={text}" for name, text in event["locals"].items())
        what = values if event["argument"] is None else f"→ {event['argument']}"
        yield (
            f"{number:>4} {over[number]:>4}  {indent}{event['kind']}{marks} "
            f"{event['line']}: {event['src'].strip()}  {what}"
        )


def _events(trace: Trace) -> Iterator[dict[str, Any]]:
    lines = trace.code_lines()
    for event in range(len(trace)):
        line, argument = trace.lines[event], trace.arguments[event]
        yield {
            "kind": Kind(trace.kinds[event]).name.lower(),
            "marks": [m.name.lower() for m in Mark if m and trace.marks[event] & m and m.name],
            "line": line,
            "src": lines[line],
            "depth": trace.depths[event],
            "activation": trace.activations[event],
            "function": trace.functions[trace.owners[trace.activations[event]]].qualname,
            "locals": trace.scope(event),
            "argument": None if argument == NO_TEXT else trace.texts[argument],
            "printed": trace.printed[event],
        }


def _columns(tree: StateTree) -> dict[str, list[int]]:
    return {
        "over": tree.over.tolist(),
        "opening": tree.opening.tolist(),
        "closing": tree.closing.tolist(),
    }
