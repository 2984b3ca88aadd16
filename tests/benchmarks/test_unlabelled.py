"""The benchmark of targets without labels, on vectors small enough to check."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.unlabelled.measure import SCORES, margin, measure, table
from benchmarks.unlabelled.vectors import Vectors
from subsetsearch.rungs.linear.gram import GramStatistics, mapped_probe, moments
from subsetsearch.rungs.linear.retrieval import retrieval

D, KEYS = 8, ("a", "b", "c", "d", "e", "f")


@pytest.fixture
def vectors() -> Vectors:
    rng = np.random.default_rng(0)
    e = rng.normal(size=(60, D))
    texts = {key: e @ np.linalg.qr(rng.normal(size=(D, D)))[0] for key in KEYS}
    pairs = [moments(x[:40], e[:40]) for x in texts.values()]
    statistics = GramStatistics(
        KEYS, np.stack([g for g, _ in pairs]), np.stack([c for _, c in pairs]), moments(e, e)[0]
    )
    units = {
        key: (rng.normal(size=(50, D)).astype(np.float32), rng.integers(0, 3, size=50)) for key in KEYS[:4]
    }
    held_out = {key: (texts[key][40:], e[40:]) for key in KEYS[:4]}
    return Vectors(statistics, rng.normal(size=(D, 3)), np.zeros(3), units, held_out)


def test_it_scores_what_rung_1_scores(vectors: Vectors) -> None:
    subset = frozenset({"e", "b"})
    labelled, halves, aligned = measure(vectors, [subset], 1.0)
    w = mapped_probe(vectors.statistics, [1, 4], np.eye(D), 1.0)
    for key, (units, labels) in vectors.units.items():
        hits = (units @ w @ vectors.probe).argmax(axis=1) == labels
        assert labelled[subset][key] == pytest.approx(hits.mean())
        assert np.mean([half[subset][key] for half in halves]) == pytest.approx(hits.mean())
    x, e = vectors.held_out["a"]
    assert aligned["probability, temperature 0.1, 100 pairs"][subset]["a"] == pytest.approx(
        retrieval(x @ w, e)
    )
    assert aligned["squared distance, 100 pairs"][subset]["a"] == pytest.approx(
        -((x @ w - e) ** 2).sum(1).mean()
    )


def test_the_margin_is_that_of_its_words() -> None:
    rng = np.random.default_rng(1)
    x, e = rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
    c = (x / np.linalg.norm(x, axis=1, keepdims=True)) @ (e / np.linalg.norm(e, axis=1, keepdims=True)).T
    near = [
        (sorted(c[i, j] for j in range(9) if j != i)[-5:], sorted(c[j, i] for j in range(9) if j != i)[-5:])
        for i in range(9)
    ]
    assert margin(x, e) == pytest.approx(np.trace(c) / 9 - np.mean(near))


def test_a_table_is_plain_data(vectors: Vectors) -> None:
    subsets = [frozenset(pair) for pair in ("ab", "cd", "ef", "ace", "bdf", "a", "f", "abc")]
    rows = table(vectors, subsets, 1.0)
    assert len(rows) == len(SCORES) + 2  # the study's own score for three numbers of pairs
    assert all(set(row["languages"]) == {"a", "b", "c", "d"} for row in rows)
    json.dumps(rows)
