"""Published strategies as a table of text, for every format of the report."""

from __future__ import annotations

from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.subsets.strategy_table import StrategyRow
from subsetsearch.analysis.text.wording import amount, metric_name, number, points, subset_name
from subsetsearch.report.data import ReportData

NOTE = (
    "Each published strategy, cut down to the languages of this pool, beside the most accurate subset that "
    "the search proposed and full runs measured at the same cost or less. The proxy only ranks; it is no "
    "accuracy."
)
EMPTY = "No published strategy has a language of this pool."


def strategy_head(data: ReportData) -> list[str]:
    """Names of the columns; the first is text, the others are numbers but for the last two."""
    return [
        "strategy",
        "languages",
        f"cost ({data.unit})",
        "diversity",
        *(["proxy, rung 1, %"] if _scored(data) else []),
        f"{metric_name(data.front.metric)} on test, %",
        "gain of the search",
        "searched subset at that cost",
    ]


def _scored(data: ReportData) -> bool:
    """Whether rung 1 has scored any strategy."""
    return any(line.rung1 is not None for line in data.strategies)


def strategy_cells(line: StrategyRow, data: ReportData) -> list[str]:
    """One row of the table."""
    row, rival, size = line.row, line.rival, len(line.row.languages)
    names = line.names[0] if len(line.names) == 1 else f"{line.names[0]} (and {', '.join(line.names[1:])})"
    return [
        names,
        str(size) if size == line.published else f"{size} of {line.published}",
        amount(row.cost),
        "–" if row.diversity is None else f"{row.diversity:.2f}",
        *(["–" if line.rung1 is None else number(line.rung1)] if _scored(data) else []),
        "not measured" if row.full is None else number(row.full.accuracy, row.full.std),
        "–" if line.gain is None else gain_text(line.gain),
        "–" if rival is None else f"{subset_name(rival.subset, most=5)}: {number(rival.accuracy or 0.0)}",
    ]


def gain_text(gain: PairedDifference) -> str:
    """A difference in points, with its interval where it has one."""
    if gain.low is None or gain.high is None:
        return f"{points(gain.mean)} ({gain.verdict})"
    return f"{points(gain.mean)} ({points(gain.low)} to {points(gain.high)})"
