from __future__ import annotations

import pickle
import re
from pathlib import Path

from tokenization.grammar import ACTIONS, FRAMES, Document, Marker, Part, Role, Segment
from tracing.states.actions import ActionKind

GOLDEN = Path(__file__).parents[1] / "golden"


def test_markers_are_spelled_after_their_names():
    assert [marker.value for marker in Marker] == [f"<|{m.name.lower()}|>" for m in Marker]


def test_the_listings_use_no_other_marker():
    used = {m for path in GOLDEN.glob("*.txt") for m in re.findall(r"<\|\w+\|>", path.read_text())}
    assert used <= {marker.value for marker in Marker}


def test_no_text_equals_a_marker():
    assert all(marker != marker.value and marker.value not in {marker} for marker in Marker)


def test_every_action_and_every_frame_has_its_own_marker():
    assert set(ACTIONS) == set(ActionKind)
    assert len({*ACTIONS.values(), *FRAMES}) == len(ACTIONS) + len(FRAMES) == 8 + 9


def test_markers_survive_pickling_as_themselves():
    assert all(pickle.loads(pickle.dumps(marker)) is marker for marker in Marker)


def test_a_document_is_its_parts_in_order():
    parts = (
        Part((Marker.BEGIN_OF_TEXT, "<|pad|>"), bytes([Role.STRUCTURE, Role.CONTEXT])),
        Part((Marker.END_OF_TEXT,), bytes([Role.STATE])),
    )
    document = Document("p#forward.0", parts)
    assert document.text == "<|begin_of_text|><|pad|><|end_of_text|>"
    assert list(document.segments) == [
        Segment(Marker.BEGIN_OF_TEXT, Role.STRUCTURE),
        Segment("<|pad|>", Role.CONTEXT),
        Segment(Marker.END_OF_TEXT, Role.STATE),
    ]
