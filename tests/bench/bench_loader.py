"""Reading rows in random order, labels and positions included, beside other ways to do it.

    python tests/bench/bench_loader.py DIRECTORY [--batch-size 8] [--rounds 7]

DIRECTORY is a finished build. All ways read its `train` rows once a round, in one random order and
in batches, in one process, after a first round that is not counted; CPU time, medians, as ratios
to the loader.

loader    `TokenDataset.batch`: int64 ids, labels and positions, `cu_seqlens`
memmap    the same three arrays from flat files of the same types (ids, roles, document lengths),
          in plain numpy: `tokens[rows].astype(np.int64)`, `np.where(roles[rows] == STATE, ids, -100)`
          with first tokens ignored, `arange - repeat(starts, lengths)`
datasets  Hugging Face `datasets` of the same directory with torch format: `input_ids` and `roles` of
          the batch stacked, labels by `torch.where`, positions from `document_lengths`
litdata   `StreamingDataset` of `TokensLoader` blocks, one row each, one at a time: ids alone, int64

Then: how long a loader over 1,000 shards takes to start, beside one over a single shard, and the
memory of its own (not that of mapped files) after each has been read.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.built_directories import FORMAT, build, made_up  # noqa: E402

from pipeline.loader.batch import IGNORED  # noqa: E402
from pipeline.loader.dataset import TokenDataset  # noqa: E402
from pipeline.shards.reader import Split  # noqa: E402
from tokenization.grammar import Role  # noqa: E402

Read = Callable[[list[int]], Any]


def loader(root: Path, folder: Path) -> Read:
    """What is measured."""
    return TokenDataset(root).batch


def memmap(root: Path, folder: Path) -> Read:
    """Flat files of the rows, read in plain numpy."""
    rows = list(Split.open(root, "train"))
    length = len(rows[0].input_ids)
    np.stack([row.input_ids for row in rows]).tofile(folder / "ids.bin")
    np.stack([row.roles for row in rows]).tofile(folder / "roles.bin")
    np.concatenate([row.document_lengths for row in rows]).tofile(folder / "lengths.bin")
    ends = np.cumsum([len(row.document_lengths) for row in rows]).tolist()
    tokens = np.memmap(folder / "ids.bin", rows[0].input_ids.dtype, "r").reshape(-1, length)
    roles = np.memmap(folder / "roles.bin", np.uint8, "r").reshape(-1, length)
    lengths = np.memmap(folder / "lengths.bin", np.int32, "r")

    def positions(row: int) -> np.ndarray:
        documents = lengths[ends[row - 1] if row else 0 : ends[row]]
        segments = np.append(documents, length - documents.sum())
        starts = np.cumsum(segments) - segments
        return np.arange(length) - np.repeat(starts, segments)

    def read(numbers: list[int]) -> tuple[np.ndarray, ...]:
        ids = tokens[numbers].astype(np.int64)
        labels = np.where(roles[numbers] == Role.STATE, ids, IGNORED)
        places = np.stack([positions(row) for row in numbers])
        labels[places == 0] = IGNORED
        return ids, labels, places

    return read


def datasets(root: Path, folder: Path) -> Read:
    """Hugging Face datasets with torch format."""
    import datasets as hugging_face
    import torch

    rows = hugging_face.load_from_disk(str(root / "train")).with_format("torch")

    def positions(lengths: torch.Tensor, length: int) -> torch.Tensor:
        segments = torch.cat([lengths, (length - lengths.sum())[None]])
        return torch.arange(length) - torch.repeat_interleave(
            segments.cumsum(0) - segments, segments
        )

    def read(numbers: list[int]) -> tuple[torch.Tensor, ...]:
        batch = rows[numbers]
        ids, roles = (torch.stack(list(batch[name])) for name in ("input_ids", "roles"))
        places = torch.stack([positions(n, ids.shape[1]) for n in batch["document_lengths"]])
        labels = torch.where((roles == Role.STATE) & (places > 0), ids, IGNORED)
        return ids.long(), labels, places

    return read


def litdata(root: Path, folder: Path) -> Read:
    """Blocks of tokens, as its own writer makes them."""
    from litdata import StreamingDataset, TokensLoader, optimize

    rows = [row.input_ids for row in Split.open(root, "train")]
    length = len(rows[0])
    optimize(
        fn=_Tokens(root),
        inputs=list(range(len(rows))),
        output_dir=str(folder / "blocks"),
        chunk_size=length * 64,
        item_loader=TokensLoader(),
        num_workers=1,
    )
    blocks = StreamingDataset(str(folder / "blocks"), item_loader=TokensLoader(block_size=length))
    return lambda numbers: [blocks[number].long() for number in numbers]


class _Tokens:
    """Gives a row as a tensor; litdata pickles it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, number: int) -> Iterator[Any]:
        import torch

        yield torch.from_numpy(Split.open(self.root, "train").row(number).input_ids.copy())


def measure(ways: dict[str, Read], batches: list[list[int]], rounds: int) -> dict[str, float]:
    """Seconds of CPU time of a round of each way, by turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, read in ways.items():
            gc.collect()
            started = time.process_time()
            for rows in batches:
                read(rows)
            times[name].append(time.process_time() - started)
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def own_memory() -> int:
    """Bytes of this process that no file backs."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) << 10
    return 0


def start(shards: int, folder: Path) -> tuple[float, float]:
    """Seconds until a loader over so many shards has its first batch, and MiB after all rows."""
    documents = [made_up(number, 30) for number in range(4 * shards)]
    build(folder, {"train": documents}, FORMAT)
    gc.collect()
    before, started = own_memory(), time.perf_counter()
    dataset = TokenDataset(folder)
    dataset.batch([0])
    seconds = time.perf_counter() - started
    for row in range(len(dataset)):
        dataset.batch([row])
    return seconds, (own_memory() - before) / (1 << 20)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    length = Split.open(options.directory, "train").row(0).input_ids.size
    rows = (
        np.random.default_rng(0).permutation(len(Split.open(options.directory, "train"))).tolist()
    )
    size = options.batch_size
    batches = [rows[at : at + size] for at in range(0, len(rows), size)]
    with tempfile.TemporaryDirectory() as name:
        ways = {}
        for make in (loader, memmap, datasets, litdata):
            try:
                ways[make.__name__] = make(options.directory, Path(name))
            except ImportError as error:
                print(f"{make.__name__:10} not measured: {error}")
        times = measure(ways, batches, options.rounds)
    for way, seconds in times.items():
        rate = len(rows) * length / seconds / 1e6
        print(f"{way:10} {rate:8.0f} Mtok/s, {seconds / times['loader']:6.2f} × the loader's time")
    for shards in (1, 1000):
        folder = Path(tempfile.mkdtemp())
        seconds, memory = start(shards, folder)
        shutil.rmtree(folder)
        print(f"{shards:5} shards: first batch after {seconds:.3f} s, {memory:.1f} MiB of its own")


if __name__ == "__main__":
    main()
