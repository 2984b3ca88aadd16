from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.analysis.trust import ranking
from subsetsearch.analysis.trust.predictor import leave_one_out_predictor
from subsetsearch.cost import cost_model
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pairs import PairChoices
from subsetsearch.subset import Subset

KEYS = ("cym_Latn", "eus_Latn", "fin_Latn", "mar_Deva", "swh_Latn", "tam_Taml", "tur_Latn", "yor_Latn")
LENGTHS = dict.fromkeys(KEYS, 500)
EFFECTS = dict(zip(KEYS, (0.0, 1.0, 5.0, 2.0, 8.0, 3.0, 9.0, 4.0), strict=True))


def drawn(n: int, pairs: tuple[int | None, ...] = (None,)) -> list[Subset]:
    rng = np.random.default_rng(3)
    found: dict[Subset, None] = {}
    while len(found) < n:
        subset = frozenset(rng.choice(KEYS, rng.integers(1, 5), replace=False).tolist())
        found[Subset(subset, pairs[len(found) % len(pairs)])] = None
    return list(found)


def mean_effect(candidate: Subset) -> float:
    worth = 1.0 if candidate.pairs is None else 0.5
    return worth * sum(EFFECTS[key] for key in candidate.languages) / len(candidate.languages)


@pytest.mark.parametrize("pairs", [(None,), (None, 100)])
def test_sets_of_languages_with_effects_are_foretold(pairs: tuple[int | None, ...]) -> None:
    choices = PairChoices((100, "all"), LENGTHS) if len(pairs) > 1 else PairChoices()
    cost = PoolCost(LENGTHS, "sentence pairs", choices, cost_model("pairs"))
    candidates = drawn(24, pairs)
    values = [mean_effect(found) for found in candidates]
    rho = ranking(leave_one_out_predictor(cost)(candidates, values), values).spearman
    assert rho is not None
    assert rho.value > 0.7
