const $ = (id) => document.getElementById(id);

/* The data and plotly lie packed in the page, so that the page stays small. */
async function unpacked(id) {
  const packed = Uint8Array.from(atob($(id).textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
const D = JSON.parse(await unpacked("data"));
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const held = new Set(D.heldOut);
const name = (i) => D.languages[i].name;
const pct = (x, digits = 1) => (100 * x).toFixed(digits);
const rounded = (x) => Math.sign(x) * Number(Math.abs(100 * x).toFixed(1));
const signed = (x) => (rounded(x) > 0 ? "+" : rounded(x) < 0 ? "−" : "") + Math.abs(rounded(x)).toFixed(1);
const arrow = (x) => (rounded(x) > 0 ? "▲ " : rounded(x) < 0 ? "▼ " : "");
const direction = (x) => (rounded(x) > 0 ? "up" : rounded(x) < 0 ? "down" : "");
const chance = (p) => (p > 0.99 ? "over\u00a099\u00a0%" : p < 0.01 ? "under\u00a01\u00a0%" : `${(100 * p).toFixed(0)}\u00a0%`);
/* What the model of all runs knows of a subset; numbers come as whole hundred-thousandths. */
function judged(list) {
  if (!list || !list.length) return undefined;
  const [worth, sd, better, best, regret, loss] = list.map((x) => x / 1e5);
  return { worth, low: worth - D.reach * sd, high: worth + D.reach * sd, better, best, regret, loss, runs: list[6] };
}
for (const r of D.rows) r.expected = judged(r.expected);
const between = ({ worth, low, high }) => `${signed(worth)} [${signed(low)},\u00a0${signed(high)}]`;
const gainText = (r) => (!r.expected ? "–" : r.languages.length ? between(r.expected) : signed(r.expected.worth));
const find = (label) => D.rows.filter((r) => r.label === label).sort((a, b) => (b.seeds || 0) - (a.seeds || 0))[0];
const none = find("none");
const all = find("all");
const measured = D.rows.map((r, i) => i).filter((i) => D.rows[i].accuracy !== undefined);
const costs = D.rows.map((r) => r.cost);
const unitCost = Math.min(...costs.filter((c) => c > 0), Infinity);
// One far point (all languages) would squeeze the front into a corner of a linear axis.
const usual = Math.max(0, ...D.rows.filter((r) => !r.label).map((r) => r.cost));
const state = {
  row: D.chosen ?? 0, mode: none && none.scores ? "none" : "score", format: 0,
  scale: Math.max(...costs) > 3 * usual || Math.max(...costs) > 20 * unitCost ? "log" : "linear",
};
const touch = matchMedia("(pointer: coarse)").matches;
const narrow = () => window.innerWidth < 700;

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  for (const child of children) node.append(child);
  return node;
}

/* ---- what all plots share ---- */
// Plotly reads <b> and links in text: names are data, so angle brackets and ampersands are written out.
const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\s+/g, " ");
const cut = (text, n) => (text.length > n ? text.slice(0, n - 1) + "…" : text);

function layout(extra) {
  const axis = { gridcolor: css("--line"), linecolor: css("--line"), zeroline: false, automargin: true, tickfont: { size: 12 } };
  const base = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true,
    font: { family: "system-ui, sans-serif", size: 13, color: css("--ink") },
    margin: { l: 56, r: 12, t: 10, b: 44 }, hovermode: "closest", showlegend: false,
    // On a touch screen a drag scrolls the page.
    dragmode: touch ? false : "zoom",
    hoverlabel: { bgcolor: css("--card"), bordercolor: css("--muted"), font: { color: css("--ink"), size: 13 }, align: "left" },
  };
  for (const key of Object.keys(extra)) {
    base[key] = /^[xy]axis/.test(key) ? { ...axis, ...extra[key] } : extra[key];
  }
  return base;
}
const config = { displaylogo: false, responsive: true, scrollZoom: false, displayModeBar: false };
