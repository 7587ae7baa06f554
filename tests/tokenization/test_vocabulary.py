from __future__ import annotations

import io
import re

import numpy as np
import pytest
import sentencepiece
from hypothesis import example, given
from hypothesis import strategies as st
from support.vocabularies import sentencepiece_vocabulary
from support.walks import ENCODABLE, SPELLED

from tokenization.grammar import Marker, spelled
from tokenization.training import count_lines, train
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model

HARD = [
    "\x00\x00",
    "\r\n\x0c\x0b\x1c\x85\u2028\u2029\ufeff",
    "\u2581 \u2581\u2581 \u2585 \u2047",
    "e\u0301\u00e9 \ufb01 \uff21\u3000\u00a0",
    "\U0001f469\u200d\U0001f4bb\U0010ffff\ufffd",
    "   \t  \n\n   def  f( ) :  \n",
    "<s></s><unk><0x0A><0xE2>",
    "".join(SPELLED),
]


@given(st.one_of(st.sampled_from(HARD), ENCODABLE, st.text().filter(str.isascii)))
def test_gives_every_text_back_and_never_a_marker(vocabulary, text):
    ids = vocabulary.encode_text(text)
    assert vocabulary.decode(ids) == text
    markers = {vocabulary.marker_id(marker) for marker in Marker}
    unknown = 3
    assert not markers & set(ids)
    assert unknown not in ids


def test_gives_a_line_of_a_megabyte_back(vocabulary):
    line = "x = [" + "12, abé\x00" * 115_000 + "]"
    assert vocabulary.decode(vocabulary.encode_text(line)) == line


def test_a_text_is_encoded_word_by_word(vocabulary):
    @given(st.text(st.sampled_from("ns =\n\t1\u2581é("), max_size=30))
    @example("a\u2581 b")
    def law(text):
        words = re.findall(r"\n| *[^ \n]+| +", text)
        assert "".join(words) == text
        ids = [token for word in words for token in vocabulary.encode_text(word)]
        assert ids == vocabulary.encode_text(text)

    law()


@given(st.lists(st.one_of(st.sampled_from(Marker), ENCODABLE.filter(bool)), max_size=8))
def test_tells_markers_and_texts_apart(vocabulary, contents):
    ids = []
    for content in contents:
        is_marker = isinstance(content, Marker)
        ids += [vocabulary.marker_id(content)] if is_marker else vocabulary.encode_text(content)
    decoded = vocabulary.decode_contents(np.array(ids, dtype=np.uint16).tolist())
    assert spelled(decoded) == spelled(contents) == vocabulary.decode(ids)
    assert [c for c in decoded if isinstance(c, Marker)] == [
        c for c in contents if isinstance(c, Marker)
    ]
    assert all(decoded)


def test_what_a_model_makes_up_is_still_a_text(vocabulary):
    assert vocabulary.decode(vocabulary.encode_text("\u2581")[:2]) == "\ufffd"
    assert vocabulary.decode([3]) == "\ufffd"


def test_refuses_lone_surrogates(vocabulary):
    with pytest.raises(ValueError, match="a lone surrogate at character 1 of a text"):
        vocabulary.encode_text("a\ud800b")


def test_the_fingerprint_is_that_of_the_model(model, vocabulary):
    assert sentencepiece_vocabulary(model).fingerprint == vocabulary.fingerprint
    assert (
        sentencepiece_vocabulary(train(count_lines(["a b"]), 400)).fingerprint
        != vocabulary.fingerprint
    )
    assert re.fullmatch("[0-9a-f]{64}", vocabulary.fingerprint)


def other_model(**settings) -> bytes:
    """A model of somebody else, with settings that differ from those of `training`."""
    usual = {
        "normalization_rule_name": "identity",
        "add_dummy_prefix": False,
        "remove_extra_whitespaces": False,
        "byte_fallback": True,
        "user_defined_symbols": ["\n", "\t"],
        "control_symbols": SPELLED,
    }
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d", "  x  y  z"] * 3),
        model_writer=model,
        model_type="bpe",
        vocab_size=400,
        hard_vocab_limit=False,
        minloglevel=3,
        **(usual | settings),
    )
    return model.getvalue()


def test_accepts_a_model_of_somebody_else():
    assert sentencepiece_vocabulary(other_model()).size > 256 + len(Marker)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"control_symbols": SPELLED[1:]}, r"the marker <\|begin_of_text\|> has no id"),
        ({"control_symbols": [], "user_defined_symbols": SPELLED}, "has no id"),
        ({"byte_fallback": False}, "no piece for every byte"),
        ({"normalization_rule_name": "nmt_nfkc"}, "does not give"),
        ({"add_dummy_prefix": True}, "does not give"),
        ({"remove_extra_whitespaces": True}, "does not give"),
    ],
)
def test_refuses_a_model_that_would_lose_something(settings, message):
    with pytest.raises(ValueError, match=message):
        sentencepiece_vocabulary(other_model(**settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"user_defined_symbols": ["\n", "\n\n"]},
        {"split_by_whitespace": False},
        {"treat_whitespace_as_suffix": True},
    ],
)
def test_texts_are_encoded_whole_where_pieces_go_beyond_words(settings):
    vocabulary = sentencepiece_vocabulary(other_model(**settings))
    text = "  x  y\n\n z a b"
    assert vocabulary.pieces(text) == [text]
    assert vocabulary.decode(vocabulary.encode_text(text)) == text
    words = re.findall(r"\n| *[^ \n]+| +", text)
    assert sentencepiece_vocabulary(other_model()).pieces(text) == words


def test_markers_may_be_given_beside_the_pieces():
    data = other_model(control_symbols=SPELLED[:2])
    size = sentencepiece.SentencePieceProcessor.from_proto(data).get_piece_size()
    given = {spelling: size + number for number, spelling in enumerate(SPELLED[2:])}
    vocabulary = load(Model(Kind.SENTENCEPIECE, data, given))
    assert vocabulary.size == size + len(given)
    assert vocabulary.marker_id(Marker.TRACE_END) == given["<|trace_end|>"]
    assert vocabulary.decode([size]) == SPELLED[2]
    piece = sentencepiece.SentencePieceProcessor.from_proto(data).piece_to_id("\n")
    with pytest.raises(ValueError, match=r"id \d+ of the marker <\|pad\|> is a piece of texts"):
        load(Model(Kind.SENTENCEPIECE, data, given | {"<|pad|>": piece}))


def test_refuses_what_is_no_model():
    for data in (b"", b"no model"):
        with pytest.raises(ValueError, match="not a sentencepiece model"):
            sentencepiece_vocabulary(data)
