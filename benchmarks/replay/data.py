"""What a replay reads: published subsets, their published results, and features of a set of languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.common import RECORDED_TYPOLOGY
from subsetsearch.diversity.objectives import facility_location
from subsetsearch.errors import DataError
from subsetsearch.languages import Encoder, resolve
from subsetsearch.strategies import pool_languages
from subsetsearch.tables import read_csv_rows
from subsetsearch.typology import DistanceTable, Kind

SOURCE_SCRIPT = "Latn"
WIKIANN_47 = (
    "af ar az bg bn de el es et eu fa fi fr gu he hi hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt qu "
    "ro ru sw ta te th tl tr uk ur vi yo zh"
)
"""WikiANN's languages in the published evaluation (`run_langs_selection.sh`); MasakhaNER's 20 come on top."""
RUN_ON_OTHERS = {
    "least_family_en_10": "run on all 65 languages by mistake; least_family_en_10_rerun stands in"
}
"""Published names whose results are not those of the languages listed under them."""
DRAWN = ("random_", "abla_random_")
FEATURES = ("coverage", "family", "log_size", "diversity", "seen", "source_script")


@dataclass(frozen=True, slots=True)
class Task:
    """A column of results, and the languages that it averages over.

    Attributes:
        name: Its name in the results.
        file: File in the folder.
        column: Column of the value.
        where: Values that other columns must have.
        targets: Gives the keys of the languages evaluated.
    """

    name: str
    file: str
    column: str
    where: Mapping[str, str]
    targets: Callable[[], tuple[str, ...]]


def afrixnli() -> tuple[str, ...]:
    """Keys of the 16 languages of AfriXNLI but English and French."""
    return tuple(language.key for language in pool_languages("afrixnli"))


def wikiann() -> tuple[str, ...]:
    """Keys of WikiANN's 47 languages and MasakhaNER's 20; Swahili and Yoruba are in both and count once."""
    keys = {resolve(code).key for code in WIKIANN_47.split()}
    return tuple(sorted(keys | {language.key for language in pool_languages("masakhaner")}))


TASKS = (
    Task("AfriXNLI-16 accuracy", "xnli_group_averages.csv", "afrixnli16_avg", {}, afrixnli),
    Task("WikiANN F1", "averages.csv", "mean", {"task": "wikiann", "metric": "avg_f1"}, wikiann),
)


@dataclass(frozen=True, slots=True)
class PublishedSubset:
    """A published subset with its published result.

    Attributes:
        name: Published name.
        keys: Language keys, sorted.
        value: Result, as a share in [0, 1].
        single_seed: Whether only one seed was run.
    """

    name: str
    keys: tuple[str, ...]
    value: float
    single_seed: bool


@dataclass(frozen=True, slots=True)
class Results:
    """Results of one model on one task, and what was left out and why."""

    model: str
    subsets: tuple[PublishedSubset, ...]
    left_out: Mapping[str, str]


def read_rows(path: Path) -> list[Mapping[str, str]]:
    """Read a CSV file of the folder.

    Raises:
        DataError: If it is missing, or no CSV.
    """
    return [row for _, row in read_csv_rows(path).rows]


def read_results(folder: Path, task: Task) -> list[Results]:
    """Read a task's results by model.

    Left out are strategies without languages, without one fixed list, run on other languages than listed,
    and repeats of a set: a set must not be both known and left out.

    Raises:
        DataError: If a file or column is missing, or a number is none.
    """
    lists = {row["strategy"]: row["langs"].split() for row in read_rows(folder / "strategies.csv")}
    rows = read_rows(folder / task.file)
    needed = {"model", "strategy", task.column, *task.where}
    if not rows or not needed <= set(rows[0]):
        raise DataError(f"columns {', '.join(sorted(needed))} expected", where=folder / task.file)
    rows = [row for row in rows if all(row[key] == value for key, value in task.where.items())]
    results = []
    for model in dict.fromkeys(row["model"] for row in rows):
        rows_of = {row["strategy"]: row for row in rows if row["model"] == model}
        subsets: dict[tuple[str, ...], PublishedSubset] = {}
        left_out = {name: "its list of languages is not known" for name in rows_of if name not in lists}
        for name, codes in lists.items():
            if name not in rows_of:
                continue
            keys = tuple(sorted(resolve(code).key for code in codes))
            reason = _reason(name, keys, subsets)
            if reason:
                left_out[name] = reason
            else:
                subsets[keys] = PublishedSubset(
                    name, keys, _number(rows_of[name], folder, task), _single(rows_of[name])
                )
        results.append(Results(model, tuple(subsets.values()), left_out))
    return results


def _reason(name: str, keys: tuple[str, ...], before: Mapping[tuple[str, ...], PublishedSubset]) -> str:
    """Say why a strategy is left out; empty if it is not."""
    if name in RUN_ON_OTHERS:
        return RUN_ON_OTHERS[name]
    if name.startswith(DRAWN):
        return "languages drawn anew for every seed"
    if not keys:
        return "no realignment, or its list of languages is not known"
    return f"the same languages as {before[keys].name}" if keys in before else ""


def _number(row: Mapping[str, str], folder: Path, task: Task) -> float:
    try:
        return float(row[task.column])
    except ValueError:
        where = folder / task.file
        raise DataError(
            f"{task.column} of {row['strategy']} is '{row[task.column]}', no number", where=where
        ) from None


def _single(row: Mapping[str, str]) -> bool:
    return row.get("afrixnli16_source", "") == "1 seed" or row.get("seeds", "-").isdigit()


@cache
def _table(keys: tuple[str, ...], kind: Kind) -> DistanceTable:
    return RECORDED_TYPOLOGY.distance_matrix(keys, kind)


def coverage(keys: Sequence[str], targets: Sequence[str], kind: Kind) -> float:
    """Mean similarity (1 - distance, cautiously far) of each target to its nearest language of the set.

    Args:
        keys: The set.
        targets: The languages evaluated.
        kind: Kind of distance.

    Returns:
        A number in [0, 1]; 1 if every target is in the set.
    """
    everyone = tuple(sorted({*keys, *targets}))
    near = 1.0 - np.clip(_table(everyone, kind).cautious(far=True, least=0).values, 0.0, 1.0)
    columns = [everyone.index(key) for key in targets]
    return facility_location([everyone.index(key) for key in keys], near[:, columns])


def mean_distance(keys: Sequence[str]) -> float:
    """Mean featural (URIEL) distance of the pairs, unknown ones left out; 0 where there is none."""
    if len(keys) < 2:
        return 0.0
    values = _table(tuple(keys), "featural").values[np.triu_indices(len(keys), 1)]
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else 0.0


def set_features(keys: Sequence[str], targets: Sequence[str], encoder: Encoder) -> tuple[float, ...]:
    """The features of :data:`FEATURES`, fixed before any result was looked at.

    Coverage of the targets by typology and by family tree, binary logarithm of the size, mean distance
    within the set, and the shares of the set that the encoder has seen and that are in the source's script.
    """
    languages = [resolve(key) for key in keys]
    return (
        coverage(keys, targets, "featural"),
        coverage(keys, targets, "genetic"),
        float(np.log2(len(keys))),
        mean_distance(keys),
        float(np.mean([encoder in language.seen_in for language in languages])),
        float(np.mean([language.script == SOURCE_SCRIPT for language in languages])),
    )


def baselines(keys: Sequence[str], targets: Sequence[str]) -> dict[str, float]:
    """The three scores a user would have without a surrogate; more is taken to be better."""
    return {
        "subset size": float(len(keys)),
        "mean URIEL distance": mean_distance(keys),
        "overlap with the targets": float(len(set(keys) & set(targets))),
    }
