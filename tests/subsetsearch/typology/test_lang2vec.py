from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from subsetsearch.errors import ConfigError
from subsetsearch.typology import KINDS, Lang2Vec, Typology, load_typology
from subsetsearch.typology._lang2vec_files import FeatureSet, SetName, feature_set

RECORDED = json.loads((Path(__file__).parent / "lang2vec_get_features.json").read_text(encoding="utf-8"))[
    "sets"
]
PREFIX = {"syntax": "S_", "phonology": "P_", "inventory": "INV_", "fam": "", "geo": ""}


def read(name: str) -> tuple[FeatureSet, list[int]]:
    kind, _, source = name.partition("_")
    sets: dict[str, SetName] = {"average": "average", "knn": "knn", "": "fam" if kind == "fam" else "geo"}
    table = feature_set(sets[source])
    return table, [i for i, feature in enumerate(table.names) if feature.startswith(PREFIX[kind])]


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_values_are_those_of_get_features(name: str) -> None:
    """The numbers were recorded from lang2vec's own get_features in an environment with setuptools 65."""
    table, columns = read(name)
    assert (table.names[columns[0]], table.names[columns[-1]]) == (
        RECORDED[name]["first"],
        RECORDED[name]["last"],
    )
    for code, numbers in RECORDED[name]["languages"].items():
        row = np.asarray(table.values[table.rows()[code]][columns], dtype=np.float64)
        known = np.isfinite(row)
        places = np.arange(1, len(row) + 1)
        assert len(row) == numbers["n"]
        assert int(known.sum()) == numbers["known"]
        assert row[known].sum() == pytest.approx(numbers["sum"], abs=1e-3)
        assert (row * places)[known].sum() == pytest.approx(numbers["weighted"], rel=1e-5)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (
            ("swh", "zul"),
            {"featural": 0.3875, "syntactic": 0.2729, "phonological": 0.5519, "inventory": 0.4043},
        ),
        (
            ("deu", "fra"),
            {"featural": 0.3904, "syntactic": 0.4324, "phonological": 0.2513, "inventory": 0.3886},
        ),
        (
            ("jpn", "tur"),
            {"featural": 0.4953, "syntactic": 0.4602, "phonological": 0.5064, "inventory": 0.5199},
        ),
        (
            ("ara", "amh"),
            {"featural": 0.5118, "syntactic": 0.5833, "phonological": 0.4320, "inventory": 0.4640},
        ),
        (("wol", "smo"), {"featural": 0.4467, "syntactic": 0.4467}),
    ],
)
def test_angular_distances_are_those_of_urielplus(pair: tuple[str, str], expected: dict[str, float]) -> None:
    """Recorded from urielplus 1.3.2, ``URIELPlus().new_distance(kind, pair)``, which rounds to four digits."""
    from subsetsearch.languages import resolve

    keys = [resolve(code).key for code in pair]
    source = load_typology("lang2vec", features="raw")
    for kind in KINDS:
        if kind in expected:
            assert source.distance_matrix(keys, kind, "angular").values[0, 1] == pytest.approx(
                expected[kind], abs=6e-5
            )


@pytest.mark.parametrize(
    ("key", "code", "at_least"),
    [("arb_Arab", "ara", 0.97), ("gaz_Latn", "orm", 0.88), ("lvs_Latn", "lav", 0.35), ("twi_Latn", "aka", 0.8),
     ("nno_Latn", "nor", 0.85), ("srp_Cyrl", "hbs", 0.78), ("zul_Latn", "zul", 0.9)],
)  # fmt: skip
def test_features_come_from_the_best_covered_code_of_the_group(key: str, code: str, at_least: float) -> None:
    table = load_typology().features([key])
    assert table.codes == (code,)
    assert table.coverage[0] > at_least


def test_a_block_is_read_from_the_code_that_knows_more_of_it(caplog: pytest.LogCaptureFixture) -> None:
    """Croatian's own code has its sounds, and next to nothing of its syntax, which Serbo-Croatian's has."""
    keys = ["hrv_Latn", "srp_Cyrl", "swh_Latn"]
    with caplog.at_level(logging.INFO, logger="subsetsearch.typology"):
        table = load_typology().features(keys)
    assert table.codes == ("hrv+hbs", "hbs", "swh")
    assert "hrv_Latn: syntactic features of hbs (64 % known) instead of hrv (12 %)" in caplog.text
    alone = Lang2Vec(joined=False).features(keys)
    assert alone.codes == ("hrv", "hbs", "swh")
    assert table.coverage[0] > alone.coverage[0] + 0.15
    np.testing.assert_array_equal(table.values[1:], alone.values[1:])
    syntax = [index for index, name in enumerate(table.names) if name.startswith("S_")]
    sounds = [index for index, name in enumerate(table.names) if name.startswith("INV_")]
    np.testing.assert_array_equal(table.values[0, syntax], table.values[1, syntax])
    np.testing.assert_array_equal(table.values[0, sounds], alone.values[0, sounds])


def test_learned_vectors_of_albanian_have_an_older_code() -> None:
    table = load_typology().features(["sq", "deu_Latn"], "learned")
    assert np.isfinite(table.values).all()


@pytest.mark.parametrize("far", [False, True])
def test_a_distance_from_a_handful_of_features_is_unknown(far: bool) -> None:
    table = load_typology().distance_matrix(["dan_Latn", "bem_Latn", "kaz_Cyrl", "bod_Tibt", "deu_Latn"])
    assert 0 < table.shared[0, 1] < table.least_shared == 25
    assert table.values[0, 1] == 0.0
    trusted = table.trusted()
    assert np.isnan(trusted.values[0, 1])
    assert np.isnan(trusted.values[2, 3])
    assert trusted.values[0, 4] == table.values[0, 4]
    cautious = table.cautious(far=far)
    assert cautious.values[0, 1] == (1.0 if far else 0.0)
    assert (np.diag(trusted.values) == 0).all()
    np.testing.assert_array_equal(table.trusted(0).values, table.values)


def test_few_features_are_a_tenth_where_there_are_few() -> None:
    table = load_typology().distance_matrix(["deu_Latn", "fra_Latn"], "phonological")
    assert (table.n_features, table.least_shared) == (28, 3)
    assert load_typology().distance_matrix(["deu_Latn", "fra_Latn"], "geographic").least_shared == 1


def test_the_choice_of_another_code_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="subsetsearch.typology"):
        load_typology().features(["gaz_Latn", "zul_Latn"])
    assert [record.getMessage() for record in caplog.records] == [
        "gaz_Latn: featural features of orm (89 % known) instead of gaz (4 %)"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_a_matrix_with_coverage(kind: str) -> None:
    keys = ["deu_Latn", "eus_Latn", "swh_Latn", "kaz_Cyrl"]
    table = load_typology().distance_matrix(keys, kind)  # type: ignore[arg-type]
    assert table.values.shape == table.coverage.shape == (4, 4)
    assert (np.diag(table.values) == 0).all()
    assert ((table.coverage >= 0) & (table.coverage <= 1)).all()
    np.testing.assert_array_equal(table.values, table.values.T)


def test_two_isolates_are_not_relatives() -> None:
    table = load_typology().distance_matrix(["eus_Latn", "ain_Kana", "deu_Latn", "nld_Latn"], "genetic")
    assert table.values[0, 1] == 1.0
    assert table.values[0, 2] == 1.0
    assert table.values[2, 3] < 0.5


def test_knn_has_no_gaps_and_so_no_error() -> None:
    table = load_typology(features="knn").distance_matrix(["deu_Latn", "kaz_Cyrl"])
    assert (table.coverage == 1).all()
    np.testing.assert_array_equal(table.cautious(2.0).values, table.values)


def test_large_matrices_are_memory_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from subsetsearch.languages import all_languages

    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    keys = [language.key for language in all_languages()[:520]]
    first = load_typology().distance_matrix(keys)
    again = load_typology().distance_matrix(keys)
    assert isinstance(again.values, np.memmap)
    np.testing.assert_array_equal(first.values, again.values)
    np.testing.assert_allclose(
        first.values[:5, :5], load_typology().distance_matrix(keys[:5]).values, atol=1e-6
    )


def test_wrong_requests_are_errors() -> None:
    source = load_typology()
    assert isinstance(source, Typology)
    with pytest.raises(ConfigError, match="unknown kind of distance 'morphological'"):
        source.features(["deu_Latn"], "morphological")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="metric 'cosine' does not fit geographic distances"):
        source.distance_matrix(["deu_Latn"], "geographic", "cosine")
    with pytest.raises(ConfigError, match="unknown lang2vec features 'median'"):
        load_typology(features="median")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="unknown source of typology 'wals'"):
        load_typology("wals")


def test_urielplus_by_the_same_protocol() -> None:
    pytest.importorskip("urielplus", reason="needs the extra 'urielplus'")
    source = load_typology("urielplus")
    assert isinstance(source, Typology)
    value = source.distance_matrix(["swh_Latn", "zul_Latn"]).values[0, 1]
    assert value == pytest.approx(0.3875, abs=6e-5)
