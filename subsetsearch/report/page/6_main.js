/* ---- the search ---- */
function drawSearch() {
  const f = D.frequency;
  const plot = $("frequency-plot");
  if (f.names) {
    plot.style.height = `${f.names.length * 21 + 60}px`;
    Plotly.react(plot, [
      { type: "bar", orientation: "h", y: f.names.map(plain), x: f.front.map((v) => 100 * v), marker: { color: css("--measured") }, hovertemplate: `%{y}: %{x:.0f} % of ${f.n} front subsets<extra></extra>` },
      { type: "scatter", mode: "markers", y: f.names.map(plain), x: f.all.map((v) => 100 * v), marker: { symbol: "line-ns", size: 12, line: { width: 2.6, color: css("--ink") } }, hovertemplate: "%{y}: %{x:.0f} % of all subsets<extra></extra>" },
    ], layout({ xaxis: { ticksuffix: " %", rangemode: "tozero" }, yaxis: { range: [f.names.length - 0.4, -0.6], showgrid: false, dtick: 1 }, margin: { l: 20, r: 12, t: 4, b: 36 }, bargap: 0.3 }), config);
  } else plot.textContent = "No proposed subset is on the front.";
  const history = $("history-plot");
  if (D.history.length) {
    history.style.height = "300px";
    Plotly.react(history, [{ type: "scatter", mode: D.history.length > 60 ? "lines" : "lines+markers", x: D.history.map((p) => p[0]), y: D.history.map((p) => p[1]), line: { shape: "hv", color: css("--measured"), width: 2.4 }, marker: { size: 5 }, hovertemplate: "trial %{x}: %{y:.4~g}<extra></extra>" }],
      layout({ xaxis: { title: { text: "trial", font: { size: 12.5, color: css("--muted") } } }, yaxis: {} }), config);
  } else history.textContent = "No history was recorded.";
}

/* ---- putting it together ---- */
function drawPlots() {
  if (!window.Plotly) return;
  drawFront();
  drawMap();
}

function select(i) {
  state.row = i;
  drawDetail();
  markList();
  markSure();
  drawWho();
  drawGroups();
  markColumns();
  drawPlots();
}

function drawAll() {
  drawPlots();
  if (window.Plotly) drawSearch();
}

function wireTheme() {
  const modes = ["auto", "light", "dark"];
  let mode = "auto";
  $("theme").addEventListener("click", () => {
    mode = modes[(modes.indexOf(mode) + 1) % modes.length];
    if (mode === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = mode;
    $("theme").textContent = `Theme: ${mode}`;
    drawAll();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
}

document.documentElement.classList.add("scripted");
wireList();
wireScores();
wireSure();
buildControls();
buildScale();
buildGroups();
wireTheme();
if (columns.length) drawHeat();
else for (const id of ["heatmap", "groups"]) $(id).classList.add("hidden");
select(state.row);
try {
  document.head.append(el("script", {}, await unpacked("plotly")));
  drawAll();
  $("front-plot").on("plotly_click", (event) => {
    const row = event.points.map((p) => p.customdata).find((value) => Number.isInteger(value));
    if (row !== undefined) select(row);
  });
} catch (error) {
  console.warn(error);
  for (const plot of document.querySelectorAll(".plot")) plot.textContent = "This browser cannot draw the plots; the tables say the same.";
}
let width = window.innerWidth;
addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; drawPlots(); } });
document.documentElement.dataset.ready = "yes";
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
