"""Charts: histograms and bars as SVG, drawn by hand so that the same numbers give the same text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.report.markup import Markup, details, join, table, tag

_WIDTH, _HEIGHT = 530, 150  # of the plotted area, pixels
_TOP, _BOTTOM, _LEFT = 18, 34, 8
_BAR = 22  # height of a horizontal bar, pixels
_LABEL, _NUMBER = 190, 110  # width of the labels and of the numbers beside horizontal bars
_LONGEST = 28  # characters of such a label


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
        _bar(number, name, count, count / most, count / total)
        for number, (name, count) in enumerate(counts.items())
    ]
    height = _BAR * len(drawn)
    return tag("figure", tag("figcaption", title), _svg(_WIDTH + 2 * _LEFT, height, *drawn))


def _bar(number: int, name: str, count: int, length: float, share: float) -> Markup:
    y = number * _BAR
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    width = max(1.0, length * (_WIDTH - _LABEL - _NUMBER))
    return tag(
        "g",
        tag("title", name),
        tag("text", short, x=_LABEL - 8, y=y + 15, text_anchor="end"),
        tag("rect", x=_LABEL, y=y + 4, width=width, height=_BAR - 8, class_="s0"),
        tag("text", f"{count:,} ({share:.1%})", x=_LABEL + width + 6, y=y + 15),
    )


def _columns(names: Sequence[str], columns: Sequence[Sequence[int]]) -> Markup:
    shares = [[count / max(1, sum(column)) for count in column] for column in columns]
    most = max(max(column) for column in shares)
    step = _WIDTH / len(names)
    width = step * 0.84 / len(columns)
    drawn = []
    for series, column in enumerate(shares):
        for place, share in enumerate(column):
            height = _HEIGHT * share / most
            x, y = _LEFT + place * step + series * width, _TOP + _HEIGHT - height
            tip = tag("title", f"{names[place]}: {columns[series][place]:,} ({share:.1%})")
            drawn.append(
                tag("rect", tip, x=x, y=y, width=width, height=height, class_=f"s{series % 6}")
            )
    labels = [
        tag("text", name, x=_LEFT + (place + 0.42) * step, y=_TOP + _HEIGHT + 16)
        for place, name in enumerate(names)
    ]
    base = _TOP + _HEIGHT
    axis = tag("line", x1=_LEFT, y1=base, x2=_LEFT + _WIDTH, y2=base, class_="axis")
    scale = tag("text", f"{most:.0%}", x=_LEFT + 10, y=12)
    group = tag("g", *labels, text_anchor="middle", class_="small")
    return _svg(_WIDTH + 2 * _LEFT, _TOP + _HEIGHT + _BOTTOM, scale, *drawn, axis, group)


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
