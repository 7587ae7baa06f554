"""Records become programs, or rejections that can be traced back to their place."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.read import read_file
from pipeline.corpus.select import select_all
from tracing.program import Program, content_id
from tracing.rejection import Reason, Rejection

DEVELOPMENT = Path(__file__).parents[4] / "shared" / "corpora" / "pack_dev.jsonl"


def _read(
    directory: Path, *lines: object, config: CorpusConfig | None = None
) -> list[Program | Rejection]:
    path = directory / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return list(read_file(str(path), config or CorpusConfig()))


def test_all_fields(tmp_path: Path) -> None:
    fields = {
        "id": "p/1",
        "source": "def f(x): return x",
        "entry": "f",
        "args": "1",
        "stdin": "in\n",
        "licence": "MIT",
        "origin": "somewhere",
    }
    assert _read(tmp_path, {**fields, "other": [1]}) == [Program(**fields)]


def test_what_is_missing_or_null_has_a_default(tmp_path: Path) -> None:
    nulls = dict.fromkeys(["id", "entry", "args", "stdin", "licence", "origin"])
    program = Program(content_id("x = 1", None, "", ""), "x = 1")
    assert _read(tmp_path, {"source": "x = 1"}, {**nulls, "source": "x = 1"}) == [program] * 2


def test_renamed_and_carried_fields(tmp_path: Path) -> None:
    config = CorpusConfig(fields={"source": "code", "id": "task"}, carry=("n", "b", "absent"))
    record = {"task": "t", "code": "x", "id": 5, "n": None, "b": {"é": [1.5]}, "c": 1}
    extra = (("b", '{"é":[1.5]}'), ("n", "null"))
    assert _read(tmp_path, record, config=config) == [Program("t", "x", extra=extra)]


@pytest.mark.parametrize(
    ("record", "detail"),
    [
        ({}, "source is missing"),
        ({"source": None}, "source is missing"),
        ({"source": 1}, "source is int, not text"),
        ({"source": "x", "stdin": ["a"]}, "stdin is list, not text"),
        ({"source": "x", "id": 5}, "id is int, not text"),
        ({"source": "x", "id": ""}, "the id is empty or"),
        ({"source": "x", "id": "a\nb"}, "the id is empty or"),
        ({"source": "x", "id": "a\u2028b"}, "the id is empty or"),
        ({"source": "x", "id": "a\ud800"}, "the id is empty or"),
        ({"source": "x", "entry": ""}, "the entry '' is no name"),
        ({"source": "x", "entry": "f()"}, "the entry 'f()' is no name"),
        ({"source": "x", "entry": "a..b"}, "the entry 'a..b' is no name"),
        ({"source": "x", "entry": "class"}, "the entry 'class' is no name"),
        ({"source": "x", "args": "1"}, "arguments without an entry"),
        ("text", "not a JSON object"),
    ],
)
def test_a_bad_record_is_known_by_its_place(tmp_path: Path, record: object, detail: str) -> None:
    good, bad = _read(tmp_path, {"source": "x"}, record)
    assert isinstance(good, Program)
    assert isinstance(bad, Rejection)
    assert (bad.program, bad.reason) == ("a.jsonl:2", Reason.BAD_RECORD)
    assert bad.detail.startswith(detail)


def test_a_bad_record_is_known_by_its_id_if_it_has_one(tmp_path: Path) -> None:
    assert _read(tmp_path, {"id": "p", "source": 1}) == [
        Rejection("p", Reason.BAD_RECORD, "source is int, not text")
    ]


def test_details_are_one_short_line_of_text(tmp_path: Path) -> None:
    (bad,) = _read(tmp_path, {"source": "x", "entry": "\n\ud800" * 1000})
    assert isinstance(bad, Rejection)
    assert bad.detail.isprintable()
    assert len(bad.detail) <= 200


def test_a_dotted_entry_is_a_name(tmp_path: Path) -> None:
    (program,) = _read(tmp_path, {"source": "x", "entry": "A.method", "args": ""})
    assert isinstance(program, Program)


def test_text_that_json_carries_comes_through_as_it_is(tmp_path: Path) -> None:
    source = "\ufeffs = '\ud800\x00\U0001f600'\r\nt = '<|frame_sep|>'\r"
    (program,) = _read(tmp_path, {"source": source})
    assert isinstance(program, Program)
    assert program.source == source


def test_what_cannot_be_written_as_json_is_not_carried(tmp_path: Path) -> None:
    (bad,) = _read(tmp_path, {"source": "x", "n": 1 << 80}, config=CorpusConfig(carry=("n",)))
    assert isinstance(bad, Rejection)
    assert bad.detail.startswith("n cannot be carried")


def test_the_builtin_corpus_is_whole(normaliser: Normaliser) -> None:
    config = CorpusConfig(fields={"source": "elsewhere"})
    programs = [item for item in read_file("builtin", config) if isinstance(item, Program)]
    kept, rejected = select_all(programs, config, normaliser)
    assert len(kept) >= 40
    assert not rejected
    assert all(program.licence for program in programs)


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason="the development corpus is not here")
def test_the_development_corpus_reads_without_loss(normaliser: Normaliser) -> None:
    config = CorpusConfig()
    items = list(read_file(str(DEVELOPMENT), config))
    assert Counter(type(item) for item in items) == {Program: 2827}
    programs = [item for item in items if isinstance(item, Program)][::10]
    kept, rejected = select_all(programs, config, normaliser)
    assert len(kept) == len(programs)
    assert not rejected
