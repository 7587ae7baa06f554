"""Several policies in one build: each draws its own, all by name, whatever their order."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.traces import call_tree_trace, recordings

from pipeline.config import NamedPolicy, TrajectoriesConfig, load
from pipeline.documents import Trajectories
from pipeline.inspecting import stored_documents
from pipeline.mixture import place_of
from pipeline.shards.manifest import NAME
from pipeline.shards.schema import SPLITS
from pipeline.strict import ConfigError
from tracing.states.tree import StateTree
from tracing.trajectories.biases import Horizons, SyntaxBias
from tracing.trajectories.policy import Policy
from tracing.trajectories.sample import Sampler
from tracing.trajectories.trajectory import Direction, parse_id, policy_of

POLICIES = {
    "paper": NamedPolicy(),
    "syntax": NamedPolicy(syntax=SyntaxBias()),
    "far": NamedPolicy(horizons=Horizons(share=1.0), inverse=0),
    "into-only": NamedPolicy(mixed_share=0.0, steps={"step_into": 1.0}, forward=1),
}
NAMES = st.lists(st.sampled_from(sorted(POLICIES)), min_size=1, unique=True)
TWO = "trajectories.policies={paper: {}, far: {horizons: {share: 1}, forward: 4, inverse: 1}}"
REVERSED = "trajectories.policies={far: {inverse: 1, forward: 4, horizons: {share: 1}}, paper: {}}"
SHARES = "mixture={by: [policy], shares: {paper: 0.8, far: 0.2}}"


def _drawn(trace, names, seed=0) -> dict[str, tuple]:
    config = TrajectoriesConfig(3, 2, policies={name: POLICIES[name] for name in names})
    found = {t.id: (t.start, t.activation, t.actions) for t in Trajectories(trace, config, seed)}
    assert len(found) <= sum(config.count(n, d) for n in names for d in Direction)
    return found


@given(recordings(), NAMES, st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_order_of_names_does_not_matter(recording, names, chance, seed) -> None:
    trace = recording.finish()
    found = _drawn(trace, names, seed)
    assert list(found) == list(_drawn(trace, chance.sample(names, len(names)), seed))
    assert {policy_of(name) for name in found} <= set(names)
    for direction in Direction:
        walks = [walk for name, walk in found.items() if parse_id(name)[1] == direction]
        assert len(set(walks)) == len(walks)
    # What comes before a name decides what is drawn again, what comes after it nothing.
    first = min(names)
    alone = _drawn(trace, [first], seed)
    assert alone == {name: walk for name, walk in found.items() if policy_of(name) == first}


def test_a_name_is_part_of_chance_and_an_id() -> None:
    tree = StateTree.of(call_tree_trace(300))
    by_name = {
        name: Sampler(tree, Policy(), Direction.FORWARD, 5, name).sample(0)
        for name in ("", "a", "b")
    }
    assert [t.id for t in by_name.values()] == ["p#forward.0", "p#forward.a.0", "p#forward.b.0"]
    assert len({t.actions for t in by_name.values()}) == 3
    for name, trajectory in by_name.items():
        for text in (trajectory.id, f"{trajectory.id}@2", trajectory._replace(activation=7).id):
            assert policy_of(text) == name
            assert parse_id(text) == ("p", Direction.FORWARD, 0)
    assert policy_of("a#b.c.d#inverse.0") == ""


@pytest.fixture(scope="module")
def model(built) -> str:
    return f"tokenizer.model={built.root / 'tokenizer' / 'tokenizer.model'}"


@pytest.fixture(scope="module")
def both(built, rebuild, model):
    return rebuild(built.folder, "policies", model, TWO, traces="out")


@pytest.fixture(scope="module")
def mixed(built, rebuild, model):
    return rebuild(built.folder, "policies_mixed", model, TWO, SHARES, traces="out")


def _lengths(root: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for document in stored_documents(root):
        found[document.split][document.id] = len(document.ids)
    return found


def test_what_is_counted_by_policy(call, both) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    programs = defaultdict(Counter)
    for document in stored_documents(both.root):
        name = policy_of(document.id)
        found[name].update(documents=1, tokens=len(document.ids))
        program, direction, _ = parse_id(document.id)
        programs[name, direction][program] += 1
    assert found.keys() == {"far", "paper"}
    most = {key: max(count.values()) for key, count in programs.items()}
    assert most == {
        ("far", "forward"): 4,
        ("far", "inverse"): 1,
        ("paper", "forward"): both.config.trajectories.forward,
        ("paper", "inverse"): both.config.trajectories.inverse,
    }
    counts = both.counts["policies"]
    for name, sizes in found.items():
        assert sizes.items() <= counts[name].items()
        assert counts[name]["share"] == pytest.approx(sizes["tokens"] / both.counts["tokens"], 1e-4)
    drawn = sum(both.counts["trajectories"].values())
    assert sum(count["trajectories"] for count in counts.values()) == drawn
    assert call("verify", both.root).status == 0
    share = f"{counts['far']['share']:.2%}"
    for name in ("README.md", "report.html"):
        assert share in (both.root / name).read_text()


def test_without_names_nothing_tells_of_policies(built) -> None:
    assert "policies" not in built.counts
    assert "policies" not in built.manifest.config["trajectories"]
    assert {policy_of(document.id) for document in stored_documents(built.root)} == {""}


def test_a_wrong_count_is_found(both, call, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in both.root.iterdir():
        if path.name != NAME:
            (copy / path.name).symlink_to(path.resolve())
    counts = orjson.loads(orjson.dumps(both.manifest.counts))
    counts["policies"]["far"]["tokens"] += 1
    replace(both.manifest, counts=counts).write(copy)
    wrong = call("verify", copy)
    assert wrong.status == 1
    assert f"not the {counts['policies']['far']['tokens']} of the manifest" in wrong.err


def test_a_build_has_the_shares(both, mixed) -> None:
    everything, kept = _lengths(both.root), _lengths(mixed.root)
    exact = {"paper": Fraction("0.8"), "far": Fraction("0.2")}
    for split in SPLITS:
        groups = {
            name: {d: n for d, n in everything[split].items() if policy_of(d) == name}
            for name in exact
        }
        total = min(sum(group.values()) / exact[name] for name, group in groups.items())
        for name, group in groups.items():
            here = {d: n for d, n in kept[split].items() if policy_of(d) == name}
            assert here.items() <= group.items()
            out = sorted(group.keys() - here.keys(), key=lambda d: place_of(d, mixed.config.seed))
            short = total * exact[name] - sum(here.values())
            assert 0 <= short < (group[out[0]] if out else 1)


def test_the_order_in_the_file_does_not_matter(built, mixed, rebuild, model) -> None:
    shares = "mixture={by: [policy], shares: {far: 0.2, paper: 0.8}}"
    options = (model, REVERSED, shares, "workers=2")
    other = rebuild(built.folder, "policies_reversed", *options, traces="out")
    assert other.manifest.fingerprint == mixed.manifest.fingerprint
    assert (other.root / NAME).read_bytes() == (mixed.root / NAME).read_bytes()


def test_a_policy_can_be_inspected(call, both) -> None:
    lines = call("inspect", both.root, "--policy", "far", "--format", "jsonl").out.splitlines()
    found = [json.loads(line) for line in lines]
    assert {document["policy"] for document in found} == {"far"}
    assert len(found) == both.counts["policies"]["far"]["documents"]
    page = call("inspect", both.root, "--policy", "far", "--format", "html").out
    assert "#forward.far." in page
    wrong = call("inspect", both.root, "--policy", "fat")
    assert wrong.status == 2
    assert "--policy: fat; no such policy there; the nearest is far" in wrong.err


def test_a_directory_without_names_says_so(call, built) -> None:
    wrong = call("inspect", built.root, "--policy", "far")
    assert "--policy: far; no such policy there; it names none" in wrong.err


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["trajectories.policies={a.b: {}}"], 'trajectories.policies.a.b: "a.b"; expected a name'),
        (
            ["trajectories.policies={a: {syntx: {}}}"],
            "trajectories.policies.a.syntx: {}; no such",
        ),
        (
            ["trajectories.policies={a: {mixed: {step_in: 1}}}"],
            "trajectories.policies.a: mixed: unknown action 'step_in'",
        ),
        (["trajectories.policies={a: {forward: -1}}"], "trajectories.policies.a.forward: -1; exp"),
        (
            ["trajectories.policies={a: {forward: 0, inverse: 0}}"],
            "trajectories.policies.a.forward: 0, as is inverse; expected",
        ),
        (
            ["trajectories={policies: {a: {}}, policy: {unvisited: 2}}"],
            "trajectories.policy: is given beside policies; expected one of the two",
        ),
        (["mixture={by: [policy], shares: {a: 1}}"], "mixture.by.0: policy; trajectories.policies"),
        (
            [TWO, "mixture={by: [policy], shares: {papr: 1}}"],
            "mixture.shares.papr: 1.0; no such policy; the nearest is paper",
        ),
        (
            [TWO, "mixture={by: [policy, direction], shares: {paper: 1}}"],
            "mixture.shares.paper: 1.0; expected a group of policy/direction",
        ),
        (
            ["trajectories.inverse=0", "mixture={shares: {forward: 0.5, inverse: 0.5}}"],
            "mixture.shares.inverse: 0.5; no such direction; the nearest is forward",
        ),
        (
            ["mixture={by: [entry, licence], shares: {functon/MIT: 1}}"],
            "mixture.shares.functon/MIT: 1.0; no such entry; the nearest is function",
        ),
    ],
)
def test_bad_policies_are_refused_at_once(tmp_path: Path, overrides, message) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("seed: 0")
    with pytest.raises(ConfigError) as caught:
        load(path, overrides)
    assert str(caught.value).startswith(message)


def test_free_values_may_have_slashes(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("seed: 0")
    config = load(path, ["mixture={by: [origin, direction], shares: {a/b/forward: 1}}"])
    assert config.mixture is not None
