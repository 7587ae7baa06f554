"""Recipes: what each store of a build follows from: what is there need not be made again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fsspec

from pipeline.config import Config, TracingConfig, as_data
from pipeline.corpus.records import BUILTIN, BUILTIN_DIRECTORY, expand
from pipeline.shards.places import overlapped
from pipeline.shards.stores import Recipe, Store
from pipeline.strict import plain
from tokenization.vocabulary import Model
from tracing.capture import wire

# Of what each stage makes: raised where the same input gives another result.
VERSIONS = {
    "candidates": 1,
    "programs": 1,
    "traces": 1,
    "tokenizer": 1,
    "steps": 1,
    "documents": 1,
    "rows": 1,
}


def candidates_recipe(config: Config) -> Recipe:
    """Reading: the content of the files, and what of it is read."""
    corpus = as_data(config)["corpus"]
    own = {name: corpus[name] for name in ("fields", "carry")}
    paths = expand(config.corpus.paths)
    files = [list(pair) for pair in zip(paths, overlapped(_digest_of, paths), strict=True)]
    return _recipe("candidates", {**own, "files": files, **_interpreter()})


def programs_recipe(config: Config, candidates: Store) -> Recipe:
    """Selection: the rules."""
    corpus = as_data(config)["corpus"]
    del corpus["splits"]  # which only the traces have
    listed = list(overlapped(_digest_of, expand(config.corpus.decontaminate)))
    return _recipe("programs", {"corpus": corpus, "listed": listed, **_interpreter()}, candidates)


def traces_recipe(config: Config, programs: Store, amendments: Iterable[Any] = ()) -> Recipe:
    """Running the programs. `amendments` are runs under other limits, in their order: of the
    programs that were `rejected` for a reason, under a `tracing` of their own."""
    splits = as_data(config)["corpus"]["splits"]
    own = {"splits": splits, "amendments": list(amendments), **running(config.tracing)}
    return _recipe("traces", own, programs)


def running(tracing: TracingConfig) -> dict[str, Any]:
    """All that a program's trace follows from, beside the program."""
    found = plain(tracing)
    del found["isolation"]
    return {"tracing": found, "form": wire.VERSION, **_interpreter()}


def given_tokenizer_recipe(config: Config, model: Model) -> Recipe:
    """A model that is there."""
    digest = hashlib.sha256(model.data).hexdigest()
    return _recipe("tokenizer", {"tokenizer": as_data(config)["tokenizer"], "model": digest})


def trained_tokenizer_recipe(config: Config, traces: Store) -> Recipe:
    """Training a model on the texts of documents."""
    data = as_data(config)
    own = {name: data[name] for name in ("tokenizer", "trajectories", "seed")}
    length = config.packing.sequence_length
    library = version("sentencepiece")
    return _recipe("tokenizer", {**own, "length": length, "sentencepiece": library}, traces)


def steps_recipe(traces: Store) -> Recipe:
    """Finding the inverse steps that have several answers."""
    return _recipe("steps", {}, traces)


def documents_recipe(config: Config, *parents: Store) -> Recipe:
    """Drawing and encoding, from the traces, the tokenizer and, if asked for, the steps."""
    data = as_data(config)
    by = config.mixture.by if config.mixture else ()
    own = {name: data[name] for name in ("trajectories", "seed")}
    shape = {"length": config.packing.sequence_length, "long": str(config.packing.long)}
    return _recipe("documents", {**own, **shape, "groups": list(by)}, *parents)


def rows_recipe(config: Config, tokenizer: Store, documents: Store) -> Recipe:
    """Choosing and packing documents, and the form of the rows."""
    data = as_data(config)
    seed = data["seed"] if config.mixture else 0
    own = {"packing": data["packing"], "mixture": data["mixture"], "seed": seed}
    return _recipe("rows", own, tokenizer, documents)


def _recipe(name: str, config: Mapping[str, Any], *parents: Store) -> Recipe:
    contents = {store.recipe.name: store.content for store in parents}
    return Recipe(name, VERSIONS[name], config, contents)


def _interpreter() -> dict[str, str]:
    return {"python": platform.python_version()}


def _digest_of(path: str) -> str:
    """sha256 of a file of the corpus, or of all files of the packaged one; of one at a URL what the
    system there has for it, which is another when the file is written again."""
    if "://" in path:
        system, name = fsspec.core.url_to_fs(path)
        return str(system.checksum(name))
    digest = hashlib.sha256()
    for file in sorted(BUILTIN_DIRECTORY.iterdir()) if path == BUILTIN else [Path(path)]:
        if file.is_file():
            with file.open("rb") as source:
                digest.update(hashlib.file_digest(source, "sha256").digest())
    return digest.hexdigest()
