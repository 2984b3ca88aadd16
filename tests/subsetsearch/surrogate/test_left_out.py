"""Each set by all others: against the model that is fitted to the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.surrogate import KernelChoice, SetFeatures, SetKernel, condition, log_evidence
from subsetsearch.surrogate import left_out as module
from subsetsearch.surrogate.left_out import left_out, left_out_evidence, left_out_means
from subsetsearch.surrogate.model import FEWEST, NOISES, even_share, kernel_grid

POOL = 12


def features(traits: int) -> SetFeatures:
    rng = np.random.default_rng(5)
    return SetFeatures(rng.uniform(1, 9, POOL), rng.standard_normal((POOL, traits)) / 2)


def drawn(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = np.zeros((n, POOL), dtype=bool)
    for row in rows:
        row[rng.choice(POOL, rng.integers(1, 6), replace=False)] = True
    return rows


def refitted(pool: SetFeatures, members: np.ndarray, values: np.ndarray, most: int) -> np.ndarray:
    """The definition: without each set in turn, a kernel is chosen, and a process conditioned on the others."""
    share, found = even_share(len(values), most), np.empty(len(values))
    for row in range(len(values)):
        kept = np.flatnonzero(share != row)
        others = np.delete(np.arange(len(values)), row)
        best, likeliest = KernelChoice(), -np.inf
        if len(kept) >= FEWEST and np.ptp(values[share[kept]]) > 0:
            for choice, gram in kernel_grid(pool, members[share]):
                evidence = log_evidence(gram[np.ix_(kept, kept)], values[share[kept]], NOISES)
                if evidence.max() > likeliest:
                    best, likeliest = replace(choice, noise=NOISES[int(evidence.argmax())]), evidence.max()
        gram = SetKernel(pool, best, members).gram()
        process = condition(gram[np.ix_(others, others)], values[others], best.noise)
        mean = process.predict(gram[row : row + 1, others], gram[row : row + 1, row]).mean[0]
        found[row] = mean - values[others].mean()
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 24), st.integers(0, 2**32 - 1), st.sampled_from([0, 3]), st.sampled_from([9, 160]))
def test_it_is_the_model_of_the_others(n: int, seed: int, traits: int, most: int) -> None:
    rng, pool, members = np.random.default_rng(seed), features(traits), drawn(n, seed)
    values = rng.standard_normal(n) * rng.choice([1e-3, 1.0]) + rng.normal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_FOR_CHOICE", most)
        found = left_out(pool, members, values)
    assert found == pytest.approx(refitted(pool, members, values, most), rel=1e-9, abs=1e-9)


def test_equal_sets_and_equal_scores_are_no_trouble() -> None:
    """Two rows of one set, and the others without variation: the defaults are taken, as in a fit."""
    members = drawn(12)
    members[1] = members[0]
    for values in (np.ones(12), np.arange(12) * 0.0 + np.eye(12)[3]):
        found = left_out(features(0), members, values)
        assert found == pytest.approx(refitted(features(0), members, values, 160), abs=1e-9)


def test_a_set_is_expected_without_its_own_score() -> None:
    """However wrong it is, it changes nothing, not even by rounding of large numbers."""
    members = drawn(14)
    values = np.random.default_rng(2).standard_normal(14)
    found = left_out(features(3), members, values)
    values[0] = 1e9
    assert left_out(features(3), members, values)[0] == pytest.approx(found[0], rel=1e-9)


def test_its_parts_are_those_of_the_process() -> None:
    members, values = drawn(15, 3), np.random.default_rng(3).standard_normal(15)
    gram = SetKernel(features(3), KernelChoice(), members).gram()
    evidence, means = left_out_evidence(gram, values, NOISES), left_out_means(gram, values, 0.1)
    for row in range(15):
        others = np.delete(np.arange(15), row)
        inner = gram[np.ix_(others, others)]
        assert evidence[:, row] == pytest.approx(log_evidence(inner, values[others], NOISES), rel=1e-9)
        process = condition(inner, values[others], 0.1)
        expected = process.predict(gram[row : row + 1, others], np.ones(1)).mean[0] - values[others].mean()
        assert means[row] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_one_set_leaves_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="leave nothing"):
        left_out(features(0), drawn(1), np.ones(1))
