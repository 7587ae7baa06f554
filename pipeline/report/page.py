"""The page: `report.html`, one file without anything from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from pipeline.report import tree as state_tree
from pipeline.report.charts import bars, histogram
from pipeline.report.examples import Example
from pipeline.report.markup import Child, Markup, details, join, table, tag
from pipeline.report.survey import Rejections, Size, Survey, largest
from pipeline.shards.manifest import Manifest
from pipeline.shards.schema import SPLITS
from pipeline.style import STYLE
from tokenization.grammar import Role
from tracing.rejection import Reason
from tracing.states.tree import StateTree

_TITLE = "A neural debugger's dataset"
_DETAILS = 5  # of the most frequent ones of each reason
_FULL = 90  # percent of a row
_ROLES = tuple(role.name.lower() for role in Role)
_PADDING, _STATE = Role.PADDING.name.lower(), Role.STATE.name.lower()
_SHOWN_ROLES = ("structure", "start", "action", "state")
_FATES = {
    "repeated": "trajectories that the program had already, dropped",
    "without_start": "inverse trajectories that have no state to start on",
    "without_room": "documents or windows whose first prediction does not fit a row, dropped",
    "cut": "documents cut at the length of a row",
    "windows": "documents that go on where one was full",
    "unclassified": "programs whose syntax cannot be told, though the policy asks for it",
}


def page(
    manifest: Manifest,
    run: Mapping[str, Any],
    found: Survey,
    shown: Iterable[Example],
    tree: StateTree | None,
) -> str:
    """The whole page. `run` are the contents of `run.json`, empty where there is none."""
    sections = {
        "Overview": _overview(manifest, run, found),
        "Programs": _programs(manifest, found),
        "Rejected": _rejected(found.rejections),
        "States": _states(found),
        "Trajectories": _trajectories(manifest, found),
        "Tokens and rows": _tokens(manifest, found),
        "Largest programs": _largest(found),
        "A state tree": _tree(tree),
        "Documents": _documents(shown),
        "All numbers": _numbers(manifest, run),
    }
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", _TITLE),
        tag("style", Markup(STYLE)),
    )
    links = (tag("a", title, href=f"#{_anchor(title)}") for title in sections)
    whole = (_section(title, children) for title, children in sections.items())
    body = tag("body", tag("main", tag("h1", _TITLE), tag("nav", *links), *whole))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def flat(data: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    """All values of nested mappings and lists by dotted keys, as JSON writes them."""
    pairs: Iterable[tuple[object, object]] = ()
    if isinstance(data, Mapping):
        pairs = data.items()
    elif isinstance(data, (list, tuple)):
        pairs = enumerate(data)
    if not pairs or not data:
        text = data if isinstance(data, str) else orjson.dumps(data).decode()
        yield prefix.removesuffix("."), text
        return
    for key, value in pairs:
        yield from flat(value, f"{prefix}{key}.")


def _section(title: str, children: Iterable[Child]) -> Markup:
    return tag("section", tag("h2", title, id=_anchor(title)), *children)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _overview(manifest: Manifest, run: Mapping[str, Any], found: Survey) -> Iterator[Markup]:
    counts = manifest.counts
    names = ("programs", "traced", "events", "documents", "tokens", "rows")
    tiles = [(f"{counts[name]:,}", name) for name in names]
    tiles.append((f"{counts['fill']:.2%}", "filled"))
    yield tag("div", *(_tile(*tile) for tile in tiles), class_="tiles")
    yield table(
        ["split", "programs", "documents", "rows", "tokens", "tokens of states"],
        _splits(manifest, found),
    )
    told = [f"Rows of {manifest.format.sequence_length:,} tokens"]
    told += [f"Python {manifest.versions['python']}"]
    told += [f"isolation {run['isolation']}"] if "isolation" in run else []
    yield tag("p", "; ".join(told), ".")
    yield tag("p", "fingerprint ", tag("code", manifest.fingerprint))


def _splits(manifest: Manifest, found: Survey) -> Iterator[list[Child]]:
    for split in SPLITS:
        roles = found.roles[split]
        tokens = roles.total() - roles[_PADDING]
        rows = manifest.counts["rows_by_split"][split]
        programs, documents = found.programs.splits[split], found.documents.splits[split]
        yield [split, programs, documents, rows, tokens, roles[_STATE]]


def _tile(value: str, name: str) -> Markup:
    return tag("div", tag("b", value), tag("span", name), class_="tile")


def _programs(manifest: Manifest, found: Survey) -> Iterator[Markup]:
    counts = manifest.counts
    left = counts["programs"]
    funnel = {"in the corpus": left}
    for reason in _in_order(found.rejections):
        left -= found.rejections.reasons[reason]
        funnel[f"left after: {reason}"] = left
    funnel["traced and used"] = counts["traced"]
    yield bars("The funnel of programs, in the order of the work", funnel, counts["programs"])
    yield bars("How runs ended", dict(sorted(found.programs.outcomes.items())))
    yield bars("Functions and scripts", dict(sorted(found.programs.levels.items())))
    origins = sorted(found.programs.origins.items(), key=lambda item: (-item[1], item[0]))
    rows: list[list[Child]] = [
        [origin or "unknown", licence or "unknown", n] for (licence, origin), n in origins
    ]
    yield details("origins and licences", table(["origin", "licence", "programs"], rows))


def _in_order(found: Rejections) -> list[str]:
    return [str(reason) for reason in Reason if str(reason) in found.reasons]


def _rejected(found: Rejections) -> Iterator[Markup]:
    if not found.reasons:
        yield tag("p", "No program was rejected.")
        return
    yield bars("Reasons", dict(sorted(found.reasons.items(), key=lambda i: (-i[1], i[0]))))
    for reason in _in_order(found):
        common = sorted(found.details[reason].items(), key=lambda item: (-item[1], item[0]))
        frequent = table(["most frequent detail", "programs"], common[:_DETAILS])
        examples = [[item.program, item.detail] for item in found.examples[reason]]
        yield tag("h3", f"{reason}: {found.reasons[reason]:,}")
        yield frequent
        yield details("examples", table(["program", "detail"], examples))


def _states(found: Survey) -> Iterator[Markup]:
    yield histogram("Recorded events of a program", "events", found.programs.events)
    yield histogram("Deepest level of a program", "activations", found.programs.depths)


def _trajectories(manifest: Manifest, found: Survey) -> Iterator[Markup]:
    yield histogram("Length of a document", "tokens", found.documents.tokens)
    yield histogram("Actions of a document", "actions", found.documents.actions)
    yield histogram("How far an action leads", "states", found.programs.horizons)
    yield bars("Actions", dict(found.documents.kinds.most_common()))
    yield tag(
        "p",
        f"How far actions lead is counted on {found.programs.walked:,} programs chosen by a hash, "
        "without actions that lead to the exit; 0 is a step from a line's copy to the line itself.",
    )
    yield table(["what became of trajectories", "number"], _fates(manifest.counts))
    yield from _policies(manifest)


def _fates(counts: Mapping[str, Any]) -> Iterator[list[Child]]:
    """Everything that was drawn and everything that was not used, by name."""
    for direction, number in counts["trajectories"].items():
        yield [f"{direction} trajectories", number]
    yield from ([told, counts[name]] for name, told in _FATES.items())
    for split, groups in counts["left_out"].items():
        for group, left in groups.items():
            yield [f"left out by the mixture: documents of {split}, {group}", left["documents"]]
    yield ["documents in the rows", counts["documents"]]


def _policies(manifest: Manifest) -> Iterator[Markup]:
    """What each policy drew, where there are several."""
    policies: Mapping[str, Mapping[str, Any]] = manifest.counts.get("policies", {})
    if policies:
        columns = ("trajectories", "documents", "tokens")
        rows = [
            [name, *(drawn[column] for column in columns), f"{drawn['share']:.2%}"]
            for name, drawn in policies.items()
        ]
        yield table(["policy", *columns, "share of the tokens"], rows)


def _tokens(manifest: Manifest, found: Survey) -> Iterator[Markup]:
    roles = sum(found.roles.values(), Counter[str]())
    yield bars("Tokens by role, padding included", {role: roles[role] for role in _ROLES})
    length = manifest.format.sequence_length
    yield bars(f"Rows by their length without padding, of {length:,}", _fills(found))
    yield tag("p", "By default tokens of states alone learn.")
    rows: list[list[Child]] = [
        [role, *(found.roles[split][role] for split in SPLITS)] for role in _ROLES
    ]
    yield table(["role", *SPLITS], rows)


def _fills(found: Survey) -> dict[str, int]:
    """Rows by percents: each by itself where most rows should be, else ten together."""
    fills: Counter[int] = Counter()
    for percent, number in found.fills.items():
        fills[percent if percent >= _FULL else percent - percent % 10] += number
    return {
        f"{percent} %" if percent >= _FULL else f"{percent} to {percent + 9} %": number
        for percent, number in sorted(fills.items())
    }


def _largest(found: Survey) -> Iterator[Markup]:
    head = ["program", "events that happened", ""]
    yield table(head, _sizes(found.programs.longest))
    yield table(["program", "bytes of the trace, compressed", ""], _sizes(found.programs.largest))
    yield tag("p", "The time of single programs is not measured; events stand for it.")


def _sizes(sizes: list[Size]) -> list[list[Child]]:
    return [[size.program, size.value, size.detail] for size in largest(sizes)]


def _tree(tree: StateTree | None) -> Iterator[Markup]:
    if tree is None:
        yield tag("p", "No program has a tree of a size to be drawn.")
        return
    yield tag(
        "p",
        tag("code", tree.trace.program),
        ": each line is a state; below it, further right, stands what it called. Colours: ",
        *map(_kind, ("call", "line", "return", "exception")),
    )
    yield state_tree.drawn(tree)


def _kind(kind: str) -> Markup:
    return join([tag("span", class_=f"key k-{kind}"), f" {kind} "])


def _documents(shown: Iterable[Example]) -> Iterator[Markup]:
    roles = (join([tag("span", role, class_=f"r-{role}"), " "]) for role in _SHOWN_ROLES)
    yield tag("p", "Documents, without context, beside their programs. Colours: ", *roles)
    yield from map(_document, shown)


def _document(example: Example) -> Markup:
    lines = example.source.removesuffix("\n").split("\n")
    source = "\n".join(f"{number:>3}  {line}" for number, line in enumerate(lines, 1))
    runs = (
        tag("span", text.replace("<|frame_sep|>", "\n<|frame_sep|>"), class_=f"r-{role}")
        for role, text in example.runs
    )
    return tag(
        "article",
        tag("h3", f"{example.id} ({example.split})"),
        tag("div", tag("pre", source), tag("pre", *runs), class_="pair"),
    )


def _numbers(manifest: Manifest, run: Mapping[str, Any]) -> Iterator[Markup]:
    parts = {
        "counts": manifest.counts,
        "format": asdict(manifest.format),
        "versions": manifest.versions,
    }
    parts |= {"configuration": manifest.config, "run.json": run}
    for name, part in parts.items():
        yield details(name, table(["key", "value"], flat(part)))
    files: list[list[Child]] = [
        [entry.path, entry.rows, entry.bytes, entry.sha256] for entry in manifest.files
    ]
    yield details("files", table(["path", "rows", "bytes", "sha256"], files))
