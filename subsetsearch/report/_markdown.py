"""The report as Markdown tables, for a repository or an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.subsets.reasons import reasons_in_words
from subsetsearch.analysis.subsets.who_is_helped import gain_of, target_name
from subsetsearch.analysis.text.wording import amount, language_name, metric_name, number
from subsetsearch.analysis.trust.table import interval, trust_lines
from subsetsearch.report._strategies import EMPTY, NOTE, strategy_cells, strategy_head
from subsetsearch.report._summary import (
    answer,
    complement,
    diversities,
    fresh_score,
    measured_words,
    question,
    reason,
    tie,
    title,
    worse,
)
from subsetsearch.report._sure import (
    HEAD,
    SURE_NOTE,
    best_cell,
    gain_cell,
    judged_cells,
    judged_rows,
    sure_words,
)
from subsetsearch.report._view import commands
from subsetsearch.report._who import seeds, sentence
from subsetsearch.report.data import ReportData
from subsetsearch.subset import with_pairs

MOST_ROWS = 40
"""The front, measured and named subsets come first; further ones are counted only."""


def render_markdown(data: ReportData) -> str:
    """Write the report as GitHub-flavoured Markdown.

    Args:
        data: What is shown. Without rows, a short text that says so.

    Returns:
        Text; names are escaped, so that they stay text.
    """
    parts = [f"# {plain(data.front.name)}", plain(data.description)]
    parts += [f"> {plain(text)}" for text in data.messages]
    parts += [plain(question(data)), f"**{plain(answer(data))}**", plain(measured_words(data))]
    parts += [plain(reason(data))]
    if data.front:
        parts += [
            *_who(data),
            "## Subsets",
            _subsets(data),
            *_chosen(data),
            "## How sure this is",
            *_sure(data),
            "## How far the proxies can be trusted",
            *_trust(data),
            "## Published strategies at the same cost",
            *_strategies(data),
        ]
    parts += ["## To repeat it", _repeat(data)]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Escape text so that Markdown and HTML leave it as it is; line breaks become spaces."""
    line = " ".join(text.split())
    escaped = re.sub(r"([\\`*_{}\[\]|~#])", r"\\\1", line)
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"^([-+]|\d+[.)])(\s)", r"\\\1\2", escaped)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 1) -> str:
    """Write a table; the first ``numbers`` columns are text, the others are numbers on the right."""
    rules = [":--" if i < numbers else "--:" for i in range(len(head))]
    lines = [head, rules, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_UNSEEN, _FRESH, _WORSE = "held-out targets, %", "fresh seeds, %", "shown to be worse than"


def _subsets(data: ReportData) -> str:
    rows = data.front.shown
    shown = rows[:MOST_ROWS]
    head = [
        "subset",
        f"cost ({plain(data.unit)})",
        f"{metric_name(data.front.metric)} on test, %",
        f"{data.front.rung.column}, %",
        "seeds",
    ]
    if data.front.decision is not None:
        head[2:2] = [f"expected {data.front.decision.question.aim.column} [90 %]", "P(best)"]
    extra = [_UNSEEN] if any(row.held_out is not None for row in shown) else []
    extra += [_FRESH] if any(row.fresh is not None for row in shown) else []
    harm = [_WORSE] if any(row.worse_than is not None for row in shown) else []
    columns = [*head, *extra, "front", "not shown to be better than", *harm]
    text = table([plain(name) for name in columns], (_subset(row, data, [*extra, *harm]) for row in shown))
    n_hidden = len(data.front) - len(shown)
    return text + (f"\n\n{n_hidden} further subsets were scored." if n_hidden else "")


def _subset(row: FrontRow, data: ReportData, extra: Sequence[str]) -> list[str]:
    extra_cells = {_UNSEEN: _number(row.held_out), _FRESH: fresh_score(row) or "–"}
    return [
        plain(title(row)),
        amount(row.cost),
        *([plain(gain_cell(row)), plain(best_cell(row))] if data.front.decision else []),
        "–" if row.full is None else number(row.full.accuracy, row.full.std),
        _number(row.proxy) + "~" * row.proxy_estimated,
        str(row.n_seeds),
        *(extra_cells[name] for name in extra if name in extra_cells),
        "●" if row.on_front else "",
        plain(tie(row, data)),
        *[plain(worse(row, data))] * (_WORSE in extra),
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else number(value)


def _who(data: ReportData) -> list[str]:
    """Who is helped and who is harmed, a line a target."""
    gains = data.who
    if gains is None:
        return []
    lines = ([plain(target_name(row)), plain(gain_of(row)), number(row.score), row.verdict] for row in gains)
    return [
        "## Who is helped, who is harmed",
        plain(sentence(gains)),
        table(
            ["target", "gain, points [95 %]", f"{metric_name(data.front.metric)}, %", "for all at once"],
            lines,
        ),
        f"Gains are over no realignment ({seeds(gains)}); the interval is of each target by itself. What is "
        "said for all at once is by Holm: by noise alone any of it is wrong in 5 % of studies.",
    ]


def _sure(data: ReportData) -> list[str]:
    """What the model of all runs knows of each subset, and what the answer rests on."""
    decision, rows = data.front.decision, judged_rows(data)
    parts = [plain(sure_words(data))]
    if decision is None or not rows:
        return parts
    head = ["subset", f"expected {decision.question.aim.column} [90 %]", *HEAD]
    cells = ([title(row), *judged_cells(row)] for row in rows[:MOST_ROWS])
    parts.append(table([plain(name) for name in head], ([plain(cell) for cell in line] for line in cells)))
    parts.append(SURE_NOTE)
    if data.reasons and data.leaned is not None:
        words = reasons_in_words(data.reasons)
        parts.append(plain(f"What the expected gain of {title(data.leaned)} rests on, in points: {words}."))
    return parts


def _chosen(data: ReportData) -> list[str]:
    row = data.answer
    if row is None:
        return []
    names = ", ".join(f"{plain(language_name(key))} (`{key}`)" for key in row.languages) or "none"
    parts = [
        "## The answer",
        f"Languages: {with_pairs(names, row.pairs)}",
        plain(complement(row, diversities(data))),
    ]
    columns = [row, data.front.labelled("none"), data.front.labelled("all")]
    if row.scores:
        lines = (
            [_target(key, data), *(_number(other.scores.get(key) if other else None) for other in columns)]
            for key in data.targets
        )
        parts.append(table(["target", "chosen, %", "none, %", "all, %"], lines))
        if data.held_out:
            parts.append("\\* held out: no proxy saw it.")
    code = "\n".join(commands(row, data))
    return [*parts, f"```sh\n{code}\n```"] if code else parts


def _target(key: str, data: ReportData) -> str:
    return plain(language_name(key)) + (r" \*" if key in data.held_out else "")


def _trust(data: ReportData) -> list[str]:
    if data.trust is None:
        return ["Nothing is known of it yet."]
    sentences = "\n".join(f"- {plain(sentence)}" for sentence in data.trust.sentences)
    if not data.trust.measured:
        return [sentences]
    shown = table(
        ["against full runs", "Kendall", "regret", "Spearman", "subsets"],
        (
            [
                *(plain(text or "–") for text in (line.name, line.kendall, line.regret)),
                interval(line.spearman),
                str(line.n),
            ]
            for line in trust_lines(data.trust)
        ),
        numbers=3,
    )
    return [shown, sentences]


def _strategies(data: ReportData) -> list[str]:
    if not data.strategies:
        return [EMPTY]
    rows = ([plain(cell) for cell in strategy_cells(line, data)] for line in data.strategies)
    return [plain(NOTE), table([plain(name) for name in strategy_head(data)], rows)]


def _repeat(data: ReportData) -> str:
    facts = [("study file", data.study_file), ("seeds", ", ".join(str(seed) for seed in data.seeds))]
    facts += [*data.data.items(), *data.versions.items(), ("made", data.created)]
    rows = [[plain(str(key)), plain(str(value))] for key, value in facts if value]
    return table(["what", "value"], rows, numbers=2) if rows else "Nothing was recorded."
