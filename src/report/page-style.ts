/** The look of a report page: system fonts, light or dark as the reader has it. Series colours: Okabe & Ito 2008. */
export const PAGE_STYLE = `
:root {
  --page: #fbfaf8; --card: #fff; --text: #23201c; --soft: #6d665d; --rule: #e4dfd7; --accent: #b4531a;
  --normal: #4c78a8; --anomalous: #d1495b; --warn: #fdf1e3;
  --c0: #b4531a; --c1: #0072b2; --c2: #009e73; --c3: #cc79a7; --c4: #7a6f00; --c5: #56b4e9; --c6: #6a51a3; --c7: #666;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #171614; --card: #201e1b; --text: #ece7df; --soft: #a59c90; --rule: #38342f; --accent: #f0955a;
    --normal: #7ba6d6; --anomalous: #f07a88; --warn: #33261a;
    --c0: #f0955a; --c1: #5ab0ee; --c2: #3fcf9f; --c3: #e6a3c8; --c4: #e0d24a; --c5: #9fd6f7; --c6: #b39ddb; --c7: #aaa;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { margin: 0 0 8px; font-size: 28px; letter-spacing: -0.01em; }
h2 { margin: 44px 0 8px; font-size: 19px; }
.lead { max-width: 78ch; margin: 0 0 16px; color: var(--soft); overflow-wrap: anywhere; }
.note { margin: 6px 0 14px; color: var(--soft); font-size: 13px; }
.verdict { margin: 6px 0; padding: 9px 14px; border-left: 4px solid var(--accent); border-radius: 4px; background: var(--warn); }
.scroll { overflow-x: auto; margin-top: 20px; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { color: var(--soft); font-size: 12px; font-weight: 600; }
tbody tr { border-top: 1px solid var(--rule); }
tbody th { font-weight: 600; }
.baseline th { font-weight: 400; color: var(--soft); }
.baseline:not(.baseline ~ .baseline) { border-top: 2px solid var(--soft); }
small { color: var(--soft); font-size: 11px; }
.bar { background: linear-gradient(to right, color-mix(in srgb, var(--accent) 20%, transparent) var(--share), transparent var(--share)); }
.best { font-weight: 700; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 20px; }
.histograms { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 16px; }
figure { margin: 0; padding: 16px; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); }
figcaption { margin-bottom: 8px; font-weight: 600; font-size: 14px; }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--rule); fill: none; }
.chance { stroke: var(--soft); stroke-dasharray: 3 4; fill: none; opacity: .6; }
.tick { fill: var(--soft); font-size: 11px; }
.axis { fill: var(--soft); font-size: 12px; }
.line { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linejoin: round; }
.line.dashed { stroke-width: 1.6; stroke-dasharray: 5 3; }
.zero { stroke: var(--soft); }
.threshold { stroke: var(--text); stroke-width: 1.4; stroke-dasharray: 3 3; }
rect.normal { fill: var(--normal); }
rect.anomalous { fill: var(--anomalous); }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 3px; background: currentColor; vertical-align: -1px; }
.swatch.normal { color: var(--normal); }
.swatch.anomalous { color: var(--anomalous); }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0 0 12px; padding: 0; list-style: none; font-size: 13px; }
${Array.from({ length: 8 }, (_, i) => `.series-${i} { color: var(--c${i}); }`).join('\n')}
.matrix td { padding: 5px 6px; text-align: center; font-size: 12px; }
.matrix td small { display: block; line-height: 1.1; }
.matrix thead th { padding: 8px 6px; vertical-align: bottom; text-align: center; }
.matrix thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
.heat { background: color-mix(in srgb, var(--accent) var(--share), transparent); }
@media print { body { background: #fff; } .scroll, figure { break-inside: avoid; } }
`;
