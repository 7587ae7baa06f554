from __future__ import annotations

import io
import re

import numpy as np
import pytest
import sentencepiece
from hypothesis import example, given
from hypothesis import strategies as st
from support.walks import ENCODABLE, SPELLED

from tokenization.grammar import Marker, spelled
from tokenization.training import train
from tokenization.vocabulary import SentencePieceVocabulary

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
    assert SentencePieceVocabulary.load(model).fingerprint == vocabulary.fingerprint
    assert SentencePieceVocabulary.load(train(["a b"], 400)).fingerprint != vocabulary.fingerprint
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
    assert SentencePieceVocabulary.load(other_model()).size > 256 + len(Marker)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"control_symbols": SPELLED[1:]}, r"no control symbol <\|begin_of_text\|>"),
        ({"control_symbols": [], "user_defined_symbols": SPELLED}, "no control symbol"),
        ({"byte_fallback": False}, "no piece for every byte"),
        ({"user_defined_symbols": ["\n", "\n\n"]}, "goes beyond one word"),
        ({"split_by_whitespace": False}, "goes beyond one word"),
        ({"treat_whitespace_as_suffix": True}, "goes beyond one word"),
        ({"normalization_rule_name": "nmt_nfkc"}, "does not give"),
        ({"add_dummy_prefix": True}, "does not give"),
        ({"remove_extra_whitespaces": True}, "does not give"),
    ],
)
def test_refuses_a_model_that_would_lose_something(settings, message):
    with pytest.raises(ValueError, match=message):
        SentencePieceVocabulary.load(other_model(**settings))


def test_refuses_what_is_no_model():
    for data in (b"", b"no model"):
        with pytest.raises(ValueError, match="not a sentencepiece model"):
            SentencePieceVocabulary.load(data)
