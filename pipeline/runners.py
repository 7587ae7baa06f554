"""Runners: where a graph runs."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Callable
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.corpus.records import CorpusError
from pipeline.shards.reader import DamagedFileError
from pipeline.shards.writer import WriteError
from tracing.sandbox import SandboxError

# Errors that others must know, also where Beam has passed on their text alone.
_TOLD = (CorpusError, DamagedFileError, SandboxError, WriteError)
Graph = Callable[[Any], None]  # adds stages to a pipeline


def run(graph: Graph, workers: int) -> None:
    """Run a graph on this machine to its end: in this process, or in several others.

    Raises what a stage raises; where it ran in another process, a CorpusError or a RuntimeError.
    KeyboardInterrupt comes through.
    """
    environment = None
    if workers > 1:
        command = shlex.join([sys.executable, "-m", "pipeline.worker"])
        environment = SubprocessSDKEnvironment.from_command_string(command)
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)  # an error is raised, too
    options = PipelineOptions.from_dictionary({"direct_num_workers": workers})
    pipeline = beam.Pipeline(runner=FnApiRunner(environment), options=options)
    graph(pipeline)
    try:
        pipeline.run().wait_until_finish()
    except RuntimeError as error:
        if (cause := _cause(error)) is not None:
            raise cause from error
        raise


def _cause(error: RuntimeError) -> BaseException | None:
    """What others must know from any other error, where Beam passed it on as a text: of another
    process the traceback, of this one the last line."""
    last = str(error).rstrip().rpartition("\n")[2]
    if last.startswith(KeyboardInterrupt.__name__):
        return KeyboardInterrupt()
    name, _, message = last.partition(": ")
    known = {f"{error.__module__}.{error.__qualname__}": error for error in _TOLD}
    return known[name](message) if name in known else None
