"""What lies in a directory, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

# What was measured, and the checksums of the corpus: the files that differ between runs.
MEASURED = ("run.json", "report.html", "stores/candidates.json", "stores/programs.json")


def digests(root: Path) -> dict[str, str]:
    """Every file and folder below a directory but MEASURED, with what tells its content."""
    return {
        path.relative_to(root).as_posix(): _digest(path)
        for path in sorted(root.rglob("*"))
        if path.relative_to(root).as_posix() not in MEASURED
    }


def changed_manifest(root: Path, *keys: str | int, value: object) -> None:
    """Put a value into a directory's manifest and make its fingerprint right again."""
    path = root / "manifest.json"
    content = json.loads(path.read_bytes())
    del content["fingerprint"]
    place = content
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps({"fingerprint": fingerprint, **content}))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
