from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.walks import SPELLED, segments, walks

import tokenization.encode
from tokenization.encode import Encoded, Encoder
from tokenization.grammar import CUT, Content, Document, Marker, Part, Role, Segment
from tokenization.parse import parse
from tokenization.render import Renderer
from tokenization.vocabulary import Vocabulary
from tracing.states.view import EXIT

AMPLE = 1 << 20
ROLES = (Role.STRUCTURE, Role.CONTEXT, Role.ACTION, Role.STATE, Role.START)


def document_of(walk) -> Document:
    return Document(
        "p", tuple(Renderer(walk.tree).parts(walk.visits, walk.actions, walk.direction))
    )


def plainly(vocabulary: Vocabulary, segments: Iterator[Segment]) -> tuple[list[int], list[int]]:
    """The ids and roles of whole segments."""
    ids, roles = [], []
    for content, role in segments:
        is_marker = isinstance(content, Marker)
        added = [vocabulary.marker_id(content)] if is_marker else vocabulary.encode_text(content)
        ids += added
        roles += [int(role)] * len(added)
    return ids, roles


def tokens(encoded: Encoded) -> tuple[list[int], list[int]]:
    assert (encoded.ids.dtype, encoded.roles.dtype) == (np.uint32, np.uint8)
    return encoded.ids.tolist(), encoded.roles.tolist()


def steps(count: int, exits: bool = True, text: str = "x") -> Document:
    """A document of steps that all say the same."""
    context = Part(
        (Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, "code\n"),
        bytes([Role.STRUCTURE, Role.STRUCTURE, Role.CONTEXT]),
    )
    step = Part(
        (Marker.FRAME_SEP, text, Marker.ACTION_SEP, Marker.STEP_INTO),
        bytes([Role.STRUCTURE, Role.STATE, Role.STATE, Role.ACTION]),
    )
    end = Part(
        (Marker.FRAME_SEP, Marker.EXIT_NORMAL, Marker.TRACE_END, Marker.END_OF_TEXT),
        bytes([Role.STRUCTURE, Role.STATE, Role.STATE, Role.STATE]),
    )
    return Document("p", (context, *[step] * count, end if exits else CUT))


def test_pieces_give_what_whole_texts_give(vocabulary):
    encoder = Encoder(vocabulary, AMPLE)

    @given(walks())
    def law(walk):
        encoded = encoder.encode(document_of(walk))
        if encoded is None:
            assert walk.visits[-1] != EXIT
            assert len(walk.actions) < 2
        else:
            assert tokens(encoded) == plainly(vocabulary, segments(walk))
            assert encoded.cut == (walk.visits[-1] != EXIT)

    law()


def test_decoding_gives_the_document_back(vocabulary):
    @settings(max_examples=50)
    @given(walks())
    def law(walk):
        document = document_of(walk)
        encoded = Encoder(vocabulary, AMPLE).encode(document)
        if encoded is not None:
            assert vocabulary.decode(encoded.ids.tolist()) == document.text
            contents = vocabulary.decode_contents(encoded.ids.tolist())
            assert parse(contents) == parse(document.contents)

    law()


def test_text_that_spells_markers_stays_text(vocabulary):
    document = steps(2, text="".join(SPELLED))
    encoded = Encoder(vocabulary, AMPLE).encode(document)
    ids = {vocabulary.marker_id(marker) for marker in Marker}
    markers = [content for content in document.contents if isinstance(content, Marker)]
    assert sum(token in ids for token in encoded.ids.tolist()) == len(markers)
    assert vocabulary.decode(encoded.ids.tolist()) == document.text


def test_cuts_after_the_last_action_that_fits(vocabulary):
    @settings(max_examples=50)
    @given(walks(), st.integers(0, 400))
    def law(walk, length):
        document = document_of(walk)
        encoded = Encoder(vocabulary, length).encode(document)
        expected = longest_that_fits(document, length)
        if expected is None:
            assert encoded is None
        else:
            ids, roles = plainly(vocabulary, Document("p", expected).segments)
            assert tokens(encoded) == (ids, roles)
            assert encoded.cut == (expected[-1] == CUT)
            assert parse(vocabulary.decode_contents(ids)).code == parse(document.contents).code

    def longest_that_fits(document: Document, length: int) -> tuple[Part, ...] | None:
        whole = document.parts
        cuts = [(*whole[:kept], CUT) for kept in range(len(whole) - 1, 2, -1)]
        wholes = [whole] if whole[-1] != CUT else []
        for parts in wholes + cuts:
            if len(plainly(vocabulary, Document("p", parts).segments)[0]) <= length:
                return parts
        return None

    law()


@pytest.mark.parametrize("exits", [True, False])
def test_every_length_around_a_cut(vocabulary, exits):
    ids = [len(plainly(vocabulary, steps(k, False).segments)[0]) for k in range(6)]
    for length in range(ids[1], ids[5] + 4):
        encoded = Encoder(vocabulary, length).encode(steps(4, exits))
        kept = max(k for k in range(5) if ids[k] <= length)
        if exits and length >= ids[4] + 3:
            assert len(encoded.ids) == ids[4] + 3
            assert not encoded.cut
        elif kept < 2:
            assert encoded is None
        else:
            assert len(encoded.ids) == ids[kept]
            assert encoded.cut


def test_windows_hold_every_step_once(vocabulary):
    """Each is the document that begins where the one before ended, cut where it is full."""

    @settings(max_examples=50)
    @given(walks(), st.integers(10, 400))
    def law(walk, length):
        if walk.visits[-1] != EXIT:
            return
        renderer, frames = Renderer(walk.tree), len(walk.actions)
        encoder = Encoder(vocabulary, length)

        def parts_from(first: int) -> Iterator[Part]:
            return renderer.parts(walk.visits[first:], walk.actions[first:], walk.direction)

        first, steps = 0, []
        for number, window in enumerate(encoder.encode_windows("p", parts_from, frames), 1):
            if window is None:
                assert encoder.encode_parts("p", parts_from(first)) is None
                first += 1
                continue
            assert window.id == ("p" if number == 1 else f"p@{number}")
            assert len(window.ids) <= length
            contents = vocabulary.decode_contents(window.ids.tolist())
            assert len(parse(contents).frames) == window.frames
            assert parse(contents).frames[0] == parse(whole(parts_from(first))).frames[0]
            steps += range(first, first + window.frames - window.cut)
            first += window.frames - 1
        assert steps == sorted(set(steps))
        if None not in encoder.encode_windows("p", parts_from, frames):
            assert steps == list(range(frames))

    def whole(parts: Iterator[Part]) -> Iterator[Content]:
        return (content for part in parts for content in part.contents)

    law()


def test_one_window_where_all_fits(vocabulary):
    document = steps(3)
    (window,) = Encoder(vocabulary, AMPLE).encode_windows("p", lambda _: document.parts, 3)
    assert tokens(window) == tokens(Encoder(vocabulary, AMPLE).encode(document))
    assert (window.id, window.frames, window.cut) == ("p", 3, False)


def test_the_exit_alone_is_worth_predicting(vocabulary):
    encoder = Encoder(vocabulary, AMPLE)
    assert encoder.encode(steps(1)) is not None
    assert encoder.encode(steps(1, exits=False)) is None
    assert encoder.encode(steps(2, exits=False)).cut


def test_asks_for_no_more_than_fits(vocabulary):
    asked = []

    def parts() -> Iterator[Part]:
        for number, part in enumerate(steps(10_000).parts):
            asked.append(number)
            yield part

    encoded = Encoder(vocabulary, 100).encode_parts("p", parts())
    assert len(asked) == (encoded.roles == Role.ACTION).sum() + 2  # the context, and one too many


def test_what_is_remembered_is_bounded_and_changes_nothing(vocabulary, monkeypatch):
    document = steps(3, text="one two three four")
    expected = tokens(Encoder(vocabulary, AMPLE).encode(document))
    monkeypatch.setattr(tokenization.encode, "_REMEMBERED", 0)
    monkeypatch.setattr(tokenization.encode, "_LONGEST", 3)
    assert tokens(Encoder(vocabulary, AMPLE).encode(document)) == expected


@pytest.mark.parametrize("code", ["", "x = 1\n", "é" * 20 + "\n", "    return 12345678\n" * 9])
def test_context_fits_where_a_token_is_left_for_something_else(vocabulary, code):
    needed = len(vocabulary.encode_text(code)) + 3
    for length in range(needed + 3):
        assert Encoder(vocabulary, length).context_fits(code) == (length > needed)


def test_refuses_lone_surrogates(vocabulary):
    with pytest.raises(ValueError, match="lone surrogate"):
        Encoder(vocabulary, AMPLE).encode(steps(1, text="\ud800"))
