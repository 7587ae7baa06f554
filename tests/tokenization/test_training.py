from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st
from support.vocabularies import sentencepiece_vocabulary
from support.walks import ENCODABLE

from tokenization.grammar import CUT, Marker, Part
from tokenization.training import _SETTINGS, count_lines, train, training_texts

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "tokenization" / "parse.py").read_text()
PLAIN = len(Marker) + 1 + 2 + 256 + 1  # the unknown; line break, tab; bytes; the space


def test_a_document_gives_its_texts():
    part = Part((Marker.BEGIN_OF_TEXT, "code\n", Marker.SRC_SEP, "<|pad|>"), bytes(4))
    assert list(training_texts([part, CUT, part])) == ["code\n", "<|pad|>"] * 2


def test_ids_are_in_a_fixed_order():
    vocabulary = sentencepiece_vocabulary(train(count_lines([SOURCE]), 500))
    first = [Marker.PAD, Marker.BEGIN_OF_TEXT, Marker.END_OF_TEXT]
    assert [vocabulary.marker_id(marker) for marker in first] == [0, 1, 2]
    others = [marker for marker in Marker if marker not in first]
    assert [vocabulary.marker_id(m) for m in others] == list(range(4, 4 + len(others)))
    assert vocabulary.encode_text("\n\t") == [len(Marker) + 1, len(Marker) + 2]
    assert vocabulary.size == 500


def test_the_same_texts_give_the_same_bytes_in_another_process():
    program = (
        "import sys, hashlib; from tokenization.training import count_lines, train;"
        "print(hashlib.sha256(train(count_lines([sys.stdin.read()]), 700)).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=SOURCE,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == hashlib.sha256(train(count_lines([SOURCE]), 700)).hexdigest()
    assert run.stderr == ""


@settings(max_examples=50)
@given(st.lists(st.text("ab (1", max_size=30), min_size=3, max_size=12), st.randoms())
def test_a_line_that_comes_often_is_learnt_as_often(texts, chance):
    counts = count_lines(["ab (1", *texts, *texts[:2] * 3])
    shuffled = dict(chance.sample([*counts.items()], len(counts)))
    assert train(shuffled, 400) == train(counts, 400)
    repeated = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=counts.elements(),
        model_writer=repeated,
        vocab_size=400,
        hard_vocab_limit=False,
        **{**_SETTINGS, "input_format": "text"},
    )
    models = [
        sentencepiece.SentencePieceProcessor(model_proto=data)
        for data in (train(counts, 400), repeated.getvalue())
    ]
    one, other = (
        [(model.id_to_piece(k), model.get_score(k)) for k in range(model.get_piece_size())]
        for model in models
    )
    assert one == other


def test_learns_what_the_texts_carry_and_no_more():
    assert sentencepiece_vocabulary(train(count_lines(["a"]), 32_000)).size == PLAIN + 1
    assert sentencepiece_vocabulary(train(count_lines(["ab ab"]), 32_000)).size > PLAIN + 2
    assert (
        PLAIN + 100 < sentencepiece_vocabulary(train(count_lines([SOURCE]), 32_000)).size < 32_000
    )


def test_learns_indentation_and_words():
    vocabulary = sentencepiece_vocabulary(train(count_lines([SOURCE]), 1_000))
    assert len(vocabulary.encode_text("        return")) == 2
    assert len(vocabulary.encode_text(SOURCE)) < len(SOURCE) / 2


@pytest.mark.parametrize("size", [0, 1, PLAIN, PLAIN + 3])
def test_names_the_smallest_size(size):
    with pytest.raises(ValueError, match=f"of {size} is too small for these texts: .* {PLAIN + 4}"):
        train(count_lines(["abc d"]), size)
    assert sentencepiece_vocabulary(train(count_lines(["abc d"]), PLAIN + 4)).size == PLAIN + 4


@pytest.mark.parametrize("texts", [[], [""], ["\n\t\n", "\x00", "\u2581\u2585"]])
def test_needs_some_text(texts):
    with pytest.raises(ValueError, match="no text to train a vocabulary on"):
        train(count_lines(texts), 1_000)


def test_learns_from_the_whole_of_a_long_line():
    line = "".join(f"é{k % 7}" for k in range(20_000)) + "zebra " * 300
    vocabulary = sentencepiece_vocabulary(train(count_lines([line]), 600))
    assert len(vocabulary.encode_text(" zebra")) == 1


@settings(max_examples=50)
@given(ENCODABLE)
def test_texts_that_are_hard_to_learn_are_kept_whole_all_the_same(text):
    vocabulary = sentencepiece_vocabulary(
        train(count_lines(["some text", text, text + " x" * 9]), 2_000)
    )
    assert vocabulary.decode(vocabulary.encode_text(text)) == text
