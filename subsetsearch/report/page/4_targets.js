/* ---- gains per target ---- */
function drawGains() {
  const r = D.rows[state.row];
  const list = gains(r, none);
  const hint = $("gains-hint");
  $("gains-plot").classList.toggle("hidden", !list.length);
  if (!list.length) {
    hint.textContent = r === none ? "This is the baseline; choose another subset to see what it gains." : "This subset was not measured (or the baseline was not), so nothing is known target by target. Choose a measured one.";
    return;
  }
  const other = all && all !== r ? new Map(gains(all, none).map((g) => [g.target, g.gain])) : new Map();
  const own = new Set(r.served || []);
  hint.textContent = `${r.title}, points against no realignment${other.size ? "; the tick is what all languages together gain" : ""}.${held.size ? " Targets with * were held out: no proxy ever saw them." : ""}${own.size ? " Those with ^ are languages of the subset themselves." : ""}`;
  const labels = list.map((g) => plain(name(g.target)) + (held.has(g.target) ? " *" : "") + (own.has(g.target) ? " ^" : ""));
  const value = (g) => 100 * g.gain;
  const traces = [{
    type: "bar", x: labels, y: list.map(value), marker: { color: list.map((g) => css(g.gain >= 0 ? "--good" : "--bad")), pattern: { shape: list.map((g) => (held.has(g.target) ? "/" : "")), fgcolor: css("--card") } },
    text: list.map((g) => signed(g.gain)), textposition: "none",
    customdata: list.map((g) => pct(g.score)), hovertemplate: "%{x}: %{text} points (%{customdata} %)<extra></extra>",
  }];
  if (other.size) {
    traces.push({
      type: "scatter", mode: "markers", x: labels, y: list.map((g) => (other.has(g.target) ? 100 * other.get(g.target) : null)),
      marker: { symbol: "line-ew", size: 12, line: { width: 2.6, color: css("--ink") } }, hovertemplate: "%{x}, all languages: %{y:+.1f}<extra></extra>",
    });
  }
  const plot = $("gains-plot");
  plot.style.height = "340px";
  plot.style.minWidth = `${list.length * 20 + 90}px`;
  Plotly.react(plot, traces, layout({
    xaxis: { tickangle: -45, tickmode: "array", tickvals: labels, showgrid: false, tickfont: { size: 11.5 } },
    yaxis: { title: { text: "points against none", font: { size: 12.5, color: css("--muted") } }, zeroline: true, zerolinecolor: css("--muted") },
    bargap: 0.25,
  }), config);
}

/* ---- the map ---- */
function drawMap() {
  const r = D.rows[state.row];
  const known = (list) => list.filter((i) => D.languages[i].at);
  const mark = (list, label, marker) => ({
    type: "scatter", mode: "markers", name: label, x: list.map((i) => D.languages[i].at[0]), y: list.map((i) => D.languages[i].at[1]),
    text: list.map((i) => plain(name(i))), hovertemplate: `<b>%{text}</b><br>${label}<extra></extra>`, marker,
  });
  const seen = known(D.targets.filter((t) => !held.has(t)));
  const chosen = known(r.languages);
  const traces = [
    { type: "scatter", mode: "lines", x: D.land.x, y: D.land.y, fill: "toself", fillcolor: css("--land"), line: { color: css("--land"), width: 0.7 }, hoverinfo: "skip", showlegend: false },
    mark(seen, "target", { symbol: "circle-open", size: 9, color: css("--measured"), line: { width: 2 } }),
    mark(known([...held]), "held-out target", { symbol: "diamond-open", size: 10, color: css("--named"), line: { width: 2 } }),
    mark(chosen, "chosen", { symbol: "circle", size: 10, color: css("--none"), line: { width: 1.5, color: css("--card") } }),
  ];
  Plotly.react("map-plot", traces.filter((t) => t.x.length), layout({
    xaxis: { visible: false, range: [-2.72, 2.72] },
    yaxis: { visible: false, range: [-1.12, 1.4], scaleanchor: "x" },
    showlegend: true, legend: { orientation: "h", y: 0, yanchor: "bottom", x: 0, bgcolor: "rgba(0,0,0,0)" }, margin: { l: 0, r: 0, t: 0, b: 0 }, dragmode: touch ? false : "pan",
  }), config);
  const missing = [...new Set([...r.languages, ...D.targets])].filter((i) => !D.languages[i].at);
  $("map-hint").textContent = `${r.title}. Equal Earth projection; one point a language.` + (missing.length ? ` Not on the map, as their place is not known: ${missing.slice(0, 12).map(name).join(", ")}${missing.length > 12 ? " …" : ""}.` : "");
}

/* ---- the coloured table of scores ---- */
const heads = [...$("scores").tHead.rows[0].cells].slice(1);
const columns = heads.map((head) => Number(head.dataset.row));

function scoreOf(row, target) {
  return target === "mean" ? row?.accuracy : target === "held" ? row?.heldOut : row?.scores?.[target];
}

/* Scores are shown as they are, or in points against another subset; a darker cell is farther from nothing. */
function drawHeat() {
  const against = { none, all }[state.mode];
  const value = (row, target) => {
    const [mine, base] = [scoreOf(row, target), against ? scoreOf(against, target) : 0];
    return mine === undefined || base === undefined ? undefined : mine - base;
  };
  const body = [...$("scores").tBodies[0].rows];
  const flat = body.flatMap((line) => columns.map((i) => value(D.rows[i], line.dataset.target))).filter((v) => v !== undefined);
  const [low, high] = against ? [0, Math.max(1e-9, ...flat.map(Math.abs))] : [Math.min(...flat), Math.max(...flat)];
  for (const line of body) {
    columns.forEach((i, k) => {
      const cell = line.cells[k + 1];
      const found = value(D.rows[i], line.dataset.target);
      const share = found === undefined ? 0 : (Math.abs(found) - low) / (high - low || 1);
      cell.textContent = found === undefined ? "–" : against ? signed(found) : pct(found);
      cell.style.background = share > 0 ? `color-mix(in srgb, var(--${found >= 0 ? "good" : "bad"}) ${Math.round(60 * share)}%, transparent)` : "";
    });
  }
  markColumns();
}

function markColumns() {
  const here = columns.indexOf(state.row) + 1;
  for (const line of $("scores").rows) [...line.cells].forEach((cell, k) => cell.classList.toggle("picked", k > 0 && k === here));
}

function wireScores() {
  $("scores").addEventListener("click", (event) => {
    const k = event.target.closest("td, th")?.cellIndex;
    if (k > 0) select(columns[k - 1]);
  });
}

function buildScale() {
  const buttons = [...document.querySelectorAll("[data-scale]")];
  const press = () => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.scale === state.scale)));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      state.scale = button.dataset.scale;
      press();
      if (window.Plotly) drawFront();
    });
  }
  press();
}

function buildControls() {
  const buttons = [...document.querySelectorAll("[data-mode]")];
  for (const button of buttons) {
    const against = { none, all }[button.dataset.mode];
    if (button.dataset.mode !== "score" && !(against && against.scores)) button.remove();
    button.setAttribute("aria-pressed", String(button.dataset.mode === state.mode));
    button.addEventListener("click", () => {
      state.mode = button.dataset.mode;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      drawHeat();
    });
  }
}

/* ---- groups ---- */
function drawGroups() {
  const r = D.rows[state.row];
  const groups = [[held.size ? "Searched targets" : "All targets", D.targets.filter((t) => !held.has(t))], ["Held-out targets", [...held]]];
  groups.push(["Seen in pre-training", D.targets.filter((t) => D.languages[t].seen === true)], ["Unseen in pre-training", D.targets.filter((t) => D.languages[t].seen === false)]);
  for (let k = 0; k <= 5; k += 1) groups.push([`Resource class ${k}`, D.targets.filter((t) => D.languages[t].class === k)]);
  groups.push(["Resource class not known", D.targets.filter((t) => D.languages[t].class === undefined)]);
  const chosen = new Set(r.languages);
  groups.push(["Among the chosen languages", D.targets.filter((t) => chosen.has(t))], ["Not among them", r.languages.length ? D.targets.filter((t) => !chosen.has(t)) : []]);
  const mean = (row, list) => {
    const values = list.map((t) => row?.scores?.[t]).filter((v) => v !== undefined);
    return values.length ? values.reduce((a, b) => a + b, 0) / values.length : undefined;
  };
  const show = (value) => (value === undefined ? "–" : pct(value));
  const table = $("group-table");
  const head = ["Group", cut(r.title, 30), "against none", "none", "all", "targets"];
  table.tHead.replaceChildren(el("tr", {}, ...head.map((text, i) => el("th", { scope: "col", class: i ? "n" : "" }, text))));
  table.tBodies[0].replaceChildren(...groups.filter(([, list], k) => list.length && !(k > 1 && list.length === D.targets.length)).map(([title, list]) => {
    const [base, every, mine] = [mean(none, list), mean(all, list), mean(r, list)];
    const gain = mine === undefined || base === undefined ? undefined : mine - base;
    const cell = (text) => el("td", { class: "n" }, text);
    const change = el("td", { class: "n " + (gain === undefined ? "" : direction(gain)) }, gain === undefined ? "–" : arrow(gain) + signed(gain));
    return el("tr", { "data-targets": list.length }, el("th", { scope: "row" }, title), cell(show(mine)), change, cell(show(base)), cell(show(every)), cell(String(list.length)));
  }));
}
