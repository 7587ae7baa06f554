"""Small Beam graphs, run to their end."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner


def outcomes(
    folder: Path, elements: Iterable[Any], stages: Callable[[Any], Any], repeat: int = 0
) -> list[Any]:
    """What stages make of elements, in no order; `repeat` runs every bundle more often."""
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
    path = folder / "outcomes"
    with beam.Pipeline(runner=FnApiRunner(bundle_repeat=repeat)) as pipeline:
        made = pipeline | "Elements" >> beam.Create(list(elements), reshuffle=False)
        stages(made) | "All" >> beam.combiners.ToList() | "Keep" >> beam.Map(_keep, path)
    found: list[Any] = pickle.loads(path.read_bytes())
    return found


def _keep(found: list[Any], path: Path) -> None:
    path.write_bytes(pickle.dumps(found))
