"""The whole job and its stages: programs, events and tokens per second.

    python tests/bench/bench_build.py [CONFIG] [--corpus FILE...] [--workers 1 2]

Builds the same corpus with each number of workers in turn, into a folder that is thrown away, and
prints the rates of each stage, and the ratio to the first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RATES = (
    ("traces", "programs"),
    ("traces", "events"),
    ("tokenizer", "programs"),
    ("rows", "tokens"),
)


def build(config: str, corpus: list[str], workers: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The measurements and the counts of one build."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        command = [sys.executable, "-m", "pipeline", "build", config, "--output", str(output)]
        command += ["--corpus", *corpus] if corpus else []
        command += ["--set", f"workers={workers}"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        measured = json.loads((output / "run.json").read_bytes())
        return measured, json.loads((output / "manifest.json").read_bytes())["counts"]


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", nargs="?", default=str(ROOT / "configs" / "function_level.yaml"))
    parser.add_argument("--corpus", nargs="+", default=[])
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2])
    options = parser.parse_args()
    first = 0.0
    for workers in options.workers:
        measured, counts = build(options.config, options.corpus, workers)
        seconds = measured["seconds"]
        total = sum(seconds.values())
        first = first or total
        print(f"{workers} workers: {total:.1f} s, {first / total:.2f} × the first")
        for stage, what in RATES:
            if stage in seconds:
                rate = counts[what] / seconds[stage]
                print(f"  {stage:10} {seconds[stage]:8.1f} s {rate:12,.0f} {what}/s")


if __name__ == "__main__":
    main()
