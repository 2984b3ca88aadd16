from __future__ import annotations

import math

import pytest

from subsetsearch.diversity import score
from subsetsearch.errors import LanguageError
from subsetsearch.typology import load_typology


def test_the_score_of_five_diverse_languages() -> None:
    scored = score(["wol", "zul", "uig", "smo", "tir"], targets=["hau", "amh"])
    assert scored.keys == ("smo_Latn", "tir_Ethi", "uig_Arab", "wol_Latn", "zul_Latn")
    assert scored.families == {"Atlantic-Congo": 2, "Afro-Asiatic": 1, "Austronesian": 1, "Turkic": 1}
    assert scored.scripts == {"Latn": 3, "Arab": 1, "Ethi": 1}
    assert scored.nearest is not None
    assert (scored.nearest.first, scored.nearest.second) == ("smo_Latn", "wol_Latn")
    assert scored.nearest.distance == scored.min_distance
    table = load_typology().distance_matrix(scored.keys)
    pairs = [table.values[i, j] for i in range(5) for j in range(i)]
    assert scored.mean_distance == pytest.approx(sum(pairs) / 10)
    assert scored.min_distance == pytest.approx(min(pairs))
    assert {reach.target: reach.nearest for reach in scored.reach}["amh_Ethi"] == "tir_Ethi"
    assert scored.target_coverage is not None
    assert 0 < scored.target_coverage < 1


def test_the_order_and_the_codes_do_not_matter() -> None:
    assert score(["sw", "zul"]) == score(["zu", "swa"])


def test_small_sets_have_no_pairs() -> None:
    for keys in ([], ["wol"]):
        scored = score(keys)
        assert math.isnan(scored.mean_distance)
        assert scored.nearest is None
        assert scored.target_coverage is None


def test_a_target_in_the_set_is_covered_fully() -> None:
    assert score(["wol", "zul"], targets=["wol"]).target_coverage == 1.0


def test_languages_without_features_are_flagged_and_in_no_distance() -> None:
    scored = score(["wol", "zul", "tsn"], kind="phonological")
    assert scored.unknown == ("tsn_Latn",)
    assert scored.coverage["tsn_Latn"] == 0
    assert scored.mean_distance == pytest.approx(score(["wol", "zul"], kind="phonological").mean_distance)


def test_a_language_under_two_codes_is_an_error() -> None:
    with pytest.raises(LanguageError, match="'sw' and 'swa' are one language"):
        score(["sw", "swa"])


def test_a_score_shows_itself_as_a_line_and_a_table() -> None:
    scored = score(["wol", "zul", "hin"], targets=["xho"])
    assert scored.heading.startswith("3 languages, featural distances; mean 0.331, smallest 0.278 (hin_Deva")
    assert scored.heading.endswith("; 2 families, 2 scripts; coverage 0.868 of 1 target")
    assert list(scored.to_frame()["known"]) == list(scored.coverage.values())
    assert scored.heading in repr(scored)
    assert "<td>zul_Latn</td>" in scored._repr_html_()
    assert repr(score([])) == "0 languages, featural distances; 0 families, 0 scripts"
