"""Rung 1 of random subsets on a language's labels, and on its retrieval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np

from benchmarks.unlabelled.vectors import MOST_PAIRS, Vectors
from subsetsearch.analysis.trust import leave_out_in_turn
from subsetsearch.analysis.trust.ranks import Interval, spearman
from subsetsearch.analysis.trust.unlabelled import mean_interval
from subsetsearch.rungs.linear.gram import mapped_probe
from subsetsearch.rungs.linear.retrieval import retrieval
from subsetsearch.subset import Subset

Rows = dict[frozenset[str], dict[str, float]]


def accuracy_of_retrieval(x: np.ndarray, e: np.ndarray) -> float:
    """Share of sentences that find their translation, both ways."""
    return retrieval(x, e, 1e-4)


def margin(x: np.ndarray, e: np.ndarray) -> float:
    """Mean cosine of translations, less that of a sentence's five nearest others."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, e)]
    cosines = unit[0] @ unit[1].T
    translations = np.diag(cosines).copy()
    np.fill_diagonal(cosines, -np.inf)
    near = [np.sort(cosines, axis=axis) for axis in (0, 1)]
    return float(translations.mean() - (near[0][-5:].mean() + near[1][:, -5:].mean()) / 2)


def closeness(x: np.ndarray, e: np.ndarray) -> float:
    """Negative mean squared distance of translations."""
    return -float(np.mean(np.sum((x - e) ** 2, axis=1)))


def soft(temperature: float) -> Callable[[np.ndarray, np.ndarray], float]:
    """Probability of the right translation at a temperature."""
    return lambda x, e: retrieval(x, e, temperature)


SCORES: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "probability, temperature 0.1": soft(0.1),
    "probability, temperature 0.03": soft(0.03),
    "retrieval accuracy": accuracy_of_retrieval,
    "margin over 5 nearest": margin,
    "squared distance": closeness,
}


def measure(
    vectors: Vectors, subsets: list[frozenset[str]], ridge: float
) -> tuple[Rows, list[Rows], dict[str, Rows]]:
    """Score subsets: accuracy by target, that of both halves of its units, retrieval by variant."""
    row = {key: index for index, key in enumerate(vectors.statistics.languages)}
    identity = np.eye(len(vectors.statistics.source))
    labelled: Rows = {}
    halves: list[Rows] = [{}, {}]
    aligned: dict[str, Rows] = {}
    for subset in subsets:
        rows = sorted(row[key] for key in subset)
        w = mapped_probe(vectors.statistics, rows, identity, ridge, crossed=vectors.statistics.crosses)
        weights = (w @ vectors.probe).astype(np.float32)
        hits = {
            key: (units @ weights + vectors.bias.astype(np.float32)).argmax(axis=1) == labels
            for key, (units, labels) in vectors.units.items()
        }
        labelled[subset] = {key: float(hit.mean()) for key, hit in hits.items()}
        for half in (0, 1):
            halves[half][subset] = {key: float(hit[half::2].mean()) for key, hit in hits.items()}
        mapped = {key: (x @ w, e) for key, (x, e) in vectors.held_out.items()}
        for name, score in SCORES.items():
            for n in (50, 100, MOST_PAIRS) if name == next(iter(SCORES)) else (100,):
                scores = {key: score(x[:n], e[:n]) for key, (x, e) in mapped.items()}
                aligned.setdefault(f"{name}, {n} pairs", {})[subset] = scores
    return labelled, halves, aligned


def table(vectors: Vectors, subsets: list[frozenset[str]], ridge: float) -> list[dict[str, object]]:
    """Spearman's rho by variant, means over languages."""
    labelled, halves, aligned = measure(vectors, subsets, ridge)
    keys = sorted(vectors.held_out)
    halves_agree = [spearman(*([half[s][key] for s in subsets] for half in halves)) for key in keys]
    agree = mean_interval([rho for rho in halves_agree if rho is not None])
    rows = []
    for name, scores in aligned.items():
        retrieval_scores = {Subset(subset): row for subset, row in scores.items()}
        accuracy = {Subset(subset): row for subset, row in labelled.items()}
        trust = leave_out_in_turn(retrieval_scores, accuracy, "rung 1")
        rows.append(
            {
                "ridge": ridge,
                "score": name,
                "alignment": _plain(trust.retrieval),
                "within_equal_sizes": _plain(trust.within),
                "other_targets_labels": _plain(trust.others),
                "difference": _plain(trust.difference),
                "two_halves_of_the_labels": _plain(agree),
                "languages": {r.language: _plain(r.retrieval) for r in trust.languages},
            }
        )
    return rows


def _plain(value: Interval | float | None) -> object:
    if isinstance(value, Interval):
        return {name: round(number, 3) for name, number in asdict(value).items()}
    return None if value is None else round(value, 3)
