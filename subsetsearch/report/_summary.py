"""The question and the answer of a study, each in a sentence; what a subset consists of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from subsetsearch.report.data import ReportData, ReportRow
from subsetsearch.subset import with_pairs


def recommend(rows: Sequence[ReportRow]) -> int | None:
    """Choose the row that answers the study's question.

    The one marked as recommended: the cheapest that full runs do not tell from the most accurate. If
    none is marked, the cheapest measured subset whose mean is within one standard deviation of the
    best; without full runs, the cheapest on the front within one point of the best proxy of its
    rung. ``none`` and ``all`` count like any other subset.

    Returns:
        Index into ``rows``; ``None`` if nothing was scored.
    """
    marked = next((i for i, row in enumerate(rows) if row.recommended), None)
    if marked is not None:
        return marked
    measured = [i for i, row in enumerate(rows) if row.accuracy is not None]
    if measured:
        best = max(measured, key=lambda i: rows[i].accuracy or 0.0)
        floor = (rows[best].accuracy or 0.0) - (rows[best].std or 0.0)
        return min((i for i in measured if (rows[i].accuracy or 0.0) >= floor), key=lambda i: rows[i].cost)
    scored = [i for i, row in enumerate(rows) if row.proxy is not None and row.on_front]
    if not scored:
        return None
    rung = max(rows[i].rung or 0 for i in scored)
    same = [i for i in scored if (rows[i].rung or 0) == rung]
    floor = max(rows[i].proxy or 0.0 for i in same) - 0.01
    return min((i for i in same if (rows[i].proxy or 0.0) >= floor), key=lambda i: rows[i].cost)


def chosen_index(data: ReportData) -> int | None:
    """Index of the recommended row, given or computed."""
    return data.recommended if data.recommended is not None else recommend(data.rows)


def reason(data: ReportData) -> str:
    """Why the recommended row is recommended."""
    if data.reason or data.recommended is not None:
        return data.reason
    index = recommend(data.rows)
    if index is None:
        return ""
    if data.rows[index].recommended:
        best = max(data.rows, key=lambda row: (row.accuracy or 0.0, -row.cost))
        if best is data.rows[index]:
            return "The most accurate subset; full runs tell every cheaper one from it."
        return (
            "The cheapest subset that full runs do not tell from the most accurate one "
            f"({title(best, data)}: {score(best)} at {amount(best.cost)} {best.unit})."
        )
    if data.rows[index].accuracy is None:
        return f"The cheapest subset of the front within a point of the best by {data.rung.score}."
    return "The cheapest measured subset within one standard deviation of the best measured one."


def question(data: ReportData) -> str:
    """The study's question, one sentence."""
    count = len(data.targets)
    targets = f"{count} target language{'' if count == 1 else 's'}" if count else "the target languages"
    encoder = {"": "the encoder", "bundled": "multilingual-e5-small"}.get(data.encoder, data.encoder)
    return (
        f"Which languages' parallel data should be bought so that {encoder}, fine-tuned on "
        f"{data.source_language} only, works best in {targets}?"
    )


def answer(data: ReportData) -> str:
    """The answer, one sentence with its numbers; says plainly what is not known."""
    index = chosen_index(data)
    if index is None:
        return "There is no answer yet: no subset has been scored."
    row = data.rows[index]
    if row.accuracy is None:
        return (
            f"The best guess so far is {describe(row, data)}, but nothing has been measured on test data "
            f"yet: {data.rung.caution}."
        )
    text = f"{describe(row, data)} reaches {score(row)} {data.metric} on test data"
    comparisons = []
    for label, words in (("none", "without realignment"), ("all", "with all languages")):
        other = data.labelled(label)
        if other is None or other is row or other.accuracy is None:
            continue
        comparisons.append(f"{score(other)} {words}{_share(row, other) if label == 'all' else ''}")
    if comparisons:
        text += ", against " + " and ".join(comparisons)
    fresh = f"; over fresh seeds {fresh_score(row)}" if row.fresh is not None else ""
    return f"{text[0].upper()}{text[1:]}{fresh}{_doubt(row, data)}."


def _share(row: ReportRow, everything: ReportRow) -> str:
    if everything.cost <= 0 or row.cost >= everything.cost:
        return ""
    if row.cost <= 0:
        return ""
    times = everything.cost / row.cost
    return (
        f" (which cost {times:.1f} times as much)"
        if times < 10
        else f" (which cost {times:.0f} times as much)"
    )


def _doubt(row: ReportRow, data: ReportData) -> str:
    """Say when full runs do not tell it from no realignment, or the difference is within their spread."""
    baseline = data.labelled("none")
    if baseline is None or baseline is row or baseline.accuracy is None or row.accuracy is None:
        return ""
    if row.tied_with == ():
        return "; full runs do not tell it from no realignment"
    if row.n_seeds < 2 or baseline.n_seeds < 2 or row.std is None or baseline.std is None:
        return "; with fewer than two seeds each, this difference cannot be told from chance"
    spread = math.hypot(row.std, baseline.std)
    if abs(row.accuracy - baseline.accuracy) <= spread:
        return "; the difference to no realignment is within the spread between seeds"
    return ""


def describe(row: ReportRow, data: ReportData, most: int = 8) -> str:
    """Name a subset in running text."""
    if not row.languages:
        return "no realignment"
    names = [data.name(key) for key in row.languages]
    cost = f"{amount(row.cost)} {row.unit}"
    if row.label == "all":
        return f"buying {with_pairs(f'all {len(names)} languages', row.pairs)} ({cost})"
    shown = names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"buying {with_pairs(listed, row.pairs)} ({cost})"


def score(row: ReportRow) -> str:
    """A measured accuracy in per cent, with the spread over seeds."""
    if row.accuracy is None:
        return "not measured"
    text = f"{100 * row.accuracy:.1f}"
    return text if row.std is None else f"{text} ± {100 * row.std:.1f}"


def fresh_score(row: ReportRow) -> str:
    """Accuracy over fresh seeds in per cent, with their number; empty without any."""
    if row.fresh is None:
        return ""
    spread = "" if row.fresh_std is None else f" ± {100 * row.fresh_std:.1f}"
    return f"{100 * row.fresh:.1f}{spread} ({row.n_fresh} seed{'s' * (row.n_fresh != 1)})"


def tie(row: ReportRow, data: ReportData) -> str:
    """Name the cheaper subset that full runs do not tell it from; empty without one."""
    if row.tied_with is None:
        return ""
    same = (r for r in data.rows if r.languages == row.tied_with and r.pairs == row.tied_pairs)
    other = next(same, None)
    if other is not None:
        return title(other, data)
    return with_pairs(", ".join(data.name(key) for key in row.tied_with), row.tied_pairs)


def amount(value: float) -> str:
    """A cost: whole numbers with separators, others with two digits."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def title(row: ReportRow, data: ReportData) -> str:
    """Short name of a subset, for axes and lists."""
    if row.label == "none":
        return "no realignment"
    if row.label == "all":
        return with_pairs(f"all {len(row.languages)} languages", row.pairs)
    if row.label:
        return row.label
    names = [data.name(key) for key in row.languages]
    shown = ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} + {len(names) - 2}"
    return with_pairs(shown, row.pairs)


def complement(row: ReportRow, data: ReportData) -> str:
    """Say what the languages of a subset add to each other."""
    if len(row.languages) < 2:
        return ""
    infos = [data.info(key) for key in row.languages]
    families = sorted({info.family for info in infos if info.family})
    scripts = sorted({info.script for info in infos if info.script and info.script != "Zzzz"})
    parts = []
    if families:
        names = f": {', '.join(families)}" if len(families) <= 4 else ""
        parts.append(f"{len(families)} {'family' if len(families) == 1 else 'families'}{names}")
    if scripts:
        parts.append(f"{len(scripts)} script{'' if len(scripts) == 1 else 's'} ({', '.join(scripts)})")
    if row.diversity is not None:
        size = len(row.languages)
        peers = [
            r.diversity
            for r in data.rows
            if len(r.languages) == size and r.diversity is not None and r is not row
        ]
        text = f"mean typological distance {row.diversity:.2f}"
        if len(peers) >= 5:
            below = sum(value < row.diversity for value in peers)
            text += (
                f", more than {100 * below / len(peers):.0f}% of the {len(peers)} other subsets of this size"
            )
        parts.append(text)
    return "; ".join(parts)
