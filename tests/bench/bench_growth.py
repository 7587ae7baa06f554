"""What a program costs in a small corpus and in a large one, and the memory of who works on it.

    python tests/bench/bench_growth.py [--sizes 1000 10000 100000] [--workers 1]

Builds corpora of copies of the package's own programs, each with constants of its own, and prints
the CPU milliseconds of a program by stage, their ratio to those of the first size, and the most
memory that the build's own process took and any worker's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_SECONDS = 0.5  # between two looks at the memory


def corpus(path: Path, size: int) -> None:
    """Copies of the package's programs, told apart by a constant of their own."""
    folder = ROOT / "pipeline" / "corpus" / "builtin"
    known = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    for record in known:
        record["source"] = (folder / record.pop("file")).read_text()
    with path.open("w") as out:
        for number in range(size):
            record = dict(known[number % len(known)], id=f"copy/{number}")
            record["source"] += f"\n\nNUMBER = {number}\n"
            out.write(json.dumps(record) + "\n")


def build(size: int, workers: int) -> tuple[dict[str, float], dict[str, int]]:
    """CPU seconds by stage, and the most memory by kind of process, MiB."""
    with tempfile.TemporaryDirectory() as folder:
        programs, output = Path(folder) / "corpus.jsonl", Path(folder) / "out"
        corpus(programs, size)
        command = [sys.executable, "-m", "pipeline", "build"]
        command += [str(ROOT / "configs" / "function_level.yaml"), "--output", str(output)]
        command += ["--corpus", str(programs), "--set", f"workers={workers}"]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        memory = _watch(process)
        if process.returncode:
            raise SystemExit(f"the build ended with status {process.returncode}")
        measured: dict[str, Any] = json.loads((output / "run.json").read_bytes())
        return measured["cpu_seconds"], memory


def _watch(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The most memory of the process and of its workers, MiB, once it has ended."""
    found = {"build": 0, "worker": 0}
    done = threading.Event()

    def look() -> None:
        while not done.wait(_SECONDS):
            for path in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, StopIteration):
                    kind = _kind(path, process.pid)
                    if kind:
                        found[kind] = max(found[kind], _peak(path))

    thread = threading.Thread(target=look)
    thread.start()
    process.wait()
    done.set()
    thread.join()
    return found


def _kind(path: Path, build: int) -> str:
    if path.name == str(build):
        return "build"
    if b"pipeline.worker" not in (path / "cmdline").read_bytes():
        return ""
    parents = {_status(path, "PPid"), _status(Path("/proc") / str(_status(path, "PPid")), "PPid")}
    return "worker" if build in parents else ""


def _peak(path: Path) -> int:
    return _status(path, "VmHWM") // 1024


def _status(path: Path, name: str) -> int:
    lines = (path / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def main() -> None:
    """Print costs and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    first = 0.0
    for size in options.sizes:
        seconds, memory = build(size, options.workers)
        each = {stage: 1e3 * spent / size for stage, spent in seconds.items()}
        total = sum(each.values())
        first = first or total
        stages = ", ".join(f"{stage} {cost:.2f}" for stage, cost in each.items())
        print(f"{size:>8,} programs: {total:.2f} ms each, {total / first:.2f} × the first")
        print(f"  {stages}")
        print(f"  memory: {memory['build']} MiB, a worker {memory['worker']} MiB", flush=True)


if __name__ == "__main__":
    main()
