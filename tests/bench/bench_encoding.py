"""Cost of encoding: documents to row bytes, beside plain sentencepiece on the same whole documents.

    PYTHONPATH=.:tests python tests/bench/bench_encoding.py DIRECTORY [--trajectories 8]

Reads the traces and the vocabulary of a built directory, draws and renders the documents, and in
each round measures in turn, in CPU time: `sentencepiece` on whole texts, where it finds markers as
symbols, and a fresh encoder on the documents' parts, with packing and the writing of record
batches. Prints medians and their ratio.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import pyarrow as pa
from support.vocabularies import symbols_model

from pipeline.config import Config
from pipeline.documents import Trajectories
from pipeline.inspecting import vocabulary_in
from pipeline.shards.manifest import Manifest
from pipeline.shards.rows import record_batches
from pipeline.shards.schema import RowFormat
from pipeline.shards.traces import TraceStore
from pipeline.shards.vocabulary import read_vocabulary
from pipeline.strict import read
from tokenization.encode import Encoded, Encoder
from tokenization.grammar import Document
from tokenization.packing import pack
from tokenization.vocabulary import Vocabulary


def documents(root: Path, config: Config) -> Iterator[Document]:
    """All documents of a directory's traces, in the order in which a build makes them."""
    for record in TraceStore.open(root):
        trajectories = Trajectories(record.load(), config.trajectories, config.seed)
        for trajectory in trajectories:
            yield Document(trajectory.id, tuple(trajectories.parts(trajectory)))


def encoded(found: list[Document], vocabulary: Vocabulary, length: int) -> list[Encoded]:
    """The documents, by an encoder that remembers nothing yet."""
    encoder = Encoder(vocabulary, length)
    return [made for document in found if (made := encoder.encode(document)) is not None]


def written(made: list[Encoded], plan: list[list[int]], form: RowFormat) -> int:
    """The bytes of the rows, as a shard has them."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, form.schema) as stream:
        for batch in record_batches(made, plan, form):
            stream.write_batch(batch)
    return sink.tell()


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds of a call, and what it gave."""
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--trajectories", type=int, default=8, help="of a program, half inverse")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    root, half = options.directory, options.trajectories // 2
    manifest, vocabulary = Manifest.read(root), vocabulary_in(root)
    config = read(Config, dict(manifest.config))
    config = replace(config, trajectories=replace(config.trajectories, forward=half, inverse=half))
    found = list(documents(root, config))
    form = replace(manifest.format, sequence_length=1 << 17)  # where little is cut
    kept = {made.id for made in encoded(found, vocabulary, form.sequence_length) if not made.cut}
    found = [document for document in found if document.id in kept]
    texts = [document.text for document in found]
    plain = symbols_model(read_vocabulary(root / "tokenizer").data)
    times: dict[str, list[float]] = {"sentencepiece": [], "encode": [], "pack": [], "write": []}
    tokens = 0
    for _ in range(options.rounds):
        times["sentencepiece"].append(seconds(lambda: [plain.encode(text) for text in texts])[0])
        spent, made = seconds(lambda: encoded(found, vocabulary, form.sequence_length))
        times["encode"].append(spent)
        tokens = sum(len(document.ids) for document in made)
        spent, plan = seconds(lambda m=made: pack([len(d.ids) for d in m], form.sequence_length))
        times["pack"].append(spent)
        times["write"].append(seconds(lambda m=made, p=plan: written(m, p, form))[0])
    medians = {name: median(spent) for name, spent in times.items()}
    same = sum(plain.encode(t) == d.ids.tolist() for t, d in zip(texts, made, strict=True))
    print(f"{same:,} of {len(made):,} documents have the same tokens either way")
    print(f"{len(found):,} documents, {tokens:,} tokens")
    for name, spent in medians.items():
        print(f"  {name:14} {spent:7.2f} s {tokens / spent / 1e6:8.1f} million tokens/s")
    ours = medians["encode"] + medians["pack"] + medians["write"]
    print(f"  {medians['sentencepiece'] / ours:.2f} × as fast as plain sentencepiece")


if __name__ == "__main__":
    main()
