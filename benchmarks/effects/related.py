"""The model of effects with what it lacks: how a subset's languages relate to each target.

What the model leaves unexplained of single targets is regressed on the relations of the subset's languages to
the target: the same language, family or script, and typological similarity, of each the mean and the highest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import RidgeCV

from benchmarks.effects.cases import Case
from benchmarks.effects.models import Effects, Predicted, effects
from subsetsearch.subset import NONE, Subset
from subsetsearch.traits import relations
from subsetsearch.traits.table import Matrix

NAMES = ("same", "family", "script", "similarity")


@dataclass(frozen=True)
class Related:
    """The model, and a ridge regression of its errors.

    Args:
        effects: The model.
        subsets: That were run.
        errors: What each of their runs gained more than the model expects without it, shape (n, n_targets).
        tables: One a relation: shape (n_languages, n_targets).
        keys: Languages of the pool.
    """

    effects: Effects
    subsets: Sequence[Subset]
    errors: Matrix
    tables: Sequence[Matrix]
    keys: Sequence[str]

    def predict(self, subsets: Sequence[Subset], *, unseen: bool) -> Predicted:
        """Predict; the regression does not see a subset's own errors where it is unseen."""
        predicted = self.effects.predict(subsets, unseen=unseen)
        added = [self._error(subset, unseen=unseen) for subset in subsets]
        return replace(predicted, mean=predicted.mean + np.array(added))

    def _error(self, subset: Subset, *, unseen: bool) -> Matrix:
        rows = [i for i, other in enumerate(self.subsets) if not unseen or other != subset]
        inputs = self.features([self.subsets[i] for i in rows]).reshape(-1, 2 * len(NAMES))
        fitted = RidgeCV(np.logspace(1, 5, 9), fit_intercept=False).fit(inputs, self.errors[rows].ravel())
        return np.asarray(fitted.predict(self.features([subset])[0]))

    def features(self, subsets: Sequence[Subset]) -> Matrix:
        """Relations, shape (n, n_targets, 8), less what a subset has with all targets alike."""
        place = {key: i for i, key in enumerate(self.keys)}
        rows = [[place[key] for key in sorted(subset.languages)] for subset in subsets]
        blocks = [(row, table) for row in rows for table in self.tables]
        parts = [part(table[row], axis=0) for row, table in blocks for part in (np.mean, np.max)]
        whole = np.array(parts).reshape(len(rows), 2 * len(NAMES), -1).swapaxes(1, 2)
        return np.asarray(whole - whole.mean(axis=1, keepdims=True))


def related(case: Case) -> Related:
    """Fit both."""
    model, keys = effects(case), case.kernel.traits.keys
    subsets = [subset for subset in dict.fromkeys(case.runs.subsets) if subset != NONE]
    frame = relations(keys, case.runs.targets)
    shape = (len(keys), len(case.runs.targets))
    tables = [frame[name].to_numpy(np.float64).reshape(shape) for name in NAMES]
    scores = np.array([_mean(case, subset) for subset in subsets])
    errors = scores - model.predict(subsets, unseen=True).mean
    errors -= errors.mean(axis=0)
    return Related(model, subsets, errors - errors.mean(axis=1, keepdims=True), tables, keys)


def _mean(case: Case, subset: Subset) -> Matrix:
    return np.asarray(case.runs.scores[[other == subset for other in case.runs.subsets]].mean(axis=0))
