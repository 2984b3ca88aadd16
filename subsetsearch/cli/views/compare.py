"""Comparisons in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from realign_core.support.program.console import results
from subsetsearch.analysis.text.wording import listed, metric_name, number, points, points_between, short_list
from subsetsearch.cli.views.plain import keep_words, table
from subsetsearch.errors import count

if TYPE_CHECKING:
    from subsetsearch.analysis.front.front import Front
    from subsetsearch.analysis.front.front_row import FrontRow
    from subsetsearch.analysis.statistics.seed_noise import PairedDifference
    from subsetsearch.analysis.subsets.compare import StudyColumn, StudyComparison, SubsetColumn
    from subsetsearch.diversity import SetScore

_SETTINGS_SHOWN = 20


def show_subsets(columns: Sequence[SubsetColumn], front: Front) -> None:
    """Print subsets of a study against the first of them."""
    first, rung = columns[0], front.rung
    metric = metric_name(front.metric)
    proxies = any(column.row.proxy is not None for column in columns)
    heads = ["n", "shared", "cost", f"{metric} %", "points against\nthe first", "targets\n+ / -"]
    aim = front.decision.question.aim if front.decision else None
    heads += [] if aim is None else [f"expected\n{aim.column}"]
    heads += [f"{rung.score} %"] if proxies else []
    made = table("subset", *heads, right=("n", "shared", "cost", f"{rung.score} %"))
    for column in columns:
        row = column.row
        made.add_row(
            escape(_short(column.name)),
            str(len(row.languages)),
            "" if column is first else str(column.shared),
            f"{row.cost:,.0f}",
            _score(row),
            "" if column is first else _against(column),
            f"{column.better} / {column.worse}" if column.better or column.worse else "",
            *([] if aim is None else [_expected(column)]),
            *([] if not proxies else [_proxy(row)]),
        )
    results.print(keep_words(made))
    lines = [
        f"cost: {first.row.cost_unit}   n: number of languages   shared: languages that the first has too",
        f"{metric}: test data, ± standard deviation over seeds",
        *([f"{rung.column}: {rung.caution}; ~ estimated from rung 1"] if proxies else []),
        f"points: {metric} over common seeds, [95 % interval] where the noise is known;",
        "  several comparisons find a difference by chance more often than one",
    ]
    unmeasured = [_short(column.name) for column in columns if column.row.full is None]
    lines += [f"not measured yet: {'; '.join(unmeasured)}"] if unmeasured else []
    if front.decision is not None and aim is not None:
        lines += [f"expected over no realignment, by a model of {front.decision.basis}: {aim.words}"]
    lines += [front.note] if front.note else []
    results.print(escape("\n".join(lines)))


def typology_record(scores: Mapping[str, SetScore]) -> list[dict[str, Any]]:
    """Subsets by typology as plain data."""
    first = next(iter(scores.values()))
    return [
        {
            "name": name,
            "languages": score.keys,
            "n_languages": len(score.keys),
            "shared": len(set(first.keys) & set(score.keys)),
            "families": score.families,
            "scripts": score.scripts,
            "mean_distance": score.mean_distance,
            "nearest": score.nearest and asdict(score.nearest),
        }
        for name, score in scores.items()
    ]


def show_typology(scores: Mapping[str, SetScore]) -> None:
    """Print subsets by typology alone."""
    heads = ("n", "shared", "families", "scripts", "mean\ndistance", "nearest pair", "languages")
    made = table("subset", *heads, right=heads[:4])
    first = next(iter(scores.values()))
    for name, score in scores.items():
        near = score.nearest
        made.add_row(
            escape(_short(name)),
            str(len(score.keys)),
            "" if score is first else str(len(set(first.keys) & set(score.keys))),
            str(len(score.families)),
            str(len(score.scripts)),
            "" if near is None else f"{score.mean_distance:.3f}",
            "" if near is None else f"{listed([near.first, near.second])} {near.distance:.2f}",
            short_list(score.keys),
        )
    results.print(keep_words(made))
    results.print("n: number of languages   shared: languages that the first has too")


_FACTS: tuple[tuple[str, Callable[[StudyColumn], str]], ...] = (
    ("scored by the search", lambda study: str(study.trials)),
    ("on the front", lambda study: str(study.on_front)),
    ("none %", lambda study: "" if study.none is None else number(study.none)),
    ("all %", lambda study: "" if study.everything is None else number(study.everything)),
    ("best %", lambda study: "" if study.best is None else _score(study.best)),
    ("its cost", lambda study: "" if study.best is None else study.best.price),
    ("its points over none", lambda study: "" if study.best is None else _difference(study.gain)),
    (
        "cheapest within 99 % of it",
        lambda study: "" if study.frugal is None else f"{_score(study.frugal)} at {study.frugal.cost:,.0f}",
    ),
)
"""What is said of each study, a row each: a study has a column, so that two or three fit a terminal."""


def show_studies(compared: StudyComparison) -> None:
    """Print what each study found, and the settings in which they differ."""
    made = table("", *(escape(column.name) for column in compared.columns))
    for name, cell in _FACTS:
        made.add_row(name, *map(cell, compared.columns))
    results.print(made)
    results.print("scores of different tasks, targets or encoders cannot be compared with each other")
    if not compared.settings:
        results.print("no setting differs")
        return
    made = table("setting that differs", *(column.name for column in compared.columns))
    for key, values in list(compared.settings.items())[:_SETTINGS_SHOWN]:
        made.add_row(
            escape(key), *("not set" if value is None else escape(_short(str(value))) for value in values)
        )
    results.print(made)
    if len(compared.settings) > _SETTINGS_SHOWN:
        results.print(f"{len(compared.settings) - _SETTINGS_SHOWN} more; --json shows all")


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _score(row: FrontRow) -> str:
    return "" if row.accuracy is None else number(row.accuracy, row.accuracy_std)


def _proxy(row: FrontRow) -> str:
    return "" if row.proxy is None else f"{number(row.proxy)}{'~' * row.proxy_estimated}"


def _expected(column: SubsetColumn) -> str:
    """The expected worth with its 90 % interval."""
    expected = column.expected
    return "" if expected is None else points_between(expected.gain, *expected.interval)


def _against(column: SubsetColumn) -> str:
    return f"{points(0.0)}, the same subset" if column.same else _difference(column.difference)


def _difference(gap: PairedDifference | None) -> str:
    """A paired difference for a narrow column, or the number of seeds if they are few."""
    if gap is None:
        return "no common seed"
    if gap.low is None or gap.high is None:
        return f"{points(gap.mean)}, {count(len(gap.seeds), 'seed')}"
    return f"{points(gap.mean)} [{points(gap.low)}, {points(gap.high)}]"
