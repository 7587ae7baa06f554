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
from pipeline.style import STYLE
from tracing.rejection import Reason
from tracing.states.tree import StateTree

_TITLE = "A neural debugger's dataset"
_DETAILS = 5  # of the most frequent ones of each reason


def page(
    manifest: Manifest,
    run: Mapping[str, Any],
    found: Survey,
    shown: Iterable[Example],
    tree: StateTree | None,
) -> str:
    """The whole page. `run` are the contents of `run.json`, empty where there is none."""
    sections = [
        _section("Overview", *_overview(manifest)),
        _section("Programs", *_programs(manifest, found)),
        _section("Rejected", *_rejected(found.rejections)),
        _section("States", *_states(found)),
        _section("Trajectories", *_trajectories(found), *_policies(manifest)),
        _section("Tokens and rows", *_tokens(found)),
        _section("Largest programs", *_largest(found)),
        _section("A state tree", *_tree(tree)),
        _section("Documents", *map(_document, shown)),
        _section("All numbers", *_numbers(manifest, run)),
    ]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", _TITLE),
        tag("style", Markup(STYLE)),
    )
    body = tag("body", tag("main", tag("h1", _TITLE), *sections))
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


def _section(title: str, *children: Child) -> Markup:
    return tag("section", tag("h2", title), *children)


def _overview(manifest: Manifest) -> Iterator[Markup]:
    counts = manifest.counts
    names = ("programs", "traced", "events", "documents", "tokens", "rows")
    tiles = [(f"{counts[name]:,}", name) for name in names]
    tiles.append((f"{counts['fill']:.2%}", "filled"))
    yield tag("div", *(_tile(*tile) for tile in tiles), class_="tiles")
    yield tag("p", "fingerprint ", tag("code", manifest.fingerprint))


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
    yield bars("Levels", dict(sorted(found.programs.levels.items())))
    yield bars("Programs by split", dict(sorted(found.programs.splits.items())))
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


def _trajectories(found: Survey) -> Iterator[Markup]:
    yield histogram("Length of a document", "tokens", found.documents.tokens)
    yield histogram("Actions of a document", "actions", found.documents.actions)
    yield histogram("How far an action leads", "states", found.programs.horizons)
    yield tag(
        "p",
        f"The last from {found.programs.walked:,} programs chosen by a hash; without "
        "actions that lead to the exit.",
    )
    yield bars("Actions", dict(found.documents.kinds.most_common()))
    yield bars("Documents by split", dict(sorted(found.documents.splits.items())))


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


def _tokens(found: Survey) -> Iterator[Markup]:
    roles: Counter[str] = Counter()
    for counts in found.roles.values():
        roles.update(counts)
    yield bars("Tokens by role, padding included", dict(roles))
    splits = sorted(found.roles)
    yield table(
        ["role", *splits], [[role, *(found.roles[s][role] for s in splits)] for role in roles]
    )
    fills = {f"{percent} %": number for percent, number in sorted(found.fills.items())}
    yield bars("Rows by how much of them is filled", fills)


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
        ": each line a state; what hangs below it it called. Colours: ",
        *map(_kind, ("call", "line", "return", "exception")),
    )
    yield state_tree.drawn(tree)


def _kind(kind: str) -> Markup:
    return join([tag("span", class_=f"key k-{kind}"), f" {kind} "])


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
