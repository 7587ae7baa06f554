"""Reading rows in random order, labels and positions included, beside other ways to do it.

    python tests/bench/bench_loader.py DIRECTORY [--batch-size 8] [--rounds 7]

DIRECTORY is a finished build. All ways read its `train` rows once a round, in one random order and
in batches, in one thread, after a first round that is not counted (in which the loader compares
the shards' checksums); CPU time, medians, as ratios to the loader.

loader    `TokenDataset.batch`: int64 ids, labels and positions, `cu_seqlens`
memmap    the same three arrays from flat files of the same types (ids, roles, document lengths),
          in plain numpy: `tokens[rows].astype(np.int64)`, `np.where(roles[rows] == STATE, ids,
          -100)` with first tokens ignored, `arange - repeat(starts, lengths)` row by row
datasets  Hugging Face `datasets` of the same directory with torch format, the columns that matter
          alone: `rows[numbers]`, stacked, labels by `torch.where`, positions from
          `document_lengths`; `datasets_rows` takes `rows[number]` one by one
litdata   two `StreamingDataset`s of `TokensLoader` blocks, ids and roles, a block a row, one at a
          time; stacked, ids made int64, labels by `torch.where`; it has no positions
ids       the same of the ids alone: int64, no labels, no positions
written   three int64 arrays of a batch filled with one number: nothing can be faster
one_pass  each of the three made by one pass of numpy over stored ids: nothing in numpy can be much
          faster, as labels and positions take more than one

Then: how long loaders over one shard and over 1,000 take to start (manifest, sizes, end markers,
the first batch), and the memory of their own (not that of mapped files) after a row of each shard.
The shards are links to the first one of DIRECTORY.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.loader.batch import IGNORED  # noqa: E402
from pipeline.loader.dataset import TokenDataset  # noqa: E402
from pipeline.shards.manifest import Manifest  # noqa: E402
from pipeline.shards.reader import Split  # noqa: E402
from pipeline.shards.schema import shard_name  # noqa: E402
from tokenization.grammar import Role  # noqa: E402

_COLUMNS = ["input_ids", "roles", "document_lengths"]

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
    """Hugging Face datasets with torch format, a batch at a time."""
    import torch

    rows = _hugging_face(root)

    def read(numbers: list[int]) -> tuple[torch.Tensor, ...]:
        batch = rows[numbers]
        return _finished(*(list(batch[name]) for name in _COLUMNS))

    return read


def datasets_rows(root: Path, folder: Path) -> Read:
    """The same, a row at a time."""
    import torch

    rows = _hugging_face(root)

    def read(numbers: list[int]) -> tuple[torch.Tensor, ...]:
        batch = [rows[number] for number in numbers]
        return _finished(*([row[name] for row in batch] for name in _COLUMNS))

    return read


def _hugging_face(root: Path) -> Any:
    import datasets as hugging_face

    rows = hugging_face.load_from_disk(str(root / "train"))
    return rows.select_columns(_COLUMNS).with_format("torch")


def _finished(ids: Any, roles: Any, lengths: Any) -> tuple[Any, ...]:
    """Columns of a batch, a tensor a row, as ids, labels and positions."""
    import torch

    def positions(lengths: torch.Tensor, length: int) -> torch.Tensor:
        segments = torch.cat([lengths, (length - lengths.sum())[None]])
        starts = segments.cumsum(0) - segments
        return torch.arange(length) - torch.repeat_interleave(starts, segments)

    stacked = torch.stack(ids)
    places = torch.stack([positions(row, stacked.shape[1]) for row in lengths])
    learns = (torch.stack(roles) == Role.STATE) & (places > 0)
    return stacked, torch.where(learns, stacked, IGNORED), places


def litdata(root: Path, folder: Path) -> Read:
    """Blocks of tokens and blocks of roles, as its own writer makes them."""
    import torch

    ids, roles = (_blocks(root, folder, name) for name in ("input_ids", "roles"))

    def read(numbers: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        found = torch.stack([ids[number] for number in numbers]).long()
        learns = torch.stack([roles[number] for number in numbers]) == Role.STATE
        return found, torch.where(learns, found, IGNORED)

    return read


def ids(root: Path, folder: Path) -> Read:
    """Blocks of tokens."""
    import torch

    blocks = _blocks(root, folder, "input_ids")
    return lambda numbers: torch.stack([blocks[number] for number in numbers]).long()


def _blocks(root: Path, folder: Path, name: str) -> Any:
    from litdata import StreamingDataset, TokensLoader, optimize

    rows = Split.open(root, "train")
    length, output = len(rows.row(0).input_ids), str(folder / name)
    if not Path(output).exists():
        optimize(
            fn=_Tokens(root, name),
            inputs=list(range(len(rows))),
            output_dir=output,
            chunk_size=length * 64,
            item_loader=TokensLoader(),
            num_workers=1,
        )
    return StreamingDataset(output, item_loader=TokensLoader(block_size=length))


class _Tokens:
    """Gives a column of a row as a tensor; litdata pickles it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name

    def __call__(self, number: int) -> Iterator[Any]:
        import torch

        yield torch.from_numpy(
            getattr(Split.open(self.root, "train").row(number), self.name).copy()
        )


def written(root: Path, folder: Path) -> Read:
    """What writing takes alone."""
    length = len(Split.open(root, "train").row(0).input_ids)
    return lambda numbers: np.empty((3, len(numbers), length), np.int64).fill(1)


def one_pass(root: Path, folder: Path) -> Read:
    """Stored ids, made int64 three times over."""
    rows = Split.open(root, "train")
    length = len(rows.row(0).input_ids)

    def read(numbers: list[int]) -> np.ndarray:
        found = np.empty((3, len(numbers), length), np.int64)
        for array in found:
            for line, number in zip(array, numbers, strict=True):
                line[:] = rows.row(number).input_ids
        return found

    return read


def measure(
    ways: dict[str, Read], batches: list[list[int]], rounds: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Seconds of CPU time of a round of each way, by turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, read in ways.items():
            gc.collect()
            started = clock()
            for rows in batches:
                read(rows)
            times[name].append(clock() - started)
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def compare(
    makers: Sequence[Callable[[Path, Path], Read]],
    directory: Path,
    batches: list[list[int]],
    rounds: int,
    clock: Callable[[], float],
) -> None:
    """Measure some ways, and print a line for each."""
    tokens = sum(map(len, batches)) * Split.open(directory, "train").row(0).input_ids.size
    with tempfile.TemporaryDirectory() as name:
        ways = {}
        for make in makers:
            try:
                ways[make.__name__] = make(directory, Path(name))
            except ImportError as error:
                print(f"{make.__name__:14} not measured: {error}")
        times = measure(ways, batches, rounds, clock)
    for way, seconds in times.items():
        ratio = seconds / times["loader"]
        print(f"{way:14} {tokens / seconds / 1e6:8.0f} Mtok/s, {ratio:6.2f} × the loader's time")


def own_memory() -> int:
    """Bytes of this process that no file backs."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) << 10
    return 0


def linked(root: Path, shards: int, folder: Path) -> None:
    """A finished directory of so many shards, all of them the first one of `root`."""
    manifest = Manifest.read(root)
    first = manifest.files_in("train")[0]
    entries = [replace(first, path=shard_name("train", n, shards)) for n in range(shards)]
    (folder / "train").mkdir()
    for entry in entries:
        (folder / entry.path).hardlink_to(root / first.path)
    replace(manifest, files=tuple(entries)).write(folder)


def start(folder: Path) -> tuple[float, float]:
    """Seconds until a loader has its first batch, and MiB after a row of each shard."""
    gc.collect()
    before, started = own_memory(), time.perf_counter()
    dataset = TokenDataset(folder, verify="size")
    dataset.batch([0])
    seconds = time.perf_counter() - started
    shards = len(list((folder / "train").iterdir()))
    for row in range(0, len(dataset), len(dataset) // shards):
        dataset.batch([row])
    return seconds, (own_memory() - before) / (1 << 20)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with contextlib.suppress(ImportError):
        import torch

        torch.set_num_threads(1)
    count, size = len(Split.open(options.directory, "train")), options.batch_size
    rows = np.random.default_rng(0).permutation(count).tolist()
    batches = [rows[at : at + size] for at in range(0, count, size)]
    several = options.directory, batches, options.rounds
    ways = (loader, memmap, datasets, datasets_rows, written, one_pass)
    compare(ways, *several, time.process_time)
    # A thread of litdata's own looks for work all the time: it is not counted.
    compare((loader, litdata, ids), *several, time.thread_time)
    for shards in (1, 1000):
        with tempfile.TemporaryDirectory(dir=options.directory.resolve().parent) as name:
            linked(options.directory, shards, Path(name))
            seconds, memory = start(Path(name))
        print(f"{shards:5} shards: first batch after {seconds:.3f} s, {memory:.1f} MiB of its own")


if __name__ == "__main__":
    main()
