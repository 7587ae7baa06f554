"""Sources to stay away from are all read, or the build does not begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.corpus.decontaminate import listed_sources
from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.records import CorpusError


def test_only_the_source_is_needed(tmp_path: Path, normaliser: Normaliser) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text(
        "\n".join(json.dumps(line) for line in ({"source": "x=1"}, {"source": "(", "id": 5}))
    )
    normals = listed_sources([str(path)], normaliser)
    assert normals == {normaliser.normal("x = 1  # same"), normaliser.normal("(\n")}


@pytest.mark.parametrize("line", ["{}", "[", '{"source": 1}', '{"code": "x"}'])
def test_nothing_is_skipped(tmp_path: Path, normaliser: Normaliser, line: str) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text('{"source": "x"}\n' + line)
    with pytest.raises(CorpusError, match=r"list.jsonl: record 2 has no source"):
        listed_sources([str(path)], normaliser)
