/* ---- who is helped and who is harmed ---- */
const VERDICTS = ["helped", "not shown", "harmed", "not known"];

/* Ends of the scale: the gains that are shown, and nothing; wide intervals are cut off. */
function scaleOf(list, ticks) {
  const means = [0, ...list.map((line) => line[1]), ...ticks.values()].filter((x) => x !== null && x !== undefined);
  return [Math.min(...means) - 0.02, Math.max(...means) + 0.02];
}

function whoLine([target, mean, low, high, verdict, marks], tick, along) {
  const row = el("tr", { class: VERDICTS[verdict].replace(" ", "-") });
  const label = name(target) + (marks ? ` (${[marks & 1 ? "the target itself" : "", marks & 2 ? "held out" : ""].filter(Boolean).join(", ")})` : "");
  const line = el("span", { class: "line" });
  const ends = low === null ? "" : ` [${signed(low)}, ${signed(high)}]`;
  if (low !== null) line.append(el("span", { class: "range", style: `left:${along(low)}%;width:${along(high) - along(low)}%` }));
  if (tick !== undefined) line.append(el("span", { class: "tick", style: `left:${along(tick)}%` }));
  if (mean !== null) line.append(el("span", { class: "dot", style: `left:${along(mean)}%` }));
  row.title = `${label}: ${mean === null ? "not known" : signed(mean) + ends}, ${VERDICTS[verdict]}`;
  row.append(el("th", { scope: "row" }, label), el("td", {}, line),
    el("td", { class: "n" }, mean === null ? "–" : signed(mean), el("span", { class: "hide" }, `, ${VERDICTS[verdict]}`)));
  return row;
}

/* Where no realignment is recommended, and chosen, the best subset besides it stands for it. */
const instead = () => (D.instead && D.rows[state.row] === none ? D.instead.row : state.row);

/* The same table as the page came with, for the chosen subset. */
function drawWho() {
  if (!$("who")) return;
  const found = D.who[instead()];
  $("who-body").classList.toggle("hidden", !found);
  $("who-none").classList.toggle("hidden", Boolean(found));
  if (!found) {
    $("who-none").textContent = D.rows[state.row] === none ? "No realignment is what gains are counted from; choose another subset to see whom it helps and harms." : "Whom this subset helps and harms is not known: it, or no realignment, was not fully run, or it is not among the best. Choose another one.";
    return;
  }
  const ticks = new Map(all && all !== D.rows[instead()] ? (D.who[D.rows.indexOf(all)]?.list || []).map((line) => [line[0], line[1] ?? undefined]) : []);
  $("who-says").textContent = instead() === state.row ? found.says : D.instead.says;
  $("who-seeds").textContent = found.seeds;
  const counts = VERDICTS.map((verdict, k) => [verdict, found.list.filter((line) => line[4] === k).length]);
  $("who-counts").replaceChildren(...counts.filter(([verdict, n], k) => n || k === 0 || k === 2)
    .map(([verdict, n]) => el("li", { class: verdict.replace(" ", "-") }, el("strong", {}, String(n)), " " + verdict)));
  const [least, most] = scaleOf(found.list, ticks);
  const along = (value) => 100 * (Math.min(Math.max(value, least), most) - least) / (most - least);
  $("who-halves").style.setProperty("--zero", `${along(0)}%`);
  for (const axis of $("who-halves").querySelectorAll(".axis")) [axis.firstElementChild.textContent, axis.lastElementChild.textContent] = [signed(least), signed(most)];
  const bodies = [...$("who-halves").querySelectorAll("tbody")];
  const half = bodies.length > 1 ? Math.ceil(found.list.length / 2) : found.list.length;
  bodies.forEach((body, k) => body.replaceChildren(...found.list.slice(k * half, (k + 1) * half).map((line) => whoLine(line, ticks.get(line[0]), along))));
}

/* ---- the map ---- */
/* Colours end where one in twenty gains of all subsets lies beyond, so that a single bad one pales nothing. */
const FAR = (() => {
  const sizes = Object.values(D.who).flatMap((found) => found.list.map((line) => line[1])).filter((x) => x !== null).map(Math.abs).sort((a, b) => a - b);
  return sizes.length ? Math.max(0.01, sizes[Math.floor(0.95 * (sizes.length - 1))]) : 0.01;
})();

/* Blue gains, orange loses, pale is near nothing: safe for the colour-blind, and in the dark. */
const shades = () => [[0, css("--worst")], [0.25, css("--bad")], [0.5, css("--mid")], [0.75, css("--good")], [1, css("--finest")]];

const placed = (list) => list.filter((i) => D.languages[i].at);

function spots(list, label, marker, text) {
  return {
    type: "scatter", mode: "markers", name: label, x: list.map((i) => D.languages[i].at[0]), y: list.map((i) => D.languages[i].at[1]),
    text: list.map((i) => `<b>${plain(name(i))}</b><br>${text(i)}`), hovertemplate: "%{text}<extra></extra>", marker,
  };
}

/* Targets whose gain is known, each in its colour; what is shown for all at once is larger, with a rim. */
function gained(known) {
  const bars = { title: { text: "points over no realignment", side: "top", font: { size: 12 } }, orientation: "h", x: narrow() ? 0.5 : 0.99, xanchor: narrow() ? "center" : "right", y: narrow() ? -0.02 : 0.01, yanchor: narrow() ? "top" : "bottom", len: narrow() ? 0.8 : 0.3, thickness: 11, outlinewidth: 0, tickfont: { size: 11 }, nticks: 5 };
  const says = (i) => { const [, mean, low, high, verdict] = known.get(i); return `${signed(mean)}${low === null ? "" : ` [${signed(low)}, ${signed(high)}]`} points, ${VERDICTS[verdict]}${held.has(i) ? "; held out" : ""}`; };
  const listed = placed([...known.keys()]);
  const sure = (i) => ["helped", "harmed"].includes(VERDICTS[known.get(i)[4]]);
  return [[false, "not shown"], [true, "shown to be helped or harmed"]].map(([shown, label], k) => {
    const mine = listed.filter((i) => sure(i) === shown);
    return spots(mine, `target: ${label}`, {
      symbol: mine.map((i) => (held.has(i) ? "diamond" : "circle")), size: shown ? 13 : 9, color: mine.map((i) => 100 * known.get(i)[1]),
      cmin: -100 * FAR, cmax: 100 * FAR, colorscale: shades(), showscale: k === 1 || !listed.some(sure), colorbar: bars,
      line: { width: shown ? 1.8 : 1, color: shown ? css("--ink") : css("--muted") },
    }, says);
  });
}

function drawMap() {
  const found = D.who[instead()];
  const known = new Map((found?.list ?? []).filter((line) => line[1] !== null).map((line) => [line[0], line]));
  const unknown = placed(D.targets.filter((t) => !known.has(t)));
  const shown = D.rows[instead()];
  const chosen = placed(shown.languages);
  const traces = [
    { type: "scatter", mode: "lines", x: D.land.x, y: D.land.y, fill: "toself", fillcolor: css("--land"), line: { color: css("--land"), width: 0.7 }, hoverinfo: "skip", showlegend: false },
    spots(unknown, "target: gain not known", { symbol: unknown.map((i) => (held.has(i) ? "diamond" : "circle")), size: 8, color: css("--proxy"), line: { width: 1, color: css("--card") } }, () => "gain not known"),
    ...gained(known),
    spots(chosen, "chosen language", { symbol: "square-open", size: chosen.length > 20 ? 9 : 18, color: css("--pick"), line: { width: chosen.length > 20 ? 1.6 : 3 } }, (i) => `chosen${known.has(i) ? ", and a target" : ""}`),
  ];
  Plotly.react("map-plot", traces.filter((t) => t.x.length), layout({
    xaxis: { visible: false, range: [-2.72, 2.72] },
    yaxis: { visible: false, range: [-1.12, 1.4], scaleanchor: "x" },
    showlegend: true, legend: { orientation: "h", y: narrow() ? -0.35 : 0, yanchor: narrow() ? "top" : "bottom", x: 0, bgcolor: "rgba(0,0,0,0)" }, margin: { l: 0, r: 0, t: 0, b: narrow() ? 150 : 0 }, dragmode: touch ? false : "pan",
  }), config);
  const missing = [...new Set([...shown.languages, ...D.targets])].filter((i) => !D.languages[i].at);
  const colours = known.size ? " Colour is the measured gain of a target; large with a rim where it is shown for all targets at once." : "";
  $("map-hint").textContent = `${shown.title}.${colours} Equal Earth projection; one point a language.` + (missing.length ? ` Not on the map, as their place is not known: ${missing.slice(0, 12).map(name).join(", ")}${missing.length > 12 ? " …" : ""}.` : "");
}

/* ---- the coloured table of scores ---- */
const heads = [...$("scores").tHead.rows[0].cells].slice(1);
const columns = heads.map((head) => Number(head.dataset.row));

function scoreOf(row, target) {
  const whole = row && WHOLE[D.rows.indexOf(row)];
  return target === "mean" ? whole?.accuracy : target === "held" ? whole?.heldOut : row?.scores?.[target];
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
