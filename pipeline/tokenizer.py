"""Tokenizer: which vocabulary documents are written in, and the files that it is read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.shards.vocabulary import DESCRIPTION, read_vocabulary
from pipeline.strict import ConfigError, expected
from tokenization.grammar import Marker
from tokenization.vocabularies.load import load, missing
from tokenization.vocabulary import Kind, Model

_JSON = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class SentencePieceConfig:
    """A sentencepiece model, given or trained."""

    kind: str = Kind.SENTENCEPIECE.value
    model: str | None = None  # a file; None: one is trained on the documents
    markers: Mapping[Marker, int] = field(default_factory=dict)  # ids, where not control symbols
    vocabulary_size: int = 32_000  # of the trained model, markers and bytes included
    sample_bytes: int = 64 << 20  # of text, at most, that the model is trained on

    def __post_init__(self) -> None:
        if not 512 <= self.vocabulary_size <= 1 << 20:
            raise expected("vocabulary_size", self.vocabulary_size, f"512 to {1 << 20}")
        if self.sample_bytes < 1:
            raise expected("sample_bytes", self.sample_bytes, "at least 1")
        _check_ids(self.markers, "markers")
        if self.markers and self.model is None:
            raise ConfigError("markers", "given without a model; a trained one has its own ids")


@dataclass(frozen=True, slots=True)
class TikTokenConfig:
    """Byte pairs: a ranks file and the pattern that splits texts; markers are reserved ids."""

    model: str  # a file of lines: token in base 64, rank
    pattern: str
    markers: Mapping[Marker, int]  # the id of every one
    special: Mapping[str, int] = field(default_factory=dict)  # other ids that no text yields
    vocabulary_size: int | None = None  # ids in all; None: up to the highest that is named
    kind: str = Kind.TIKTOKEN.value

    def __post_init__(self) -> None:
        for marker in Marker:
            if marker not in self.markers:
                raise ConfigError(f"markers.{marker.value}", "is missing")
        _check_ids(self.markers, "markers")
        _check_ids(self.special, "special")
        highest = max(*self.markers.values(), *self.special.values())
        if self.vocabulary_size is not None and self.vocabulary_size <= highest:
            what = f"more than {highest}, the highest id that is named"
            raise expected("vocabulary_size", self.vocabulary_size, what)


@dataclass(frozen=True, slots=True)
class HuggingFaceConfig:
    """A tokenizer.json; markers are special tokens of it, or ids after its last."""

    model: str  # the file, or a directory with it
    markers: Mapping[Marker, int] = field(default_factory=dict)  # ids, where not its own
    kind: str = Kind.HUGGINGFACE.value

    def __post_init__(self) -> None:
        _check_ids(self.markers, "markers")


TokenizerConfig = SentencePieceConfig | TikTokenConfig | HuggingFaceConfig


def given_model(config: TokenizerConfig) -> Model | None:
    """The model that a configuration names, None where one is to be trained; not yet checked.

    Raises ConfigError: a file that is not there, a library that is not installed.
    """
    if (problem := missing(Kind(config.kind))) is not None:
        raise ConfigError("kind", f"{config.kind}; {problem}")
    if config.model is None:
        return None
    path = Path(config.model)
    if isinstance(config, HuggingFaceConfig) and path.is_dir():
        path = path / _JSON
    markers = {marker.value: token for marker, token in config.markers.items()}
    data = _bytes("model", path)
    if isinstance(config, TikTokenConfig):
        size = config.vocabulary_size or 0
        return Model(Kind.TIKTOKEN, data, markers, config.pattern, config.special, size)
    return Model(Kind(config.kind), data, markers)


def check_tokenizer(config: TokenizerConfig) -> None:
    """Raises ConfigError where what is named cannot write documents without loss."""
    model = given_model(config)
    if model is not None:
        _check("model", config.model, model)


def read_model(key: str, path: Path) -> Model:
    """A sentencepiece model's file, or the `tokenizer` folder of a built directory with a model of
    any kind; fit to write documents in.

    Raises ConfigError about `key`.
    """
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or path.name == DESCRIPTION:
        try:
            model = read_vocabulary(folder)
        except (OSError, ValueError) as error:
            raise ConfigError(key, f"{path}: {error}") from None
    else:
        model = Model(Kind.SENTENCEPIECE, _bytes(key, path))
    _check(key, path, model)
    return model


def _check(key: str, path: object, model: Model) -> None:
    try:
        load(model)
    except ValueError as error:
        raise ConfigError(key, f"{path}: {error}") from None


def _bytes(key: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(key, f"{path}: {error.strerror}") from None


def _check_ids(ids: Mapping[Marker, int] | Mapping[str, int], key: str) -> None:
    """Ids must be such, and each of one marker or token only."""
    owners: dict[int, str] = {}
    for name, token in ids.items():
        spelling = name.value if isinstance(name, Marker) else name
        if not 0 <= token < 1 << 32:
            raise expected(f"{key}.{spelling}", token, f"0 to {(1 << 32) - 1}")
        if (owner := owners.setdefault(token, spelling)) != spelling:
            raise expected(f"{key}.{spelling}", token, f"another id than that of {owner}")
