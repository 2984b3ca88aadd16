"""Choices to export: an easy one, and one whose names try to break out of every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.data.parallel import FolderParallel
from realign_core.recipe import Recipe
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.export import Choice
from subsetsearch.subset import Subset

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
            "filters": dict.fromkeys(
                ("drop_empty", "drop_letterless", "drop_identical", "drop_duplicates"), False
            ),
        }
    )


@pytest.fixture
def choice(corpus: FolderParallel) -> Choice:
    row = FrontRow(
        Subset(frozenset({"afr_Latn", "swh_Latn"}), 20),
        40.0,
        "pairs",
        7,
        proxy=0.41,
        full=FullRuns(0.523, 0.011, (17, 23), {"wol_Latn": 0.5, "yor_Latn": 0.546}),
        fresh=FullRuns(0.498, 0.02, (90, 91, 92), {"wol_Latn": 0.48, "yor_Latn": 0.516}),
    )
    recipe = Recipe(parallel=corpus).model_dump(mode="json")
    return Choice(row, "small", "the knee of the front", recipe=recipe)


@pytest.fixture
def evil(choice: Choice) -> Choice:
    from dataclasses import replace

    return replace(choice, study=EVIL, reason=EVIL, row=replace(choice.row, cost_unit="EUR & <b>"))
