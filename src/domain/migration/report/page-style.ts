/** The look of the page: one column that prints well with what is folded open, light and dark; a shade says where there is more at the side. */
export const pageStyle = `
:root{color-scheme:light dark;--on:#fff;--ink:#1c2430;--soft:#566170;--line:#dde3ea;--paper:#fff;--back:#f4f6f9;--main:#2563a8;--pilot:#2e8b6f;--cut:#c8553d;--warm:#fdf3ee;--shade:#1c243040}
@media screen and (prefers-color-scheme:dark){:root{--on:#10161d;--ink:#e6eaf0;--soft:#9aa6b5;--line:#2e3845;--paper:#182029;--back:#10161d;--main:#6aa5e3;--pilot:#57bd9c;--cut:#ea8a72;--warm:#2a2220;--shade:#000c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1180px;margin:0 auto;padding:40px 24px 72px}
h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:20px;margin:0 0 4px}
p{margin:.4em 0}
.soft{color:var(--soft)}
.lead{font-size:18px;max-width:46em;margin:14px 0 26px}
section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:24px 28px;margin:18px 0}
.figures{display:grid;grid-template-columns:repeat(3,1fr);gap:14px;margin:0 0 18px}
.figures div{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:16px 18px}
.figures b{display:block;font-size:22px;line-height:1.2;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.figures span{color:var(--soft);font-size:14px}
svg{display:block;width:100%;height:auto;margin:14px 0 4px;overflow:visible}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft);text-anchor:middle}
svg .inside{fill:var(--on);font-weight:600}
svg .name{fill:var(--ink);font-weight:600}
svg .capname,svg .tick{text-anchor:end}
.bar{fill:var(--main)}.bar.pilot{fill:var(--pilot)}
.axis,.grid{stroke:var(--line)}
.cap{stroke:var(--soft);stroke-dasharray:4 4;opacity:.7}
.arcs path{fill:none;stroke:var(--cut);opacity:.45}
.arcs.many path{opacity:.28}
.arcs path:hover,.arcs.many path:hover{opacity:1}
.curve{fill:none;stroke:var(--main);stroke-width:2.5}
.dot{fill:var(--paper);stroke:var(--main);stroke-width:2.5}.dot.now{fill:var(--main)}
.scroll{overflow-x:auto;background:linear-gradient(90deg,var(--paper) 40%,transparent) 0 0/40px 100% no-repeat local,linear-gradient(270deg,var(--paper) 40%,transparent) 100% 0/40px 100% no-repeat local,linear-gradient(90deg,var(--shade),transparent) 0 0/14px 100% no-repeat scroll,linear-gradient(270deg,var(--shade),transparent) 100% 0/14px 100% no-repeat scroll}
table{border-collapse:collapse;width:100%;font-size:14px;margin-top:12px}
th{text-align:left;color:var(--soft);font-weight:600;border-bottom:1px solid var(--line);padding:6px 14px 6px 0;white-space:nowrap}
td,tbody th{border-bottom:1px solid var(--line);padding:7px 14px 7px 0;vertical-align:top;overflow-wrap:break-word}
tbody th{white-space:normal;min-width:11em}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
.band>*{background:color-mix(in srgb,var(--main) 8%,transparent)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.day{white-space:nowrap}
.when{min-width:8em}
.batch{min-width:8em}
.who{min-width:9em;max-width:17em;overflow-wrap:anywhere}
.why{min-width:13em;max-width:34em;overflow-wrap:anywhere}
th[colspan] .heading{position:sticky;left:0;display:inline-block;max-width:calc(100vw - 110px)}
.tag{display:inline-block;border-radius:99px;padding:0 9px;font-size:12px;background:var(--pilot);color:var(--on);vertical-align:1px}
.note{background:var(--warm);border-left:4px solid var(--cut);border-radius:6px;padding:10px 16px;margin:10px 0}
:focus-visible{outline:2px solid var(--main);outline-offset:2px}
details{border-bottom:1px solid var(--line);padding:8px 0}details:last-child{border-bottom:0}
summary{cursor:pointer}
.swatch{display:inline-block;width:22px;height:10px;border-radius:3px;vertical-align:1px;margin:0 5px 0 14px}
.swatch:first-child{margin-left:0}
@media (max-width:640px){main{padding:24px 12px 48px}section{padding:18px 16px}.figures{grid-template-columns:repeat(2,1fr)}svg{min-width:720px}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11px}main{padding:0;max-width:none}h1{font-size:22px}h2{font-size:15px;break-after:avoid}.lead{font-size:13px;margin:8px 0 14px}section{border:0;border-radius:0;padding:8px 0;margin:8px 0}.figures div,svg,tr,.note{break-inside:avoid}.figures b{font-size:16px}.figures span{font-size:11px}.scroll{overflow:visible;background:none}details::details-content{content-visibility:visible;display:block;height:auto}table{font-size:10px}.tag{font-size:9px}th[colspan] .heading{max-width:none}th,td{padding-right:8px}.why{min-width:9em}.who{min-width:7em}.batch{min-width:6em}.when{min-width:6em}}
`
