"""Load: from a model to its vocabulary, whatever its kind."""

from __future__ import annotations

import importlib
import importlib.util

from tokenization.vocabulary import Kind, Model, Vocabulary

# By kind: the adapter's module, its class, the library that it needs.
_ADAPTERS = {
    Kind.SENTENCEPIECE: ("sentencepiece_model", "SentencePieceVocabulary", "sentencepiece"),
    Kind.TIKTOKEN: ("byte_pairs", "BytePairVocabulary", "tiktoken"),
    Kind.HUGGINGFACE: ("huggingface", "HuggingFaceVocabulary", "tokenizers"),
}


def load(model: Model) -> Vocabulary:
    """The vocabulary of a model.

    Raises ValueError where the model cannot hold the language without loss, with the reason, or
    where its library is not installed.
    """
    if (problem := missing(model.kind)) is not None:
        raise ValueError(problem)
    module, name, _ = _ADAPTERS[model.kind]
    adapter = getattr(importlib.import_module(f"tokenization.vocabularies.{module}"), name)
    vocabulary: Vocabulary = adapter(model)
    return vocabulary


def missing(kind: Kind) -> str | None:
    """What to install where the library of a kind is not there; None where it is."""
    library = _ADAPTERS[kind][2]
    if importlib.util.find_spec(library):
        return None
    return f"needs {library}, which is not installed; install the extra `{kind}`"
