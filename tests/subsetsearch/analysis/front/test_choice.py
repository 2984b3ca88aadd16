from __future__ import annotations

import json
from pathlib import Path

import pytest

from subsetsearch.analysis.front.choice import Choice, choice_from_languages
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.config.rungs import SHORT
from subsetsearch.errors import LanguageError
from subsetsearch.subset import NONE, Subset

AFRIKAANS = FrontRow(
    Subset(frozenset({"afr_Latn"})), 100.0, "pairs", 3, proxy=0.4, full=FullRuns(0.5, 0.01, (1, 2))
)


def test_from_languages_resolves_and_sorts() -> None:
    choice = choice_from_languages(["Swahili", "af"])
    assert choice.languages == ("afr_Latn", "swh_Latn")
    assert choice.cost == 2
    assert choice.title == "2 languages"
    with pytest.raises(LanguageError, match="are one language, swh_Latn"):
        choice_from_languages(["sw", "Swahili"])


def test_codes_are_not_keys() -> None:
    with pytest.raises(LanguageError, match="'sw' is not a language key; write swh_Latn"):
        Choice(FrontRow(Subset(frozenset({"sw"})), 1.0, "languages"))
    with pytest.raises(LanguageError, match="write swh_Latn"):
        Choice(FrontRow(NONE, 0.0, "languages", full=FullRuns(0.5, scores={"sw": 0.5})))
    with pytest.raises(LanguageError, match="write swh_Latn"):
        Choice(AFRIKAANS, targets=("sw",))


def test_it_says_what_it_is() -> None:
    assert Choice(FrontRow(NONE, 0.0, "pairs", 0), "s").title == "s, trial 0 (0 languages)"
    choice = Choice(AFRIKAANS, "s", "the knee", SHORT)
    assert repr(choice) == (
        "Choice s, trial 3 (1 language): Afrikaans\n  costs 100 pairs, 50.0 ± 1.0 % on test data\n  the knee"
    )
    assert choice.proxy_measure == "proxy (dev), short runs (rung 2)"


def test_what_the_study_adds_to_the_row() -> None:
    recipe = {"realignment": {"pairs_per_language": 400}}
    choice = Choice(AFRIKAANS, recipe=recipe, targets=("wol_Latn",), planned_seeds=(9,))
    assert (choice.pairs_per_language, choice.seeds, choice.eval_languages) == (400, (1, 2), ("wol_Latn",))
    cut = FrontRow(Subset(frozenset({"afr_Latn"}), 100), 100.0, "pairs")
    planned = Choice(cut, recipe=recipe, planned_seeds=(9,))
    assert (planned.pairs_per_language, planned.seeds) == (100, (9,))


def test_it_writes_itself(tmp_path: Path) -> None:
    (path,) = Choice(AFRIKAANS, "s").export("json", tmp_path / "choice.json")
    assert json.loads(path.read_text(encoding="utf-8"))["trial"] == 3
