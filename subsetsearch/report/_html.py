"""The page: one file that holds its style, script, data and plotly, packed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from subsetsearch.analysis.trust.table import TrustLine, trust_lines
from subsetsearch.errors import count
from subsetsearch.report._strategies import EMPTY, NOTE, strategy_cells, strategy_head
from subsetsearch.report._summary import answer, measured_words, question, reason, title
from subsetsearch.report._sure import HEAD, SURE_NOTE, reason_lines, sure_section, sure_words
from subsetsearch.report._tables import point_columns, point_rows, score_rows
from subsetsearch.report._view import MOST_DOMINATED, drawn, view
from subsetsearch.report._who import who_section
from subsetsearch.report.data import ReportData

SCRIPTS = ("1_base.js", "2_front.js", "3_chosen.js", "4_targets.js", "5_sure.js", "6_main.js")


def render_html(data: ReportData) -> str:
    """Write a self-contained page; it asks the network for nothing.

    Args:
        data: What is shown. Without rows, a page that says so.

    Returns:
        An HTML document; of 20 trials about 0.7 MB, of 10,000 about 0.9 MB.
    """
    full = bool(data.front)
    content, rows = view(data), drawn(data)
    script = _script() if full else ""
    return (
        _templates()
        .get_template("page.html")
        .render(
            data=data,
            state="full" if full else "empty",
            question=question(data),
            answer=_unbroken(answer(data)),
            measured=_unbroken(measured_words(data)),
            reason=_unbroken(reason(data)),
            panels=_panels(data),
            drawn=_drawn_note(data),
            trust_lines=_trust_lines(data),
            strategy_head=strategy_head(data),
            strategies=[strategy_cells(line, data) for line in data.strategies],
            strategy_note=NOTE if data.strategies else EMPTY,
            style=_page("report.css"),
            point_columns=point_columns(data),
            points=point_rows(rows, data),
            sure=sure_section(data, {row.subset: i for i, row in enumerate(rows)}),
            sure_words=sure_words(data),
            sure_head=HEAD,
            sure_note=SURE_NOTE,
            reasons=reason_lines(data),
            leaned=title(data.leaned) if data.leaned else "",
            scores=score_rows(content, data),
            who=who_section(data),
            content=packed_json(content) if full else "",
            plotly=base64.b64encode(_packed()).decode() if full else "",
            script=script,
            allowed=" ".join(_hash(code) for code in (script, _plotly())) if full else "'none'",
        )
    )


def _script() -> str:
    """The page's own script."""
    code = "".join(_page(name) for name in SCRIPTS)
    return f'(async () => {{\n"use strict";\n{code}}})();'


@cache
def _packed() -> bytes:
    """Plotly as it lies beside this file, packed by gzip."""
    return (files("subsetsearch.report") / "plotly" / "plotly-basic.min.js.gz").read_bytes()


@cache
def _plotly() -> str:
    return gzip.decompress(_packed()).decode()


def _hash(code: str) -> str:
    """Name a script in a content security policy: the browser runs no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


@cache
def _templates() -> Environment:
    """Templates that write every text as text; only style, scripts and their data go in as they are."""
    environment = Environment(
        loader=PackageLoader("subsetsearch.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["indented_json"] = _indented_json
    return environment


def packed_json(value: Any) -> str:
    """Write data for the page's script, packed: it is small, and cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _page(name: str) -> str:
    return (files("subsetsearch.report") / "page" / name).read_text(encoding="utf-8")


def _paragraphs(text: str) -> list[str]:
    return [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _indented_json(value: Any) -> str:
    return json.dumps(dict(value), ensure_ascii=False, indent=2, default=str)


def _panels(data: ReportData) -> str:
    """Say what the one or two plots of the front show."""
    rung = data.front.rung
    guessed = any(row.proxy is not None for row in data.front)
    real = "measured on test data, mean over seeds; bars are one standard deviation."
    if data.front.decision is not None:
        real = _expected_panel(data)
    cheap = f"what the search saw, {rung.title}; {rung.caution}."
    if (data.front.measured or data.front.decision) and guessed:
        return f"Above: {real} Below, on a scale of its own: {cheap}"
    shown = real if data.front.measured or data.front.decision else cheap
    return f"{shown[0].upper()}{shown[1:]}"


def _expected_panel(data: ReportData) -> str:
    """Say what is drawn where a model of all runs speaks."""
    decision = data.front.decision
    text = "filled marks are what is expected by the model of all runs, bars 90 % intervals"
    if decision is not None and not decision.question.aim.of_mean:
        return f"{text}; what was measured is in the list."
    return f"{text}; small hollow ones are what was measured on test data, over seeds in common with none."


def _unbroken(text: str) -> str:
    """Keep a number and what belongs to it on one line; a minus is a minus."""
    text = re.sub(r"(?<![\w-])-(?=\d+\.\d)", "−", text)
    return text.replace(" ± ", "\u00a0±\u00a0").replace(" %", "\u00a0%")


def _trust_lines(data: ReportData) -> Sequence[TrustLine]:
    """Rows of the table of trust; none where no correlation is known."""
    lines = trust_lines(data.trust) if data.trust and data.trust.measured else ()
    return lines if any(line.spearman is not None for line in lines) else ()


def _drawn_note(data: ReportData) -> str:
    shown, total = len(drawn(data)), len(data.front)
    if shown == total:
        return f"{count(total, 'subset')} scored."
    return f"{total} subsets were scored; {MOST_DOMINATED} or fewer of the dominated ones are drawn."
