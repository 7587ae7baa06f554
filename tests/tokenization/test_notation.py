from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.walks import ENCODABLE, TEXTS

from tokenization.notation import NotationError, quote, read_argument, read_locals


@given(ENCODABLE)
def test_quotes_like_the_standard_library(text):
    assert quote(text) == json.dumps(text, ensure_ascii=False)


@given(TEXTS)
def test_reads_what_it_quotes(text):
    quote(text).encode("utf-8")
    assert read_argument(quote(text)) == text


def test_lone_surrogates_are_escaped_each_for_itself():
    assert quote("\ud83d\udc69é\n") == '"\\ud83d\\udc69é\\n"'
    assert read_argument('"\\ud83d\\udc69"') == "\ud83d\udc69"
    assert len(read_argument(quote("\ud83d\udc69"))) == 2


@given(st.lists(st.tuples(TEXTS.filter(lambda name: name != ".."), TEXTS)), st.booleans())
def test_reads_locals(pairs, elided):
    written = [f"{quote(name)}: {quote(value)}" for name, value in pairs]
    text = "{" + ", ".join(['"..": ".."'] * elided + written) + "}"
    assert read_locals(text) == (tuple(pairs), elided)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("{", 1),
        ("{}x", 1),
        ('{"..": ".."', 11),
        ('{"..": "..",}', 11),
        ('{"..": "..", }', 13),
        ('{"a":"1"}', 4),
        ('{"a": 1}', 6),
        ('{"a": "1"', 9),
        ('{"a": "1"} ', 10),
        ('{"a": "\n"}', 6),
        ('{"a": "\\x"}', 6),
    ],
)
def test_names_where_locals_are_wrong(text, position):
    with pytest.raises(NotationError) as caught:
        read_locals(text)
    assert caught.value.position == position


@pytest.mark.parametrize(("text", "position"), [("", 0), ("1", 0), ('"', 0), ('"1" ', 3)])
def test_names_where_an_argument_is_wrong(text, position):
    with pytest.raises(NotationError) as caught:
        read_argument(text)
    assert caught.value.position == position
