"""How well a tenth of a corpus foretells the CPU seconds of the whole, as `plan` does.

    python tests/bench/bench_plan.py FILE.jsonl [--tenths 5] [--config FILE.yaml]

Builds the whole, and several tenths of it in its vocabulary, each beside a hundredth that shows the
fixed costs; the training of the vocabulary is left out. Programs cost very differently: one of some
hundred can weigh as much as a tenth of all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.planning import Machine, Measured, plan  # noqa: E402


def built(lines: list[str], config: str, folder: Path, *changes: str) -> Measured:
    """What a build of these programs, by one worker, measured of itself."""
    folder.mkdir()
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline", "build", config, "--output", str(folder / "out")]
    command += ["--corpus", str(corpus), "--set", "workers=1", *changes]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return Measured.read(folder / "out")


def main() -> None:
    """Print what each tenth foretells, and how far off it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--tenths", type=int, default=5)
    parser.add_argument("--config", default=str(ROOT / "configs" / "function_level.yaml"))
    options = parser.parse_args()
    lines = options.corpus.read_text(encoding="utf-8").splitlines(keepends=True)
    machine = Machine.of("n2-standard-16")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = built(lines, options.config, folder / "whole")
        seconds = sum(whole.cpu_seconds.values()) - whole.cpu_seconds["tokenizer"]
        print(f"the whole: {seconds:.1f} s of CPU")
        model = f"tokenizer.model={folder / 'whole' / 'out' / 'tokenizer' / 'tokenizer.model'}"
        found = []
        for k in range(options.tenths):
            tenth, hundredth = (
                built(lines[k::step], options.config, folder / f"{step}-{k}", model)
                for step in (10, 100)
            )
            measured = tenth.beside(hundredth)
            foretold = plan(measured, whole.manifest.counts["tokens"], machine, [1])
            found.append(3600 * sum(foretold.core_hours.values()))
            print(f"a tenth: {found[-1]:.1f} s foretold, {found[-1] / seconds - 1:+.0%}")
    print(f"their mean: {mean(found):.1f} s, {mean(found) / seconds - 1:+.0%}")


if __name__ == "__main__":
    main()
