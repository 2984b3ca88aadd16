"""Trust as a table of text, for terminal and report alike."""

from __future__ import annotations

from typing import NamedTuple

from subsetsearch.analysis.trust.ranks import Interval, Ranking
from subsetsearch.analysis.trust.verdict import RungTrust, Trust
from subsetsearch.errors import count


def trust_rows(trust: Trust) -> list[tuple[str, list[str]]]:
    """Statistics by name, one cell a column: the rungs, then what other full runs predict, if known."""
    rungs = trust.rungs
    columns = trust.columns
    beyond = [""] * (len(columns) - len(rungs))
    rows = [
        ("subsets", [str(column.overall.n) for column in columns]),
        ("Spearman", [interval(column.overall.spearman) for column in columns]),
        ("Kendall", [interval(column.overall.kendall) for column in columns]),
        ("within equal sizes", [_in_sizes(column.within) for column in columns]),
        ("  Spearman", [interval(column.within.spearman) for column in columns]),
        ("  Kendall", [interval(column.within.kendall) for column in columns]),
    ]
    for k in sorted({regret.k for rung in rungs for regret in rung.regrets}):
        rows.append((f"regret of its top {k}, points", [*(_regret(rung, k) for rung in rungs), *beyond]))
    noise = trust.noise
    same = len(columns) - 1
    rows += [
        ("seeds agree with each other", [interval(noise.single_seed), *[""] * same]),
        ("ceiling of any rung", [interval(noise.ceiling), *[""] * same]),
    ]
    return rows


def interval(statistic: Interval | None) -> str:
    """A statistic with its interval, or a dash."""
    return "-" if statistic is None else str(statistic)


def _in_sizes(within: Ranking) -> str:
    return f"{within.n} in {count(within.groups, 'size')}"


def _regret(rung: RungTrust, k: int) -> str:
    regret = next((entry for entry in rung.regrets if entry.k == k), None)
    if regret is None:
        return "-"
    return f"{100 * regret.regret:.1f} (by chance {100 * regret.by_chance:.1f})"


class TrustLine(NamedTuple):
    """One line of the report's table: what was compared with full runs, and how well it ranks them."""

    name: str
    spearman: Interval | None
    kendall: str = ""
    n: int = 0
    regret: str = ""


def trust_lines(trust: Trust) -> list[TrustLine]:
    """Write two lines a rung and for other full runs, over all subsets and within sizes; then the ceiling."""
    lines = []
    for column in trust.columns:
        regret = _regrets(column) if isinstance(column, RungTrust) else ""
        within = f"{column.name}, within equal sizes ({count(column.within.groups, 'size')})"
        for name, ranking, cost in ((column.name, column.overall, regret), (within, column.within, "")):
            kendall = "" if ranking.kendall is None else str(ranking.kendall)
            lines.append(TrustLine(name, ranking.spearman, kendall, ranking.n, cost))
    if trust.noise.ceiling is not None:
        ceiling = "ceiling: the most that any proxy could reach"
        lines.append(TrustLine(ceiling, trust.noise.ceiling, n=trust.noise.n))
    return lines


def _regrets(rung: RungTrust) -> str:
    """All regrets of a rung in one line; empty without any."""
    parts = [f"top {r.k}: {100 * r.regret:.1f} (chance {100 * r.by_chance:.1f})" for r in rung.regrets]
    return f"{', '.join(parts)} points" if parts else ""
