from __future__ import annotations

import math

import pytest

from subsetsearch.diversity import score_set
from subsetsearch.errors import LanguageError
from subsetsearch.typology import load_typology


def test_the_score_of_five_diverse_languages() -> None:
    score = score_set(["wol", "zul", "uig", "smo", "tir"], targets=["hau", "amh"])
    assert score.keys == ("smo_Latn", "tir_Ethi", "uig_Arab", "wol_Latn", "zul_Latn")
    assert score.families == {"Atlantic-Congo": 2, "Afro-Asiatic": 1, "Austronesian": 1, "Turkic": 1}
    assert score.scripts == {"Latn": 3, "Arab": 1, "Ethi": 1}
    assert score.nearest is not None
    assert (score.nearest.first, score.nearest.second) == ("smo_Latn", "wol_Latn")
    assert score.nearest.distance == score.min_distance
    table = load_typology().distance_matrix(score.keys)
    pairs = [table.values[i, j] for i in range(5) for j in range(i)]
    assert score.mean_distance == pytest.approx(sum(pairs) / 10)
    assert score.min_distance == pytest.approx(min(pairs))
    assert {reach.target: reach.nearest for reach in score.reach}["amh_Ethi"] == "tir_Ethi"
    assert score.target_coverage is not None
    assert 0 < score.target_coverage < 1


def test_the_order_and_the_codes_do_not_matter() -> None:
    assert score_set(["sw", "zul"]) == score_set(["zu", "swa"])


def test_small_sets_have_no_pairs() -> None:
    for keys in ([], ["wol"]):
        score = score_set(keys)
        assert math.isnan(score.mean_distance)
        assert score.nearest is None
        assert score.target_coverage is None


def test_a_target_in_the_set_is_covered_fully() -> None:
    assert score_set(["wol", "zul"], targets=["wol"]).target_coverage == 1.0


def test_languages_without_features_are_flagged_and_in_no_distance() -> None:
    score = score_set(["wol", "zul", "tsn"], kind="phonological")
    assert score.unknown == ("tsn_Latn",)
    assert score.coverage["tsn_Latn"] == 0
    assert score.mean_distance == pytest.approx(score_set(["wol", "zul"], kind="phonological").mean_distance)


def test_a_language_under_two_codes_is_an_error() -> None:
    with pytest.raises(LanguageError, match="'sw' and 'swa' are one language"):
        score_set(["sw", "swa"])
