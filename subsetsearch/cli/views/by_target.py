"""Who is helped and who is harmed, in a terminal: a row a target, with its interval drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape

from realign_core.support.program.console import results
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.statistics.target_gains import HARMED, HELPED, TargetGain
from subsetsearch.analysis.subsets.who_is_helped import ByTarget, target_name
from subsetsearch.analysis.text.wording import number, points
from subsetsearch.cli.views.plain import print_sentence, table

_MOST, _LEAST, _OTHERS = 25, 7, 74
"""Characters of the drawn column, and of all others together."""

_STYLES = {HELPED: "green", HARMED: "red"}


def show_by_target(gains: ByTarget) -> None:
    """Print a row a target, best first, and what it comes to."""
    width = max(_LEAST, min(_MOST, results.width - _OTHERS))
    right = ("score %", "points", "95 % interval")
    made = table("target", "score %", "points", "95 % interval", _scale(gains, width), "verdict", right=right)
    for row in gains:
        gap = row.gain
        made.add_row(
            escape(target_name(row)),
            number(row.score),
            points(gap.mean) if gap else "",
            ""
            if gap is None or gap.low is None or gap.high is None
            else f"{points(gap.low)}, {points(gap.high)}",
            _drawn(gap, gains, width) if gap else "",
            row.verdict,
            style=_STYLES.get(row.verdict, ""),
        )
    results.print(made)
    seeds = sorted({len(row.gain.seeds) for row in gains if row.gain})
    over = (
        f", over {' to '.join(map(str, dict.fromkeys((seeds[0], seeds[-1]))))} common seeds" if seeds else ""
    )
    print_sentence(f"points: gain over no realignment{over}; the interval is of each target by itself")
    print_sentence("verdict: for all targets at once (Holm): by noise alone any is wrong in 5 % of studies")
    print_sentence(gains.summary)


def show_summary(gains: ByTarget) -> None:
    """Print in a few lines who is helped and who is harmed."""
    print_sentence(gains.summary)
    for verdict, text in gains.lines(most=2):
        print_sentence(f"  {verdict}: {text}")


def _reach(rows: Sequence[TargetGain]) -> tuple[float, float]:
    """Ends of the scale: those of all gains, and nothing; a few wide intervals are cut off."""
    gains = [row.gain.mean for row in rows if row.gain]
    return min([0.0, *gains]) - 0.02, max([0.0, *gains]) + 0.02


def _scale(rows: Sequence[TargetGain], width: int) -> str:
    """Head of the drawn column: its ends, in points, if there is room."""
    low, high = (points(end) for end in _reach(rows))
    return low + high.rjust(width - len(low)) if width > len(low + high) else ""


def _drawn(gap: PairedDifference, rows: Sequence[TargetGain], width: int) -> str:
    """A gain as a dot, its interval as a line, nothing as a bar."""
    low, high = _reach(rows)

    def place(value: float) -> int:
        return round((min(max(value, low), high) - low) / (high - low) * (width - 1))

    cells = [" "] * width
    if gap.low is not None and gap.high is not None:
        for cell in range(place(gap.low), place(gap.high) + 1):
            cells[cell] = "-"
    cells[place(0.0)] = "|"
    cells[place(gap.mean)] = "o"
    return "".join(cells)
