"""Runners: where a graph runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

Graph = Callable[[Any], None]  # adds stages to a pipeline


def run(graph: Graph, workers: int) -> None:
    """Run a graph on this machine to its end: in this process, or in several others.

    Raises what a stage raises.
    """
    options = {"direct_num_workers": workers, "direct_running_mode": "in_memory"}
    if workers > 1:
        options["direct_running_mode"] = "multi_processing"
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    pipeline = beam.Pipeline(runner=FnApiRunner(), options=PipelineOptions.from_dictionary(options))
    graph(pipeline)
    pipeline.run().wait_until_finish()
