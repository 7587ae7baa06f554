"""Vocabularies that tests make for themselves: of each kind, small, of the corpus that comes along.

Ranks and the full layout of the Code World Model are made here too, for its own file is not.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import yaml

from pipeline.corpus.config import CorpusConfig
from pipeline.corpus.read import read_file
from pipeline.corpus.records import BUILTIN
from tokenization.grammar import Marker
from tokenization.training import count_lines, train
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model, Vocabulary
from tracing.program import Program

CODE_WORLD_MODEL = Path(__file__).parents[2] / "configs" / "code_world_model.yaml"
RANKS = 128_000  # of the Code World Model
SPECIAL = "<|endoftext|>"
THINK = "<think>"  # an added token that is not special: part of texts


@cache
def sources() -> tuple[str, ...]:
    """The programs that come with the package."""
    programs = read_file(BUILTIN, CorpusConfig())
    return tuple(program.source for program in programs if isinstance(program, Program))


def sentencepiece_vocabulary(data: bytes) -> Vocabulary:
    """A serialised sentencepiece model as a vocabulary."""
    return load(Model(Kind.SENTENCEPIECE, data))


def symbols_model(data: bytes) -> sentencepiece.SentencePieceProcessor:
    """A model of ours with its markers as symbols that it finds in texts by their spelling."""
    for marker in Marker:
        piece = rb"(" + re.escape(marker.value.encode()) + rb"\x15.{4}\x18)\x03"
        data, changed = re.subn(piece, b"\\g<1>\x04", data, flags=re.DOTALL)
        assert changed == 1  # CONTROL, 3, became USER_DEFINED, 4
    return sentencepiece.SentencePieceProcessor.from_proto(data)


@cache
def sentencepiece_model() -> Model:
    """Trained as the pipeline does."""
    return Model(Kind.SENTENCEPIECE, train(count_lines(sources()), 1_200))


@cache
def tokenizer_json() -> dict[str, Any]:
    """A tokenizer.json of the kind that Llama 3 has: a pattern, then byte-level pairs."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, trainers
    from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

    tokenizer = Tokenizer(models.BPE())
    split = Split(Regex(layout()["pattern"]), "isolated")
    tokenizer.pre_tokenizer = Sequence([split, ByteLevel(False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1_200,
        initial_alphabet=ByteLevel.alphabet(),
        special_tokens=[SPECIAL],
        show_progress=False,
    )
    tokenizer.train_from_iterator(sources(), trainer)
    tokenizer.add_tokens([AddedToken(THINK, special=False, normalized=False)])
    found: dict[str, Any] = json.loads(tokenizer.to_str())
    return found


def huggingface_model(markers: dict[str, int] | None = None, **changes: Any) -> Model:
    """That tokenizer.json, with some keys replaced."""
    data = json.dumps({**tokenizer_json(), **changes})
    return Model(Kind.HUGGINGFACE, data.encode(), markers or {})


@cache
def ranks() -> dict[bytes, int]:
    """The same pairs as ranks: bytes first, then the tokens in the order they were learnt."""
    from tokenization.vocabularies.huggingface import _text

    found = {bytes([byte]): byte for byte in range(256)}
    for left, right in tokenizer_json()["model"]["merges"]:
        found.setdefault(_text(left + right), len(found))
    return found


def written(tokens: dict[bytes, int]) -> bytes:
    """A ranks file."""
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in tokens.items())
    return "".join(lines).encode()


def full_ranks() -> dict[bytes, int]:
    """As many ranks as the Code World Model has; most of them no text yields."""
    found = dict(ranks())
    found |= {b"\xff\xfe%d" % rank: rank for rank in range(len(found), RANKS)}
    return found


@cache
def layout() -> dict[str, Any]:
    """The tokenizer of the Code World Model as its configuration has it."""
    found: dict[str, Any] = yaml.safe_load(CODE_WORLD_MODEL.read_bytes())["tokenizer"]
    return found


def tiktoken_model(data: bytes | None = None, **changes: Any) -> Model:
    """Small ranks in the layout of the Code World Model, with some fields replaced."""
    fields = {name: layout()[name] for name in ("markers", "pattern", "special")}
    fields["size"] = layout()["vocabulary_size"]
    return Model(Kind.TIKTOKEN, data or written(ranks()), **fields | changes)


def model_of(kind: Kind) -> Model:
    """A small model of a kind."""
    makers = {
        Kind.SENTENCEPIECE: sentencepiece_model,
        Kind.TIKTOKEN: tiktoken_model,
        Kind.HUGGINGFACE: huggingface_model,
    }
    return makers[kind]()


@cache
def vocabulary_of(kind: Kind) -> Vocabulary:
    """Its vocabulary."""
    return load(model_of(kind))


def marker_set(vocabulary: Vocabulary) -> set[int]:
    """The ids of all markers."""
    return {vocabulary.marker_id(marker) for marker in Marker}
