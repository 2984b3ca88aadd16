/* ---- how sure: the same table as the page came with, for the chosen group of targets ---- */
const MOST_JUDGED = 100;

function sureLine(r, along) {
  const { worth, low, high, better, best, regret, loss, runs } = r.expected;
  const head = el("th", { scope: "row" }, r.title);
  if (D.rows.indexOf(r) === D.chosen) head.append(el("span", { class: "tag chosen" }, "answer"));
  const line = el("span", { class: "line" }, el("span", { class: "range", style: `left:${along(low)}%;width:${along(high) - along(low)}%` }), el("span", { class: "dot", style: `left:${along(worth)}%` }));
  const cells = [gainText(r), r.languages.length ? chance(better) : "–", chance(best), pct(regret), pct(loss), String(runs)];
  return el("tr", { "data-row": D.rows.indexOf(r) }, head, el("td", { class: "wide" }, line), ...cells.map((text) => el("td", { class: "n" }, text)));
}

function drawSure(group) {
  const table = $("judged");
  $("reasons")?.classList.toggle("hidden", Boolean(group));  // they are those of all targets
  if (!table) return;
  const ran = D.rows.filter((r) => r.expected).sort((a, b) => b.expected.worth - a.expected.worth || a.cost - b.cost)
    .filter((r, n) => n < MOST_JUDGED || r.label || D.rows.indexOf(r) === D.chosen);
  $("sure-group").textContent = !group ? "" : ran.length ? `For ${group.name}.` : `There is no model for ${group.name}: not every run has scores of it.`;
  table.classList.toggle("hidden", !ran.length);
  const low = Math.min(0, ...ran.map((r) => r.expected.low)) - 0.003;
  const high = Math.max(0, ...ran.map((r) => r.expected.high)) + 0.003;
  const along = (value) => 100 * (value - low) / (high - low);
  table.style.setProperty("--zero", `${along(0)}%`);
  const [left, right] = table.tHead.querySelectorAll(".axis span");
  left.textContent = signed(low);
  right.textContent = signed(high);
  table.tBodies[0].replaceChildren(...ran.map((r) => sureLine(r, along)));
  markSure();
}

function markSure() {
  for (const line of $("judged")?.tBodies[0].rows ?? []) line.setAttribute("aria-selected", String(Number(line.dataset.row) === state.row));
}

function wireSure() {
  $("judged")?.addEventListener("click", (event) => {
    const line = event.target.closest("[data-row]");
    if (line) select(Number(line.dataset.row));
  });
}
