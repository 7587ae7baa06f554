"""How long loaders over one shard and over 1,000 take to start, and what memory they take.

    python tests/bench/bench_loader_start.py DIRECTORY

Start is the manifest, sizes and end markers of all shards, and the first batch; checksums are not
compared, and modules are imported before. Memory is that of the process's own (not that of mapped
files) after a row of each shard, beyond what it was before. The shards are links to the first one
of DIRECTORY, a finished build.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.loader.dataset import TokenDataset  # noqa: E402
from pipeline.shards.manifest import Manifest  # noqa: E402
from pipeline.shards.schema import shard_name  # noqa: E402


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
    """Print seconds and MiB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    TokenDataset(options.directory).batch([0])
    for shards in (1, 1000):
        with tempfile.TemporaryDirectory(dir=options.directory.resolve().parent) as name:
            linked(options.directory, shards, Path(name))
            seconds, memory = start(Path(name))
        print(f"{shards:5} shards: first batch after {seconds:.3f} s, {memory:.1f} MiB of its own")


if __name__ == "__main__":
    main()
