/* ---- the front ---- */
const ANSWER = measured.includes(D.chosen) || D.rows[D.chosen]?.expected ? "the answer" : "the best guess";

/* A star is hollow: it was not searched for, and may lie under a searched subset. */
const published = (r) => r.label !== "none" && r.label !== "all" && Boolean(r.label || r.strategies);

const KINDS = [
  { name: "searched subset", test: (r) => !r.label && !r.strategies, symbol: "circle", color: "--measured" },
  { name: "none", test: (r) => r.label === "none", symbol: "square", color: "--none" },
  { name: "all", test: (r) => r.label === "all", symbol: "triangle-up", color: "--all" },
  { name: "published strategy", test: published, symbol: "star-open", color: "--named" },
];

/* The logarithmic scale is log(1 + cost / smallest cost), so that "none" at 0 has a place. */
const at = (cost) => (state.scale === "log" && Number.isFinite(unitCost) ? Math.log1p(cost / unitCost) : cost);

function costAxis() {
  const most = Math.max(...costs, 1);
  const axis = { range: [at(0) - 0.03 * at(most), 1.04 * at(most)] };
  if (state.scale !== "log" || !Number.isFinite(unitCost)) return { ...axis, tickformat: ",~s", nticks: narrow() ? 5 : 10 };
  const ticks = [0];
  for (let power = Math.floor(Math.log10(unitCost)); power <= Math.log10(most); power += 1) {
    for (const digit of [1, 2, 5]) {
      const tick = digit * 10 ** power;
      const apart = (at(tick) - at(ticks.at(-1))) / at(most);  // labels that lie closer would collide
      if (tick >= unitCost * 0.99 && tick <= most * 1.2 && apart > (narrow() ? 0.13 : 0.05)) ticks.push(tick);
    }
  }
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  return { ...axis, tickmode: "array", tickvals: ticks.map(at), ticktext: ticks.map((t) => short.format(t)) };
}

function hover(r, what) {
  const languages = r.languages.map(name);
  const listed = languages.length > 6 ? `${languages.slice(0, 6).join(", ")} and ${languages.length - 6} more` : languages.join(", ");
  return `<b>${plain(cut(r.title, 60))}</b><br>${plain(cut(listed || "no languages", 90))}<br>${plain(r.costText)}<br>${what}`;
}

function points(kind, indices, y, extra, text) {
  return {
    type: "scatter", mode: "markers", name: kind.name, legendgroup: kind.name,
    x: indices.map((i) => at(D.rows[i].cost)), y: indices.map(y), customdata: indices,
    text: indices.map((i) => hover(D.rows[i], text(D.rows[i]))), hovertemplate: "%{text}<extra></extra>", ...extra,
  };
}

function staircase(y) {
  return {
    type: "scatter", mode: "lines", x: D.steps.map((i) => at(D.rows[i].cost)), y: D.steps.map(y), hoverinfo: "skip",
    line: { shape: "hv", color: css("--measured"), width: 1.6, dash: "dot" }, showlegend: false,
  };
}

/* With a model the upper plot shows expected gains, else measured scores; both with the rows that were run. */
const modelled = () => D.rows.some((r) => r.expected);
const upper = () => (modelled() ? D.rows.map((r, i) => i).filter((i) => D.rows[i].expected) : measured);
const height = (r) => (modelled() ? r.expected && 100 * r.expected.worth : r.accuracy === undefined ? undefined : 100 * r.accuracy);
const bar = (r) => (r.expected ? 100 * (r.expected.high - r.expected.worth) : 100 * (r.std || 0));

function told(r) {
  const test = r.accuracy === undefined ? "not measured on test data" : `measured: ${pct(r.accuracy)}${r.std === undefined ? "" : " ± " + pct(r.std)} (${r.seeds} seed${r.seeds === 1 ? "" : "s"})`;
  const raw = r.gain === undefined ? test : `${test}, ${signed(r.gain)} over none`;
  return r.expected ? `expected ${D.aim?.column ?? "gain"}: ${gainText(r)}<br>best of all: ${chance(r.expected.best)}<br>${raw}` : raw;
}

/* What was measured, on the scale of the gains: small and hollow, as it owes much to luck. */
function measuredGains() {
  if (!modelled() || !(D.aim?.ofMean ?? true)) return [];
  const mine = measured.filter((i) => D.rows[i].gain !== undefined);
  const gain = (i) => 100 * D.rows[i].gain;
  return mine.length ? [points({ name: "measured on test data" }, mine, gain, { yaxis: "y", marker: { symbol: "circle-open", size: 6, color: css("--muted"), line: { width: 1.3 } } }, told)] : [];
}

function frontTraces() {
  const score = (i) => height(D.rows[i]);
  const ran = upper();
  const traces = ran.length ? [staircase(score), ...measuredGains()] : [];
  for (const kind of KINDS) {
    const mine = ran.filter((i) => kind.test(D.rows[i]));
    if (!mine.length) continue;
    traces.push(points(kind, mine, score, {
      yaxis: "y", marker: { symbol: kind.symbol, size: mine.length > 60 ? 8 : 12, color: css(kind.color), line: { width: 1.5, ...(kind.symbol.endsWith("-open") ? {} : { color: css("--card") }) } },
      error_y: { type: "data", array: mine.map((i) => bar(D.rows[i])), color: css(kind.color), thickness: 1.4, width: mine.length > 20 ? 0 : 4 },
    }, told));
  }
  const guess = (i) => 100 * D.rows[i].proxy;
  const said = (r) => `${D.search.column}${r.by ? `, ${r.by}` : ""}: ${pct(r.proxy)}`;
  const sources = [...new Set(D.rows.filter((r) => r.proxy !== undefined).map((r) => r.by ?? ""))].sort();
  for (const source of sources) {
    const label = source || D.search.score;
    const mark = (i) => D.rows[i].rung === D.search.rung ? "diamond-open" : "circle-open";
    for (const front of [false, true]) {
      const mine = D.rows.map((r, i) => i).filter((i) => D.rows[i].proxy !== undefined && !published(D.rows[i]) && (D.rows[i].by ?? "") === source && Boolean(D.rows[i].front) === front);
      if (!mine.length) continue;
      traces.push(points({ name: front ? `${label}, front` : label }, mine, guess, {
        yaxis: "y2", opacity: front ? 1 : 0.65,
        marker: { symbol: mark(mine[0]), size: front ? 9 : 6, color: front ? css("--ink") : css("--proxy"), line: { width: front ? 1.8 : 1.2 } },
      }, said));
    }
  }
  const named = D.rows.map((r, i) => i).filter((i) => published(D.rows[i]) && D.rows[i].proxy !== undefined);
  if (named.length) {
    traces.push(points({ name: measured.some((i) => published(D.rows[i])) ? `published, by ${D.search.score}` : `published strategy, by ${D.search.score}` }, named, guess, {
      yaxis: "y2", marker: { symbol: "star-open", size: 10, color: css("--named"), line: { width: 1.4 } },
    }, said));
  }
  return traces;
}

function ring() {
  const r = D.rows[state.row];
  const shown = [];
  if (height(r) !== undefined) shown.push({ y: height(r), yaxis: "y" });
  if (r.proxy !== undefined) shown.push({ y: 100 * r.proxy, yaxis: "y2" });
  return shown.map(({ y, yaxis }) => ({
    type: "scatter", mode: "markers", x: [at(r.cost)], y: [y], yaxis, hoverinfo: "skip", showlegend: false,
    marker: { symbol: "circle-open", size: 23, color: css("--pick"), line: { width: 3.5 } },
  }));
}

function drawFront() {
  const ran = upper().length > 0;
  const both = ran && D.rows.some((r) => r.proxy !== undefined);
  const only = ran ? "y" : "y2";
  const what = modelled() ? `expected ${D.aim?.column ?? "gain"} over none, points` : `test ${plain(D.metric)}, %`;
  const title = (text) => ({ text, font: { size: 12.5, color: css("--muted") }, standoff: 8 });
  const shape = layout({
    xaxis: { title: title(`data cost (${plain(D.unit)})`), anchor: both ? "y2" : only, ...costAxis() },
    yaxis: { title: title(what), domain: both ? [0.45, 1] : [0, 1], visible: ran, zeroline: modelled(), zerolinecolor: css("--muted") },
    yaxis2: { title: title(`${D.search.column}, %`), domain: both ? [0, 0.36] : [0, 1], visible: D.rows.some((r) => r.proxy !== undefined) },
    showlegend: true, legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, font: { size: 12 }, itemwidth: 30 },
    margin: { l: 56, r: 12, t: 10, b: 46 },
  });
  Plotly.react("front-plot", [...frontTraces(), ...ring()], shape, config);
}

/* ---- the front for a group of targets ---- */
const READ = ["expected", "gain", "accuracy", "std", "tie", "worse", "heldOut", "ci", "fresh", "proxy", "front"];
const WHOLE = D.rows.map((r) => Object.fromEntries(READ.map((key) => [key, r[key]])));
const EVERY = { chosen: D.chosen, steps: D.steps };

/* Scores, ties and the answer of the rows become those of the group; what the search saw is hidden. */
function regroup(group) {
  D.rows.forEach((r, i) => {
    Object.assign(r, WHOLE[i]);
    if (!group) return;
    const [score, spread, other, worse, over, ...known] = group.rows[i] || [];
    const [accuracy, std, gain] = [score, spread, over].map((x) => (x === undefined || x === null ? undefined : x / 1e5));
    const than = other === undefined || other === null ? undefined : D.rows[other].title;
    Object.assign(r, { expected: judged(known), accuracy, std, gain, tie: worse ? undefined : than, worse: worse ? than : undefined, heldOut: undefined, ci: undefined, fresh: undefined, proxy: undefined, front: group.steps.includes(i) });
  });
  Object.assign(D, group ? { chosen: group.chosen, steps: group.steps } : EVERY);
  const says = $("group-says");
  says.textContent = group ? `${D.rows[group.chosen].title} is recommended for ${group.name}. ${group.says}` : "";
  says.classList.toggle("hidden", !group);
  drawList();
  drawSure(group);
}

function buildGroups() {
  const choice = $("group");
  if (!choice) return;
  choice.append(el("option", { value: "-1" }, `all ${D.targets.length - (WHOLE.some((r) => r.heldOut !== undefined) ? held.size : 0)} targets`));
  for (const [kind, label] of [["family", "Families"], ["script", "Scripts"], ["target", "Single targets"]]) {
    const mine = D.groups.map((group, k) => [group, k]).filter(([group]) => group.kind === kind);
    if (!mine.length) continue;
    choice.append(el("optgroup", { label }, ...mine.map(([group, k]) => el("option", { value: String(k) }, kind === "target" ? group.name : `${group.name} (${group.targets.length})`))));
  }
  choice.addEventListener("change", () => {
    regroup(D.groups[Number(choice.value)]);
    select(D.chosen ?? state.row);
  });
}
