"""The front in a terminal: a compact table and a small plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from realign_core.support.program.console import messages, results
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.text.wording import listed, metric_name, number, points, short_list
from subsetsearch.cli.views.plain import print_sentence
from subsetsearch.errors import SelectionError

if TYPE_CHECKING:
    from subsetsearch.study import Study

_WIDTH, _HEIGHT = 60, 10
_NAMES = 5

MOST_ROWS = 60
"""If there are more subsets, a table shows only the front, named ones and the best."""


def show_front(front: Front, study: Study, *, every: bool = False) -> None:
    """Print the table, its picture, how far to trust it, and what comes next.

    Args:
        front: Of the study.
        study: The study.
        every: Show dominated subsets as well.
    """
    from subsetsearch.cli.views.by_target import show_summary  # loads scipy, which help does without

    if not len(front):
        messages.print(f"no subset is scored yet; next: {study.command('run')}", markup=False, soft_wrap=True)
    rows, group = front if every else front.shown, ",".join(front.targets)
    printed = front if every else front.short(MOST_ROWS)
    _print_answer(front)
    _print_table(printed, front)
    if len(printed) < len(rows):
        print_sentence(
            f"{len(printed):,} of {len(rows):,} subsets are shown: the front, named ones and the best; --all "
            "shows every one, --json gives them as data"
        )
    results.print(front_plot(rows, front))
    if any(row.languages for row in front.measured):
        show_summary(study.by_target(targets=group or None))
    for sentence in study.trust(group or None).sentences:
        print_sentence(sentence)
    words = ("--targets", group) if group else ()
    results.print(
        f"every target: {study.command('pareto', *words, '--by-target')}\n"
        "choose one: --pick RULE; this shows what each rule would choose:\n"
        f"  {study.command('explain', *words)}",
        soft_wrap=True,
        markup=False,
    )


def _print_answer(front: Front) -> None:
    try:
        picked = front.pick("recommended")
    except SelectionError:  # nothing was run yet, which the table shows
        return
    undecided = f"; by measured means alone: {front.undecided}" if front.undecided and front.measured else ""
    print_sentence(
        (f"get {picked.row.name}: {picked.reason}" if picked.row.languages else picked.reason) + undecided
    )


def show_picked(reason: str, front: Front) -> None:
    """Print why a row was picked, and the row."""
    results.print(escape(reason))
    _print_table(front, front)


def _print_table(rows: Sequence[FrontRow], front: Front) -> None:
    """Print rows, and below them what their marks mean, as wide as the terminal."""
    if front.targets:
        results.print(escape(f"means over {listed(front.targets)} alone"), style="bold")
    results.print(front_table(rows, front))
    for line in front_legend(rows, front):
        print_sentence(line)


def front_table(rows: Sequence[FrontRow], front: Front) -> Table:
    """Lay rows out as a table, by rising cost.

    Args:
        rows: What is shown.
        front: What they are of: its metric and its rung name the columns.
    """
    unit = rows[0].cost_unit if rows else "cost"
    words = {
        "unit": unit.replace(" ", "\n", 1),
        "metric": metric_name(front.metric),
        "proxy": front.rung.score.replace(" ", "\n", 1),
        "data": front.rung.data,
        "gain": front.decision.question.aim.column.replace(" ", "\n", 1) if front.decision else "gain",
    }
    columns = [column for column in _COLUMNS if column.always or any(column.cell(row) for row in rows)]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, int(len(columns) <= 8), 0, 0))
    for column in columns:
        table.add_column(column.title.format_map(words), justify=column.justify, no_wrap=True)
    table.add_column("languages", overflow="fold", min_width=12)
    for row in rows:
        table.add_row(*(column.cell(row) for column in columns), escape(_names(row, front)))
    return table


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cell: Callable[[FrontRow], str]
    justify: Literal["left", "right"] = "right"
    always: bool = True


def _score(value: float | None, std: float | None = None) -> str:
    return "" if value is None else number(value, std).replace(" ± ", "±")


def _gain(row: FrontRow) -> str:
    expected = row.expected
    return "" if expected is None or not row.languages else f"{points(expected.worth)}±{number(expected.sd)}"


_COLUMNS = (
    _Column(
        "",
        lambda row: (
            "*" * row.on_front
            + "=" * (row.tied_with is not None)
            + "<" * (row.worse_than is not None)
            + ">" * row.recommended
            + "^" * bool(row.served)
        ),
        "left",
    ),
    _Column("trial", lambda row: "" if row.trial is None else str(row.trial), always=False),
    _Column("n", lambda row: str(len(row.languages))),
    _Column("pairs\neach", lambda row: "" if row.pairs is None else f"{row.pairs:,}", always=False),
    _Column("{unit}", lambda row: f"{row.cost:,.0f}"),
    _Column("{metric} %\n(test)", lambda row: _score(row.accuracy, row.accuracy_std)),
    _Column("seeds", lambda row: str(row.n_seeds or "")),
    _Column("{gain}", _gain, always=False),
    _Column("best\n%", lambda row: f"{100 * row.expected.best:.0f}" if row.expected else "", always=False),
    _Column(
        "fresh\nseeds %",
        lambda row: _score(row.fresh.accuracy, row.fresh.std) if row.fresh else "",
        always=False,
    ),
    _Column("held\nout %", lambda row: _score(row.full.held_out) if row.full else "", always=False),
    _Column("source\n%", lambda row: _score(row.full.source) if row.full else "", always=False),
    _Column("{proxy} %\n({data})", lambda row: _score(row.proxy) + "~" * row.proxy_estimated, always=False),
    _Column("diver-\nsity", lambda row: "" if row.diversity is None else f"{row.diversity:.2f}"),
)


def front_legend(rows: Sequence[FrontRow], front: Front) -> list[str]:
    """Say what the marks and columns mean that the table has.

    Args:
        rows: What is shown.
        front: What they are of.
    """
    metric = metric_name(front.metric)
    lines = ["n: number of languages   * on the front   ± standard deviation over seeds"]
    if any(row.proxy_estimated for row in rows):
        lines.append("~ estimated from rung 1 alone")
    if tied := [row for row in rows if row.tied_with is not None]:
        lines.append(f"(= X): {tied[0].judge} not shown it to be better than X, which costs less")
    if worse := [row for row in rows if row.worse_than is not None]:
        lines.append(f"(< X): {worse[0].judge} shown it to be worse than X, which costs less")
    if any(row.recommended for row in rows):
        lines.append(f"> recommended: the cheapest that {_not_worse(front)}")
    lines += _of_model(rows, front)
    if any(row.served for row in rows):
        lines.append("^ has sentence pairs of targets themselves; other targets gain by transfer alone")
    if any(row.fresh for row in rows):
        lines.append(f"fresh seeds: {metric} with seeds that the choice did not use")
    if any(row.pairs is not None for row in rows):
        lines.append("pairs each: at most so many sentence pairs of each language; no number: all of them")
    if any(row.full and row.full.held_out is not None for row in rows):
        lines.append(f"held out: {metric} on targets that the search does not see")
    if any(row.full and row.full.source is not None for row in rows):
        lines.append(f"source: {metric} in the training language; it is part of no other number")
    if any(row.proxy is not None for row in rows):
        lines.append(front.rung.caution)
    if front.note:
        lines.append(front.note)
    return lines


def _not_worse(front: Front) -> str:
    if front.decision is None:
        return "is not shown to be worse than the best"
    given_up = 100 * front.decision.question.tolerance
    return f"is expected to lose no more than {given_up:.3g} points against the best"


def _of_model(rows: Sequence[FrontRow], front: Front) -> Iterator[str]:
    """What the model's columns mean, or why there are none."""
    if front.decision is not None and any(row.expected for row in rows):
        aim = front.decision.question.aim
        yield (
            f"{aim.column}: {aim.words}, expected over no realignment ± its standard deviation, by a model "
            f"of {front.decision.basis}; best: the probability that it is the best of them"
        )
    elif front.measured:
        yield f"no model of the runs: {front.undecided}"


def _names(row: FrontRow, front: Front) -> str:
    """Label, strategy or languages; and what it ties with or is worse than."""
    published = f"{row.strategies[0]}: " if row.strategies else ""
    names = row.label or published + short_list(row.languages, _NAMES)
    cheaper = row.worse_than or row.tied_with
    if cheaper is None:
        return names
    other = front.find(cheaper)
    label = other.label if other else ""
    mark = "<" if row.worse_than else "="
    return f"{names} ({mark} {label or short_list(sorted(cheaper.languages), 2) or 'none'})"


def front_plot(rows: Sequence[FrontRow], front: Front) -> str:
    """Draw cost against measured scores (against the search's, before full runs) in characters.

    Args:
        rows: What is drawn: ``o`` on the front, ``.`` others, ``s`` published strategies, ``N`` none,
            ``A`` all.
        front: What they are of.
    """
    points = [(row, row.accuracy) for row in rows if row.accuracy is not None]
    name = f"{metric_name(front.metric)} (test), %"
    if len(points) < 2:
        points = [(row, row.proxy) for row in rows if row.proxy is not None]
        name = f"{front.rung.column}, %; nothing measured on test data yet"
    if len(points) < 2:
        return ""
    costs = [math.log1p(row.cost) for row, _ in points]
    values = [value for _, value in points]
    span_c = (max(costs) - min(costs)) or 1.0
    span_v = max(values) - min(values)
    height = _HEIGHT if span_v else 1  # equal values are one line, not a scale around them
    grid = [[" "] * _WIDTH for _ in range(height)]
    for row, value in points:
        column = round((math.log1p(row.cost) - min(costs)) / span_c * (_WIDTH - 1))
        line = round((max(values) - value) / (span_v or 1.0) * (height - 1))
        other = "o" if row.on_front else "s" if row.strategies else "."
        grid[line][column] = {"none": "N", "all": "A"}.get(row.label, other)
    lines = [name, "o front   . dominated   s published strategy   N none   A all"]
    edges = [number(max(values) - place / max(1, height - 1) * span_v) for place in range(height)]
    for place, cells in enumerate(grid):
        tick = edges[place] if place == 0 or edges[place] != edges[place - 1] else ""
        lines.append(f"{tick:>7} |" + "".join(cells))
    lines.append(" " * 8 + "+" + "-" * _WIDTH)
    ends = [row.cost for row, _ in points]
    left, right = f"{min(ends):,.0f}", f"{max(ends):,.0f} {points[0][0].cost_unit} (logarithmic)"
    lines.append(" " * 9 + left + right.rjust(_WIDTH - len(left)))
    return "\n".join(lines)
