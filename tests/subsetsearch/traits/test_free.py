"""Traits that need no encoder, on languages whose traits everybody can check."""

from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.traits import free_traits, relations
from subsetsearch.traits.typological import coordinates, principal

KEYS = ("swh_Latn", "hin_Deva", "deu_Latn")


def test_script_family_and_targets_are_compared() -> None:
    table = free_traits(KEYS, "eng_Latn", ["zul_Latn", "swh_Latn"])
    np.testing.assert_array_equal(table["other_script"], [0, 1, 0])
    np.testing.assert_array_equal(table["other_family"], [1, 0, 0])
    np.testing.assert_array_equal(table["is_target"], [1, 0, 0])
    np.testing.assert_array_equal(table["target_family"], [1, 0, 0])
    np.testing.assert_array_equal(table["target_script"], [1, 0, 1])
    assert table["target_similarity"][0] > max(table["target_similarity"][1:])


def test_pre_training_is_a_trait_where_the_encoder_is_known() -> None:
    keys = ["swh_Latn", "ewe_Latn"]
    np.testing.assert_array_equal(free_traits(keys, "eng_Latn", encoder="xlmr")["unseen"], [0, 1])
    assert "unseen" not in free_traits(keys, "eng_Latn").names
    assert "is_target" not in free_traits(keys, "eng_Latn").names


def test_relations_have_a_row_a_pair() -> None:
    frame = relations(KEYS, ["swh_Latn", "zul_Latn"]).set_index(["language", "target"])
    assert len(frame) == 6
    assert frame.loc[("swh_Latn", "swh_Latn"), "same"]
    assert frame.loc[("swh_Latn", "swh_Latn"), "similarity"] == pytest.approx(1.0)
    assert frame.loc[("swh_Latn", "zul_Latn"), "family"]
    assert not frame.loc[("hin_Deva", "zul_Latn"), "script"]
    assert not frame.loc[("swh_Latn", "zul_Latn"), "same"]


def test_unknown_features_say_nothing() -> None:
    values = np.random.default_rng(3).random((9, 30))
    values[4] = np.nan
    places = principal(values)
    np.testing.assert_allclose(places[4], 0.0, atol=1e-9)
    assert np.mean(np.sum(places**2, axis=1)) == pytest.approx(1.0)
    assert principal(np.full((3, 5), np.nan)).shape == (3, 0)


def test_kin_are_near() -> None:
    places = coordinates(["deu_Latn", "nld_Latn", "yor_Latn"])
    near, far = np.linalg.norm(places[0] - places[1]), np.linalg.norm(places[0] - places[2])
    assert near < far
