"""Reading rows in random order, labels and positions included, beside other ways to do it.

    python tests/bench/bench_loader.py DIRECTORY [--batch-size 8] [--rounds 7]

DIRECTORY is a finished build of packed rows. All ways read its `train` rows once a round, in one
random order and in batches, in one thread, after a first round that is not counted (in which the
loader compares the shards' checksums); CPU time, medians, as ratios to the loader. A batch is held
until the next one is there, as in a training loop. Before, what each way gives is compared with
what the loader gives.

loader         `tensors(TokenDataset.batch)`: ids and labels int64, positions int32, `cu_seqlens`
epoch          the same rows by `for batch in batches(DIRECTORY, "train", N)`, in its own order
memmap         the same three arrays from flat files of the same types (ids, roles, document
               lengths), in plain numpy: `ids[rows].astype(np.int64)`, `np.where`, `arange - repeat`
flat           the loader's own collator over slices of the flat files: what shards of Arrow cost
datasets       Hugging Face `datasets` of the same directory with torch format, the columns that
               matter alone: `rows[numbers]`, labels by `torch.where`, positions from
               `document_lengths`; all three int64
datasets_rows  the same, `rows[number]` one by one, stacked
exported       `datasets` of what `export --format parquet` made, where labels and positions are
               stored: `rows[numbers]` with torch format is the batch; all three int64
exported_rows  the same, `rows[number]` one by one, stacked
written        three such arrays filled with one number: nothing can be faster
one_pass       each of the three made by one pass of numpy over stored ids; labels and positions
               take more than one
litdata        two `StreamingDataset`s of `TokensLoader` blocks, ids and roles, a block a row, one
               at a time; stacked, ids made int64, labels by `torch.where`; it has no positions
litdata_ids    the same of the ids alone: int64, no labels, no positions

Ten times `exported` is out of reach of any loader that writes these arrays: `written` alone takes
a tenth of its time at 16,384 tokens a row. (Its cost is paid before: it stores twelve bytes a token
for our three, and other labels are another export.)
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from loader_ways import (  # noqa: E402
    MADE,
    Read,
    datasets,
    datasets_rows,
    exported,
    exported_rows,
    flat,
    litdata,
    litdata_ids,
    memmap,
)

from pipeline.loader.dataset import TokenDataset  # noqa: E402
from pipeline.loader.torch import batches, tensors  # noqa: E402
from pipeline.shards.reader import Split  # noqa: E402

Make = Callable[[Path, Path], Read]


def loader(root: Path, folder: Path) -> Read:
    """What is measured."""
    dataset = TokenDataset(root)

    def read(numbers: list[int]) -> list[Any]:
        batch = tensors(dataset.batch(numbers))
        return [batch[name] for name in MADE]

    return read


def epoch(root: Path, folder: Path, batch_size: int) -> Read:
    """What a training loop takes, epoch after epoch. Its rows are not those asked for."""
    arriving = chain.from_iterable(repeat(batches(root, "train", batch_size)))
    return lambda numbers: next(arriving)


def written(root: Path, folder: Path) -> Read:
    """What writing takes alone."""
    length = len(Split.open(root, "train").row(0).input_ids)

    def read(numbers: list[int]) -> tuple[np.ndarray, ...]:
        arrays = _empty(len(numbers), length)
        for array in arrays:
            array.fill(1)
        return arrays

    return read


def one_pass(root: Path, folder: Path) -> Read:
    """Stored ids, made wide three times over."""
    rows = Split.open(root, "train")
    length = len(rows.row(0).input_ids)

    def read(numbers: list[int]) -> tuple[np.ndarray, ...]:
        arrays = _empty(len(numbers), length)
        found = [rows.row(number).input_ids for number in numbers]
        for array in arrays:
            np.concatenate(found, out=array.ravel())
        return arrays

    return read


def _empty(rows: int, length: int) -> tuple[np.ndarray, ...]:
    wide = np.empty((2, rows, length), np.int64)
    return wide[0], wide[1], np.empty((rows, length), np.int32)


def check(name: str, found: Sequence[Any], expected: Sequence[Any]) -> None:
    """Ends the run where a way does not give what the loader gives, as far as it goes."""
    for array, ours in zip(found, expected, strict=False):
        if not np.array_equal(np.asarray(array), np.asarray(ours)):
            sys.exit(f"{name} gives something else than the loader")


def measure(
    ways: dict[str, Read], order: list[list[int]], rounds: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Seconds of CPU time of a round of each way, by turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, read in ways.items():
            held = None
            gc.collect()
            started = clock()
            for rows in order:
                held = read(rows)
            times[name].append(clock() - started)
            del held
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def compare(
    makers: dict[str, Make],
    directory: Path,
    order: list[list[int]],
    rounds: int,
    clock: Callable[[], float],
) -> None:
    """Measure some ways, and print a line for each."""
    tokens = sum(map(len, order)) * Split.open(directory, "train").row(0).input_ids.size
    with tempfile.TemporaryDirectory() as name:
        ways = {}
        for way, make in makers.items():
            try:
                ways[way] = make(directory, Path(name))
            except ImportError as error:
                print(f"{way:14} not measured: {error}")
        expected = ways["loader"](order[0])
        for way in ways.keys() - {"epoch", "written", "one_pass"}:
            check(way, ways[way](order[0]), expected)
        times = measure(ways, order, rounds, clock)
    for way, seconds in times.items():
        ratio = seconds / times["loader"]
        print(f"{way:14} {tokens / seconds / 1e6:8.0f} Mtok/s, {ratio:6.2f} × the loader's time")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with contextlib.suppress(ImportError):
        import datasets as hugging_face

        hugging_face.disable_progress_bars()
    count, size = len(Split.open(options.directory, "train")), options.batch_size
    rows = np.random.default_rng(0).permutation(count).tolist()
    order = [rows[at : at + size] for at in range(0, count, size)]
    several = options.directory, order, options.rounds
    ways = (loader, memmap, flat, datasets, datasets_rows, exported, exported_rows)
    makers: dict[str, Make] = {make.__name__: make for make in (*ways, written, one_pass)}
    makers["epoch"] = lambda root, folder: epoch(root, folder, size)
    compare(makers, *several, time.process_time)
    # A thread of litdata's own looks for work all the time: it is not counted.
    threaded = {make.__name__: make for make in (loader, litdata, litdata_ids)}
    compare(threaded, *several, time.thread_time)


if __name__ == "__main__":
    main()
