"""Choices to export: an easy one, and one whose names try to break out of every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.data.parallel import FolderParallel
from realign_core.recipe import Recipe
from subsetsearch.export import Choice, FreshRuns

EVIL = (
    "a 'b' \"c\" <script>alert(1)</script> $(rm -rf x) `id` \\ {d} #e %f &g ~h ^i_j | k/../l\n"
    "id: evil\n---\r\té"
)


@pytest.fixture
def corpus(tmp_path: Path) -> FolderParallel:
    """Swahili and Afrikaans with an empty pair, a separator inside a sentence, and odd spaces."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    english = ["The cat sleeps.", "A ||| bar, really", "   ", "Two  spaces\u00a0here", "Don't go!"] * 6
    swahili = ["Paka analala.", "Baa ||| kweli", "tupu", "Nafasi mbili", "Usiende!"] * 6
    afrikaans = ["Die kat slaap.", "'n Kroeg ||| regtig", "leeg", "Twee spasies hier", "Moenie gaan nie!"] * 6
    for code, lines in {"eng": english, "swh": swahili, "afr": afrikaans}.items():
        (folder / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return FolderParallel.model_validate(
        {
            "path": folder,
            "filters": {"drop_empty": False, "drop_identical": False, "drop_duplicates": False},
        }
    )


@pytest.fixture
def choice(corpus: FolderParallel) -> Choice:
    return Choice(
        languages=("afr_Latn", "swh_Latn"),
        pairs_per_language=20,
        study="small",
        trial=7,
        reason="the knee of the front",
        cost=40.0,
        cost_unit="pairs",
        proxy=0.41,
        accuracy=0.523,
        accuracy_std=0.011,
        n_seeds=2,
        scores={"wol_Latn": 0.5, "yor_Latn": 0.546},
        recipe=Recipe(parallel=corpus).model_dump(mode="json"),
        eval_languages=("wol_Latn", "yor_Latn"),
        seeds=(17, 23),
        fresh=FreshRuns(0.498, 0.02, (90, 91, 92), {"wol_Latn": 0.48, "yor_Latn": 0.516}),
    )


@pytest.fixture
def evil(choice: Choice) -> Choice:
    from dataclasses import replace

    return replace(choice, study=EVIL, reason=EVIL, cost_unit="EUR & <b>")
