"""Charts: histograms and bars as SVG, drawn by hand so that the same numbers give the same text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.report.markup import Markup, details, join, table, tag

_WIDTH, _HEIGHT = 530, 150  # of the plotted area, pixels
_TOP, _BOTTOM, _LEFT = 18, 34, 8
_BAR = 22  # height of a horizontal bar, pixels
_LABEL, _NUMBER = 205, 190  # width of the labels and of the numbers beside horizontal bars
_LONGEST = 28  # characters of such a label
_LABELS = 14  # below a histogram


def histogram(title: str, unit: str, series: Mapping[str, Mapping[int, int]]) -> Markup:
    """Several histograms over bins of powers of two (`survey.bin_of`), side by side in each bin,
    every one as shares of its own total."""
    series = {name: counts for name, counts in sorted(series.items()) if counts}
    if not series:
        return tag("p", f"{title}: none")
    bins = range(min(map(min, series.values())), max(map(max, series.values())) + 1)
    names = [_bin_name(number) for number in bins]
    columns = [[counts.get(number, 0) for number in bins] for counts in series.values()]
    rows = [[name, *numbers] for name, *numbers in zip(names, *columns, strict=True)]
    return tag(
        "figure",
        tag("figcaption", f"{title} ({unit}; share of each kind)"),
        _legend(series),
        _columns(names, columns),
        details("numbers", table([unit, *series], rows)),
    )


def bars(title: str, counts: Mapping[str, int], of: int | None = None) -> Markup:
    """Counts of names as horizontal bars, in the order given; `of` is what they are shares of, if
    it is not their sum."""
    total = sum(counts.values()) if of is None else of
    if not any(counts.values()):
        return tag("p", f"{title}: none")
    most = max(counts.values())
    drawn = [
        _bar(number, name, count, count / most, share_text(count, total))
        for number, (name, count) in enumerate(counts.items())
    ]
    height = _BAR * len(drawn)
    return tag("figure", tag("figcaption", title), _svg(_WIDTH + 2 * _LEFT, height, *drawn))


def share_text(part: int, whole: int) -> str:
    """A share as percent, in which neither something is told as nothing, nor a part as all."""
    text = f"{part / max(1, whole):.1%}"
    if text == "100.0%" and part < whole:
        return "over 99.9%"
    return "under 0.1%" if text == "0.0%" and part else text


def _bar(number: int, name: str, count: int, length: float, share: str) -> Markup:
    y = number * _BAR
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    width = max(1.0, length * (_WIDTH - _LABEL - _NUMBER)) if count else 0.0
    return tag(
        "g",
        tag("title", name),
        tag("text", short, x=_LABEL - 8, y=y + 15, text_anchor="end"),
        tag("rect", x=_LABEL, y=y + 4, width=width, height=_BAR - 8, class_="s0"),
        tag("text", f"{count:,} ({share})", x=_LABEL + width + 6, y=y + 15),
    )


def _columns(names: Sequence[str], columns: Sequence[Sequence[int]]) -> Markup:
    totals = [max(1, sum(column)) for column in columns]
    most = max(
        count / total for column, total in zip(columns, totals, strict=True) for count in column
    )
    step = _WIDTH / len(names)
    width = step * 0.84 / len(columns)
    drawn = []
    for series, (column, total) in enumerate(zip(columns, totals, strict=True)):
        for place, count in enumerate(column):
            height = _HEIGHT * count / total / most
            x, y = _LEFT + place * step + series * width, _TOP + _HEIGHT - height
            tip = tag("title", f"{names[place]}: {count:,} ({share_text(count, total)})")
            kind = f"s{series % 6}"
            drawn.append(tag("rect", tip, x=x, y=y, width=width, height=height, class_=kind))
    labels = [
        tag("text", names[place], x=_LEFT + (place + 0.42) * step, y=_TOP + _HEIGHT + 16)
        for place in range(0, len(names), -(-len(names) // _LABELS))
    ]
    lines = [_line(most, part) for part in (0.0, 0.5, 1.0)]
    group = tag("g", *labels, text_anchor="middle", class_="small")
    return _svg(_WIDTH + 2 * _LEFT, _TOP + _HEIGHT + _BOTTOM, *lines, *drawn, group)


def _line(most: float, part: float) -> Markup:
    """A line across the plotted area at a part of its height, with the share that it stands for."""
    y = _TOP + _HEIGHT * (1 - part)
    line = tag("line", x1=_LEFT, y1=y, x2=_LEFT + _WIDTH, y2=y, class_="axis")
    label = f"{most * part:.1%}" if part else ""  # the lowest is the axis
    return tag("g", line, tag("text", label, x=_LEFT + _WIDTH, y=y - 4, text_anchor="end"))


def _legend(names: Mapping[str, object]) -> Markup:
    entries = (
        join([tag("span", class_=f"key b{number % 6}"), f" {name} "])
        for number, name in enumerate(names)
    )
    return tag("div", *entries, class_="legend")


def _svg(width: int, height: int, *children: Markup) -> Markup:
    return tag("svg", *children, viewBox=f"0 0 {width} {height}", width=width, height=height)


def _bin_name(number: int) -> str:
    if number <= 1:
        return str(number)
    return f"{_short(1 << (number - 1))}+"


def _short(number: int) -> str:
    for unit, size in (("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)):
        if number >= size:
            return f"{number // size}{unit}"
    return str(number)
