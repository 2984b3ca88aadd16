from __future__ import annotations

import pytest

from subsetsearch.errors import LanguageError
from subsetsearch.export import Choice, choice_from_languages


def test_from_languages_resolves_and_sorts() -> None:
    choice = choice_from_languages(["Swahili", "af"])
    assert choice.languages == ("afr_Latn", "swh_Latn")
    assert choice.cost == 2
    assert choice.title == "2 languages"


def test_same_language_twice() -> None:
    with pytest.raises(LanguageError, match="are one language, swh_Latn"):
        choice_from_languages(["sw", "Swahili"])


@pytest.mark.parametrize("languages", [("swh_Latn", "afr_Latn"), ("afr_Latn", "afr_Latn")])
def test_unsorted_or_repeated(languages: tuple[str, ...]) -> None:
    with pytest.raises(LanguageError, match="sorted and distinct"):
        Choice(languages)


def test_codes_are_not_keys() -> None:
    with pytest.raises(LanguageError, match="'sw' is not a language key; write swh_Latn"):
        Choice(("sw",))
    with pytest.raises(LanguageError, match="write swh_Latn"):
        Choice((), scores={"sw": 0.5})


def test_title_names_study_and_trial() -> None:
    assert Choice((), study="s", trial=0).title == "s, trial 0 (0 languages)"
    assert Choice(("afr_Latn",), study="s").title == "s (1 language)"
