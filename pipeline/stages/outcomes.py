"""Outcomes: what is used goes on, what is rejected is kept with its reason."""

from __future__ import annotations

from typing import Any

import apache_beam as beam

from tracing.rejection import Rejection


class Divide(beam.PTransform):
    """Elements and rejections in one collection, as two: (elements, rejections)."""

    def expand(self, outcomes: Any) -> tuple[Any, Any]:
        used, rejected = outcomes | beam.Partition(_side, 2)
        return used, rejected


def _side(element: object, sides: int) -> int:
    return int(isinstance(element, Rejection))
