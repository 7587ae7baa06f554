"""Write: the report and the card of a finished directory."""

from __future__ import annotations

from typing import Any

import orjson

from pipeline.report.card import card
from pipeline.report.examples import drawn_tree, examples
from pipeline.report.page import page
from pipeline.report.survey import survey
from pipeline.shards.manifest import CARD, REPORT, Manifest, ManifestError
from pipeline.shards.places import Place
from pipeline.shards.writer import write_bytes

RUN = "run.json"


def write_report(root: Place) -> tuple[Place, Place]:
    """Make `report.html` and `README.md`, or make them again; their paths.

    Raises ManifestError, DamagedFileError.
    """
    manifest, run = Manifest.read(root), _run(root / RUN)
    found = survey(root, manifest)
    text = page(manifest, run, found, examples(root), drawn_tree(root))
    write_bytes(root, REPORT, text.encode())
    write_bytes(root, CARD, card(manifest, found).encode())
    return root / REPORT, root / CARD


def _run(path: Place) -> dict[str, Any]:
    """What was measured; nothing where the file was taken away."""
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, orjson.JSONDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read: {error}") from error
    return found
