from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from support.documents import written
from support.walks import SPELLED, segments, walks

from tokenization.grammar import Document, Marker, spelled
from tokenization.parse import Frame, ParsedDocument, ParseError, parse, parse_frame, split
from tokenization.render import Renderer
from tracing.states.actions import Action, ActionKind
from tracing.states.view import EXIT

GOLDEN = Path(__file__).parents[1] / "golden"
BEGIN = "<|begin_of_text|><|trace_context_start|>"
FRAME = "<|frame_sep|><|call_sep|><|src_sep|>f<|arg_sep|>{}"
STEP = "<|action_sep|><|step_into|>"
EXITED = "<|frame_sep|><|exit_normal|><|trace_end|><|end_of_text|>"


@given(walks())
def test_reads_back_what_was_rendered(walk):
    parts = tuple(Renderer(walk.tree).parts(walk.visits, walk.actions, walk.direction))
    document = Document("p", parts)
    read = parse(document.contents)
    assert written(read) == list(document.contents)
    assert read.actions == walk.actions
    assert (read.exit is not None) == (walk.visits[-1] == EXIT)
    assert len(read.frames) == len(walk.actions)


@settings(max_examples=30)
@given(walks())
def test_reads_the_text_as_well_where_nothing_spells_a_marker(walk):
    contents = [segment.content for segment in segments(walk)]
    texts = [content for content in contents if isinstance(content, str)]
    if not any(spelling in text for spelling in SPELLED for text in texts):
        assert parse(spelled(contents)) == parse(contents)


@pytest.mark.parametrize("name", ["count_forward", "count_inverse"])
def test_reads_the_listings(name):
    text = (GOLDEN / f"{name}.txt").read_text()
    assert spelled(written(parse(text))) == text


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        (
            "output_breakpoint",
            Frame(
                Marker.LINE_SEP,
                "    return result",
                (("single_digit", "5"), ("result", "[1, 2, 3, 4, 6, 7, 8, 9, 10]"), ("c", "10")),
            ),
        ),
        (
            "output_step_return",
            Frame(Marker.RETURN_SEP, "    return result", argument="[1, 2, 3, 4, 6, 7, 8, 9, 10]"),
        ),
        (
            "input_inv_step_call",
            Frame(Marker.INV_CALL_SEP, "def f(single_digit):", (("single_digit", "5"),)),
        ),
    ],
)
def test_reads_completions(name, frame):
    text = (GOLDEN / f"cruxeval_{name}.completion.txt").read_text()
    assert parse_frame(text) == frame
    assert parse_frame(text + "<|action_sep|>") == frame


def test_a_breakpoint_has_its_line():
    text = f"{BEGIN}x\n{FRAME}<|action_sep|><|breakpoint|>  x<|end_of_text|>"
    assert parse(text).actions == (Action(ActionKind.BREAKPOINT, "  x"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected <|begin_of_text|>, found the end at character 0"),
        ("x", "expected <|begin_of_text|>, found 'x' at character 0"),
        (BEGIN, "expected <|end_of_text|> or <|frame_sep|>, found the end at character 40"),
        (f"{BEGIN}{FRAME}<|end_of_text|>", "expected <|action_sep|>, found <|end_of_text|>"),
        (f"{BEGIN}{FRAME}{STEP}x{EXITED}", "expected <|end_of_text|> or <|frame_sep|>, found 'x'"),
        (f"{BEGIN}{FRAME}{STEP}{EXITED}x", "expected the end, found 'x' at character 173"),
        (f"{BEGIN}{FRAME.replace('{}', '{')}{STEP}{EXITED}", "JSON string at character 89"),
        (f"{BEGIN}<|frame_sep|><|line_sep|><|src_sep|>", "expected <|arg_sep|>, found <|src_sep|>"),
        (f"{BEGIN}<|frame_sep|><|pad|>", "found <|pad|> at character 53"),
    ],
)
def test_says_where_a_text_is_no_document(text, message):
    with pytest.raises(ParseError, match=re.escape(message)):
        parse(text)


def test_texts_that_meet_are_one_text():
    assert list(split("a<|pad|><|pad|>b")) == ["a", Marker.PAD, "", Marker.PAD, "b"]
    contents = [Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, "a", "", "b", Marker.END_OF_TEXT]
    assert parse(contents) == ParsedDocument("ab", (), (), None)
