/** How a session's page looks: paper and ink as in the studio, in the reader's theme, on any width and in print. */
export const SESSION_PAGE_STYLE = `
:root{color-scheme:light dark;--page:#f6f3ec;--card:#fff;--ink:#211e1a;--soft:#6f675c;--line:#e5decf;--red:#b8402a}
@media (prefers-color-scheme:dark){:root{--page:#14120f;--card:#1f1c18;--ink:#ece6da;--soft:#a89f90;--line:#2e2a24;--red:#e0694f}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif;display:grid;grid-template-columns:minmax(0,1fr) auto;max-width:70rem;margin-inline:auto;padding:1.5rem;gap:0 2rem}
header{grid-column:1/-1;border-bottom:1px solid var(--line);margin-bottom:1.5rem}
h1{font:600 1.75rem/1.2 Georgia,serif;margin:0;overflow-wrap:anywhere}h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:0 0 .5rem}
header p,.from,figcaption{color:var(--soft);font-size:.875rem;margin:.4rem 0}
main{grid-column:1;grid-row:2;min-width:0}nav{grid-column:2;grid-row:2;position:sticky;top:1rem;align-self:start;max-height:calc(100vh - 2rem);overflow:auto}
article{margin-bottom:2.5rem}.message{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:.6rem .9rem;width:fit-content;max-width:100%;margin:0 0 .4rem auto}
.from{text-align:right}a{color:var(--red)}.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:1rem}
figure{margin:0;scroll-margin-top:1rem;max-width:40rem}figure:target img{outline:3px solid var(--red);outline-offset:3px}
img{display:block;max-width:100%;height:auto;border-radius:.9rem;background:var(--line)}
svg path{fill:none;stroke:var(--soft);stroke-width:1.5}svg circle{fill:var(--page);stroke:var(--ink);stroke-width:2}svg a:hover circle,svg a:focus circle{fill:var(--red);stroke:var(--red)}svg text{fill:var(--soft);font:11px ui-monospace,monospace}
@media (max-width:48rem){body{display:block;padding:1rem}nav{position:static;max-height:12rem;margin-bottom:1.5rem}}
@media print{nav{display:none}article{break-inside:avoid}}
`;
