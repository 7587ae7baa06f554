"""The page in a browser: without errors, and readable on a laptop's screen. Skipped where there is
no Chromium."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.charts import bars, histogram
from pipeline.style import STYLE
from tracing.rejection import Reason

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1366, 768
# What is wrong with what is seen, as the text of a last element.
LOOK = """
const wrong = [], wide = document.documentElement.scrollWidth;
const box = element => element.getBoundingClientRect();
if (wide > innerWidth) wrong.push(`the page is ${wide} pixels wide`);
for (const section of document.querySelectorAll("section"))
  if (box(section).height < 60) wrong.push(`empty: ${section.textContent}`);
for (const cell of document.querySelectorAll("td, th, figcaption, summary, .tile"))
  if (cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth)
    wrong.push(`cut off: ${cell.textContent}`);
for (const svg of document.querySelectorAll("figure svg")) {
  const texts = [...svg.querySelectorAll("text")].filter(text => box(text).width);
  for (const text of texts) {
    const [inner, outer] = [box(text), box(svg)];
    if (inner.left < outer.left - 1 || inner.right > outer.right + 1
        || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1)
      wrong.push(`outside its chart: ${text.textContent}`);
    for (const other of texts) {
      const beside = box(other);
      if (text !== other && inner.left < beside.right && beside.left < inner.right
          && inner.top + 2 < beside.bottom && beside.top + 2 < inner.bottom)
        wrong.push(`on another: ${text.textContent}, ${other.textContent}`);
    }
  }
}
const found = document.createElement("output");
found.textContent = JSON.stringify([innerWidth, wrong]);
document.body.append(found);
"""


def seen(page: str, folder: Path) -> tuple[list[Any], list[str]]:
    """What is wrong with a page's looks, and what the browser says of it."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip("there is no Chromium")
    path = folder / "page.html"
    path.write_text(page.replace("</body>", f"<script>{LOOK}</script></body>"))
    options = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    line = [browser, *options.split(), "--enable-logging=stderr", f"--user-data-dir={folder / 'd'}"]
    line += [f"--window-size={WIDTH},{HEIGHT}", "--dump-dom", path.as_uri()]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    told = re.search("<output>(.*)</output>", done.stdout, re.DOTALL)
    assert told, done.stderr
    width, wrong = json.loads(html.unescape(told[1]))
    assert width == WIDTH
    return wrong, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def test_the_report_is_readable(built, tmp_path: Path) -> None:
    page = (built.root / "report.html").read_text()
    assert seen(page, tmp_path) == ([], [])
    opened = page.replace("<details>", '<details open="open">')
    assert seen(opened, tmp_path) == ([], [])


def test_large_numbers_and_long_names_have_room(tmp_path: Path) -> None:
    names = [f"left after: {reason}" for reason in Reason]
    most = 160 * 10**9
    counts = {name: most - number for number, name in enumerate(names)}
    bins = {number: number**9 for number in range(1, 25)}
    charts = [bars("Bars", counts, most), histogram("Bins", "tokens", {"a, b": bins, "c": bins})]
    page = f"<head><style>{STYLE}</style></head><body>{''.join(charts)}</body>"
    assert seen(page, tmp_path) == ([], [])


def test_a_page_that_is_not_is_seen(tmp_path: Path) -> None:
    page = """<body><div style="width: 2000px">x</div><section><h2>Nothing</h2></section>
      <figure><svg width="90" height="20"><text x="80" y="15">too long</text>
      <text x="82" y="15">below</text></svg></figure><script>no()</script></body>"""
    wrong, said = seen(page, tmp_path)
    words = " ".join(wrong)
    for what in ("pixels wide", "empty: Nothing", "outside its chart: too long", "on another"):
        assert what in words
    assert len(said) == 1
    assert "ReferenceError" in said[0]
