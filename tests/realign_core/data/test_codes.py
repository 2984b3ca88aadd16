from __future__ import annotations

import pytest

from realign_core.data.codes import same_language
from subsetsearch.languages import all_languages, resolve
from subsetsearch.languages._tables import two_letter


@pytest.mark.parametrize("other", ["en", "eng", "eng_Latn", "en-GB", "en_US", "EN", "eng-Latn"])
def test_spellings_of_one_language(other: str) -> None:
    assert same_language("en", other)
    assert same_language(other, "en")


@pytest.mark.parametrize(
    ("one", "other"), [("en", "enm"), ("srp_Cyrl", "srp_Latn"), ("en", "de"), ("xx", "yy"), ("en", "")]
)
def test_different_languages(one: str, other: str) -> None:
    assert not same_language(one, other)


def test_the_table_knows_what_subsetsearch_knows() -> None:
    for short, three in two_letter().items():
        assert same_language(short, three)
        assert same_language(short, resolve(short).key) == (resolve(short).key == resolve(three).key)
    usual = [language.iso639_3 for language in all_languages()]
    assert len({code for code in usual if same_language("en", code)}) == 1
