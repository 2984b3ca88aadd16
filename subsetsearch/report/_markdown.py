"""The report as Markdown tables, for a repository or an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from subsetsearch.report._strategies import EMPTY, NOTE, strategy_cells, strategy_head
from subsetsearch.report._summary import (
    amount,
    answer,
    chosen_index,
    complement,
    fresh_score,
    question,
    reason,
    score,
    tie,
    title,
)
from subsetsearch.report._view import commands
from subsetsearch.report.data import ReportData, ReportRow
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
    parts = [f"# {plain(data.study)}", plain(data.description)]
    parts += [f"> {plain(text)}" for text in data.messages]
    parts += [plain(question(data)), f"**{plain(answer(data))}**", plain(reason(data))]
    if data.rows:
        parts += [
            "## Subsets",
            _subsets(data),
            *_chosen(data),
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


def _subsets(data: ReportData) -> str:
    matter = [row for row in data.rows if _matters(row)]
    shown = sorted(matter, key=lambda row: row.cost)[:MOST_ROWS]
    extra = _extra(shown)
    head = [
        "subset",
        f"cost ({plain(data.unit)})",
        f"{plain(data.metric)} on test, %",
        f"{data.rung.column}, %",
        "seeds",
    ]
    text = table(
        [*head, *extra, "front", "not told from the cheaper"],
        ([*_subset(row, data, extra)] for row in shown),
    )
    rest = len(data.rows) - len(shown)
    return text + (f"\n\n{rest} further subsets were scored." if rest else "")


def _matters(row: ReportRow) -> bool:
    """Whether a row is listed; strategies that were not measured have a table of their own."""
    return row.on_front or row.accuracy is not None or bool(row.label and not row.strategies)


_UNSEEN, _FRESH = "held-out targets, %", "fresh seeds, %"


def _extra(rows: Sequence[ReportRow]) -> list[str]:
    """Columns that only some studies have."""
    found = [_UNSEEN] if any(row.held_out is not None for row in rows) else []
    return found + ([_FRESH] if any(row.fresh is not None for row in rows) else [])


def _subset(row: ReportRow, data: ReportData, extra: Sequence[str]) -> Iterable[str]:
    proxy = "–" if row.proxy is None else f"{100 * row.proxy:.1f}{'~' * row.estimated}"
    measured = "–" if row.accuracy is None else score(row)
    yield from (
        plain(title(row, data)),
        amount(row.cost),
        measured,
        proxy,
        str(row.n_seeds),
        *(_extra_cell(row, name) for name in extra),
        "●" if row.on_front else "",
        plain(tie(row, data)),
    )


def _extra_cell(row: ReportRow, name: str) -> str:
    if name == _FRESH:
        return fresh_score(row) or "–"
    return "–" if row.held_out is None else f"{100 * row.held_out:.1f}"


def _chosen(data: ReportData) -> list[str]:
    index = chosen_index(data)
    if index is None:
        return []
    row = data.rows[index]
    names = ", ".join(f"{plain(data.name(key))} (`{key}`)" for key in row.languages) or "none"
    parts = ["## The answer", f"Languages: {with_pairs(names, row.pairs)}", plain(complement(row, data))]
    baseline, every = data.labelled("none"), data.labelled("all")
    if row.scores:
        parts.append(
            table(
                ["target", "chosen, %", "none, %", "all, %"],
                (
                    [_target(key, data), *(_score(r, key) for r in (row, baseline, every))]
                    for key in data.targets
                ),
            )
        )
        if data.held_out:
            parts.append("\\* held out: no proxy saw it.")
    code = "\n".join(entry["command"] for entry in commands(row, data))
    if code:
        parts.append(f"```sh\n{code}\n```")
    return parts


def _target(key: str, data: ReportData) -> str:
    return plain(data.name(key)) + (r" \*" if key in data.held_out else "")


def _score(row: ReportRow | None, key: str) -> str:
    value = None if row is None else row.scores.get(key)
    return "–" if value is None else f"{100 * value:.1f}"


def _trust(data: ReportData) -> list[str]:
    if not data.calibration:
        return ["No subset has both a proxy and a full run yet."]
    shown = table(
        ["against full runs", "Kendall", "regret", "Spearman", "interval", "subsets"],
        (
            [
                plain(row.proxy),
                plain(row.kendall or "–"),
                plain(row.regret or "–"),
                "–" if row.spearman is None else f"{row.spearman:.2f}",
                "–" if row.low is None or row.high is None else f"{row.low:.2f} to {row.high:.2f}",
                str(row.n),
            ]
            for row in data.calibration
        ),
        numbers=3,
    )
    return [shown, "\n".join(f"- {plain(sentence)}" for sentence in data.sentences)]


def _strategies(data: ReportData) -> list[str]:
    if not data.strategies:
        return [EMPTY]
    rows = ([plain(cell) for cell in strategy_cells(line)] for line in data.strategies)
    return [plain(NOTE), table([plain(name) for name in strategy_head(data)], rows)]


def _repeat(data: ReportData) -> str:
    facts = [("study file", data.study_file), ("seeds", ", ".join(str(seed) for seed in data.seeds))]
    facts += [*data.data.items(), *data.versions.items(), ("made", data.created)]
    rows = [[plain(str(key)), plain(str(value))] for key, value in facts if value]
    return table(["what", "value"], rows, numbers=2) if rows else "Nothing was recorded."
