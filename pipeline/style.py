"""The style of pages, for light and dark screens.

Pages are the report, and rows (the class of whose body is `rows`).
"""

STYLE = """
:root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --dim: #59636e; --rule: #d5dae0;
  --soft: #f4f6f8; --chosen: #dfe7ef; --learns: #dcefdd;
  --c0: #2f6fb5; --c1: #d9822b; --c2: #3c8f55; --c3: #a04fa8; --c4: #b5443c; --c5: #6b7380;
  --action: #9a5b00; --state: #19692c; --start: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --bg: #14181d; --fg: #dde3ea; --dim: #98a3af;
  --rule: #323a44; --soft: #1d232a; --chosen: #2a3642; --learns: #20352a;
  --c0: #6aa9ec; --c1: #eda45c; --c2: #74c48d; --c3: #cf8ad6; --c4: #e87f77; --c5: #a0a9b5;
  --action: #e7ad55; --state: #7fce8f; --start: #7db4ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 16px 24px 64px; }
h1 { font-size: 24px; overflow-wrap: anywhere; }
h2 { font-size: 19px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; margin-top: 36px; }
h3 { font-size: 15px; margin: 18px 0 6px; overflow-wrap: anywhere; }
p, .faint, .legend { color: var(--dim); } .legend { font-size: 13px; }
code, pre { font: 12px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--soft); border-radius: 6px; padding: 10px; margin: 0; overflow: auto;
  max-height: 460px; tab-size: 8; }
figure { display: inline-block; vertical-align: top; margin: 0 16px 18px 0; max-width: 100%; }
figcaption { font-weight: 600; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.wide svg { max-width: none; }
svg text { fill: var(--fg); } svg .small text, .small { font-size: 10px; }
svg .code { font-family: ui-monospace, monospace; }
svg path, .axis { stroke: var(--rule); fill: none; stroke-width: 1.5; }
.s0 { fill: var(--c0); } .s1 { fill: var(--c1); } .s2 { fill: var(--c2); }
.s3 { fill: var(--c3); } .s4 { fill: var(--c4); } .s5 { fill: var(--c5); }
.b0 { background: var(--c0); } .b1 { background: var(--c1); } .b2 { background: var(--c2); }
.b3 { background: var(--c3); } .b4 { background: var(--c4); } .b5 { background: var(--c5); }
.call { fill: var(--c0); } .line { fill: var(--c5); } .return { fill: var(--c2); }
.exception { fill: var(--c4); }
.k-call { background: var(--c0); } .k-line { background: var(--c5); }
.k-return { background: var(--c2); } .k-exception { background: var(--c4); }
a { color: var(--c0); } main > nav a { margin-right: 16px; white-space: nowrap; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin-bottom: 14px; }
.tile { background: var(--soft); border-radius: 8px; padding: 10px 16px; }
.tile b { display: block; font-size: 20px; } .tile span { color: var(--dim); }
.wide { overflow-x: auto; margin-bottom: 10px; }
table { border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: anywhere; }
td { max-width: 640px; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: var(--c0); }
.pair { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 16px; }
.pair pre + pre, .rows pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.r-structure { color: var(--dim); } .r-context { color: var(--fg); }
.r-action { color: var(--action); font-weight: 600; } .r-state { color: var(--state); }
.r-start { color: var(--start); } .learns { background: var(--learns); }
.rows { height: 100vh; display: grid; grid-template: auto 1fr / minmax(14rem, 20rem) 1fr;
  font-size: 14px; }
.rows header { grid-column: 1 / 3; padding: .6rem 1rem; border-bottom: 1px solid var(--rule);
  display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline; }
.rows h1 { font-size: 1rem; margin: 0; }
.rows h2 { font-size: .95rem; margin: 0 0 .2rem; border: 0; }
.rows .legend span { margin-right: .7rem; } .rows .legend .learns { padding: 0 .25rem; }
.rows nav { overflow: auto; border-right: 1px solid var(--rule); background: var(--soft);
  padding: .5rem 0 1rem; }
.rows nav h3 { font-size: .8rem; margin: .7rem 1rem .2rem; color: var(--dim); font-weight: 600; }
.rows nav button { display: block; width: 100%; border: 0; background: none; color: inherit;
  font: inherit; font-size: .85rem; text-align: left; padding: .18rem 1rem; cursor: pointer;
  overflow-wrap: anywhere; }
.rows nav button:hover { text-decoration: underline; }
.rows nav button[aria-current=true] { background: var(--chosen); }
.rows main { overflow: auto; max-width: none; margin: 0; padding: .8rem 1.2rem 3rem; }
.rows pre { background: none; padding: 0; margin: .6rem 0 0; max-height: none;
  font-size: 12.5px; line-height: 1.6; }
.rows pre span:hover { outline: 1px solid currentColor; border-radius: 2px; }
.bar { display: flex; height: 1.1rem; margin: .5rem 0 .8rem; border: 1px solid var(--rule);
  border-radius: 3px; overflow: hidden; }
.bar button { border: 0; padding: 0; min-width: 1px; cursor: pointer; background: var(--start);
  opacity: .45; border-right: 1px solid var(--bg); }
.bar button.cut { background: var(--action); } .bar button[aria-current=true] { opacity: 1; }
.bar i { background: repeating-linear-gradient(45deg, var(--rule) 0 3px, transparent 3px 7px); }
#tip { position: fixed; pointer-events: none; background: var(--fg); color: var(--bg);
  padding: .25rem .5rem; border-radius: 4px; font-size: .8rem; max-width: 32rem; display: none;
  white-space: pre; z-index: 1; }
@media (max-width: 700px) { .rows { grid-template: auto 9rem 1fr / 1fr; height: auto; }
  .rows header { grid-column: 1; }
  .rows nav { border-right: 0; border-bottom: 1px solid var(--rule); } }
"""
