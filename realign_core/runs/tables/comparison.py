"""Averages over seeds, and paired t-tests with Holm's correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from realign_core.runs.tables.cells import MOST_SCORE
from realign_core.runs.tables.table import read_table
from realign_core.support.errors import DataError
from realign_core.support.holm import holm

SETTING = ("model", "task", "split")
"""Columns that are equal in all runs that may be compared."""

_DATA = ("pairs_per_language",)
"""Columns that say how much data a method's runs had."""

KEYS = ("model", "task", "method", "realignment_langs")
"""Columns that are equal in the seeds of one method."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One method against a reference, over the seeds that both have.

    Args:
        method: The method's name.
        realignment_langs: Its languages.
        n_seeds: Seeds in common.
        mean: The method's mean over them.
        difference: Mean of the differences to the reference.
        p_value: Two-sided paired t-test; ``nan`` with fewer than two seeds, and where all differ by the same.
        p_holm: The same after Holm's correction over all methods compared.
        unpaired: Seeds that only one of the two has; they are in no number here.
    """

    method: str
    realignment_langs: str
    n_seeds: int
    mean: float
    difference: float
    p_value: float
    p_holm: float
    unpaired: tuple[Any, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, repr=False)
class Comparisons:
    """All methods against a reference.

    Args:
        measure: The column that was compared, such as ``final_eval_avg_accuracy``.
        rows: One comparison a method and set of languages, without the reference.
    """

    measure: str
    rows: tuple[Comparison, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a comparison."""
        return pd.DataFrame(
            [row.to_dict() for row in self.rows], columns=[f.name for f in fields(Comparison)]
        )

    def __repr__(self) -> str:
        return f"Comparisons of {self.measure}\n{self.to_frame().to_string(index=False)}"


def average(table: pd.DataFrame) -> pd.DataFrame:
    """Average every score over seeds.

    Args:
        table: One row a run.

    Returns:
        One row a method and set of languages: ``n_seeds`` and, for each ``final_eval_…``
        column, its mean and its standard deviation over seeds (``…_std``, with n - 1; ``nan``
        for one seed).
    """
    columns = [c for c in table.columns if c.startswith("final_eval_")]
    groups = table.groupby(list(KEYS), sort=False)
    means = groups[columns].mean()
    deviations = groups[columns].std(ddof=1).add_suffix("_std")
    counts = groups["seed"].nunique().rename("n_seeds")
    return pd.concat([counts, means, deviations], axis=1).reset_index()


def compare(
    table: pd.DataFrame | Path | str,
    measure: str | None = None,
    *,
    method: str = "baseline",
    languages: str | None = None,
    only: Mapping[str, str] | None = None,
) -> Comparisons:
    """Compare all methods of a table with one of them, seed by seed (paired t-test, Holm).

    Args:
        table: One row a run, or the file of such a table.
        measure: A column, such as ``final_eval_avg_f1``; the average score, if left out.
        method: The reference's method.
        languages: The reference's languages, where its method occurs with several.
        only: Column to its value: rows with others are left aside, as in ``{"split": "test"}``.

    Raises:
        DataError: If column or reference is missing, the reference is not unique, or the rows are of several
            models, tasks, splits or recipes: they cannot be compared.

    Example:
        >>> compare("runs.csv", method="baseline").to_frame()  # doctest: +SKIP
    """
    try:
        rows = table if isinstance(table, pd.DataFrame) else read_table(table)
        return _compare(rows, measure, method, languages, only or {})
    except DataError as error:
        if isinstance(table, pd.DataFrame) or error.where is not None:
            raise
        raise DataError(error.what, where=table, fix=error.fix) from error


def _compare(
    table: pd.DataFrame, measure: str | None, method: str, languages: str | None, only: Mapping[str, str]
) -> Comparisons:
    """Compare the methods of a table; errors that say no place are about all of it."""
    measure = measure or _average_score(table)
    if measure not in table.columns:
        scores = [c for c in table.columns if c.startswith("final_eval_avg_")]
        raise DataError(f"no column '{measure}'", fix=f"averages: {', '.join(scores)}")
    table = _one_setting(table, only)
    _check_rows(table, str(measure))
    languages = None if languages is None else " ".join(sorted(languages.split()))
    codes_of = [" ".join(sorted(str(codes).split())) for codes in table["realignment_langs"]]
    by_method = {
        (str(name), str(codes)): _by_seed(rows, str(measure), f"{name} {codes}".strip())
        for (name, codes), rows in table.groupby(["method", pd.Series(codes_of, table.index)], sort=False)
    }
    fitting = [key for key in by_method if key[0] == method and languages in (None, key[1])]
    if len(fitting) != 1:
        names = ", ".join(sorted({name for name, _ in by_method}))
        raise DataError(
            f"{len(fitting)} sets of runs are named '{method}', but one is needed as reference",
            fix=f"methods are {names}; name the reference's languages as well",
        )
    reference = by_method.pop(fitting[0])
    raw = [_paired(scores, reference) for scores in by_method.values()]
    corrected = holm([p for *_, p in raw])
    compared = (
        Comparison(name, codes, n, mean, difference, p, adjusted, tuple(sorted(set(scores) ^ set(reference))))
        for ((name, codes), scores), (n, mean, difference, p), adjusted in zip(
            by_method.items(), raw, corrected, strict=True
        )
    )
    return Comparisons(measure, tuple(compared))


def _one_setting(table: pd.DataFrame, only: Mapping[str, str]) -> pd.DataFrame:
    """Keep the rows that are asked for, which must be of one model, task and split."""
    for column, value in only.items():
        if column not in table.columns or not (table[column].astype(str) == value).any():
            choices = (
                sorted(set(table[column].astype(str))) if column in table.columns else list(table.columns)
            )
            raise DataError(
                f"no row has {column} = '{value}'", where="only", fix=f"there are {', '.join(choices[:12])}"
            )
        table = table[table[column].astype(str) == value]
    for column in SETTING:
        _require_one(table, column, f"runs of several values of '{column}' cannot be compared")
    return table


def _require_one(rows: pd.DataFrame, column: str, what: str) -> None:
    """Refuse rows that differ in a column; a table without it says nothing.

    Raises:
        DataError: If they do.
    """
    values = sorted(set(rows[column].astype(str))) if column in rows.columns else []
    if len(values) > 1:
        raise DataError(
            f"{what}: {', '.join(values)}",
            fix=f"choose one, as in --only {column}={values[0]}",
        )


def _check_rows(table: pd.DataFrame, measure: str) -> None:
    """Refuse rows without a method, scores that are none, and scores on two scales.

    Raises:
        DataError: If there are such.
    """
    if (table["method"].astype(str).str.strip() == "").any():
        raise DataError("a row has no method", fix="name it; 'baseline' is no realignment")
    scores = table[measure].dropna()
    if "final_eval_" in measure and not scores.between(0, MOST_SCORE).all():
        raise DataError(
            f"'{measure}' has {scores[~scores.between(0, MOST_SCORE)].iloc[0]:g}, which is no score",
            fix="write shares from 0 to 1",
        )
    if "final_eval_" in measure and ((scores > 0) & (scores <= 1)).any() and (scores > 1).any():
        raise DataError(
            f"'{measure}' has shares and per cent: from {scores.min():g} to {scores.max():g}",
            fix="write all of them as shares",
        )


def _by_seed(rows: pd.DataFrame, measure: str, name: str) -> dict[Any, float]:
    """Take a method's score of each seed; gaps are none."""
    recipes = sorted(set(rows["recipe_hash"].astype(str)) - {""}) if "recipe_hash" in rows.columns else []
    if len(recipes) > 1:
        raise DataError(
            f"the runs of '{name}' are of {len(recipes)} recipes: {', '.join(recipes)}",
            fix=f"choose one, as in --only recipe_hash={recipes[0]}, or give each a table of its own",
        )
    for column in _DATA:
        _require_one(rows, column, f"the runs of '{name}' differ in '{column}'")
    twice = rows["seed"][rows["seed"].duplicated()]
    if len(twice):
        raise DataError(
            f"two rows of '{name}' have the seed {twice.iloc[0]}",
            fix="keep one of the two",
        )
    scores = rows[["seed", measure]].dropna()
    return dict(zip(scores["seed"], scores[measure], strict=True))


def _average_score(table: pd.DataFrame) -> str:
    for name in ("accuracy", "f1"):
        if f"final_eval_avg_{name}" in table.columns:
            return f"final_eval_avg_{name}"
    raise DataError("no column of averages", fix="name a final_eval_… column")


def _paired(scores: dict[Any, float], reference: dict[Any, float]) -> tuple[int, float, float, float]:
    seeds = sorted(set(scores) & set(reference))
    if not seeds:
        return 0, float("nan"), float("nan"), float("nan")
    ours, theirs = (np.array([side[s] for s in seeds], dtype=np.float64) for side in (scores, reference))
    differences = ours - theirs
    if len(seeds) < 2:
        p_value = float("nan")
    elif np.ptp(differences) < 1e-12:  # the statistic divides by 0: equal scores are no difference, but
        p_value = 1.0 if abs(differences[0]) < 1e-12 else float("nan")  # equal differences show no noise
    else:
        p_value = float(stats.ttest_rel(ours, theirs).pvalue)
    return len(seeds), float(ours.mean()), float(differences.mean()), p_value
