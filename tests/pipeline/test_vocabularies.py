"""The same job in the tokens of vocabularies that the pipeline did not train."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import small_corpus
from support.vocabularies import (
    CODE_WORLD_MODEL,
    RANKS,
    huggingface_model,
    marker_set,
    symbols_model,
    tiktoken_model,
)

from pipeline.inspecting import stored_documents, vocabulary_in
from pipeline.shards.manifest import Manifest
from pipeline.shards.vocabulary import read_vocabulary
from tokenization.grammar import Marker
from tokenization.parse import parse
from tokenization.vocabulary import Kind

pytest.importorskip("tiktoken")
pytest.importorskip("tokenizers")

KINDS = ["tiktoken", "huggingface"]


@pytest.fixture(scope="module", params=KINDS)
def foreign(request: pytest.FixtureRequest, tmp_path_factory, built, rebuild):
    """The traces of the small corpus, in a vocabulary of some kind."""
    folder = tmp_path_factory.mktemp(request.param)
    small_corpus.write(folder, small_corpus.records())
    config = (folder / "config.yaml").read_text()
    config = config.replace("tokenizer: {vocabulary_size: 640}\n", "")
    if request.param == "tiktoken":
        (folder / "tokenizer.model").write_bytes(tiktoken_model().data)
        config += CODE_WORLD_MODEL.read_text().partition("\npacking:")[0]
    else:
        (folder / "theirs").mkdir()
        (folder / "theirs" / "tokenizer.json").write_bytes(huggingface_model().data)
        config += "tokenizer: {kind: huggingface, model: theirs}\n"
    (folder / "config.yaml").write_text(config)
    return rebuild(folder, traces=built.root)


def test_documents_say_the_same(built, foreign) -> None:
    """As in the pipeline's own tokens, as far as both reach."""
    ours, theirs = vocabulary_in(built.root), vocabulary_in(foreign.root)
    texts = {d.id: ours.decode(d.ids.tolist()) for d in stored_documents(built.root)}
    found = {d.id: theirs.decode(d.ids.tolist()) for d in stored_documents(foreign.root)}
    assert len(texts.keys() & found.keys()) > 50
    end = Marker.END_OF_TEXT.value
    for name in texts.keys() & found.keys():
        shorter, longer = sorted((texts[name], found[name]), key=len)
        assert longer.startswith(shorter.removesuffix(end))
        assert longer == shorter or shorter.endswith(end)


def test_texts_yield_no_marker(foreign) -> None:
    vocabulary = vocabulary_in(foreign.root)
    markers = marker_set(vocabulary)
    for document in stored_documents(foreign.root):
        contents = vocabulary.decode_contents(document.ids.tolist())
        structure = [content for content in contents if isinstance(content, Marker)]
        assert np.isin(document.ids, list(markers)).sum() == len(structure)
        assert len(parse(contents).frames) > 0
        if foreign.config.tokenizer.kind == "tiktoken":
            others = document.ids[~np.isin(document.ids, list(markers))]
            assert others.max() < RANKS
            assert document.ids[0] == 128_000


def _whole(root: Path) -> Callable[[str], list[int]]:
    """How the library itself encodes a whole document, markers by their spelling."""
    model = read_vocabulary(root / "tokenizer")
    if model.kind is Kind.SENTENCEPIECE:
        return symbols_model(model.data).encode
    if model.kind is Kind.TIKTOKEN:
        import tiktoken

        from tokenization.vocabularies.byte_pairs import read_ranks

        pairs = {"pat_str": model.pattern, "mergeable_ranks": read_ranks(model.data)}
        encoding = tiktoken.Encoding("whole", special_tokens=dict(model.markers), **pairs)
        return lambda text: encoding.encode(text, allowed_special="all")
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.data.decode())
    tokenizer.add_special_tokens([marker.value for marker in Marker])
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("kind", ["sentencepiece", "foreign"])
def test_pieces_give_what_whole_documents_give(kind: str, built, foreign) -> None:
    """Where no text spells a marker, by which alone the library could tell them apart."""
    root = (foreign if kind == "foreign" else built).root
    vocabulary, whole = vocabulary_in(root), _whole(root)
    compared = 0
    for document in stored_documents(root):
        if any(word in document.program for word in ("mark", "<|")):
            continue
        text = vocabulary.decode(document.ids.tolist())
        assert whole(text) == document.ids.tolist(), document.id
        compared += 1
    assert compared > 50


def test_commands_know_the_vocabulary(call, foreign, tmp_path: Path) -> None:
    form = foreign.manifest.format
    assert form.token_type == (np.uint32 if form.vocabulary_size > 1 << 16 else np.uint16)
    ended = call("verify", foreign.root)
    assert (ended.status, ended.err) == (0, "")
    assert "<|trace_context_start|>" in call("inspect", foreign.root, "--limit", 1).out
    (tmp_path / "count.py").write_text(small_corpus.COUNT)
    line = ["trace", tmp_path / "count.py", "--entry", "count", "--args", "'berry', 'r'"]
    folder = foreign.root / "tokenizer"
    shown = json.loads(call(*line, "--tokenizer", folder, "--format", "json").out)
    begin = vocabulary_in(foreign.root).marker_id(Marker.BEGIN_OF_TEXT)
    assert [document["tokens"][0][1] for document in shown["trajectories"]] == [begin, begin]


def test_the_same_bytes_with_two_workers(built, foreign, rebuild) -> None:
    again = rebuild(foreign.folder, "again", "workers=2", traces=built.root)
    assert again.manifest.fingerprint == foreign.manifest.fingerprint


def test_only_sentencepiece_is_trained(call, foreign, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(foreign.folder)
    ended = call("tokenizer", "config.yaml", "--output", tmp_path)
    assert ended.status == 2
    assert ended.err.startswith(f'error: tokenizer.kind: "{foreign.config.tokenizer.kind}"; exp')


def test_a_changed_description_is_seen(call, foreign, tmp_path: Path) -> None:
    root = tmp_path / "out"
    shutil.copytree(foreign.root, root)
    path = root / "tokenizer" / "vocabulary.json"
    content = json.loads(path.read_bytes())
    markers = content["markers"]
    markers["<|pad|>"], markers["<|src_sep|>"] = markers["<|src_sep|>"], markers["<|pad|>"]
    path.write_text(json.dumps(content))
    ended = call("inspect", root)
    assert ended.status == 2
    assert ended.err == f"error: {path.parent}: another vocabulary than that of the rows\n"
    path.write_text("{}")
    assert f"error: {path.parent}: {path}: not a description: KeyError" in call("inspect", root).err
    assert Manifest.read(root).format.vocabulary != ""
