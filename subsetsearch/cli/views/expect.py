"""Expected gains in a terminal."""

from __future__ import annotations

from rich.markup import escape

from realign_core.support.program.console import results
from subsetsearch.analysis.model.posterior import interval
from subsetsearch.analysis.subsets.expect import Expected, ExpectedGain
from subsetsearch.analysis.text.wording import amount, language_name, percent, points, subset_name
from subsetsearch.cli.views.plain import keep_words, print_sentence, table


def show_expected(expected: Expected, top: int, *, by_target: bool = False) -> None:
    """Print a row a subset, the highest expected gain first; with its targets below it, if wanted.

    Args:
        expected: Expected gains.
        top: Number of subsets that are shown.
        by_target: Print a table of targets for each.
    """
    shown = expected.rows[:top]
    print_sentence(expected.basis)
    right = ("cost", "points", "90 % interval", "better", "best", "runs")
    made = table("subset", *right, right=right)
    for row in shown:
        made.add_row(escape(subset_name(row.subset)), amount(row.cost), *_gain(row.gain, row.sd), *_odds(row))
    results.print(keep_words(made))
    print_sentence(
        "points: expected gain; better: probability to gain anything; best: probability to be the best of "
        "all that were asked about, no realignment included; runs: its own"
    )
    if len(expected) > len(shown):
        print_sentence(f"{len(expected) - len(shown)} more: --top, --csv")
    for row in shown if by_target else ():
        _show_targets(row)


def _show_targets(row: ExpectedGain) -> None:
    print_sentence(f"\n{subset_name(row.subset)}:")
    made = table("target", "points", "90 % interval", right=("points", "90 % interval"))
    for target, (gain, sd) in sorted(row.by_target.items(), key=lambda item: -item[1][0]):
        made.add_row(escape(language_name(target)), *_gain(gain, sd))
    results.print(made)


def _gain(gain: float, sd: float) -> tuple[str, str]:
    low, high = interval(gain, sd)
    return points(gain), f"{points(low)}, {points(high)}"


def _odds(row: ExpectedGain) -> tuple[str, str, str]:
    return percent(row.better), percent(row.best), str(row.runs or "")
