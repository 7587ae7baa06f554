"""Sources to stay away from."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.corpus.normalise import Normaliser
from pipeline.corpus.records import CorpusError, Fault, expand, records


def listed_sources(paths: Sequence[str], normaliser: Normaliser) -> frozenset[str]:
    """The normal forms of all sources in corpus files, whose records need nothing but `source`.

    Raises CorpusError: a file or one of its records cannot be read. Nothing is skipped here, for
    what a list of benchmarks loses is trained on.
    """
    normals = set()
    for path in expand(paths):
        for number, record in records(path, {"source"}):
            source = None if isinstance(record, Fault) else record.get("source")
            if not isinstance(source, str):
                raise CorpusError(f"{path}: record {number} has no source")
            normals.add(normaliser.normal(source))
    return frozenset(normals)
