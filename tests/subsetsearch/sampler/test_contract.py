"""Optuna's own tests of samplers, as third parties are asked to run them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from optuna.samplers import BaseSampler
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)

from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.subset import Subset

KEYS = ("swh_Latn", "tel_Telu", "zul_Latn")


def cost(subset: Subset) -> float:
    return float(100 * len(subset.languages))


class TestSubsetSampler(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return lambda: SubsetSampler(SearchSpace(KEYS, cost), seed=0)
