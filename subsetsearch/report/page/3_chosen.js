/* ---- the chosen subset ---- */
function pair(term, text) { return el("div", {}, el("dt", {}, term), el("dd", {}, text)); }

function copyButton(text) {
  const button = el("button", { type: "button", "aria-label": "Copy: " + text }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button.previousSibling);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

function commandBox(subject) {
  const box = el("div", { class: "command" });
  const show = () => {
    const text = `subsetsearch export ${subject} --to ${D.exports[state.format]}`;
    const tabs = D.exports.map((format, k) => {
      const tab = el("button", { type: "button", "aria-pressed": String(k === state.format) }, format);
      tab.addEventListener("click", () => {
        state.format = k;
        show();
        box.querySelector('[aria-pressed="true"]').focus();
      });
      return tab;
    });
    box.replaceChildren(el("div", { class: "controls", role: "group", "aria-label": "Format" }, ...tabs), el("code", { tabindex: "0" }, text), copyButton(text));
  };
  show();
  return box;
}

function gains(r, against) {
  if (!r.scores || !against || !against.scores) return [];
  return D.targets.filter((t) => r.scores[t] !== undefined && against.scores[t] !== undefined)
    .map((t) => ({ target: t, gain: r.scores[t] - against.scores[t], score: r.scores[t] }))
    .sort((a, b) => b.gain - a.gain);
}

function moves(list) {
  const items = list.map(({ target, gain }) => el("li", {}, el("span", {}, name(target) + (held.has(target) ? " (held out)" : "")),
    el("span", { class: direction(gain) }, arrow(gain) + signed(gain))));
  return el("ul", { class: "moves" }, ...items);
}

function drawDetail() {
  const r = D.rows[state.row];
  const box = $("detail");
  box.dataset.row = state.row;
  box.dataset.languages = r.languages.map((i) => D.languages[i].key).join(" ");
  const numbers = el("dl", { class: "numbers" }, pair("Data cost", r.costText));
  if (r.expected) {
    numbers.append(pair(`Expected ${D.aim?.column ?? "gain"}`, gainText(r)), pair("Best of all", chance(r.expected.best)));
    if (r.languages.length) numbers.append(pair("Better than none", chance(r.expected.better)));
  }
  numbers.append(pair(`Test ${D.metric}, %`, r.accuracy === undefined ? "not measured" : pct(r.accuracy) + (r.std === undefined ? "" : " ± " + pct(r.std))));
  if (r.accuracy !== undefined && none && none !== r && none.accuracy !== undefined) numbers.append(pair("Measured against none", signed(r.gain ?? r.accuracy - none.accuracy)));
  if (r.accuracy !== undefined && all && all !== r && all.accuracy !== undefined) numbers.append(pair("Measured against all", signed(r.accuracy - all.accuracy)));
  if (r.proxy !== undefined) numbers.append(pair(`${D.search.column}, %`, pct(r.proxy) + (r.by ? `, ${r.by}` : "")));
  if (r.heldOut !== undefined) numbers.append(pair("Held-out targets, %", pct(r.heldOut)));
  if (r.fresh) numbers.append(pair("Fresh seeds, %", r.fresh));
  if (r.ci) numbers.append(pair("Interval, %", `${pct(r.ci[0])} – ${pct(r.ci[1])}`));
  const sub = [r.trial === undefined ? "" : `trial ${r.trial}`, r.front ? "on the front" : "", state.row === D.chosen ? ANSWER : "", r.tie ? `not shown to be better than ${r.tie}` : "", r.worse ? `worse than ${r.worse}` : "", r.strategies ? `published as ${r.strategies.join(", ")}` : ""];
  const parts = [el("h3", {}, r.title), el("p", { class: "sub" }, sub.filter(Boolean).join(" · ")), numbers];
  parts.push(el("p", { class: "label" }, `Languages (${r.languages.length})`));
  parts.push(r.languages.length
    ? el("ul", { class: "chips" }, ...r.languages.map((i) => el("li", { title: D.languages[i].family }, name(i) + " ", el("span", {}, D.languages[i].key))))
    : el("p", {}, "None: the encoder is fine-tuned as it is."));
  if (r.why) parts.push(el("p", { class: "label" }, "Why they complement each other"), el("p", {}, r.why));
  const list = r === none ? [] : gains(r, none);
  if (list.length) {
    parts.push(el("p", { class: "label" }, "Gains most, and least, against none"));
    parts.push(moves(list.length > 6 ? [...list.slice(0, 3), ...list.slice(-3)] : list));
  }
  if (r.subject) {
    parts.push(el("p", { class: "label" }, "Hand it over"));
    parts.push(commandBox(r.subject));
  }
  box.replaceChildren(...parts);
}

/* ---- the list of points ---- */
const lines = [...$("points").tBodies[0].rows];

function wireList() {
  for (const line of lines) line.addEventListener("click", () => select(Number(line.dataset.row)));
  $("points").tBodies[0].addEventListener("keydown", (event) => {
    const here = lines.findIndex((line) => Number(line.dataset.row) === state.row);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(Number(lines[Math.max(0, Math.min(lines.length - 1, to))].dataset.row));
    $("points").querySelector('[tabindex="0"]')?.focus();
  });
}

/* Scores and tags of the list, after the group of targets has changed. */
function drawList() {
  for (const line of lines) {
    const i = Number(line.dataset.row);
    const r = D.rows[i];
    const head = line.cells[0];
    const put = (cell, text) => { const found = line.querySelector(`[data-cell="${cell}"]`); if (found) found.textContent = text; };
    head.querySelectorAll(".tag").forEach((tag) => tag.remove());
    if (i === D.chosen) head.append(el("span", { class: "tag chosen" }, ANSWER === "the answer" ? "answer" : "best guess"));
    if (r.front) head.append(el("span", { class: "tag" }, "front"));
    if (r.tie) head.append(el("span", { class: "tag tie" }, `ties with ${r.tie}`));
    if (r.worse) head.append(el("span", { class: "tag tie" }, `worse than ${r.worse}`));
    put("gain", gainText(r));
    put("best", r.expected ? chance(r.expected.best) : "–");
    put("score", r.accuracy === undefined ? "–" : pct(r.accuracy) + (r.std === undefined ? "" : ` ± ${pct(r.std)}`));
    put("proxy", r.proxy === undefined ? "–" : pct(r.proxy));
  }
}

function markList() {
  let found = false;
  for (const row of lines) {
    const mine = Number(row.dataset.row) === state.row;
    found = found || mine;
    row.setAttribute("aria-selected", String(mine));
    row.tabIndex = mine ? 0 : -1;
    if (mine) {
      const box = row.closest(".tall");
      const top = row.offsetTop - 2 * row.offsetHeight;
      if (top < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top;
    }
  }
  if (!found && lines.length) lines[0].tabIndex = 0;
}
