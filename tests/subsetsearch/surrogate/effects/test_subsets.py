"""Kernels between subsets."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.effects import SubsetKernel
from subsetsearch.traits import TraitTable

KEYS = tuple("abcdefg")
RNG = np.random.default_rng(5)
TRAITS = TraitTable(KEYS, ("script", "family"), RNG.normal(size=(7, 2))).standardised()
RUNG = {Subset(frozenset("ab")): 1.5, Subset(frozenset("c")): -0.5}
LENGTHS = dict(zip(KEYS, (300, 100, 2000, 50, 1000, 700, 300), strict=True))
KERNEL = SubsetKernel(TRAITS, RNG.normal(size=(7, 3)), LENGTHS, {"rung 1": RUNG})

subsets = st.lists(
    st.builds(Subset, st.frozensets(st.sampled_from(KEYS)), st.sampled_from([None, 100, 500])),
    min_size=1,
    max_size=6,
)


@given(subsets)
def test_every_part_is_a_kernel(chosen: list[Subset]) -> None:
    mixes = KERNEL.read(chosen)
    grams, priors = KERNEL.grams(mixes, mixes), KERNEL.priors(mixes)
    assert tuple(grams) == tuple(priors) == KERNEL.parts
    for name, gram in grams.items():
        np.testing.assert_allclose(gram, gram.T)
        assert np.linalg.eigvalsh(gram).min() > -1e-9
        np.testing.assert_allclose(np.diag(gram), priors[name], atol=1e-12)


@given(subsets, subsets)
def test_both_ways_are_the_same(left: list[Subset], right: list[Subset]) -> None:
    a, b = KERNEL.read(left), KERNEL.read(right)
    for name, gram in KERNEL.grams(a, b).items():
        np.testing.assert_allclose(gram, KERNEL.grams(b, a)[name].T)


def test_no_realignment_is_like_nothing_else() -> None:
    others = [Subset(frozenset("a")), Subset(frozenset("bc")), NONE]
    cross = KERNEL.grams(KERNEL.read([NONE]), KERNEL.read(others))
    for name, gram in cross.items():
        np.testing.assert_array_equal(gram[0, :2], 0.0)
        assert gram[0, 2] == (1.0 if name == "none" else 0.0)


def test_a_subset_is_the_mean_of_its_languages() -> None:
    a, ab = Subset(frozenset("a")), Subset(frozenset("ab"))
    gram = KERNEL.grams(KERNEL.read([ab]), KERNEL.read([a, ab]))
    np.testing.assert_allclose(gram["identity"], [[0.5, 0.5]])
    script = TRAITS["script"]
    mean = (script[0] + script[1]) / 2
    np.testing.assert_allclose(gram["script"], [[mean * script[0] / 2, mean**2 / 2]])
    np.testing.assert_allclose(gram["rung 1"], [[0.0, 1.5**2]])


def test_pairs_are_those_that_each_language_gives() -> None:
    mixes = KERNEL.read([Subset(frozenset("ac")), Subset(frozenset("ac"), 500), NONE])
    np.testing.assert_allclose(np.exp(mixes.pairs[:2]), [(300 + 2000) / 2, (300 + 500) / 2])
    gram = KERNEL.grams(mixes, mixes)["pairs"]
    assert gram[0, 1] < gram[0, 0] == 1.0
    assert "pairs" not in SubsetKernel(TRAITS, KERNEL.coordinates).parts


def test_a_language_outside_the_pool_is_an_error() -> None:
    with pytest.raises(KeyError):
        KERNEL.read([Subset(frozenset("z"))])
