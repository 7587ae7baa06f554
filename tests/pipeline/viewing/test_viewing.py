"""What is shown of a row is what is in it: texts, roles, ids, what learns, and no markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.inspecting import Stored, stored_documents, vocabulary_in
from pipeline.loader.batch import IGNORED
from pipeline.loader.dataset import TokenDataset
from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from pipeline.viewing import terminal
from pipeline.viewing.page import page
from pipeline.viewing.rows import Viewer, shown_rows
from tokenization.grammar import Role

ESCAPES = re.compile(r"\x1b\[([0-9;]*)m")


@pytest.fixture(scope="module")
def viewer(built) -> Viewer:
    return Viewer(vocabulary_in(built.root), {Role.STATE})


@given(text=st.text(), roles=st.sampled_from([[2], [2, 4]]))
def test_tokens_that_are_one_character_are_shown_as_one(viewer, text: str, roles) -> None:
    ids = viewer.vocabulary.encode_text(text.encode("utf-8", "ignore").decode())
    for role in roles:
        kinds = np.full(len(ids), role, np.uint8)
        shown = viewer.document(Stored("p#forward.0", "train", 0, np.array(ids, int), kinds))
        assert [token for part in shown.tokens for token in part.ids] == ids
        assert "".join(part.text for part in shown.tokens) == viewer.vocabulary.decode(ids)
        if "\ufffd" not in text:
            assert not any("\ufffd" in part.text for part in shown.tokens)


def test_every_row_is_shown_whole(built, viewer) -> None:
    rows = {split: Split.open(built.root, split) for split in SPLITS}
    texts = {d.id: viewer.vocabulary.decode(d.ids.tolist()) for d in stored_documents(built.root)}
    seen = 0
    for shown in shown_rows(built.root, viewer):
        row = rows[shown.split].row(shown.number)
        (labels,) = TokenDataset(built.root, shown.split).batch([shown.number]).labels
        assert shown.learns == int((labels != IGNORED).sum())
        assert shown.length == len(row.input_ids)
        assert [document.id for document in shown.documents] == list(row.documents)
        for document in shown.documents:
            ids = [token for part in document.tokens for token in part.ids]
            assert ids == row.input_ids[document.begin : document.end].tolist()
            assert "".join(part.text for part in document.tokens) == texts[document.id]
            roles = [part.role for part in document.tokens for _ in part.ids]
            assert roles == row.roles[document.begin : document.end].tolist()
        seen += 1
    assert seen == built.counts["rows"]


# in a terminal


def test_in_colours(call, built, viewer) -> None:
    arguments = ["--split", "train", "--row", 0]
    plain = call("inspect", built.root, *arguments, "--colour", "never").out
    coloured = call("inspect", built.root, *arguments, "--colour", "always").out
    assert ESCAPES.sub("", coloured) == plain
    assert not ESCAPES.search(plain)
    assert call("inspect", built.root, *arguments).out == plain
    (row, *_) = shown_rows(built.root, viewer, ["train"])
    green = "".join(re.findall(r"\x1b\[1;32m(.*?)\x1b\[0m", coloured, re.DOTALL))
    states = "".join(
        terminal._visible(token.text)
        for document in row.documents
        for token in document.tokens
        if token.role is Role.STATE
    )
    assert re.sub(r"\s", "", green) == re.sub(r"\s", "", "state(learns)" + states)


def test_a_row_tells_what_it_holds(call, built, viewer) -> None:
    for shown in shown_rows(built.root, viewer, ["validation"]):
        number = shown.number
        out = call("inspect", built.root, "--split", "validation", "--row", number).out
        padding = shown.length - shown.tokens
        assert out.startswith(
            f"row {number} of validation: 2,048 tokens, {len(shown.documents)} documents, "
            f"{padding:,} padding, {shown.learns:,} learn\n"
        )
        assert out.count("\n── ") == len(shown.documents) + (padding > 0)


def test_what_would_move_the_cursor_is_shown_as_a_picture(viewer) -> None:
    ids = viewer.vocabulary.encode_text("a\x1b[31m\x07\r\x9b\tz\n")
    roles = np.full(len(ids), 2, np.uint8)
    stored = Stored("p\x1b#forward.0", "train", 0, np.array(ids), roles)
    text = terminal.document(viewer.document(stored), viewer, colour=False)
    assert "a␛[31m␇␍\\x9b\tz\n" in text
    assert not set(text) & set(map(chr, [*range(9), *range(11, 32), *range(0x7F, 0xA0)]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--row", "0"], "--row: 0; expected --split too"),
        (["--row", "999", "--split", "train"], "--row: 999; expected 0 to "),
        (["--learn", "stat"], "--learn: no such roles: stat; there are "),
        (["--output", "/proc/x/y"], "--output: /proc/x/y: "),
    ],
)
def test_wrong_arguments(call, built, arguments: list[str], message: str) -> None:
    ended = call("inspect", built.root, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {message}")


# as a page


class Page(HTMLParser):
    """What a browser makes of it: elements with their attributes, and what scripts hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data


def test_the_page_holds_the_rows(call, built, viewer, tmp_path: Path) -> None:
    output = tmp_path / "rows.html"
    ended = call("inspect", built.root, "--format", "html", "--limit", 3, "--output", output)
    assert ended == (0, f"{output}: {output.stat().st_size:,} bytes\n", "")
    found = Page(output.read_text())
    data, script = found.scripts
    content = json.loads(data)
    assert content["learn"] == [Role.STATE]
    rows = list(shown_rows(built.root, viewer))[:3]
    for shown, row in zip(rows, content["rows"], strict=True):
        assert (row["number"], row["length"]) == (shown.number, shown.length)
        for document, ours in zip(shown.documents, row["documents"], strict=True):
            assert ours["tokens"] == [[t.text, t.role, *t.ids] for t in document.tokens]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval", script)
    printed = call("inspect", built.root, "--format", "html", "--limit", 3).out
    assert printed == output.read_text()


def test_nothing_is_loaded(built, viewer) -> None:
    text = page("t", [], viewer).decode()
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<link|<img|<iframe", text)
    assert all("src" not in attributes for _, attributes in Page(text).elements)
    assert "default-src 'none'" in text


def test_no_text_becomes_markup(built, viewer) -> None:
    """The number of elements does not depend on the data."""
    hostile = "</script><script>alert(1)</script><!--<script>&lt;\u2028"
    ids = viewer.vocabulary.encode_text(hostile)
    roles = np.full(len(ids), 2, np.uint8)
    document = viewer.document(Stored(hostile + "#forward.0", "train", 0, np.array(ids), roles))
    (row, *_) = shown_rows(built.root, viewer)
    rows = [type(row)("train", 0, len(ids), [document])]
    plain, found = Page(page("t", [], viewer).decode()), Page(page(hostile, rows, viewer).decode())
    assert found.elements == plain.elements
    content = json.loads(found.scripts[0])
    assert content["title"] == hostile
    (shown,) = content["rows"][0]["documents"]
    assert "".join(token[0] for token in shown["tokens"]) == hostile


def test_rows_of_one_program(call, built) -> None:
    out = call("inspect", built.root, "--format", "html", "--program", "count").out
    rows = json.loads(Page(out).scripts[0])["rows"]
    assert rows
    assert all(any(d["id"].startswith("count#") for d in row["documents"]) for row in rows)
