"""Averages over seeds, and paired t-tests with Holm's correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from realign_core.runs.table import read_table
from realign_core.support.errors import DataError

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
        p_value: Two-sided paired t-test; ``nan`` with fewer than two seeds.
        p_holm: The same after Holm's correction over all methods compared.
    """

    method: str
    realignment_langs: str
    n_seeds: int
    mean: float
    difference: float
    p_value: float
    p_holm: float

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
) -> Comparisons:
    """Compare all methods of a table with one of them, seed by seed (paired t-test, Holm).

    Args:
        table: One row a run, or the file of such a table.
        measure: A column, such as ``final_eval_avg_f1``; the average score, if left out.
        method: The reference's method.
        languages: The reference's languages, where its method occurs with several.

    Raises:
        DataError: If column or reference is missing, or the reference is not unique.

    Example:
        >>> compare("runs.csv", method="baseline").to_frame()  # doctest: +SKIP
    """
    if not isinstance(table, pd.DataFrame):
        table = read_table(table)
    measure = measure or _average_score(table)
    if measure not in table.columns:
        scores = [c for c in table.columns if c.startswith("final_eval_avg_")]
        raise DataError(f"no column '{measure}'", fix=f"averages: {', '.join(scores)}")
    found = {
        (str(name), str(codes)): dict(zip(rows["seed"], rows[measure], strict=True))
        for (name, codes), rows in table.groupby(["method", "realignment_langs"], sort=False)
    }
    fitting = [key for key in found if key[0] == method and languages in (None, key[1])]
    if len(fitting) != 1:
        names = ", ".join(sorted({name for name, _ in found}))
        raise DataError(
            f"{len(fitting)} sets of runs are named '{method}', but one is needed as reference",
            fix=f"methods are {names}; name the reference's languages as well",
        )
    reference = found.pop(fitting[0])
    raw = [_paired(scores, reference) for scores in found.values()]
    corrected = holm([p for *_, p in raw])
    rows = (
        Comparison(name, codes, n, mean, difference, p, adjusted)
        for (name, codes), (n, mean, difference, p), adjusted in zip(found, raw, corrected, strict=True)
    )
    return Comparisons(measure, tuple(rows))


def _average_score(table: pd.DataFrame) -> str:
    for name in ("accuracy", "f1"):
        if f"final_eval_avg_{name}" in table.columns:
            return f"final_eval_avg_{name}"
    raise DataError("no column of averages", where="measure", fix="name a final_eval_… column")


def _paired(scores: dict[Any, float], reference: dict[Any, float]) -> tuple[int, float, float, float]:
    seeds = sorted(set(scores) & set(reference))
    if not seeds:
        return 0, float("nan"), float("nan"), float("nan")
    ours, theirs = (np.array([side[s] for s in seeds], dtype=np.float64) for side in (scores, reference))
    differences = ours - theirs
    if len(seeds) < 2:
        p_value = float("nan")
    elif np.ptp(differences) < 1e-12:  # the statistic divides by 0; equal scores are no difference
        p_value = 1.0 if abs(differences[0]) < 1e-12 else 0.0
    else:
        p_value = float(stats.ttest_rel(ours, theirs).pvalue)
    return len(seeds), float(ours.mean()), float(differences.mean()), p_value


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct for several tests (Holm, 1979): the family-wise error stays below the level.

    Args:
        p_values: Each in [0, 1]; ``nan`` ones are left out and stay ``nan``.

    Returns:
        Adjusted p-values in the same order, none below its p-value, in [0, 1].
    """
    order = sorted((i for i, p in enumerate(p_values) if not np.isnan(p)), key=lambda i: p_values[i])
    adjusted = [float("nan")] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted
