from __future__ import annotations

import logging

import pytest

from subsetsearch.problem.space import SearchSpace
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.sampler.warm_starts import greedy_by_score, published_starts, warm_starts
from subsetsearch.strategies import published_subsets
from subsetsearch.subset import Subset

KEYS = ("deu_Latn", "fin_Latn", "kaz_Cyrl", "spa_Latn", "swh_Latn", "tel_Telu", "wol_Latn")


def cost(subset: Subset) -> float:
    return float(100 * len(subset.languages))


def test_published_subsets_are_cut_to_the_pool_and_its_limits() -> None:
    space = SearchSpace(KEYS, cost, max_size=3)
    starts = dict(published_starts(space))
    assert starts
    for name, start in starts.items():
        assert start.languages == set(published_subsets()[name].keys) & set(KEYS)
        assert space.allows(start)
    assert len(set(starts.values())) == len(starts)
    sizes = [len(start.languages) for start in starts.values()]
    assert sizes == sorted(sizes)


def test_greedy_growth_keeps_family_and_budget_limits() -> None:
    families = {key: "Indo-European" if key[:3] in ("deu", "spa") else key for key in KEYS}
    space = SearchSpace(KEYS, cost, families=families, max_per_family=1, budget=450)
    found = greedy_by_score(space, lambda keys: float(len(set(keys) & {"deu_Latn", "spa_Latn"})))
    assert sorted(found) == [1, 2, 3, 4]
    assert all(space.allows(Subset(subset)) for subset in found.values())


def test_half_of_the_trials_are_left_to_the_sampler(ladder: Ladder) -> None:
    starts = warm_starts(ladder.problem, ladder.first.score)
    assert [origin for origin, _ in starts[:2]] == ["none", "all"]
    assert len(starts) == ladder.problem.config.search.trials // 2
    assert {origin.split("-")[0] for origin, _ in starts} >= {"none", "all", "diverse", "linear"}
    assert len({subset for _, subset in starts}) == len(starts)


def test_too_few_trials_for_the_warm_starts_are_told(
    ladder: Ladder, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        run_search(ladder, 2)
    assert "6 subsets are waiting to be tried" in caplog.text
    assert "this run has 2 trials" in caplog.text
