"""From a corpus to a finished directory: what `inspect` shows is the paper's listing."""

from __future__ import annotations

import json
from pathlib import Path

from support import small_corpus

GOLDEN = Path(__file__).parents[1] / "golden"
STEPS = "{mixed_share: 0, steps: {step_into: 1}, inverse_steps: {inv_step_into: 1}}"


def test_a_debugger_that_always_steps_into(call, rebuild, tmp_path: Path) -> None:
    record = {"id": "count", "source": small_corpus.COUNT, "entry": "count"}
    small_corpus.write(tmp_path, [record | {"args": '"berry", "r"'}])
    splits = "corpus.splits={train: 1, validation: 0, test: 0}"
    built = rebuild(tmp_path, "out", f"trajectories.policy={STEPS}", splits)
    out = call("inspect", built.root, "--format", "jsonl").out
    found = {document["trajectory"]: document for document in map(json.loads, out.splitlines())}
    for direction in ("forward", "inverse"):
        document = found.pop(f"count#{direction}.0")
        assert document["text"] == (GOLDEN / f"count_{direction}.txt").read_text()
        assert document["complete"]
    assert not found  # there is but one way to step into everything
    assert built.counts["repeated"] == 1
