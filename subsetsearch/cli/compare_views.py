"""Comparisons as tables and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from realign_core.support.config import comma_list
from subsetsearch.analysis.pick import parse_rule
from subsetsearch.cli.common import OpenStudy, StudyResults, read_results
from subsetsearch.cli.inspect_views import brief_difference, names_of, table
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.analysis.front_row import FrontRow
    from subsetsearch.subset import Subset

View = tuple[list[Any], list[dict[str, Any]]]
"""What is printed, and the same as plain data."""

_SETTINGS_SHOWN = 20


def is_rule(text: str) -> bool:
    """Tell whether a text is a rule of choice."""
    try:
        parse_rule(text)
    except ConfigError:
        return False
    return True


def strategy_subset(text: str) -> tuple[str, ...] | None:
    """Keys of a published subset, if the text is its name."""
    from subsetsearch.strategies import published_subsets

    found = published_subsets().get(text)
    return found.keys if found else None


def split_level(text: str) -> tuple[str, int | None]:
    """Take the number of pairs off a subset's name, as in ``sw,te,mn@300``."""
    name, _, pairs = text.rpartition("@")
    return (name, int(pairs)) if name and pairs.isdigit() else (text, None)


def subsets(chosen: dict[str, Subset], found: StudyResults) -> View:
    """Compare subsets of a study with the first of them."""
    from subsetsearch.analysis.compare import compare_subsets

    columns = compare_subsets(chosen, found.rows, found.evaluations, found.cost, found.distances)
    first = columns[0]
    score = found.rung.score
    made = table(
        "subset", "n", "shared", "cost", "accuracy", "points against\nthe first", "targets\n+ / -", score,
        right=("n", "shared", "cost", score),
    )  # fmt: skip
    for column in columns:
        row = column.row
        made.add_row(
            escape(_short(column.name)),
            str(len(row.languages)),
            "" if column is first else str(column.shared),
            f"{row.cost:,.0f}",
            _accuracy(row),
            "" if column is first else brief_difference(column.difference),
            f"{column.better} / {column.worse}" if column.better or column.worse else "",
            "" if row.proxy is None else f"{row.proxy:.3f}{'~' * row.proxy_estimated}",
        )
    legend = (
        f"cost: {found.cost.unit}   shared: languages that the first has too\n"
        "accuracy: test data, ± standard deviation over seeds\n"
        f"{found.rung.column}: {found.rung.caution}; ~ estimated from rung 1\n"
        "points: accuracy over common seeds, [95 % interval] where the noise is known;\n"
        "  several comparisons find a difference by chance more often than one"
    )
    unmeasured = [_short(column.name) for column in columns if column.row.accuracy is None]
    hint = [escape(f"not measured yet: {'; '.join(unmeasured)}")] if unmeasured else []
    return [made, escape(legend), *hint], [column.to_dict() for column in columns]


def bare_subsets(things: Sequence[str]) -> View:
    """Compare subsets by typology alone."""
    from subsetsearch.diversity import score as score_set
    from subsetsearch.languages import resolve_all

    scores = {}
    for thing in things:
        if thing in ("none", "all") or is_rule(thing):
            raise ConfigError(f"'{thing}' has a meaning only in a study", fix="add --study STUDY")
        named = strategy_subset(thing)
        parts = named if named is not None else comma_list(thing)
        scores[thing] = score_set(tuple(language.key for language in resolve_all(parts)))
    first = set(next(iter(scores.values())).keys)
    made = table(
        "subset", "n", "shared", "families", "scripts", "mean\ndistance", "nearest pair", "languages",
        right=("n", "shared", "families", "scripts"),
    )  # fmt: skip
    plain = []
    for thing, score in scores.items():
        shared = len(first & set(score.keys))
        is_first = thing == things[0]
        near = score.nearest
        mean = "" if near is None else f"{score.mean_distance:.3f}"
        pair = "" if near is None else f"{near.first} {near.second} {near.distance:.2f}"
        made.add_row(
            escape(_short(thing)), str(len(score.keys)), "" if is_first else str(shared),
            str(len(score.families)), str(len(score.scripts)), mean, pair, names_of(score.keys),
        )  # fmt: skip
        plain.append({
            "name": thing, "languages": list(score.keys), "n_languages": len(score.keys), "shared": shared,
            "families": dict(score.families), "scripts": dict(score.scripts),
            "mean_distance": None if near is None else score.mean_distance,
            "nearest": None if near is None else asdict(near),
        })  # fmt: skip
    return [made], plain


def studies(opened: Sequence[OpenStudy]) -> View:
    """Compare studies: what each found, and in which settings they differ."""
    from subsetsearch.analysis.compare import differing_settings, study_column

    columns = []
    for study in opened:
        found = read_results(study)
        columns.append(study_column(found.rows, found.evaluations, found.cost.unit))
    made = table("study", "subsets", "front", "none", "all", "best", "its cost", "points over\nnone",
                 "within 99 %", right=("subsets", "front", "none", "all", "its cost"))  # fmt: skip
    for column in columns:
        made.add_row(
            escape(column.name),
            str(column.trials),
            str(column.on_front),
            _number(column.none),
            _number(column.everything),
            "" if column.best is None else _accuracy(column.best),
            "" if column.best is None else f"{column.best.cost:,.0f}",
            "" if column.best is None else brief_difference(column.gain),
            "" if column.frugal is None else f"{_accuracy(column.frugal)} at {column.frugal.cost:,.0f}",
        )
    legend = "accuracies of different tasks, targets or encoders cannot be compared with each other"
    settings = differing_settings([study.config for study in opened])
    plain = [column.to_dict() | {"unit": column.unit} for column in columns]
    for index, record in enumerate(plain):
        record["settings"] = {key: values[index] for key, values in settings.items()}
    shown = _settings(settings, [column.name for column in columns]) if settings else "no setting differs"
    return [made, legend, shown], plain


def _settings(settings: dict[str, list[object]], names: Sequence[str]) -> Table:
    made = table("setting that differs", *names)
    for key, values in list(settings.items())[:_SETTINGS_SHOWN]:
        made.add_row(escape(key), *[escape(_short(str(value))) for value in values])
    if len(settings) > _SETTINGS_SHOWN:
        made.caption = f"{len(settings) - _SETTINGS_SHOWN} more; --json shows all"
    return made


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _accuracy(row: FrontRow) -> str:
    if row.accuracy is None:
        return ""
    return f"{row.accuracy:.3f}" + ("" if row.accuracy_std is None else f" ± {row.accuracy_std:.3f}")
