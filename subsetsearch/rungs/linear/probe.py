"""Rung 1 by labels: a probe of the source language, read through a subset's map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from realign_core.support.seeds import sample_indices
from realign_core.training.evaluation import encode_units, join
from subsetsearch.config.proxy import LinearProxyConfig
from subsetsearch.rungs.cache import Arrays, cached_arrays
from subsetsearch.rungs.linear.gram import Matrix, PoolStatistics, mapped_probe
from subsetsearch.rungs.measured import DEV, Proxy


@dataclass(frozen=True)
class LinearProbe(Proxy):
    """Closed-form realignment scored by a probe that was fitted on the source language.

    Args:
        statistics: Second moments of the pool's sentence vectors, centred on the source.
        probe: Weights (d, k) of the probe for centred vectors.
        bias: Shape (k,).
        units: Centred dev vectors of all targets, shape (n, d).
        labels: Their labels, shape (n,).
        starts: First row of each target.
        targets: Target names, in the order of ``starts``.
        ridge: Pull towards the identity.
    """

    statistics: PoolStatistics
    probe: Matrix
    bias: Matrix
    units: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    targets: tuple[str, ...]
    ridge: float

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset on every target's dev data.

        Args:
            languages: Members of the pool.
            pairs: Each gives its first so many pairs, one of the statistics' prefixes; all, if left out.

        Returns:
            Target to accuracy in [0, 1].

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        statistics = self.statistics.at(pairs)
        rows = statistics.rows(languages)
        if not self.targets:
            return {}
        weights = mapped_probe(statistics, rows, self.probe, self.ridge, crossed=self._crossed[pairs])
        predicted = (self.units @ weights.astype(np.float32) + self.bias.astype(np.float32)).argmax(axis=1)
        hits = np.add.reduceat((predicted == self.labels).astype(np.float64), self.starts)
        counts = np.diff([*self.starts, len(self.labels)])
        return dict(zip(self.targets, (hits / counts).tolist(), strict=True))

    @cached_property
    def _crossed(self) -> dict[int | None, Matrix]:
        """Every language's share of the right-hand side by number of pairs, shape (n_languages, d, k)."""
        limits: list[int | None] = [None, *self.statistics.prefixes]
        return {n: np.stack([cross @ self.probe for cross in self.statistics.at(n).crosses]) for n in limits}


def build_linear_probe(
    workspace: Workspace,
    statistics: PoolStatistics,
    config: LinearProxyConfig,
    cache: Path,
    *,
    progress: Progress | None = None,
) -> LinearProbe:
    """Encode the training and the dev data once and fit the probe; the result is cached.

    Args:
        workspace: Prepared with the dev split.
        statistics: Of the pool; the probe depends on their centre alone.
        config: Number of dev examples, and ridge.
        cache: Folder shared by the study's processes.
        progress: Shows the encoding.
    """
    centre, targets = statistics.centre, tuple(sorted(workspace.evaluation[DEV]))
    key = content_key([workspace.fingerprint, centre.tolist(), config.dev_examples, targets])
    place = cache / f"probe-{key}"
    stored = cached_arrays(place, lambda: _encode(workspace, centre, config.dev_examples, progress))
    return read_probe(stored, statistics, config.ridge, targets)


def read_probe(
    stored: Arrays, statistics: PoolStatistics, ridge: float, targets: Sequence[str] | None = None
) -> LinearProbe:
    """Read what was cached.

    Args:
        stored: Arrays of :func:`build_linear_probe`.
        statistics: Those that it was built on.
        ridge: Pull towards the identity.
        targets: Target names; numbered if left out.
    """
    starts = np.asarray(stored["starts"], np.int64)
    return LinearProbe(
        statistics,
        probe=np.asarray(stored["probe"], np.float64),
        bias=np.asarray(stored["bias"], np.float64),
        units=np.asarray(stored["units"], np.float32),
        labels=np.asarray(stored["labels"], np.int64),
        starts=starts,
        targets=tuple(map(str, range(len(starts)))) if targets is None else tuple(targets),
        ridge=ridge,
    )


def _encode(
    workspace: Workspace,
    centre: npt.NDArray[np.floating],
    dev_examples: int,
    progress: Progress | None,
) -> Arrays:
    """Compute everything that is kept."""
    size = workspace.recipe.compute.eval_tokens
    train = encode_units(workspace.encoder, workspace.train, max_tokens=size, progress=progress) - centre
    probe, bias = fit_probe(train, workspace.train.unit_labels())
    targets = {
        code: features.subset(sample_indices(len(features), dev_examples, code))
        for code, features in sorted(workspace.evaluation[DEV].items())
    }
    joined = join(list(targets.values()))
    units = encode_units(workspace.encoder, joined, max_tokens=size, progress=progress) - centre
    counts = [len(features.unit_labels()) for features in targets.values()]
    return {
        "probe": probe,
        "bias": bias,
        "units": units.astype(np.float32),
        "labels": joined.unit_labels(),
        "starts": np.cumsum([0, *counts])[:-1],
    }


def fit_probe(units: npt.NDArray[np.floating], labels: npt.NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """Fit multinomial logistic regression on unit vectors.

    Args:
        units: Shape (n, d).
        labels: Shape (n,), in 0 … k - 1, every label present.

    Returns:
        Weights (d, k) and bias (k,).
    """
    scale = float(np.sqrt(np.mean(np.square(units))))
    model = LogisticRegression(C=1.0, max_iter=500).fit(units / scale, labels)
    weights, bias = model.coef_.T / scale, model.intercept_
    if weights.shape[1] == 1:  # two labels: scikit-learn keeps one column
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.asarray(weights, dtype=np.float64), np.asarray(bias, dtype=np.float64)
