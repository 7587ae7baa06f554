"""Inverse steps: files merged by ranges, and rows that say what a dictionary says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.audit.follow import Document
from support.audit.run import judge, record
from support.audit.scope import activation_of
from support.small_corpus import records

from pipeline import inverse_steps
from pipeline.inspecting import inspect, stored_documents, vocabulary_in
from pipeline.inverse_steps import merge_steps, write_steps
from pipeline.shards.manifest import Manifest
from pipeline.verifying import verify

NUMBERS = st.integers(0, 3) | st.integers(2**64 - 3, 2**64 - 1)
OPTIONS = (
    "trajectories.policy.syntax={}",
    "trajectories.policy.horizons={}",
    "trajectories.policy.entries={}",
    "trajectories.policy.unvisited=3",
    "trajectories.policy.line_starts=0.3",
    "trajectories.inverse_steps=true",
    "trajectories.forward=4",
    "trajectories.inverse=4",
)


@given(st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12), max_size=4), st.integers(1, 9))
def test_keys_are_those_of_one_dictionary(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[int, int]]], at_once: int
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    answers: dict[int, set[int]] = {}
    for found in files:
        write_steps(folder, [np.array(found, np.uint64).reshape(-1, 2)])
        for key, answer in found:
            answers.setdefault(key, set()).add(answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverse_steps, "_AT_ONCE", at_once)
        keys = merge_steps(folder).tolist()
    assert keys == sorted(key for key, several in answers.items() if len(several) > 1)


@pytest.fixture(scope="module")
def everything(built, rebuild):
    """The traces of the small corpus with every option."""
    return rebuild(built.folder, "everything", *OPTIONS, traces="out")


def test_a_directory_with_every_option_is_whole(everything) -> None:
    assert list(verify(everything.root, 10_000)) == []
    assert everything.counts["walks"]["forward"]["sampled_entries"] > 0


def test_rows_are_the_documents(everything) -> None:
    rows = []
    for entry in Manifest.read(everything.root).files_in("inverse"):
        with pa.ipc.open_stream(everything.root / entry.path) as stream:
            rows += stream.read_all().to_pylist()
    names = {d.id for d in stored_documents(everything.root) if "#inverse." in d.id}
    assert {row["document"] for row in rows} == names
    counts = everything.counts["inverse_steps"]
    assert counts["judged"] == sum(row["actions"] for row in rows)
    assert counts["ambiguous"] == sum(len(row["ambiguous"]) for row in rows) > 0
    assert counts["checkable"] == sum(len(row["checkable"]) for row in rows) > 0


def test_an_independent_reading_finds_every_document_right(everything) -> None:
    vocabulary = vocabulary_in(everything.root)
    programs = {row.get("id"): row for row in reversed(list(records()))}  # the first counts
    recordings, wrong, seen = {}, [], 0
    for stored in stored_documents(everything.root):
        found = inspect(stored, vocabulary)
        if found.program not in recordings:
            recordings[found.program] = record(programs[found.program])
        document = Document(
            found.program, found.direction, found.trajectory, found.complete, found.text
        )
        wrong.append(judge(recordings[found.program], document, line_starts=True))
        seen += activation_of(found.trajectory) > 0
    assert [mismatch for mismatch in wrong if mismatch is not None] == []
    assert seen > 10


def test_the_reading_sees_what_is_wrong_with_a_scope() -> None:
    source = "def g(x):\n    return x\n\ndef f(x):\n    return g(x)\n"
    recording = record({"source": source, "entry": "f", "args": "1"})
    code = "<|begin_of_text|><|trace_context_start|>def g(x):\n    return x\n"
    call = '<|frame_sep|><|call_sep|><|src_sep|>def g(x):<|arg_sep|>{"x": "1"}'
    end = "<|frame_sep|><|exit_normal|><|trace_end|><|end_of_text|>"
    text = f"{code}{call}<|action_sep|><|continue|>{end}"

    def is_right(name: str, text: str) -> bool:
        return judge(recording, Document("p", "forward", f"p#{name}", True, text)) is None

    assert is_right("forward.0:2", text)
    assert not is_right("forward.0:1", text)
    assert not is_right("forward.0:9", text)
    assert not is_right("forward.0", text)
    assert not is_right("forward.0:2", text.replace("normal", "error"))
    assert not is_right("forward.0:2", text.replace("_start|>", "_start|>\n"))
