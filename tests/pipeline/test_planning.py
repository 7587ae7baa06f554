"""Planning: arithmetic that can be checked by hand, and a tenth of a corpus that foretells it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.commands import ROOT, command

from pipeline.planning import Machine, Measured, plan
from pipeline.shards.manifest import ManifestError
from pipeline.strict import ConfigError

CORPUS = ROOT.parent / "shared" / "corpora" / "pack_dev.jsonl"
N2 = Machine.of("n2-standard-16")


@pytest.fixture
def measured(built) -> Measured:
    """The small build, as if it had cost these."""
    found = Measured.read(built.root)
    return replace(
        found, cpu_seconds={"traces": 30.0, "tokenizer": 5.0, "documents": 10.0, "rows": 10.0}
    )


def test_the_same_number_of_tokens_costs_what_it_did(measured: Measured) -> None:
    counts = measured.manifest.counts
    found = plan(measured, counts["tokens"], N2, [1])
    seconds = {stage: hours * 3600 for stage, hours in found.core_hours.items()}
    assert seconds == pytest.approx(dict(measured.cpu_seconds))
    assert found.programs == counts["programs"]
    assert found.bytes == dict(measured.bytes)
    for split in ("train", "validation", "test"):
        assert found.shards[split] == len(measured.manifest.files_in(split))


def test_ten_times_the_tokens(measured: Measured) -> None:
    tokens = 10 * measured.manifest.counts["tokens"]
    found = plan(measured, tokens, N2, [1])
    assert found.core_hours["traces"] * 3600 == pytest.approx(300)
    assert found.bytes["train"] == 10 * measured.bytes["train"]
    assert found.bytes["tokenizer"] == measured.bytes["tokenizer"]


def test_the_tokenizer_stops_growing_but_for_its_texts(measured: Measured) -> None:
    """Training stays as it is once the sample is full; drawing goes on at the price of rows."""
    tokens = measured.manifest.counts["tokens"]
    full = measured.manifest.config["tokenizer"]["sample_bytes"] / (4 * tokens)
    hours = [plan(measured, tokens * full * k, N2, [1]).core_hours["tokenizer"] for k in (1, 2)]
    assert hours[0] * 3600 == pytest.approx(5 * full)
    assert (hours[1] - hours[0]) * 3600 == pytest.approx(10 * full)


def test_more_machines_are_faster_until_the_serial_part(measured: Measured) -> None:
    found = plan(measured, 150e9, N2, [1, 10, 100, 10**6])
    hours = [wall.hours for wall in found.walls]
    assert hours == sorted(hours, reverse=True)
    assert hours[-1] == pytest.approx(found.serial_hours, rel=0.1)
    total = sum(found.core_hours.values())
    assert hours[0] == pytest.approx(total / 16, rel=0.2)
    (wall,) = plan(measured, 150e9, N2, [found.saturates]).walls
    assert wall.hours == pytest.approx(2 * found.serial_hours, rel=0.2)


def test_a_smaller_build_tells_fixed_costs(measured: Measured) -> None:
    """Costs of 3 seconds and 1 second for every 1,000 tokens are found again."""

    def build_of(tokens: int) -> Measured:
        counts = {**measured.manifest.counts, "tokens": tokens}
        manifest = replace(measured.manifest, counts=counts)
        return replace(measured, cpu_seconds={"rows": 3 + tokens / 1000}, manifest=manifest)

    larger = build_of(20_000).beside(build_of(2_000))
    assert larger.fixed["rows"] == pytest.approx(3)
    seconds = plan(larger, 200_000, N2, [1]).core_hours["rows"] * 3600
    assert seconds == pytest.approx(203)
    with pytest.raises(ConfigError, match="fewer than the 2,000 of DIR"):
        build_of(2_000).beside(build_of(2_000))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("n2-standart-16", "the nearest is standard"),
        ("m2-standard-16", "the nearest is n2"),
        ("n2-standard-many", "a number of vCPUs last"),
        ("n2-standard-0", "a number of vCPUs last"),
        ("", "the nearest is"),
    ],
)
def test_no_such_machine(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Machine.of(name)


def test_a_build_that_does_not_tell(built, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built.root, tmp_path / "copy"))
    run = json.loads((root / "run.json").read_bytes())
    del run["cpu_seconds"]
    (root / "run.json").write_text(json.dumps(run))
    with pytest.raises(ManifestError, match="no cpu_seconds"):
        Measured.read(root)
    (root / "run.json").unlink()
    with pytest.raises(ManifestError, match="no cpu_seconds"):
        Measured.read(root)


def test_the_command(call, built) -> None:
    ended = call("plan", built.root, "--tokens", "150e9", "--workers", 20)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("150,000,000,000 tokens: ")
    assert "  20 machines: " in ended.out
    ended = call("plan", built.root, "--tokens", "150e9", "--format", "json")
    found = json.loads(ended.out)
    assert [wall["workers"] for wall in found["walls"]] == [1, 10, 100, 1000]
    assert found["assumptions"]


@pytest.mark.parametrize("tokens", ["nan", "inf", "0", "-5", "many"])
def test_no_number_of_tokens(call, built, tokens: str) -> None:
    ended = call("plan", built.root, f"--tokens={tokens}")
    assert ended.status == 2
    assert "expected a number of tokens" in ended.err


@pytest.mark.slow
def test_a_tenth_foretells_the_whole(tmp_path: Path) -> None:
    """Within 15 % in bytes, with a hundredth beside it; of seconds `bench_plan.py` tells."""
    if not CORPUS.exists():
        pytest.skip("no development corpus beside the project")
    lines = CORPUS.read_text().splitlines(keepends=True)
    found = []
    for step in (100, 10, 1):
        corpus = tmp_path / f"{step}.jsonl"
        corpus.write_text("".join(lines[step // 2 :: step]))
        root = tmp_path / f"out-{step}"
        line = ["build", ROOT / "configs" / "function_level.yaml", "--corpus", corpus]
        ended = command(tmp_path, *line, "--output", root, "--set", "workers=1")
        assert ended.status == 0, ended.err
        found.append(Measured.read(root))
    hundredth, tenth, whole = found
    foretold = plan(tenth.beside(hundredth), whole.manifest.counts["tokens"], N2, [1])
    assert sum(foretold.bytes.values()) == pytest.approx(sum(whole.bytes.values()), rel=0.15)
    # A program's tokens are spread widely: the mean of a few hundred is no better than this.
    assert foretold.programs == pytest.approx(whole.manifest.counts["programs"], rel=0.3)
