from __future__ import annotations

import subprocess
import sys

import pytest

from subsetsearch.languages import all_languages, resolve


def test_languages_are_equal_when_their_keys_are() -> None:
    assert resolve("sw") == resolve("swa")
    assert len({resolve("sw"), resolve("swa"), resolve("zul")}) == 2
    assert resolve("sr") != resolve("sr_Latn")


@pytest.mark.parametrize(
    ("code", "family", "genus"),
    [
        ("deu", "Indo-European", "Germanic"),
        ("ron", "Indo-European", "Romance"),
        ("hin", "Indo-European", "Indic"),
        ("swh", "Atlantic-Congo", "Bantu"),
        ("kaz", "Turkic", "Turkic"),
        ("zho", "Sino-Tibetan", "Chinese"),
        ("eus", "Basque (isolate)", "Basque (isolate)"),
        ("smo", "Austronesian", "Oceanic"),
        ("amh", "Afro-Asiatic", "Semitic"),
    ],
)
def test_family_and_genus(code: str, family: str, genus: str) -> None:
    assert (resolve(code).family, resolve(code).genus) == (family, genus)


@pytest.mark.parametrize(
    ("code", "level"),
    [("eng", 5), ("arb", 5), ("deu", 5), ("fin", 4), ("kaz", 3), ("wol", 2), ("twi", 1), ("luo", 0)],
)
def test_resource_class(code: str, level: int) -> None:
    assert resolve(code).resource_class == level


def test_an_unlisted_language_has_no_resource_class() -> None:
    assert resolve("aab").resource_class is None


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("swh", {"xlmr", "mbert", "e5"}),
        ("yor", {"mbert"}),
        ("gaz", {"xlmr", "e5"}),
        ("wol", set()),
        ("sr_Latn", set()),
    ],
)
def test_seen_in_pretraining(code: str, seen: set[str]) -> None:
    assert resolve(code).seen_in == seen


def test_group_holds_the_codes_that_data_may_be_filed_under() -> None:
    assert resolve("swh").group == ("swh", "swa")
    assert resolve("zho").group == ("zho", "cmn")
    assert resolve("nno").group == ("nno", "nor")
    assert resolve("zul").group == ("zul",)


def test_coordinates_are_on_the_globe() -> None:
    for language in all_languages():
        if language.coordinates is not None:
            latitude, longitude = language.coordinates
            assert -90 <= latitude <= 90
            assert -180 <= longitude <= 360


def test_lineages_are_consistent() -> None:
    by_code: dict[str, str] = {}
    for language in all_languages():
        assert len(language.lineage) == len(language.lineage_codes)
        for code, name in zip(language.lineage_codes, language.lineage, strict=True):
            assert by_code.setdefault(code, name) == name


def test_thousands_of_languages_have_one_key_each() -> None:
    keys = [language.key for language in all_languages()]
    assert len(keys) > 7500
    assert len(set(keys)) == len(keys)


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, subsetsearch.languages, subsetsearch.typology, subsetsearch.diversity, "
        "subsetsearch.cost, subsetsearch.strategies\n"
        "print({'torch', 'transformers', 'optuna', 'pandas', 'networkx', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_language_shows_what_is_known_of_it() -> None:
    assert repr(resolve("wol")).startswith("Language(wol_Latn; name Wolof; family Atlantic-Congo;")
    assert "None" not in repr(resolve("wol"))
    assert "<td>Wolof</td>" in resolve("wol")._repr_html_()
