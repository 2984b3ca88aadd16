"""The recipe is read and its IDs are found by mtdata itself, in its own index, offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.export._corpora import corpora

pytest.importorskip("mtdata", reason="mtdata is not installed (group test-tools)")

CHECK = """
import json, sys
from mtdata.data import Dataset
from mtdata.recipe import RECIPES
found = {}
for name in sys.argv[1:]:
    recipe = RECIPES[name]
    entries = Dataset.resolve_entries(list(recipe.all_dids()))
    assert len(entries) == len(recipe.all_dids())
    assert all(entry.is_compatible(recipe.langs) for entry in entries), recipe
    found[name] = {"train": len(recipe.train), "dev": len(recipe.dev or []), "desc": recipe.desc}
print("FOUND " + json.dumps(found))
"""


@pytest.mark.slow
def test_ids_are_in_the_index(
    choice: Choice, evil: Choice, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    every = choice_from_languages([key for key, row in corpora().items() if row.mtdata_train])
    expected = {}
    for number, one in enumerate((choice, evil, every)):
        text = export(one, "mtdata", tmp_path / f"mtdata.recipes.{number}.yml")[0].read_text(encoding="utf-8")
        name = next(line for line in text.splitlines() if line.startswith("- id: ")).removeprefix("- id: ")
        expected[name] = one
    assert len(expected) == 3
    kept = getattr(pytestconfig, "cache", None)  # none with -p no:cacheprovider
    cache = kept.mkdir("mtdata") if kept else tmp_path / "cache"
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *expected],
        env=os.environ | {"MTDATA": str(cache), "MTDATA_RECIPES": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("FOUND "))[6:])
    assert {name: one["train"] for name, one in found.items()} == {
        name: len(one.languages) for name, one in expected.items()
    }
    assert "<script>" in next(one["desc"] for one in found.values() if "\\n" in one["desc"])


def test_ids_keep_their_traps() -> None:
    """Order and script are part of an ID, and paths that mtdata has wrong are avoided."""
    table = corpora()
    assert table["swe_Latn"].mtdata_train == "OPUS-opus100_train-1-eng-swe"
    assert table["afr_Latn"].mtdata_train == "OPUS-opus100_train-1-afr-eng"
    assert table["swh_Latn"].mtdata_train == "AllenAi-nllb-1-eng-swh_Latn"
    assert table["arb_Arab"].mtdata_dev == "Flores-flores200_dev-1-ara-eng"
    assert "opus100" not in table["nob_Latn"].mtdata_train
    assert table["twi_Latn"].nllb == "eng_Latn-twi_Latn"
