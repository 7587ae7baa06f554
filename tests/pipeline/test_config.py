"""Configurations are read whole, or refused before any work with one clear line."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.vocabularies import CODE_WORLD_MODEL, tiktoken_model

from pipeline.config import Config, as_data, load
from pipeline.strict import ConfigError, plain, read

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.yaml"
    path.write_text("")
    return path


def test_an_empty_file_is_the_default(empty: Path) -> None:
    assert load(empty) == Config()


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_configurations_that_come_with_the_project_load(path: Path, tmp_path: Path) -> None:
    overrides = []
    if path == CODE_WORLD_MODEL:  # its ranks are not ours to ship
        pytest.importorskip("tiktoken")
        (tmp_path / "ranks").write_bytes(tiktoken_model().data)
        overrides = [f"tokenizer.model={tmp_path / 'ranks'}"]
    load(path, overrides)


def test_function_level_spells_out_every_key_and_keeps_the_papers_defaults() -> None:
    config = load(CONFIGS / "function_level.yaml")
    text = (CONFIGS / "function_level.yaml").read_text()
    assert all(f"{key}:" in text for key in _keys(plain(Config())))
    ours = replace(
        config,
        corpus=replace(config.corpus, splits=Config().corpus.splits),
        tokenizer=replace(config.tokenizer, vocabulary_size=Config().tokenizer.vocabulary_size),
    )
    assert ours == Config()


def _keys(data: object) -> set[str]:
    if not isinstance(data, dict):
        return set()
    return set(data).union(*(_keys(item) for item in data.values()))


def test_data_is_json_and_holds_all_but_the_workers() -> None:
    config = replace(Config(), workers=7)
    data = json.loads(json.dumps(as_data(config)))
    assert "workers" not in data
    assert read(Config, {**data, "workers": 7}) == config


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    corpus = tmp_path / "programs.jsonl"
    corpus.write_text("")
    path = tmp_path / "config.yaml"
    path.write_text("seed: 1\npacking: {sequence_length: 512}\ncorpus: {near_duplicates: null}\n")
    overrides = [
        "seed=2",
        "packing.rows_per_shard=3",
        "corpus.near_duplicates.threshold=1",
        "trajectories.policy={mixed_share: 0}",
        "corpus.carry=[a, b]",
    ]
    config = load(path, overrides, [str(corpus)])
    assert config.seed == 2
    assert (config.packing.sequence_length, config.packing.rows_per_shard) == (512, 3)
    assert config.corpus.near_duplicates is not None
    assert config.corpus.near_duplicates.threshold == 1.0
    assert config.trajectories.policy.mixed_share == 0.0
    assert config.corpus.carry == ("a", "b")
    assert config.corpus.paths == (str(corpus),)


def test_a_mapping_used_twice_is_changed_in_one_place_only(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "trajectories:\n  policy:\n    steps: &w {step_into: 1}\n    mixed: *w\n",
    )
    policy = load(path, ["trajectories.policy.steps.step_into=3"]).trajectories.policy
    assert policy.steps["step_into"] == 3
    assert policy.mixed["step_into"] == 1


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("tracing.limits.evnts=5", "tracing.limits.evnts: 5; no such key; the nearest is events"),
        ("sed=5", "sed: 5; no such key; the nearest is seed"),
        ("seed=five", 'seed: "five"; expected a whole number'),
        ("seed", '--set: "seed"; expected a.b=value'),
        ("a..b=1", '--set: "a..b=1"; expected a.b=value'),
        ("seed.x=1", "seed: 0; expected a mapping, to set x in it"),
        ("seed=[", "--set seed: line 1, column 2: "),
        ("workers=0", "workers: 0; expected at least 1"),
        ("packing.sequence_length=255", "packing.sequence_length: 255; expected 256 to 1048576"),
        ("packing.rows_per_shard=0", "packing.rows_per_shard: 0; expected at least 1"),
        ("tokenizer.vocabulary_size=3", "tokenizer.vocabulary_size: 3; expected 512 to 1048576"),
        ("tokenizer.sample_bytes=0", "tokenizer.sample_bytes: 0; expected at least 1"),
        ("tokenizer.model=/no/model", "tokenizer.model: /no/model: No such file or directory"),
        (
            "tokenizer.kind=tiktokn",
            'tokenizer.kind: "tiktokn"; expected one of sentencepiece, tiktoken, huggingface',
        ),
        ("tokenizer.kind=[]", "tokenizer.kind: []; expected one of sentencepiece, tik"),
        ("tokenizer=5", "tokenizer: 5; expected a mapping"),
        ("tokenizer.pattern=x", 'tokenizer.pattern: "x"; no such key; the nearest is'),
        ("tokenizer.markers={<|pad|>: 5}", "tokenizer.markers: given without a model"),
        ("tokenizer={kind: huggingface}", "tokenizer.model: is missing"),
        (
            "tokenizer={kind: huggingface, model: /no/json}",
            "tokenizer.model: /no/json: No such file or directory",
        ),
        (
            "tokenizer={kind: huggingface, model: x, markers: {<|pda|>: 1}}",
            'tokenizer.markers.<|pda|>: "<|pda|>"; expected one of 30 words, the nearest of which '
            "is <|pad|>",
        ),
        (
            "tokenizer={kind: huggingface, model: x, markers: {<|pad|>: -1}}",
            "tokenizer.markers.<|pad|>: -1; expected 0 to 4294967295",
        ),
        (
            "tokenizer={kind: huggingface, model: x, markers: {<|pad|>: 1, <|src_sep|>: 1}}",
            "tokenizer.markers.<|src_sep|>: 1; expected another id than that of <|pad|>",
        ),
        (
            "tokenizer={kind: tiktoken, model: x, pattern: x, markers: {<|pad|>: 1}}",
            "tokenizer.markers.<|begin_of_text|>: is missing",
        ),
        ("packing.pack=best", 'packing.pack: "best"; expected one of best_fit, none'),
        ("packing.long=lost", 'packing.long: "lost"; expected one of cut, windows'),
        ("packing.pad=1", "packing.pad: 1; expected true or false"),
        ("mixture={}", "mixture.shares: is missing"),
        ("mixture={shares: {a: 0.5}}", 'mixture.shares: {"a": 0.5}; expected a sum of 1'),
        ("mixture={shares: {}}", "mixture.shares: {}; expected a sum of 1"),
        ("mixture={shares: {a: 1.5, b: -0.5}}", "mixture.shares.b: -0.5; expected more than 0"),
        ("mixture={shares: {a: 1}, by: []}", "mixture.by: []; expected at least one attribute"),
        (
            "mixture={shares: {a: 1}, by: [directon]}",
            "mixture.by.0: directon; no such attribute, nor in corpus.carry; the nearest is "
            "direction",
        ),
        ("tracing.limits.memory=0", "tracing.limits.memory: 0; expected more than 0"),
        ("tracing.limits.never=9", "tracing.limits.never: 9; expected at least limits.events"),
        ("tracing.packages=[/no]", 'tracing.packages: "/no"; expected an existing directory'),
        ("trajectories.inverse=-1", "trajectories.inverse: -1; expected at least 0"),
        ("trajectories={forward: 0, inverse: 0}", "trajectories.forward: 0, as is inverse"),
        ("trajectories.policy.mixed={jump: 1}", "trajectories.policy: mixed: unknown action"),
        ("corpus.paths=[]", "corpus.paths: []; expected at least one"),
        ("corpus.paths=[no/*.jsonl]", "corpus.paths: no/*.jsonl: no such file"),
        ("corpus.decontaminate=[no.jsonl]", "corpus.decontaminate: no.jsonl: no such file"),
        (
            "corpus.fields={sauce: code}",
            'corpus.fields.sauce: "code"; no such field; nearest: source',
        ),
        ("corpus.carry=[a, a]", 'corpus.carry: ["a", "a"]; expected each name once'),
        ("corpus.calls_per_source=0", "corpus.calls_per_source: 0; expected at least 1, or null"),
        ("corpus.splits={train: 1, validation: 0}", "corpus.splits.test: is missing"),
        ("corpus.splits={train: 1, validation: 1, test: -1}", "corpus.splits.test: -1.0; exp"),
        (
            "corpus.splits={train: 1, validation: 1, test: 0}",
            'corpus.splits: {"train": 1.0, "validation": 1.0, "test": 0.0}',
        ),
        ("corpus.near_duplicates.threshold=2", "corpus.near_duplicates.threshold: 2.0; expected"),
        ("corpus.near_duplicates.permutations=1", "corpus.near_duplicates.permutations: 1; exp"),
        ("corpus.near_duplicates.shingle=0", "corpus.near_duplicates.shingle: 0; expected"),
    ],
)
def test_bad_configuration(empty: Path, override: str, message: str) -> None:
    empty.write_text("seed: 0")
    with pytest.raises(ConfigError) as caught:
        load(empty, [override])
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"seed: 1\npacking: {}\nseed: 2\n", "line 3, column 1: the key seed stands twice"),
        (b"packing: {rows_per_shard: 1, rows_per_shard: 1}", "the key rows_per_shard stands twice"),
        (b"seed: [1", "line 1, column 9: expected"),
        (b"seed: \xff", "not YAML"),
        (b"a: !!python/object:os.system {}", "could not determine a constructor"),
        (b"just text", "expected keys such as corpus"),
        (b"{[1]: 2}", "unhashable"),
    ],
)
def test_bad_yaml(empty: Path, text: bytes, message: str) -> None:
    empty.write_bytes(text)
    with pytest.raises(ConfigError) as caught:
        load(empty)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: No such file"):
        load(tmp_path / "none.yaml")


def test_a_vocabulary_must_have_more_ids_than_are_named(tmp_path: Path) -> None:
    small = "tokenizer.vocabulary_size=128100"
    message = "tokenizer.vocabulary_size: 128100; expected more than 128128, the highest id"
    with pytest.raises(ConfigError, match=message):
        load(CODE_WORLD_MODEL, [small])


def test_a_missing_tokenizer_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "tiktoken" and real(name))
    with pytest.raises(ConfigError, match=r"tokenizer.kind: tiktoken; needs tiktoken, .* `tiktok"):
        load(CODE_WORLD_MODEL)


def test_a_missing_library_is_named(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda n: n != "datasketch" and real(n))
    with pytest.raises(ConfigError, match=r"corpus.near_duplicates: .* the extra `minhash`"):
        load(empty, ["corpus.near_duplicates={}"])
