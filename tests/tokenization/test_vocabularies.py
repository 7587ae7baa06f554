"""Vocabularies of every kind keep every text, and find no marker in any."""

from __future__ import annotations

import importlib.util
import json
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.vocabularies import (
    RANKS,
    SPECIAL,
    THINK,
    full_ranks,
    huggingface_model,
    layout,
    marker_set,
    model_of,
    ranks,
    sources,
    tiktoken_model,
    tokenizer_json,
    vocabulary_of,
    written,
)
from support.walks import ENCODABLE, SPELLED

from tokenization.grammar import Marker
from tokenization.vocabularies import load as loading
from tokenization.vocabularies.load import load
from tokenization.vocabulary import ByteVocabulary, Kind, Model, Vocabulary

pytest.importorskip("tiktoken")
pytest.importorskip("tokenizers")

HARD = [
    "\tif x:\n\t\ty = '\x0c'\r\n\r\n",
    "'\x00\x00' + b'\\x00' \x00",
    "e\u0301\u00e9 \ufb01 \uff21\u3000\u00a0\u2581 \u2581\u2581x",
    "\U0001f469\u200d\U0001f4bb \U0010ffff\ufffd\ufeff",
    "   \t  \n\n   def  f( ) :  \n",
    "x" * 30_000 + " " * 900_000 + "y",
    "\n" * 26_000,
    "".join(SPELLED),
    " ".join(SPELLED),
    f"{SPECIAL}{THINK} <|eot_id|><|reserved_special_token_7|><s></s><unk><0x0A>",
]


@pytest.fixture(params=list(Kind))
def each(request: pytest.FixtureRequest) -> Vocabulary:
    return vocabulary_of(request.param)


def test_every_text_comes_back_without_a_marker(each: Vocabulary) -> None:
    markers = marker_set(each)

    @settings(max_examples=60)
    @given(st.one_of(st.sampled_from(HARD), ENCODABLE, st.text().filter(str.isascii)))
    def law(text: str) -> None:
        ids = each.encode_text(text)
        assert each.decode(ids) == text
        assert markers.isdisjoint(ids)
        assert not ids or 0 <= min(ids) <= max(ids) < each.size

    law()


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_hard_texts(each: Vocabulary, text: str) -> None:
    assert each.decode(each.encode_text(text)) == text


def test_programs_come_back(each: Vocabulary) -> None:
    for source in sources():
        assert each.decode(each.encode_text(source)) == source


def test_pieces_have_the_tokens_of_the_whole(each: Vocabulary) -> None:
    for text in (*sources(), *HARD[:5], *HARD[7:]):
        pieces = each.pieces(text)
        assert "".join(pieces) == text
        joined = [token for piece in pieces for token in each.encode_text(piece)]
        assert joined == each.encode_text(text)


def test_markers_and_texts_are_told_apart(each: Vocabulary) -> None:
    contents = [Marker.FRAME_SEP, "<|frame_sep|>", Marker.PAD, Marker.PAD, " x"]
    ids = []
    for item in contents:
        is_marker = isinstance(item, Marker)
        ids += [each.marker_id(item)] if is_marker else each.encode_text(item)
    assert each.decode_contents(ids) == contents


def test_lone_surrogates_are_refused(each: Vocabulary) -> None:
    with pytest.raises(ValueError, match="a lone surrogate at character 1 of a text"):
        each.encode_text("a\ud800b")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_fingerprint_is_of_all_that_decides(kind: Kind) -> None:
    model = model_of(kind)
    sent = pickle.loads(pickle.dumps(model))
    assert sent == model
    vocabulary = load(sent)
    markers = {marker.value: vocabulary.marker_id(marker) for marker in Marker}
    resolved = Model(kind, model.data, markers, model.pattern, model.special, vocabulary.size)
    assert load(resolved).fingerprint == vocabulary.fingerprint == load(model).fingerprint
    others = [vocabulary_of(other).fingerprint for other in Kind if other is not kind]
    assert vocabulary.fingerprint not in others


def test_other_ids_or_another_pattern_are_another_vocabulary() -> None:
    markers = layout()["markers"]
    swapped = markers | {"<|pad|>": 128_010}
    found = {
        load(model).fingerprint
        for model in (
            tiktoken_model(),
            tiktoken_model(markers=swapped),
            tiktoken_model(pattern=r"\s+|\S+"),
            tiktoken_model(special={}),
        )
    }
    assert len(found) == 4


def test_a_library_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "tiktoken" and real(name))
    with pytest.raises(ValueError, match="needs tiktoken, which is not installed; install the ext"):
        loading.load(tiktoken_model())


def test_what_a_check_is_for() -> None:
    """The negative control: a vocabulary that drops a character or finds a marker is found out."""

    class Careless(ByteVocabulary):
        dropped, found = "\ue000", "\ue000"  # private, in no probe

        def encode_text(self, text: str) -> list[int]:
            before, marker, after = text.replace(self.dropped, "").partition(self.found)
            return [*before.encode(), *[1_000 for _ in marker[:1]], *after.encode()]

    markers = {marker: 1_000 + number for number, marker in enumerate(Marker)}
    texts = {byte: bytes([byte]) for byte in range(256)}
    vocabulary = Careless(Model(Kind.TIKTOKEN, b""), markers, texts)
    vocabulary.check()
    for character in ("\u2581", "\r", "\u0301", "\x00"):
        Careless.dropped = character
        with pytest.raises(ValueError, match="does not give"):
            vocabulary.check()
    Careless.dropped, Careless.found = "\ue000", SPELLED[0]
    with pytest.raises(ValueError, match="finds a marker"):
        vocabulary.check()


# tiktoken


def test_the_layout_of_the_code_world_model() -> None:
    vocabulary = load(tiktoken_model(written(full_ranks())))
    assert vocabulary.size == 128_256
    fixed = (
        "begin_of_text 128000 end_of_text 128001 pad 128004 frame_sep 128100 action_sep 128101 "
        "return_sep 128102 call_sep 128103 line_sep 128104 exception_sep 128105 arg_sep 128106 "
        "trace_context_start 128107"
    ).split()
    for name, token in zip(fixed[::2], fixed[1::2], strict=True):
        assert vocabulary.marker_id(Marker(f"<|{name}|>")) == int(token)
    others = marker_set(vocabulary) - set(map(int, fixed[1::2]))
    assert len(others) == len(Marker) - len(fixed[::2])
    assert min(others) == 128_108
    assert max(others) < 128_256
    assert others.isdisjoint({128_120, 128_121, *range(128_006, 128_010)})
    for text in (*sources(), *HARD):
        ids = vocabulary.encode_text(text)
        assert max(ids) < RANKS
        assert vocabulary.decode(ids) == text
    assert (
        vocabulary.decode([127_999, 128_007, 128_200])
        == "\ufffd\ufffd127999<|end_header_id|>\ufffd"
    )


def test_it_encodes_as_the_library_does() -> None:
    import tiktoken

    theirs = tiktoken.Encoding(
        "theirs", pat_str=layout()["pattern"], mergeable_ranks=ranks(), special_tokens={}
    )
    ours = vocabulary_of(Kind.TIKTOKEN)
    for text in (*sources(), *HARD[:5]):
        assert ours.encode_text(text) == theirs.encode_ordinary(text)


def _lines(*lines: bytes) -> bytes:
    return written(ranks()) + b"\n".join(lines)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: tiktoken_model(b"no ranks\n"), "not a ranks file: line 1 is not a token in base"),
        (lambda: tiktoken_model(b"YQ== 0\nYg==\n"), "not a ranks file: line 2 is not a token"),
        (lambda: tiktoken_model(b"YQ== 0\nYQ== 1\n"), "the token of line 2 stands twice"),
        (lambda: tiktoken_model(b"YQ== 0\nYg== 0\n"), "negative or stand twice"),
        (lambda: tiktoken_model(b"YQ== 0\n"), "the byte 0x00 is no token"),
        (
            lambda: tiktoken_model(_lines(b"/////w== 128000")),
            r"has the rank 128000; all must be below 128000, the id of <\|begin_of_text\|>",
        ),
        (
            lambda: tiktoken_model(special={"<|other|>": 128_100}),
            r"the id 128100 of <\|other\|> is that of <\|frame_sep\|>",
        ),
        (lambda: tiktoken_model(special={"<|other|>": 70}), r"below 70, the id of <\|other\|>"),
        (lambda: tiktoken_model(markers={}), r"the marker <\|begin_of_text\|> has no id"),
        (
            lambda: tiktoken_model(markers=layout()["markers"] | {"<|pda|>": 5}),
            r"<\|pda\|> is no marker; the nearest is <\|pad\|>",
        ),
        (
            lambda: tiktoken_model(markers=layout()["markers"] | {"<|pad|>": 128_100}),
            r"the id 128100 of the marker <\|frame_sep\|> is that of <\|pad\|>",
        ),
        (lambda: tiktoken_model(pattern="("), "the pattern is no regular expression"),
        (lambda: tiktoken_model(pattern=r"\w+|\s+"), "does not give .* back"),
        (lambda: tiktoken_model(pattern=r"[^\r]+"), "does not give .* back"),
    ],
)
def test_ranks_that_are_refused(model, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(model())


# Hugging Face


def test_it_encodes_as_transformers_does(tmp_path) -> None:
    transformers = pytest.importorskip("transformers")
    path = tmp_path / "tokenizer.json"
    path.write_bytes(huggingface_model().data)
    theirs = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path))
    ours = vocabulary_of(Kind.HUGGINGFACE)
    for text in (*sources(), *HARD[:5], f"a {THINK} b"):
        expected = theirs.encode(text, add_special_tokens=False, split_special_tokens=True)
        assert ours.encode_text(text) == expected


def test_special_tokens_stay_texts_and_others_stay_tokens() -> None:
    vocabulary = vocabulary_of(Kind.HUGGINGFACE)
    added = {item["content"]: item["id"] for item in tokenizer_json()["added_tokens"]}
    assert len(vocabulary.encode_text(SPECIAL)) > 1
    assert added[SPECIAL] not in vocabulary.encode_text(f"x{SPECIAL}")
    assert vocabulary.encode_text(THINK) == [added[THINK]]


def test_markers_are_appended_found_or_given() -> None:
    last = max(item["id"] for item in tokenizer_json()["added_tokens"])
    appended = vocabulary_of(Kind.HUGGINGFACE)
    assert [appended.marker_id(m) for m in Marker] == [last + 1 + k for k in range(len(Marker))]
    end = tokenizer_json()["added_tokens"][0]["id"]
    mapped = load(huggingface_model({"<|end_of_text|>": end, "<|pad|>": 5_000}))
    assert mapped.marker_id(Marker.END_OF_TEXT) == end
    assert mapped.marker_id(Marker.PAD) == 5_000
    assert mapped.marker_id(Marker.BEGIN_OF_TEXT) == 5_001
    assert mapped.decode([end]) == "<|end_of_text|>"
    own = [*tokenizer_json()["added_tokens"], _added(last + 1, "<|src_sep|>", special=False)]
    found = load(huggingface_model(added_tokens=own))
    assert found.marker_id(Marker.SRC_SEP) == last + 1
    assert last + 1 not in found.encode_text("<|src_sep|>")


def _added(token: int, content: str, **flags: bool) -> dict[str, object]:
    usual = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": token, "content": content, "special": True, **usual, **flags}


def _model(**changes: object) -> dict[str, object]:
    return {"model": {**tokenizer_json()["model"], **changes}}


def _refused() -> Iterator[tuple[dict[str, object], str]]:
    tokens = tokenizer_json()["added_tokens"]
    yield {"normalizer": {"type": "NFC"}}, "a normalizer, NFC"
    yield {"pre_tokenizer": {"type": "Whitespace"}}, "pre-tokenizer Whitespace drops"
    yield {"pre_tokenizer": None}, "no pre-tokenizer ByteLevel"
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    spaced = byte_level | {"add_prefix_space": True}
    yield {"pre_tokenizer": spaced}, "pre-tokenizer ByteLevel puts a space before"
    split = {"type": "Split", "pattern": {"String": " "}, "behavior": "Removed", "invert": False}
    parts = [split, byte_level | {"add_prefix_space": False}]
    yield {"pre_tokenizer": {"type": "Sequence", "pretokenizers": parts}}, "Split drops parts"
    yield _model(dropout=0.1), "dropout"
    level = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}
    yield {"model": level}, "its model is WordLevel; expected BPE"
    vocab = {piece: n for piece, n in tokenizer_json()["model"]["vocab"].items() if piece != "!"}
    pairs = [pair for pair in tokenizer_json()["model"]["merges"] if "!" not in "".join(pair)]
    vocab = {piece: n for piece, n in vocab.items() if "!" not in piece}
    yield _model(vocab=vocab, merges=pairs), "the byte 0x21 is no token"
    stripping = [*tokens, _added(tokens[-1]["id"] + 1, "<x>", special=False, lstrip=True)]
    yield {"added_tokens": stripping}, "'<x>' takes the spaces beside it"
    reached = tokenizer_json()["model"]["vocab"]["in"]
    yield {"added_tokens": [*tokens, _added(reached, "in")]}, "'in' can come of a text"


@pytest.mark.parametrize(("changes", "message"), list(_refused()))
def test_tokenizers_that_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(huggingface_model(**changes))


def test_ids_that_are_refused() -> None:
    token = tokenizer_json()["model"]["vocab"]["!"]
    with pytest.raises(ValueError, match=rf"id {token} of the marker <\|pad\|> is a token of te"):
        load(huggingface_model({"<|pad|>": token}))
    for data in (b"", b"{}", json.dumps({"model": 1}).encode()):
        with pytest.raises(ValueError, match="not a tokenizer"):
            load(Model(Kind.HUGGINGFACE, data))
