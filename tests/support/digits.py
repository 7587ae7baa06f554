"""The interpreter's limit on the digits of integers that have a text, changed for a test."""

from __future__ import annotations

import sys
from collections.abc import Iterator


def under_limits(times: int) -> Iterator[int]:
    """So many times under the limit as it is, twice under the least, once more as it is."""
    limit = sys.get_int_max_str_digits()
    try:
        for digits in (*[limit] * times, 640, 640, limit):
            sys.set_int_max_str_digits(digits)
            yield digits
    finally:
        sys.set_int_max_str_digits(limit)
