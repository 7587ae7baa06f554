"""Selection keeps the same programs in whatever order they come, and says why not the others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus.candidate import Candidate, Key
from pipeline.corpus.config import CorpusConfig, NearDuplicates
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.select import same_id, select, select_all, sketch_of
from tracing.program import Program
from tracing.rejection import Reason

CONFIG = CorpusConfig()


class Plain(Normaliser):
    """Normal forms without a process: white space does not count."""

    def normal(self, source: str) -> str:
        return "".join(source.split())

    call = normal


def _reasons(
    programs: Sequence[Program], config: CorpusConfig = CONFIG, *listed: str
) -> dict[str, str]:
    """Each program's id, with the reason and detail of its rejection or "" where it is kept."""
    kept, rejected = select_all(programs, config, Plain(), listed)
    assert len(kept) + len(rejected) == len(programs)
    reasons = {item.program: f"{item.reason}: {item.detail}" for item in rejected}
    return reasons | {member.program.id: "" for member in kept}


def test_the_same_call_of_the_same_source_is_one_program() -> None:
    programs = [
        Program("b", "x  = 1", "f", "1,2"),
        Program("a", "x = 1", "f", "1, 2"),
        Program("c", "x = 1", "f", "1, 3"),
        Program("d", "x = 1", "g", "1, 2"),
        Program("e", "x = 1", "f", "1, 2", "stdin"),
        Program("f", "x = 2", "f", "1, 2"),
        Program("g", "x = 1"),
    ]
    reasons = _reasons(programs)
    assert reasons.pop("b") == "duplicate: of a"
    assert set(reasons.values()) == {""}


def test_one_id_is_one_content() -> None:
    programs = [Program("a", f"x = {k}") for k in range(5)]
    kept, rejected = select_all(programs, CONFIG, Plain())
    assert len(kept) == 1
    assert {(it.program, it.reason) for it in rejected} == {("a", Reason.DUPLICATE_ID)}


def test_a_copy_under_the_same_id_is_a_duplicate() -> None:
    kept, rejected = select_all([Program("a", "x"), Program("a", "x")], CONFIG, Plain())
    assert len(kept) == 1
    assert [(it.reason, it.detail) for it in rejected] == [(Reason.DUPLICATE, "of a")]


def test_licences() -> None:
    programs = [
        Program("a", "x", licence="GPL"),
        Program("b", "x", licence="MIT"),
        Program("c", "y"),
        Program("d", "z", licence="MIT"),
    ]
    reasons = _reasons(programs, replace(CONFIG, licences=("MIT",)))
    assert reasons == {"a": "licence: GPL", "b": "", "c": "licence: none is given", "d": ""}


def test_listed_sources() -> None:
    programs = [Program("a", "x  y"), Program("b", "xy", "f"), Program("c", "z")]
    reasons = _reasons(programs, CONFIG, "xy")
    assert reasons["c"] == ""
    assert reasons["a"] == reasons["b"] == "decontaminated: its source is listed"


def test_calls_of_one_source_are_capped() -> None:
    programs = [Program(f"p{k}", "x", "f", str(k)) for k in range(9)]
    programs += [Program("q", "y")]
    reasons = _reasons(programs, replace(CONFIG, calls_per_source=3))
    assert sorted(reasons.values())[4:] == ["call cap: 3 of the 9 calls of its source are used"] * 6


NEAR = replace(CONFIG, near_duplicates=NearDuplicates(threshold=0.7, shingle=2))
LONG = " ".join(f"word{k}" for k in range(80))


def test_near_duplicates_leave_out_the_whole_source() -> None:
    pytest.importorskip("datasketch")
    other = " ".join(f"thing{k}" for k in range(80))
    programs = [
        Program("b", LONG + " zzz"),
        Program("a", LONG, "f", "1"),
        Program("c", LONG, "f", "2"),
        Program("d", other),
    ]
    reasons = _reasons(programs, NEAR)
    assert reasons == {"a": "", "b": "near duplicate: of a", "c": "", "d": ""}


def test_what_is_not_allowed_leaves_no_near_duplicate_out() -> None:
    pytest.importorskip("datasketch")
    programs = [Program("a", LONG, licence="GPL"), Program("b", LONG + " zzz", licence="MIT")]
    reasons = _reasons(programs, replace(NEAR, licences=("MIT",)))
    assert reasons == {"a": "licence: GPL", "b": ""}


programs = st.lists(
    st.builds(
        Program,
        id=st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]),
        source=st.sampled_from(["x", " x", "y", "y ", "z", LONG, LONG + " 1", LONG + " 2"]),
        entry=st.sampled_from([None, "f"]),
        args=st.sampled_from(["", "1", "1 "]),
        stdin=st.sampled_from(["", "s"]),
        licence=st.sampled_from(["", "MIT", "GPL"]),
        extra=st.sampled_from([(), (("n", "1"),)]),
    ),
    max_size=20,
)
configs = st.builds(
    CorpusConfig,
    licences=st.none() | st.just(("MIT", "")),
    calls_per_source=st.none() | st.integers(1, 3),
    near_duplicates=st.none() | st.just(NEAR.near_duplicates),
)


@settings(deadline=None)
@given(programs, configs, st.sets(st.sampled_from(["x", "y"])), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_nothing_is_lost(
    programs: list[Program], config: CorpusConfig, listed: set[str], chance: random.Random
) -> None:
    kept, rejected = select_all(programs, config, Plain(), listed)
    shuffled = chance.sample(programs, len(programs))
    assert select_all(shuffled, config, Plain(), listed) == (kept, rejected)
    ids = [member.program.id for member in kept]
    assert len(set(ids)) == len(ids)
    assert sorted([*ids, *(it.program for it in rejected)]) == sorted(it.id for it in programs)


@settings(deadline=None)
@given(programs, configs)
def test_what_is_kept_is_kept_again(programs: list[Program], config: CorpusConfig) -> None:
    config = replace(config, near_duplicates=None)
    kept, _ = select_all(programs, config, Plain())
    assert select_all([member.program for member in kept], config, Plain()) == (kept, [])


@settings(deadline=None)
@given(programs, st.randoms(use_true_random=False))
def test_the_steps_on_one_group_do_not_see_its_order(
    programs: list[Program], chance: random.Random
) -> None:
    config = replace(CONFIG, calls_per_source=2)
    group = [_key(replace(program, source="x")) for program in programs]
    shuffled = chance.sample(group, len(group))
    assert select(group, config) == select(shuffled, config)
    for name in {key.program for key in group}:
        ours, theirs = ([key for key in keys if key.program == name] for keys in (group, shuffled))
        assert same_id(ours) == same_id(theirs)


def test_a_source_is_known_by_its_least_program() -> None:
    pytest.importorskip("datasketch")
    group = [_key(Program(name, f"{LONG} {name}"), NEAR.near_duplicates) for name in "cab"]
    assert sketch_of(group) == sketch_of([group[1]]) != sketch_of([group[0]])


def test_keys_differ_in_whatever_is_kept_of_a_program() -> None:
    program = Program("a", "x", "f", "1", "in", "MIT", "there", (("n", "1"),))
    others = {
        "id": "b",
        "source": "y",
        "entry": None,
        "args": "2",
        "stdin": "",
        "licence": "GPL",
        "origin": "elsewhere",
        "extra": (("n", "2"),),
    }
    orders = [_key(replace(program, **{name: other})).order for name, other in others.items()]
    assert len({_key(program).order, *orders}) == 1 + len(others)


def _key(program: Program, near: NearDuplicates | None = None) -> Key:
    return Key.of(Candidate.of(program, Plain()), 0, 0, near)
