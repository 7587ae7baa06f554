"""Beam's share of a build's time, and what another process adds.

    PYTHONPATH=.:tests python tests/bench/bench_beam.py [CONFIG] [--corpus FILE...] [--rounds 3]

Builds the same corpus in turn: its graphs as a plain loop over the same functions, on Beam in this
process, and on Beam with two others. Each build is a process of its own. CPU seconds are those of
all its processes; Beam's share is what it takes beyond the loop, of its own time. How two compare
to one is told by the clock, beside how two interpreters compare to one that only count: more than
the machine gives at that moment no two workers can have.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import at_once

ROOT = Path(__file__).parents[2]
_PLAIN = "import pipeline.build, support.plain_loop as loop; pipeline.build.run = loop.run\n"
_MAIN = "from pipeline.cli import main; main()"
WAYS = {"plain loop": (_PLAIN, 1), "Beam": ("", 1), "Beam, two processes": ("", 2)}


def build(way: str, config: str, corpus: list[str]) -> tuple[dict[str, float], float]:
    """CPU seconds by stage, and seconds by the clock of all stages."""
    before, workers = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        command = [sys.executable, "-c", before + _MAIN, "build", config, "--output", str(output)]
        command += ["--corpus", *corpus] if corpus else []
        command += ["--set", f"workers={workers}"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        measured = json.loads((output / "run.json").read_bytes())
    return measured["cpu_seconds"], sum(measured["seconds"].values())


def main() -> None:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", nargs="?", default=str(ROOT / "configs" / "function_level.yaml"))
    parser.add_argument("--corpus", nargs="+", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rounds, machine = [], []
    for _ in range(options.rounds):
        rounds.append({way: build(way, options.config, options.corpus) for way in WAYS})
        machine.append(at_once.machine())
    cpu = {w: median(sum(r[w][0].values()) for r in rounds) for w in WAYS}
    clock = {way: median(r[way][1] for r in rounds) for way in WAYS}
    for way in WAYS:
        print(f"{way:20} {cpu[way]:7.1f} s of CPU {clock[way]:7.1f} s by the clock")
    for stage in rounds[0]["Beam"][0]:
        one, plain = (median(r[w][0][stage] for r in rounds) for w in ("Beam", "plain loop"))
        print(f"  {stage:12} {plain:7.1f} s, on Beam {one:7.1f} s")
    print(f"Beam's share {1 - cpu['plain loop'] / cpu['Beam']:.1%} of the CPU time")
    print(f"two processes {clock['Beam'] / clock['Beam, two processes']:.2f} × one")
    print(f"two interpreters that only count {median(machine):.2f} × one")


if __name__ == "__main__":
    main()
