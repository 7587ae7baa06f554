"""What builds counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def metrics_of(root: Path) -> dict[str, dict[str, Any]]:
    """The metrics of a finished directory, by stage and name."""
    found: dict[str, dict[str, Any]] = json.loads((root / "run.json").read_bytes())["metrics"]
    return found


def work_of(root: Path) -> dict[str, dict[str, Any]]:
    """The metrics of a finished directory but those that tell of its machine and of the order of
    its corpus."""
    metrics = metrics_of(root)
    del metrics["traces"]["milliseconds"]
    del metrics["programs"]["bytes"]
    return metrics
