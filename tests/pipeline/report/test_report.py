"""The report and the card: well-formed, from nowhere else, right in number, the same each time."""

from __future__ import annotations

import random
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from datasets import load_dataset
from hypothesis import given
from hypothesis import strategies as st
from support import small_corpus

from pipeline.inspecting import stored_documents
from pipeline.ledger import Ledger
from pipeline.report.card import licence_id
from pipeline.report.charts import share_text
from pipeline.report.markup import Markup, tag, visible
from pipeline.report.survey import bin_of, survey
from pipeline.report.write import write_report
from pipeline.shards.reader import Split
from pipeline.shards.traces import TraceStore
from pipeline.verifying import verify
from tokenization.grammar import Role

HOSTILE = "</script></style><!--\"'<img src=x onerror=alert(1)> & | `x`"
UNSEEN = f"{HOSTILE}\x1b\u202e\ufffe"  # which no id may hold, but a source may
VOID = {"meta"}


class Balanced(HTMLParser):
    """Every element is closed, in order; remembers elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(text: str) -> Balanced:
    """A page that is well-formed both as HTML and as XML, and asks for nothing."""
    parser = Balanced()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    assert parser.tags.isdisjoint({"script", "img", "link", "iframe", "object", "base"})
    for name, value in parser.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "xlink:href", "action", "style")
        assert name != "href" or ("id", (value or "").removeprefix("#")) in parser.attributes
        assert "://" not in (value or "")
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is None or not re.search(r"url\(|@import", style[1])
    ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    return parser


@pytest.fixture(scope="module")
def hostile(rebuild, tmp_path_factory: pytest.TempPathFactory):
    """Programs whose ids, sources, values, origins and licences try to get out."""
    folder = tmp_path_factory.mktemp("hostile")
    source = f"def f(x):\n    # {UNSEEN}\n    return [x, chr(0xd800), chr(0)]\n"
    text = {"id": HOSTILE, "source": source, "entry": "f", "args": repr(UNSEEN)}
    lines = [
        {**text, "licence": f"MIT {UNSEEN}", "origin": UNSEEN},
        {**text, "id": f"twin {HOSTILE}"},
        {"id": f"bad {HOSTILE}", "source": f"{HOSTILE}\0"},
        {"id": "bad \udc80", "source": "(", "origin": "\udc80"},
        *({"id": f"n{k}", "source": f"x = {k} * '</pre>'\n"} for k in range(20)),
    ]
    small_corpus.write(folder, lines)
    return rebuild(folder, "out", "corpus.licences=null")


def test_the_page_is_whole(built) -> None:
    text = (built.root / "report.html").read_text()
    assert {"svg", "table", "figure", "pre"} <= checked(text).tags
    assert "prefers-color-scheme: dark" in text


def test_hostile_texts_stay_texts(hostile) -> None:
    text = (hostile.root / "report.html").read_text()
    checked(text)
    assert "&lt;/script&gt;" in text
    assert "\\x1b" in text
    assert "\\u202e" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\u202e\ufffe]", text)
    card = (hostile.root / "README.md").read_text()
    assert "<img" not in card.split("\n---\n")[1].replace("\\<", "")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["license"] == ["other", "unknown"]


def test_a_page_that_lets_markup_through_is_seen() -> None:
    with pytest.raises(AssertionError):
        checked(tag("p", Markup("<img src='x'/>")))
    with pytest.raises(ElementTree.ParseError):
        checked(tag("p", Markup("a & b")))


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_stands_in_a_page(text: str) -> None:
    found = ElementTree.fromstring(tag("p", text, title=text))
    assert (found.text or "") == visible(text)


def test_made_again_it_is_the_same(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "another name"))
    for name in ("report.html", "README.md"):
        (root / name).write_text("lost")
    write_report(root)
    for name in ("report.html", "README.md"):
        assert (root / name).read_bytes() == (built.root / name).read_bytes()


def test_the_card_does_not_depend_on_the_machine(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    (root / "run.json").unlink()
    write_report(root)
    assert (root / "README.md").read_bytes() == (built.root / "README.md").read_bytes()
    checked((root / "report.html").read_text())


def test_order_and_workers_do_not_show(built, rebuild, tmp_path: Path) -> None:
    lines = random.Random(2).sample(small_corpus.records(), len(small_corpus.records()))
    small_corpus.write(tmp_path, lines)
    again = rebuild(tmp_path)
    for root in (again.root, built.root):
        (root / "run.json").rename(root / "kept")
    try:
        texts = []
        for root in (again.root, built.root):
            write_report(Path(shutil.copytree(root, tmp_path / f"copy{len(texts)}")))
            texts.append((tmp_path / f"copy{len(texts)}" / "report.html").read_bytes())
    finally:
        for root in (again.root, built.root):
            (root / "kept").rename(root / "run.json")
    assert texts[0] == texts[1]


def test_a_report_is_no_damage(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    assert list(verify(root)) == []
    (root / "report.html").write_text("changed")
    (root / "README.md").unlink()
    assert list(verify(root)) == []


def test_a_build_takes_the_report_of_the_one_before_away(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    ledger = Ledger(root)
    rows = ledger.finished("rows")
    assert rows is not None
    ledger.begin(rows.recipe)
    assert not (root / "report.html").exists()
    assert not (root / "README.md").exists()


def test_the_command(call, built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    ended = call("report", root)
    assert (ended.status, ended.out) == (0, f"{root / 'report.html'}\n{root / 'README.md'}\n")
    ended = call("report", tmp_path)
    assert ended.status == 2
    assert "not finished" in ended.err


# the numbers


def test_counts_are_those_of_the_directory(built) -> None:
    found, counts = survey(built.root, built.manifest), built.manifest.counts
    documents = list(stored_documents(built.root))
    assert sum(map(total, found.documents.tokens.values())) == len(documents)
    assert found.rejections.reasons == counts["rejected"]
    assert sum(found.fills.values()) == counts["rows"]
    stored = [record.load() for record in TraceStore.open(built.root)]
    assert sum(map(total, found.programs.events.values())) == len(stored)
    assert found.programs.longest
    roles = np.zeros(len(Role), int)
    for split in ("train", "validation", "test"):
        for row in Split.open(built.root, split):
            for role in row.roles.tolist():
                roles[role] += 1
    for role in Role:
        assert sum(of[role.name.lower()] for of in found.roles.values()) == roles[role]
    assert sum(roles) - roles[Role.PADDING] == counts["tokens"]


def total(counts) -> int:
    return sum(counts.values())


@given(st.integers(1, 1 << 60), st.data())
def test_no_part_is_told_as_all_or_nothing(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    assert (share_text(part, whole) == "0.0%") == (part == 0)
    assert (share_text(part, whole) == "100.0%") == (part == whole)


@given(st.integers(1, 1 << 60))
def test_bins(value: int) -> None:
    number = bin_of(value)
    assert 1 << (number - 1) <= value < 1 << number


def test_every_number_of_the_manifest_is_there(built) -> None:
    text = (built.root / "report.html").read_text()
    for entry in built.manifest.files:
        assert entry.sha256 in text
    for name in ("documents", "tokens", "events"):
        assert str(built.manifest.counts[name]) in text


# the card


def test_the_hub_s_library_reads_the_card(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    cache = str(tmp_path / "cache")
    rows = load_dataset(str(root), cache_dir=cache)
    expected = {k: n for k, n in built.manifest.counts["rows_by_split"].items() if n}
    assert {name: split.num_rows for name, split in rows.items()} == expected
    rejected = load_dataset(str(root), "rejected", split="rejected", cache_dir=cache)
    assert rejected.num_rows == sum(built.manifest.counts["rejected"].values())
    traces = load_dataset(str(root), "traces", split="traces", cache_dir=cache)
    assert traces.num_rows == len(TraceStore.open(built.root))


@pytest.mark.parametrize(
    ("licence", "name"),
    [("MIT", "mit"), ("Apache-2.0", "apache-2.0"), ("", "unknown"), ("My own", "other")],
)
def test_licences(licence: str, name: str) -> None:
    assert licence_id(licence) == name
