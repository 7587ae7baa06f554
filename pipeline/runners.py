"""Runners: where a graph runs. On this machine, as Dataflow jobs, or on any cluster with a Beam job
service; how, Beam's own options tell.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    DebugOptions,
    GoogleCloudOptions,
    PipelineOptions,
    PortableOptions,
    SetupOptions,
    StandardOptions,
    WorkerOptions,
)
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipeline import metrics, signatures
from pipeline.corpus.records import BUILTIN, CorpusError
from pipeline.environment import environment
from pipeline.shards.places import Place, is_local
from pipeline.shards.reader import DamagedFileError
from pipeline.shards.writer import WriteError
from pipeline.slots import WorkerError
from pipeline.strict import ConfigError, expected, nearest
from pipeline.timings import Metrics
from pipeline.workers import LOST, Workers
from tracing.sandbox import SandboxError

Graph = Callable[[Any], None]  # adds stages to a pipeline

# Errors that others must know, also where Beam has passed on their text alone.
_TOLD = (CorpusError, DamagedFileError, SandboxError, WriteError)
_THREADS = 1  # of a harness process, of which a worker has one a core: Python runs one at a time
_MACHINE, _RAM = "n2-standard-8", "24GB"  # 1 GiB for a program, as much for its harness, and room
_OURS = {"runner", "streaming", "save_main_session", "job_name"}  # what is not for users to say
_REFUSED = {
    "dask": "computes the last stage and what leads to it, nothing of the other branches, and "
    "gives every output of a stage the elements of all: results would be lost without a word",
    "direct": "chooses among several runners by what can be downloaded; expected local",
    "flink": "expected portable, with --job_endpoint of a Flink job server",
    "prism": "expected portable, with --job_endpoint of a running prism",
    "spark": "expected portable, with --job_endpoint of a Spark job server",
}


class Name(StrEnum):
    """The runners that there are."""

    LOCAL = "local"
    DATAFLOW = "dataflow"
    PORTABLE = "portable"


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner and Beam's options for it, checked as far as that can be done before any work."""

    name: Name = Name.LOCAL
    arguments: tuple[str, ...] = ()  # as `--region=europe-west4`

    @classmethod
    def of(cls, name: str, arguments: Sequence[str] = ()) -> Runner:
        """The runner of a name, in Beam's spelling or ours. Raises ConfigError: a runner that there
        is not or that is known to be wrong, an option that Beam does not have or that is missing.
        """
        runner = cls(_name(name), tuple(arguments))
        options = _parsed(arguments, strictly=runner.name is not Name.PORTABLE)
        if runner.name is Name.LOCAL and arguments:
            raise ConfigError("--", f"{arguments[0]}: the local runner has no options of Beam's")
        if runner.name is Name.DATAFLOW:
            _check_dataflow(options)
        if runner.name is Name.PORTABLE:
            _check_portable(options)
        return runner

    def check_reach(self, output: Place, corpus: Sequence[str]) -> None:
        """Raises ConfigError where Dataflow's workers could not reach where they are to write, or
        files that they are to read."""
        if self.name is not Name.DATAFLOW:
            return
        if is_local(output):
            raise expected("--output", output, "gs://BUCKET/FOLDER, which workers can reach")
        for path in corpus:
            if "://" not in path and path != BUILTIN:
                raise expected("corpus", path, "gs://BUCKET/FILE, which workers can reach")

    def options(self, stage: str) -> PipelineOptions:
        """Beam's options for the job of a stage."""
        options = PipelineOptions(list(self.arguments))
        options.view_as(StandardOptions).runner = f"{self.name.capitalize()}Runner"
        if self.name is Name.DATAFLOW:
            options.view_as(GoogleCloudOptions).job_name = f"neural-debugger-{stage}"
            _fit(options)
        return options


LOCAL = Runner()


class _Options(PipelineOptions):  # type: ignore[misc]
    """Options of which each view is made once: Beam asks for some at each step of a graph and makes
    a parser of arguments for it, a fifth of what a small graph costs."""

    def view_as(self, cls: type[PipelineOptions]) -> PipelineOptions:
        """See Beam."""
        views = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


def run(
    graph: Graph,
    workers: Workers,
    runner: Runner = LOCAL,
    stage: str = "",
    hear: Callable[[Metrics], None] = lambda _: None,
) -> Metrics:
    """Run the graph of a stage to its end: on this machine in the build's `workers`, or where
    `runner` says. What was counted there, by stage and name; a runner elsewhere tells `hear` what
    it is so far.

    Raises what a stage raises; where it ran in another process, that is a RuntimeError, but for the
    errors that users must know; and WorkerError where such a process was ended.
    KeyboardInterrupt comes through.
    """
    signatures.remember()
    if runner.name is Name.LOCAL:
        logging.getLogger("apache_beam").setLevel(logging.CRITICAL)  # an error is raised, too
        options = _Options.from_dictionary({"direct_num_workers": workers.count})
        pipeline = beam.Pipeline(runner=FnApiRunner(environment(workers)), options=options)
    else:
        pipeline = beam.Pipeline(options=runner.options(stage))
    graph(pipeline)
    try:
        with _silent_threads() if runner.name is Name.LOCAL else nullcontext():
            result = pipeline.run()
            with metrics.heard(result, stage, hear):
                result.wait_until_finish()
    except Exception as error:  # of whatever kind the runner has for a job that failed
        if (cause := _cause(error)) is not None:
            raise cause from error
        if runner.name is Name.LOCAL and workers.is_one_lost():
            raise WorkerError(LOST) from error
        raise
    if result.state not in (None, "DONE"):
        raise RuntimeError(f"the job of the stage {stage} ended as {result.state}")
    return metrics.counted(result, stage)


@contextmanager
def _silent_threads() -> Iterator[None]:
    """Of what goes wrong in the threads of Beam's local runner the main thread hears, too."""
    hook, threading.excepthook = threading.excepthook, lambda _: None
    try:
        yield
    finally:
        threading.excepthook = hook


def _cause(error: Exception) -> BaseException | None:
    """What others must know from any other error, where Beam passed on its traceback as a text, in
    some runners with more behind it: the last that is named there."""
    text = str(error).rstrip()
    if text.rpartition("\n")[2].startswith(KeyboardInterrupt.__name__):
        return KeyboardInterrupt()
    known = {f"{error.__module__}.{error.__qualname__}": error for error in _TOLD}
    names = "|".join(map(re.escape, known))
    pattern = rf"(?<![\w.])({names}): (.*?)(?: \[while running .*)?$"
    found = re.findall(pattern, text, re.MULTILINE)
    return known[found[-1][0]](found[-1][1]) if found else None


def _name(text: str) -> Name:
    plain = text.lower().removesuffix("runner").rstrip("_-")
    if plain in _REFUSED:
        raise ConfigError("--runner", f"{text}: {_REFUSED[plain]}")
    if plain not in [*Name]:
        raise expected("--runner", text, nearest(plain, [*Name]))
    return Name(plain)


class _Parser(argparse.ArgumentParser):
    """A parser that raises what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError("--", message)


def _parsed(arguments: Sequence[str], strictly: bool) -> PipelineOptions:
    """Beam passes over what it does not know: strictly, that is an error. Only a job service knows
    what options its own runner has. Raises ConfigError."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    for cls in PipelineOptions.__subclasses__():
        cls._add_argparse_args(parser)
    known = {text for action in parser._actions for text in action.option_strings}
    parsed, unknown = parser.parse_known_args(list(arguments))
    for text in unknown if strictly else ():
        word = text.partition("=")[0]
        raise expected("--", word, nearest(word, sorted(known)))
    for key, value in vars(parsed).items():
        if key in _OURS and value != parser.get_default(key):
            raise ConfigError("--", f"--{key}: is set by the build")
    return PipelineOptions(list(arguments))


def _check_dataflow(options: PipelineOptions) -> None:
    if not _is_installed("google.cloud", "dataflow_v1beta3"):
        problem = "needs clients of the cloud, which are not installed; install the extra `gcp`"
        raise ConfigError("--runner", f"dataflow: {problem}")
    cloud = options.view_as(GoogleCloudOptions)
    for key in ("project", "region", "temp_location"):
        if not getattr(cloud, key):
            raise ConfigError("--", f"--{key} is missing; the dataflow runner needs it")
    for key in ("temp_location", "staging_location"):
        value = getattr(cloud, key)
        if value and not value.startswith("gs://"):
            raise expected(f"-- --{key}", value, "gs://BUCKET/FOLDER")
    setup = options.view_as(SetupOptions)
    if not (options.view_as(WorkerOptions).sdk_container_image or setup.extra_packages):
        problem = "--sdk_container_image is missing; without it, or --extra_package with the wheel"
        raise ConfigError("--", f"{problem} of this package, workers have none of its code")
    for path in setup.extra_packages or ():
        if not Path(path).is_file():
            raise expected("-- --extra_package", path, "an existing file")


def _is_installed(parent: str, module: str) -> bool:
    try:
        return importlib.util.find_spec(f"{parent}.{module}") is not None
    except ModuleNotFoundError:  # the parent is not there either
        return False


def _fit(options: PipelineOptions) -> None:
    """Resources for programs that run, where the user has not said what to take."""
    debug, workers = options.view_as(DebugOptions), options.view_as(WorkerOptions)
    debug.number_of_worker_harness_threads = debug.number_of_worker_harness_threads or _THREADS
    if workers.machine_type is None:
        workers.machine_type = _MACHINE
        standard = options.view_as(StandardOptions)
        standard.resource_hints = standard.resource_hints or [f"min_ram={_RAM}"]


def _check_portable(options: PipelineOptions) -> None:
    if not options.view_as(PortableOptions).job_endpoint:
        raise ConfigError("--", "--job_endpoint is missing; the portable runner needs it")
