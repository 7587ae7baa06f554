"""What spells a marker is a text: in source, comments, values, prints, names and ids."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from support.small_corpus import MARKED, SPELLINGS

from pipeline.inspecting import stored_documents, vocabulary_in
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from pipeline.shards.traces import TraceStore
from tokenization.grammar import Marker, Role
from tokenization.parse import parse
from tokenization.render import render
from tracing.states.tree import StateTree
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, parse_id

PROGRAMS = ["marked", f"id {SPELLINGS}#forward.0", "builtin/marker_spelling"]


@pytest.fixture(scope="module")
def vocabulary(built):
    return vocabulary_in(built.root)


@pytest.mark.parametrize("program", PROGRAMS)
def test_markers_are_where_the_structure_has_them(built, vocabulary, program: str) -> None:
    tree = StateTree.of(TraceStore.open(built.root).get(program).load())
    stored = [d for d in stored_documents(built.root) if d.program == program]
    assert len(stored) == 3
    for document in stored:
        _, direction, number = parse_id(document.id)
        config = built.config.trajectories
        count = config.forward if direction is Direction.FORWARD else config.inverse
        drawn = draw(tree, config.policy, direction, count, built.config.seed)
        (trajectory,) = (t for t in drawn.trajectories if t.number == number)
        expected = [content for content in render(tree, trajectory).contents if content != ""]
        *found, end = vocabulary.decode_contents(document.ids.tolist())
        assert found == expected[: len(found)]
        assert end is Marker.END_OF_TEXT
        assert len(found) == len(expected) - 1 or expected[len(found)] is Marker.FRAME_SEP  # cut


def test_the_texts_are_full_of_spellings(built, vocabulary) -> None:
    """Every marker is spelled in a context, in the value of a state, and in the line of one."""
    spelled = Counter()
    for document in stored_documents(built.root):
        if document.program == "marked":
            contents = vocabulary.decode_contents(document.ids.tolist())
            texts = [content for content in contents if isinstance(content, str)]
            assert texts[0].startswith(MARKED)
            spelled.update(marker for marker in Marker for text in texts if marker.value in text)
    assert set(spelled) == set(Marker)
    assert min(spelled.values()) > 2


def test_marker_ids_and_roles(built, vocabulary) -> None:
    """In the rows themselves, whatever the documents: a marker's id has its place's role."""
    ids_of = {marker: vocabulary.marker_id(marker) for marker in Marker}
    roles: dict[Marker, set[int]] = {marker: set() for marker in Marker}
    for split in SPLITS:
        for row in Split.open(built.root, split):
            for marker, token in ids_of.items():
                roles[marker].update(np.unique(row.roles[row.input_ids == token]).tolist())
    assert roles[Marker.PAD] == {Role.PADDING}
    for marker in (Marker.BEGIN_OF_TEXT, Marker.TRACE_CONTEXT_START, Marker.FRAME_SEP):
        assert roles[marker] == {Role.STRUCTURE}
    for marker in (Marker.STEP_INTO, Marker.BREAKPOINT, Marker.INV_STEP_OVER):
        assert roles[marker] == {Role.ACTION}
    for marker in (Marker.SRC_SEP, Marker.ARG_SEP, Marker.ACTION_SEP):
        assert roles[marker] == {Role.START, Role.STATE}
    assert Role.CONTEXT not in set().union(*roles.values())


def test_documents_are_read_back(built, vocabulary) -> None:
    for document in stored_documents(built.root):
        parsed = parse(vocabulary.decode_contents(document.ids.tolist()))
        assert len(parsed.frames) == len(parsed.actions) > 0
