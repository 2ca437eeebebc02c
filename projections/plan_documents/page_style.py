"""The style of a page: light and dark, desktop, phone and paper."""

from typing import Final

STYLE: Final = """\
:root {
  color-scheme: light dark;
  --ink: #1c2026; --soft: #575f6b; --line: #d6dae0; --paper: #ffffff; --band: #f4f6f8;
  --mark: #1f5a94;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --soft: #a3acb8; --line: #3a424d; --paper: #14181d; --band: #1d232a;
    --mark: #8cbdf0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei",
    "Noto Sans SC", "Noto Sans CJK SC", sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 {
  font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-bottom: .25rem;
  border-bottom: 2px solid var(--mark);
}
h3 { font-size: 1.0625rem; margin: 1.75rem 0 .25rem; }
h2, h3, caption { break-after: avoid; }
code {
  font: .8em ui-monospace, Consolas, "DejaVu Sans Mono", monospace; color: var(--soft);
  font-weight: 400;
}
p, ul { margin: .5rem 0; }
ul { padding-left: 1.25rem; }
li { margin: .25rem 0; }
header > p { color: var(--soft); }
dl { margin: 1rem 0 0; border-top: 1px solid var(--line); }
dl > div {
  display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .375rem 0;
  border-bottom: 1px solid var(--line);
}
dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; overflow-wrap: normal; }
caption { text-align: start; color: var(--soft); padding-bottom: .375rem; }
th, td { text-align: start; vertical-align: top; padding: .375rem .75rem; }
th:first-child, td:first-child { padding-left: .5rem; }
thead th { background: var(--band); font-weight: 600; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
tbody tr { border-bottom: 1px solid var(--line); break-inside: avoid; }
tbody td:first-child { white-space: nowrap; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
footer {
  margin-top: 3rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem;
}
@media (max-width: 34rem) {
  main { padding: 1.25rem 1rem 2rem; }
  h1 { font-size: 1.4375rem; }
  dl > div { grid-template-columns: 1fr; }
  th, td { padding: .375rem .5rem; }
}
@media print {
  :root {
    color-scheme: light; --ink: #000000; --soft: #444444; --line: #bbbbbb; --paper: #ffffff;
    --band: #f0f0f0; --mark: #000000;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .wide { overflow: visible; }
}
"""
