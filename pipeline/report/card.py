"""The card: `README.md`, as the Hugging Face hub reads it. It does not depend on the machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from pipeline.report.markup import visible
from pipeline.report.survey import Survey
from pipeline.shards.manifest import Manifest
from pipeline.shards.schema import REJECTED, SPLITS, TRACES

_HUB = (  # the licences that the hub knows by name, of those that code has most often
    "apache-2.0 mit bsd-2-clause bsd-3-clause isc unlicense mpl-2.0 gpl-2.0 gpl-3.0 lgpl-2.1 "
    "lgpl-3.0 agpl-3.0 cc0-1.0 cc-by-4.0 cc-by-sa-4.0 cc-by-nc-4.0 zlib wtfpl artistic-2.0 "
    "epl-2.0 bsl-1.0"
).split()
_SIZES = [(10**k, name) for k, name in enumerate(("1K", "10K", "100K", "1M", "10M", "100M"), 3)]
_TITLE = "A neural debugger's dataset"
_ATTRIBUTIONS = 1000  # origins that are named; the trace store has them all
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")


def card(manifest: Manifest, found: Survey) -> str:
    """The whole card."""
    front = yaml.safe_dump(_metadata(manifest, found), sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n" + "\n".join(_lines(manifest, found)) + "\n"


def _metadata(manifest: Manifest, found: Survey) -> dict[str, Any]:
    licences = sorted({licence_id(licence) for licence, _ in found.programs.origins})
    return {
        "pretty_name": _TITLE,
        "license": licences or ["unknown"],
        "task_categories": ["text-generation"],
        "language": ["code"],
        "tags": ["code", "python", "debugging", "execution-traces", "arrow"],
        "size_categories": [_size(manifest.counts["rows"])],
        "configs": list(_configs(manifest)),
    }


def _configs(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """The rows, where the empty splits are left out (the hub's library takes no empty file); the
    traces and the rejected programs under names of their own."""
    rows = manifest.counts["rows_by_split"]
    files = [{"split": s, "path": f"{s}/data-*.arrow"} for s in SPLITS if rows[s]]
    yield {"config_name": "rows", "default": True, "data_files": files}
    for folder in (TRACES, REJECTED):
        if any(entry.rows for entry in manifest.files_in(folder)):
            files = [{"split": folder, "path": f"{folder}/data-*.arrow"}]
            yield {"config_name": folder, "data_files": files}


def licence_id(licence: str) -> str:
    """A licence by the hub's name for it: `other` where it has none, `unknown` if untold."""
    text = licence.strip().lower()
    return text if text in _HUB else "other" if text else "unknown"


def _size(rows: int) -> str:
    below = "0"
    for most, name in _SIZES:
        if rows < most:
            return f"n<{name}" if below == "0" else f"{below}<n<{name}"
        below = name
    return f"n>{below}"


def _lines(manifest: Manifest, found: Survey) -> Iterator[str]:
    counts, form = manifest.counts, manifest.format
    yield f"# {_TITLE}"
    yield ""
    yield "Runs of Python programs as trajectories of debugger actions, forwards and backwards, in"
    yield "the language of “Towards a Neural Debugger for Python” (arXiv 2603.09951), tokenized and"
    yield "packed. `report.html` shows what is in it, `manifest.json` how it was made."
    yield ""
    yield f"- {counts['traced']:,} programs of {counts['programs']:,}, {counts['events']:,} events"
    drawn = ", ".join(f"{number:,} {kind}" for kind, number in counts["trajectories"].items())
    yield f"- {counts['documents']:,} documents ({drawn} trajectories), {counts['cut']:,} cut"
    for name, drawn in counts.get("policies", {}).items():
        share = f"{drawn['tokens']:,} tokens ({drawn['share']:.2%})"
        yield f"- policy {_plain(name)}: {drawn['documents']:,} documents, {share}"
    yield f"- {counts['tokens']:,} tokens in {counts['rows']:,} rows of {form.sequence_length:,}"
    yield f"- fingerprint `{manifest.fingerprint}`"
    yield ""
    yield "| split | rows |"
    yield "|---|---:|"
    yield from (f"| {split} | {rows:,} |" for split, rows in counts["rows_by_split"].items())
    yield ""
    yield from _fields()
    yield from _rejected(found)
    yield from _attributions(found)


def _fields() -> Iterator[str]:
    yield "A row has `input_ids`, `roles` of the tokens (0 padding, 1 structure, 2 context, 3"
    yield "action, 4 state, 5 start), `document_lengths`, and `documents`, their ids. The model of"
    yield "the tokenizer is in `tokenizer/`. `datasets.load_from_disk` and `datasets.load_dataset`"
    yield "both read the directory; the second also has the configurations `traces` and `rejected`."
    yield ""


def _rejected(found: Survey) -> Iterator[str]:
    reasons = found.rejections.reasons
    if reasons:
        yield "## Rejected programs"
        yield ""
        yield "| reason | programs |"
        yield "|---|---:|"
        yield from (f"| {reason} | {number:,} |" for reason, number in sorted(reasons.items()))
        yield ""


def _attributions(found: Survey) -> Iterator[str]:
    origins = found.programs.origins
    licences: Counter[str] = Counter()
    for (licence, _), number in origins.items():
        licences[licence] += number
    yield "## Licences and attributions"
    yield ""
    yield "The documents quote the programs, which stay under the licences of their authors."
    yield ""
    yield "| licence | programs |"
    yield "|---|---:|"
    ordered = sorted(licences.items(), key=lambda item: (-item[1], item[0]))
    yield from (f"| {_plain(licence) or 'unknown'} | {number:,} |" for licence, number in ordered)
    yield ""
    yield "| origin | licence | programs |"
    yield "|---|---|---:|"
    known = sorted(origins.items(), key=lambda item: (-item[1], item[0]))
    for (licence, origin), number in known[:_ATTRIBUTIONS]:
        yield f"| {_plain(origin) or 'unknown'} | {_plain(licence) or 'unknown'} | {number:,} |"
    if len(known) > _ATTRIBUTIONS:
        yield ""
        yield f"{len(known) - _ATTRIBUTIONS:,} more; `traces` names the origin of every program."


def _plain(text: str) -> str:
    """A text that means nothing to Markdown and stays on its line."""
    return _SPECIAL.sub(r"\\\1", visible(" ".join(text.split())))
