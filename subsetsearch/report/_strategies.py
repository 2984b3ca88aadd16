"""Published strategies as a table of text, for every format of the report."""

from __future__ import annotations

from subsetsearch.report._summary import amount
from subsetsearch.report.data import ReportData, StrategyLine

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
        "proxy, rung 1, %",
        f"{data.metric} on test, %",
        "gain of the search",
        "searched subset at that cost",
    ]


def strategy_cells(line: StrategyLine) -> list[str]:
    """One row of the table."""
    names = line.names[0] if len(line.names) == 1 else f"{line.names[0]} (and {', '.join(line.names[1:])})"
    return [
        names,
        str(line.size) if line.size == line.published else f"{line.size} of {line.published}",
        amount(line.cost),
        "–" if line.diversity is None else f"{line.diversity:.2f}",
        "–" if line.rung1 is None else f"{100 * line.rung1:.1f}",
        "not measured" if line.accuracy is None else _percent(line.accuracy, line.std),
        line.gain or "–",
        line.rival + ("" if line.rival_accuracy is None else f": {100 * line.rival_accuracy:.1f}")
        if line.rival
        else "–",
    ]


def _percent(value: float, std: float | None) -> str:
    return f"{100 * value:.1f}" + ("" if std is None else f" ± {100 * std:.1f}")
