"""The flex template agrees with the code: its parameters, its image, and the job that it starts."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from support.commands import ROOT, imported

from pipeline.ledger import STAGES
from pipeline.runners import Name, Runner

FOLDER = ROOT / "configs" / "dataflow"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
METADATA = json.loads((FOLDER / "metadata.json").read_text())
GIVEN = ["--config=c.yaml", "--output=gs://b/out"]
CLOUD = [
    "--project=p",
    "--region=r",
    "--temp_location=gs://b/t",
    "--sdk_container_image=i:1",
    "--subnetwork=s",
]


@pytest.fixture(scope="module")
def main() -> Any:
    return imported(FOLDER / "main.py")


def _command(main: Any, *arguments: str) -> list[str]:
    given, rest = main.parser().parse_known_args([*GIVEN, *arguments])
    return main.command(given, PipelineOptions(rest))


def test_parameters(main: Any) -> None:
    """Each is known to the main program, or to Beam, and is optional where it is there."""
    optional = {parameter["name"]: parameter["isOptional"] for parameter in METADATA["parameters"]}
    actions = {action.dest: not action.required for action in main.parser()._actions}
    del actions["help"]
    beam = {name: optional.pop(name) for name in list(optional) if name not in actions}
    assert optional == actions
    assert beam == {"sdk_container_image": False}
    assert beam.keys() <= PipelineOptions([]).get_all_options().keys()
    assert set(main.SHARED) <= PipelineOptions([]).get_all_options().keys()
    for parameter in METADATA["parameters"]:
        assert parameter["label"]
        assert parameter["helpText"]
        for text in parameter.get("regexes", []):
            re.compile(text)


def test_stages() -> None:
    (only,) = (found for found in METADATA["parameters"] if found["name"] == "only")
    (pattern,) = only["regexes"]
    assert pattern == f"^(|{'|'.join(STAGES)})$"
    assert only["helpText"].endswith(f"{', '.join(STAGES[:-1])} or {STAGES[-1]}.")


def test_the_image_has_what_is_pinned() -> None:
    pins = (ROOT / "configs" / "constraints.txt").read_text()
    version = re.search(r"^ARG BEAM_VERSION=(.+)$", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert f"\napache-beam=={version[1]}\n" in pins
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = re.search(r"beam_python(3\.[0-9]+)_sdk:", DOCKERFILE)
    assert python is not None
    assert f">={python[1]}," in project["requires-python"]
    extras = re.search(r"\$\{wheel\}\[(.+?)\]", DOCKERFILE)
    assert extras is not None
    known = project["optional-dependencies"].keys()
    assert set(extras[1].split(",")) == known - {"dev", "torch", "emulator"}


def test_the_image_has_the_main_program() -> None:
    work = re.search(r"^WORKDIR (.+)$", DOCKERFILE, re.MULTILINE)
    path = re.search(r"FLEX_TEMPLATE_PYTHON_PY_FILE=(.+)$", DOCKERFILE, re.MULTILINE)
    assert work is not None
    assert path is not None
    assert "COPY configs configs" in DOCKERFILE
    assert (ROOT / path[1].removeprefix(f"{work[1]}/")).is_file()


def test_the_command_that_the_job_runs(main: Any, call) -> None:
    """What is shared with the jobs of the stages, and nothing of the template's own job."""
    own = ["--template_location=gs://b/x", "--job_name=j", "--machine_type=e2-small"]
    found = _command(main, *CLOUD, *own, "--corpus=gs://b/a gs://b/c", "--beam=--num_workers=3")
    line = "python -m pipeline build c.yaml --output gs://b/out --corpus gs://b/a gs://b/c"
    shared = sorted([*CLOUD, "--num_workers=3"])
    assert found[: found.index("--")] == [*line.split(), "--runner", "dataflow"]
    assert sorted(found[found.index("--") + 1 :]) == shared
    again = _command(main, *CLOUD, "--set=seed=3 packing.pack=none", "--only=traces")
    more = "--set seed=3 packing.pack=none --only traces --runner dataflow".split()
    assert again[7 : again.index("--")] == more
    ended = call(*again[3:])
    assert ended.status == 2
    assert ended.err == "error: c.yaml: No such file or directory\n"


def test_the_options_are_those_of_a_dataflow_job(main: Any) -> None:
    pytest.importorskip("google.cloud.dataflow_v1beta3", reason="the extra gcp is not installed")
    found = _command(main, *CLOUD, "--beam=--machine_type=n2-standard-16")
    assert Runner.of("dataflow", found[found.index("--") + 1 :]).name is Name.DATAFLOW
