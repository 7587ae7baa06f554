"""One program at every stage, and the stages agree with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from support.small_corpus import COUNT, MARKED, SPELLINGS

from pipeline.config import TrajectoriesConfig
from pipeline.shards.vocabulary import read_vocabulary
from pipeline.show import as_text, stages
from tokenization.grammar import Role
from tokenization.parse import parse
from tokenization.render import render
from tokenization.vocabularies.load import load
from tracing.limits import Limits
from tracing.program import Program
from tracing.sandbox import ForkServer
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction

RAISES = """\
def f(x):
    raise ValueError(x)

try:
    f(1)
except ValueError:
    print("caught")
"""
ENDLESS = "n = 0\nwhile True:\n    n += 1\n"
SOURCES = {
    "count": Program("count", COUNT, "count", '"berry", "r"'),
    "raises": Program("raises", RAISES),
    "marked": Program("marked", MARKED, "shown", repr(SPELLINGS), SPELLINGS),
    "endless": Program("endless", ENDLESS),
    "empty": Program("empty", ""),
}


@pytest.fixture(scope="module")
def trace() -> Iterator[Callable[[str], Trace]]:
    sandbox = ForkServer(Limits(events=200, never=1_000))

    def run(name: str) -> Trace:
        found = sandbox.run(SOURCES[name])
        assert isinstance(found, Trace)
        return found

    yield run
    sandbox.close()


@pytest.mark.parametrize("name", SOURCES)
def test_the_stages_agree(trace, name: str) -> None:
    run: Trace = trace(name)
    shown: dict[str, Any] = stages(run, 5, None)
    assert orjson.loads(orjson.dumps(shown)) == shown
    assert len(shown["events"]) == len(run) == len(shown["tree"]["over"])
    assert (shown["counted"] > len(run)) == shown["cut"]
    tree = StateTree.of(run)
    directions = [Direction.FORWARD] if name == "endless" else list(Direction)
    policy = TrajectoriesConfig().policy
    expected = [t for d in directions for t in draw(tree, policy, d, 1, 5).trajectories]
    assert [d["trajectory"] for d in shown["trajectories"]] == [t.id for t in expected]
    for document, trajectory in zip(shown["trajectories"], expected, strict=True):
        rendered = render(tree, trajectory)
        assert document["text"] == rendered.text
        assert document["start"] == trajectory.start
        assert document["actions"] == [[a.kind, a.src] for a in trajectory.actions]
        assert len(parse(rendered.contents).frames) == len(document["actions"])


@pytest.mark.parametrize("name", ["count", "raises", "empty"])
def test_the_tokens_are_those_of_the_document(trace, name: str) -> None:
    for document in stages(trace(name), 0, None)["trajectories"]:
        assert "".join(text for text, _, _ in document["tokens"]) == document["text"]
        assert {role for _, _, role in document["tokens"]} <= {r.name.lower() for r in Role}


def test_tokens_of_a_model(trace, built) -> None:
    model = read_vocabulary(built.root / "tokenizer")
    vocabulary = load(model)
    for document in stages(trace("marked"), 0, model)["trajectories"]:
        ids = [token for _, token, _ in document["tokens"]]
        assert vocabulary.decode(ids) == document["text"]


def test_events(trace) -> None:
    events = stages(trace("raises"), 0, None)["events"]
    assert [event["kind"] for event in events] == (
        "call line line line call line exception exception line line return".split()
    )
    called = events[4]
    assert (called["function"], called["depth"], called["line"]) == ("f", 2, 1)
    assert called["src"] == "def f(x):"
    assert called["locals"] == {"x": "1"}
    assert events[6]["argument"] == "ValueError(1)"
    assert events[-1]["argument"] == "None"
    assert [event["printed"] for event in events[-2:]] == [0, len("caught\n")]


def test_text(trace) -> None:
    lines = list(as_text(stages(trace("raises"), 0, None)))
    assert lines[:2] == ["program   raises", "outcome   normal, 11 events"]
    assert lines[lines.index("── printed") + 1] == "caught"
    code = lines.index("── code")
    assert "\n".join(lines[code + 1 : lines.index("── printed") - 1]) == RAISES.rstrip("\n")
    titles = [line for line in lines if line.startswith("── trajectory ")]
    assert titles == ["── trajectory raises#forward.0", "── trajectory raises#inverse.0"]
    assert "   5    6    line 2: raise ValueError(x)  x=1" in lines
    assert "   6    7    exception 2: raise ValueError(x)  → ValueError(1)" in lines


def test_what_is_cut_is_said(trace) -> None:
    lines = list(as_text(stages(trace("endless"), 0, None)))
    assert lines[1].startswith("outcome   never, ")
    assert lines[1].endswith(" events, of which the first are recorded")
    assert not any("inverse" in line for line in lines)
