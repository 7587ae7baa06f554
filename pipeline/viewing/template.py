"""The page that `page` puts its style into, at @STYLE@, and its data, at @DATA@."""

TEMPLATE = r"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Rows</title>
<style>@STYLE@</style>
</head>
<body class="rows">
<header><h1></h1><span class="legend"></span>
<span class="faint">← → documents, ↑ ↓ rows; the pointer on a token shows its id</span></header>
<nav aria-label="Rows and documents"></nav>
<main tabindex="-1"></main>
<div id="tip" role="status"></div>
<noscript>This page needs JavaScript to show its rows.</noscript>
<script id="data" type="application/json">@DATA@</script>
<script>
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const learn = new Set(data.learn), main = document.querySelector("main");
const nav = document.querySelector("nav"), tip = document.getElementById("tip");
let chosen = [0, 0];

function element(tag, text, name) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
}
const style = (role, learns) => `r-${data.roles[role]}${learns ? " learns" : ""}`;
const number = n => n.toLocaleString("en");
const share = (n, all) => all ? (100 * n / all).toFixed(1) + " %" : "0 %";
const span = (begin, end) =>
  `tokens ${number(begin)}–${number(end - 1)} (${number(end - begin)})`;

function choose(row, part) {
  row = Math.max(0, Math.min(data.rows.length - 1, row));
  part = Math.max(0, Math.min(data.rows[row].documents.length - 1, part));
  chosen = [row, part];
  history.replaceState(null, "", `#${row}.${part}`);
  show();
}

function jump(made, row, part) {
  made.type = "button";
  made.onclick = () => choose(row, part);
  made.setAttribute("aria-current", row === chosen[0] && part === chosen[1]);
  return made;
}

function list() {
  nav.replaceChildren();
  data.rows.forEach((row, r) => {
    nav.append(element("h3", `row ${row.number} of ${row.split}`));
    row.documents.forEach((part, p) => {
      const size = number(part.end - part.begin);
      const title = `${part.id} · ${size}${part.complete ? "" : " · cut"}`;
      nav.append(jump(element("button", title), r, p));
    });
  });
  nav.querySelector("[aria-current=true]")?.scrollIntoView({block: "nearest"});
}

function bar(row, r) {
  const made = element("div", undefined, "bar");
  row.documents.forEach((part, p) => {
    const piece = jump(element("button", undefined, part.complete ? "" : "cut"), r, p);
    piece.style.flex = `${part.end - part.begin} 0 0`;
    piece.title = piece.ariaLabel = `${part.id}: ${span(part.begin, part.end)}`;
    made.append(piece);
  });
  if (row.length > row.tokens) {
    const rest = element("i");
    rest.style.flex = `${row.length - row.tokens} 0 0`;
    rest.title = `padding: ${span(row.tokens, row.length)}`;
    made.append(rest);
  }
  return made;
}

function text(part) {
  const made = element("pre");
  let at = 0, before = "";
  for (const [content, role, ...ids] of part.tokens) {
    if (content === "<|frame_sep|>" && !before.endsWith("\n")) made.append("\n");
    before = content;
    const learns = at > 0 && learn.has(role);
    const token = element("span", content, style(role, learns));
    token.dataset.tip = `${JSON.stringify(content)}\nid ${ids.join(" ")} · ${data.roles[role]}` +
      `${learns ? ", learns" : ""}\ntoken ${number(at)} of the document, ` +
      `${number(part.begin + at)} of the row`;
    made.append(token);
    at += ids.length;
  }
  return made;
}

function show() {
  const [r, p] = chosen, row = data.rows[r];
  list();
  main.replaceChildren();
  if (!row) return main.append(element("p", "No rows."));
  main.append(element("h2", `Row ${row.number} of ${row.split}`), element("div",
    `${number(row.length)} tokens · ${row.documents.length} documents · ` +
    `${row.documents.filter(d => !d.complete).length} cut · ` +
    `${number(row.length - row.tokens)} padding · ` +
    `${number(row.learns)} learn (${share(row.learns, row.length)})`, "faint"), bar(row, r));
  const part = row.documents[p];
  if (!part) return;
  main.append(element("h2", part.id), element("div",
    `${span(part.begin, part.end)} · ${part.complete ? "complete" : "cut before its exit"} · ` +
    `${number(part.learns)} learn (${share(part.learns, part.end - part.begin)})`, "faint"),
    text(part));
  main.scrollTop = 0;
}

main.onmousemove = event => {
  const found = event.target.dataset?.tip;
  tip.style.display = found ? "block" : "none";
  if (!found) return;
  tip.textContent = found;
  const right = innerWidth - tip.offsetWidth - 8, low = event.clientY + tip.offsetHeight + 24;
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 12, right))}px`;
  tip.style.top = `${low > innerHeight ? event.clientY - tip.offsetHeight - 12
    : event.clientY + 18}px`;
};
main.onmouseleave = () => { tip.style.display = "none"; };
onkeydown = event => {
  const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1], ArrowDown: [1]}[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (step[0]) choose(chosen[0] + step[0], 0); else choose(chosen[0], chosen[1] + step[1]);
};

document.title = document.querySelector("h1").textContent = data.title;
const legend = document.querySelector(".legend");
data.roles.slice(1).forEach((name, k) => legend.append(element("span",
  name + (learn.has(k + 1) ? " (learns)" : ""), style(k + 1, learn.has(k + 1)))));
legend.append(element("span", "▨ padding"));
const [r, p] = location.hash.slice(1).split(".").map(Number);
if (data.rows.length) choose(r || 0, p || 0); else show();
</script>
</body>
</html>
"""
