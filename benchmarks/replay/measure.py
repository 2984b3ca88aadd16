"""Predictions of each published subset from the others, beside what needs no surrogate."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.replay.data import (
    FEATURES,
    TASKS,
    PublishedSubset,
    Results,
    Task,
    baselines,
    read_results,
    set_features,
)
from benchmarks.replay.model import LENGTHS, NOISES, Floats, Kernel, leave_one_out
from benchmarks.replay.search import search_model
from realign_core.support.seeds import named_generator
from subsetsearch.languages import Encoder

SEED = 0
DRAWS = 2000
FEWEST = 5
BASELINES = ("subset size", "mean URIEL distance", "overlap with the targets")
MODELS = {"surrogate (Gaussian process)": Kernel.GP, "surrogate (ridge)": Kernel.RIDGE}
SEARCH = "the search's own surrogate"
MAIN = "surrogate (Gaussian process)"


def spearman(left: Floats, right: Floats) -> Floats:
    """Rank correlations of columns.

    Args:
        left: ``(n, m)``.
        right: ``(n, m)`` or ``(n, 1)``.

    Returns:
        ``(m,)`` in [-1, 1]; 0 where a column does not vary.
    """
    a, b = rankdata(left, axis=0), rankdata(right, axis=0)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    norm = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.asarray(np.divide((a * b).sum(axis=0), norm, out=np.zeros(norm.shape), where=norm > 0))


def interval(values: Floats) -> list[float]:
    """Return the central 95 % of some draws."""
    return [float(end) for end in np.quantile(values, [0.025, 0.975])]


def shuffled(truth: Floats, draws: int) -> Floats:
    """Permute the results, ``(n, draws)``."""
    rng = named_generator(SEED, "replay-permutations")
    return np.stack([rng.permutation(truth) for _ in range(draws)], axis=1)


def correlations(scores: dict[str, Floats], nulls: dict[str, Floats], truth: Floats) -> dict[str, Any]:
    """Spearman of every score with the truth: interval, chance, and differences to the surrogates.

    Args:
        scores: Name to ``(n,)``.
        nulls: Name to what Spearman was when the results were permuted, ``(draws,)``; not there where
            refitting to every permutation would take too long.
        truth: ``(n,)``.
    """
    n, draws = len(truth), len(nulls[MAIN])
    rows = named_generator(SEED, "replay-bootstrap").integers(n, size=(n, draws))
    resampled = {name: spearman(score[rows], truth[rows]) for name, score in scores.items()}
    entries: dict[str, Any] = {}
    for name, score in scores.items():
        rho = float(spearman(score[:, None], truth[:, None])[0])
        entries[name] = {
            "spearman": rho,
            "bootstrap_95": interval(resampled[name]),
            **_chance(rho, nulls.get(name)),
        }
        if name != MAIN:
            entries[name]["main_surrogate_minus_this_95"] = interval(resampled[MAIN] - resampled[name])
        if name in BASELINES:
            entries[name]["search_surrogate_minus_this_95"] = interval(resampled[SEARCH] - resampled[name])
    return entries


def _chance(rho: float, null: Floats | None) -> dict[str, Any]:
    if null is None:
        return {"permutation_95": None, "permutation_median": None, "permutation_p": None}
    return {
        "permutation_95": interval(null),
        "permutation_median": float(np.median(null)),
        "permutation_p": float((1 + (null >= rho - 1e-12).sum()) / (1 + len(null))),
    }


def replay(subsets: tuple[PublishedSubset, ...], task: Task, model: str, draws: int) -> dict[str, Any]:
    """Predict each subset from the others and compare with the baselines."""
    targets = task.targets()
    encoder: Encoder = "mbert" if model.startswith("bert-") else "xlmr"
    truth = np.asarray([subset.value for subset in subsets])
    features = np.asarray([set_features(subset.keys, targets, encoder) for subset in subsets])
    plain = [baselines(subset.keys, targets) for subset in subsets]
    permuted = shuffled(truth, draws)
    scores = {name: np.asarray([row[name] for row in plain]) for name in BASELINES}
    nulls = {name: spearman(scores[name][:, None], permuted) for name in BASELINES}
    for name, kernel in MODELS.items():
        scores[name] = leave_one_out(kernel, features, truth[:, None])[:, 0]
        nulls[name] = spearman(leave_one_out(kernel, features, permuted), permuted)
    scores[SEARCH] = search_model(subsets, truth)
    return {
        "n": len(subsets),
        "scores": correlations(scores, nulls, truth),
        "mean_absolute_error": {
            **{name: float(np.abs(scores[name] - truth).mean()) for name in (*MODELS, SEARCH)},
            "mean of the others": float(np.abs(truth - truth.mean()).mean() * len(truth) / (len(truth) - 1)),
        },
        "subsets": [
            {
                "name": subset.name,
                "n_languages": len(subset.keys),
                "published": subset.value,
                "single_seed": subset.single_seed,
                **{name: float(scores[name][row]) for name in scores},
                "features": dict(zip(FEATURES, features[row].tolist(), strict=True)),
            }
            for row, subset in enumerate(subsets)
        ],
    }


def one_result(task: Task, results: Results, draws: int) -> dict[str, Any]:
    """Replay a model's results on a task, and again without the subsets that have one seed only."""
    several = tuple(subset for subset in results.subsets if not subset.single_seed)
    entry: dict[str, Any] = {
        "task": task.name,
        "model": results.model,
        "n_targets": len(task.targets()),
        "left_out": dict(results.left_out),
    }
    if len(results.subsets) < FEWEST:
        return entry | {"n": len(results.subsets), "scores": None}
    entry |= replay(results.subsets, task, results.model, draws)
    if FEWEST <= len(several) < len(results.subsets):
        again = replay(several, task, results.model, draws)
        entry["several_seeds_only"] = {key: again[key] for key in ("n", "scores")}
    return entry


def measure(folder: Path, draws: int = DRAWS) -> dict[str, Any]:
    """Replay everything that a folder has.

    Raises:
        DataError: If a file is missing or not what it should be.
    """
    packages = ("numpy", "scipy", "lang2vec", "subsetsearch")
    return {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "source": "Nguyen et al., IJCNLP-AACL 2025 (arXiv 2511.06497)",
        "seed": SEED,
        "draws": draws,
        "features": list(FEATURES),
        "models_tried": {name: kernel.value for name, kernel in MODELS.items()},
        "added_after_the_first_run": [SEARCH],
        "feature_sets_tried": 1,
        "hyperparameters": {"lengths": list(LENGTHS), "noises": list(NOISES), "by": "marginal likelihood"},
        "results": [
            one_result(task, results, draws) for task in TASKS for results in read_results(folder, task)
        ],
    }
