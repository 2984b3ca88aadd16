"""The page: one file that holds its style, script, data and plotly's own bundle."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from realign_core.support.extras import require
from subsetsearch.report._strategies import EMPTY, NOTE, strategy_cells, strategy_head
from subsetsearch.report._summary import answer, question, reason
from subsetsearch.report._view import MOST_DOMINATED, drawn, view
from subsetsearch.report.data import CalibrationRow, ReportData

SCRIPTS = ("1_base.js", "2_front.js", "3_chosen.js", "4_targets.js", "5_main.js")


def render_html(data: ReportData) -> str:
    """Write a self-contained page; it asks the network for nothing.

    Args:
        data: What is shown. Without rows, a page that says so.

    Returns:
        An HTML document of less than 6 MB.

    Raises:
        MissingExtraError: If plotly is not installed.
    """
    plotly = require("plotly.offline", extra="report", purpose="write the HTML report")
    parts = {
        "title": escape(f"{data.study} · subsetsearch"),
        "study": escape(data.study),
        "description": _paragraphs(data.description),
        "messages": "".join(f'<p class="message" role="status">{escape(text)}</p>' for text in data.messages),
        "question": escape(question(data)),
        "answer": escape(answer(data)),
        "reason": escape(reason(data)),
        "panels": _panels(data),
        "drawn": escape(_drawn_note(data)),
        "calibration": _calibration(data),
        "strategies": _strategies(data),
        "recipe": _recipe(data),
        "created": f"{escape(data.created)}. " if data.created else "",
        "state": "full" if data.rows else "empty",
        "style": _page("report.css"),
        "data": script_json(view(data)),
        "plotly": plotly.get_plotlyjs() if data.rows else "",
        "script": _script() if data.rows else "",
    }
    return fill(_page("page.html"), parts)


def fill(template: str, parts: Mapping[str, str]) -> str:
    """Replace ``{{name}}`` once, in one pass, so that inserted text is never read as a template."""
    pieces = template.split("{{")
    out = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        out += [parts[name], rest]
    return "".join(out)


def script_json(value: Any) -> str:
    """Write JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028")):
        text = text.replace(char, code)
    return text.replace("\u2029", "\\u2029")


def _page(name: str) -> str:
    return (files("subsetsearch.report") / "page" / name).read_text(encoding="utf-8")


def _script() -> str:
    """The page's own script: its parts in order, in one scope."""
    parts = "".join(_page(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _paragraphs(text: str) -> str:
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return "".join(f"<p>{escape(block.strip())}</p>" for block in blocks)


def _panels(data: ReportData) -> str:
    """Say what the one or two plots of the front show."""
    measured = any(row.accuracy is not None for row in data.rows)
    guessed = any(row.proxy is not None for row in data.rows)
    real = "measured on test data, mean over seeds; bars are one standard deviation."
    cheap = f"what the search saw, {data.rung.title}; {data.rung.caution}."
    if measured and guessed:
        return f"Above: {real} Below, on a scale of its own: {cheap}"
    return real.capitalize() if measured else cheap.capitalize()


def _drawn_note(data: ReportData) -> str:
    shown, total = len(drawn(data.rows)), len(data.rows)
    if shown == total:
        return f"{total} subsets were scored."
    return f"{total} subsets were scored; {MOST_DOMINATED} or fewer of the dominated ones are drawn."


def _calibration(data: ReportData) -> str:
    body = "".join(_calibration_row(row) for row in data.calibration)
    if not body:
        return (
            "<p>No subset has both a proxy and a full run yet, so it is not known how far the proxies "
            "can be trusted.</p>"
        )
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in data.sentences)
    return (
        f'<ul class="verdicts">{said}</ul>'
        '<div class="scroll"><table><thead><tr><th scope="col">Against full runs</th>'
        '<th scope="col">Spearman</th>'
        '<th scope="col"><span class="axis"><span>−1</span><span>0</span><span>1</span></span></th>'
        '<th scope="col">Kendall</th><th scope="col">Subsets</th>'
        '<th scope="col">Regret of choosing by it</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
        '<p class="hint">Rank correlations with accuracy on test data, with 95 % bootstrap intervals; none '
        "and all are left out. Within equal sizes, only subsets with the same number of languages (and the "
        "same level of pairs per language, where the study has levels) are compared, so that size alone "
        "cannot make a rung look good. Regret: by how much the best of its favourites is less "
        "accurate than the best of all.</p>"
    )


def _calibration_row(row: CalibrationRow) -> str:
    if row.spearman is None or not math.isfinite(row.spearman):
        value, bar = "not known", ""
    else:
        low = row.low if row.low is not None else row.spearman
        high = row.high if row.high is not None else row.spearman
        value = f"{row.spearman:.2f}" + (f" ({low:.2f} to {high:.2f})" if row.low is not None else "")
        left, width, dot = 50 * (low + 1), 50 * (high - low), 50 * (row.spearman + 1)
        bar = (
            f'<span class="interval"><span class="range" style="left:{left:.1f}%;width:{width:.1f}%"></span>'
            f'<span class="dot" style="left:{dot:.1f}%"></span></span>'
        )
    kendall = row.kendall.replace("-", "−")
    return (
        f'<tr><th scope="row">{escape(row.proxy)}</th><td>{value.replace("-", "−")}</td><td>{bar}</td>'
        f"<td>{escape(kendall)}</td><td>{row.n}</td><td>{escape(row.regret)}</td></tr>"
    )


def _strategies(data: ReportData) -> str:
    if not data.strategies:
        return f"<p>{EMPTY}</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in strategy_head(data))
    body = ""
    for line in data.strategies:
        first, *cells = (escape(cell) for cell in strategy_cells(line))
        body += f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
    return (
        f'<p class="hint">{NOTE}</p><div class="scroll tall"><table class="strategies">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _recipe(data: ReportData) -> str:
    parts = []
    if data.seeds:
        parts.append(_facts("Seeds", {"full runs": ", ".join(str(seed) for seed in data.seeds)}))
    if data.data:
        parts.append(_facts("Data", data.data))
    if data.versions:
        parts.append(_facts("Versions", data.versions))
    parts = [f'<div id="facts">{"".join(parts)}</div>'] if parts else []
    if data.recipe:
        text = json.dumps(dict(data.recipe), ensure_ascii=False, indent=2, default=str)
        parts.append(f"<details><summary>Recipe</summary><pre tabindex='0'>{escape(text)}</pre></details>")
    if data.study_file:
        parts.append(f"<p>Study file: <code>{escape(data.study_file)}</code></p>")
    return "".join(parts) or "<p>No recipe was recorded.</p>"


def _facts(heading: str, facts: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(str(k))}</dt><dd>{escape(str(v))}</dd>" for k, v in facts.items())
    return f"<div><h3>{escape(heading)}</h3><dl>{rows}</dl></div>"
