"""The style of the page, for light and dark screens."""

STYLE = """
:root { --bg: #fff; --fg: #1b1f24; --dim: #59636e; --rule: #d5dae0; --soft: #f4f6f8;
  --c0: #2f6fb5; --c1: #d9822b; --c2: #3c8f55; --c3: #a04fa8; --c4: #b5443c; --c5: #6b7380; }
@media (prefers-color-scheme: dark) { :root { --bg: #14181d; --fg: #dde3ea; --dim: #98a3af;
  --rule: #323a44; --soft: #1d232a;
  --c0: #6aa9ec; --c1: #eda45c; --c2: #74c48d; --c3: #cf8ad6; --c4: #e87f77; --c5: #a0a9b5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 16px 24px 64px; }
h1 { font-size: 24px; overflow-wrap: anywhere; }
h2 { font-size: 19px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; margin-top: 36px; }
h3 { font-size: 15px; margin: 18px 0 6px; overflow-wrap: anywhere; }
p { color: var(--dim); }
code, pre { font: 12px/1.45 ui-monospace, monospace; }
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
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.legend { font-size: 13px; color: var(--dim); }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; }
.tile { background: var(--soft); border-radius: 8px; padding: 10px 16px; }
.tile b { display: block; font-size: 20px; } .tile span { color: var(--dim); }
.wide { overflow-x: auto; margin-bottom: 10px; }
table { border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: anywhere; }
td { max-width: 640px; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: var(--c0); }
.pair { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 16px; }
pre { background: var(--soft); border-radius: 6px; padding: 10px; margin: 0; overflow: auto;
  max-height: 460px; } .pair pre + pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.r-action { color: var(--c1); font-weight: 600; } .r-structure { color: var(--dim); }
.r-start { color: var(--c3); } .r-state { color: var(--c0); }
"""
