"""Packing: how full rows are at several lengths, and its share of the time of a whole build.

    PYTHONPATH=. python tests/bench/bench_packing.py DIRECTORY [--lengths 2048 16384 131072]

Takes the lengths of the documents of a built directory, cut to each sequence length, and the time
of that directory's own build (not of what was given to it) from its `run.json`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median

from pipeline.shards.reader import Split
from pipeline.shards.schema import SPLITS
from tokenization.packing import pack


def document_lengths(root: Path) -> dict[str, list[int]]:
    """The tokens of each document, by split, in the order of the rows."""
    return {
        split: [n for row in Split.open(root, split) for n in row.document_lengths.tolist()]
        for split in SPLITS
    }


def main() -> None:
    """Print fill and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--lengths", nargs="+", type=int, default=[2_048, 16_384, 131_072])
    options = parser.parse_args()
    splits = document_lengths(options.directory)
    documents = sum(map(len, splits.values()))
    whole = sum(json.loads((options.directory / "run.json").read_bytes())["seconds"].values())
    print(f"{documents:,} documents; their build took {whole:.1f} s")
    for length in options.lengths:
        cut = [[min(n, length) for n in lengths] for lengths in splits.values()]
        rounds = []
        for _ in range(5):
            begin = time.process_time()
            rows = sum(len(pack(lengths, length)) for lengths in cut)
            rounds.append(time.process_time() - begin)
        fill = sum(map(sum, cut)) / (rows * length)
        spent = median(rounds)
        print(
            f"  {length:>7}: {fill:.2%} full, {spent / documents * 1e6:.2f} µs a document,"
            f" {spent / whole:.2%} of the build"
        )


if __name__ == "__main__":
    main()
