"""The job of the flex template. Its one element is the command that builds a dataset, which a
worker runs; each stage of the build is a job of its own, which the command posts and waits for.

A template starts exactly one job, and what a stage leaves is committed by who waited for it. So the
job that is started is the one that waits. Launched again, the build goes on where it was ended.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

# What the jobs of the stages have in common with this one.
SHARED = (
    "project region temp_location staging_location service_account_email network subnetwork "
    "sdk_container_image dataflow_endpoint"
).split()


def parser() -> argparse.ArgumentParser:
    """The parameters of the template: those of `build`, where there are several in one text."""
    found = argparse.ArgumentParser(allow_abbrev=False)
    found.add_argument("--config", required=True)
    found.add_argument("--output", required=True)
    found.add_argument("--corpus", default="")
    found.add_argument("--set", default="")
    found.add_argument("--only", default="")
    found.add_argument("--beam", default="")
    return found


def command(given: argparse.Namespace, options: PipelineOptions) -> list[str]:
    """The command that builds, for a job that has these options."""
    line = ["python", "-m", "pipeline", "build", given.config, "--output", given.output]
    for name in ("corpus", "set", "only"):
        if words := shlex.split(getattr(given, name)):
            line += [f"--{name}", *words]
    known = options.get_all_options(drop_default=True)
    shared = [f"--{name}={known[name]}" for name in SHARED if name in known]
    return [*line, "--runner", "dataflow", "--", *shared, *shlex.split(given.beam)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Post the job, or describe it where `--template_location` says."""
    given, rest = parser().parse_known_args(arguments)
    options = PipelineOptions(["--runner=DataflowRunner", *rest])
    pipeline = beam.Pipeline(options=options)
    pipeline | beam.Create([command(given, options)]) | "Build" >> beam.Map(subprocess.check_call)
    pipeline.run()


if __name__ == "__main__":
    main()
