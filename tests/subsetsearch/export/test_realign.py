"""The recipe loads, is the same recipe, and repeats the run."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from realign_core.recipe import Recipe
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.errors import ConfigError, LanguageError
from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.subset import Subset


@pytest.mark.parametrize("which", ["choice", "evil"])
def test_recipe_comes_back(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    choice: Choice = request.getfixturevalue(which)
    path = export(choice, "realign", tmp_path / "recipe.toml")[0]
    loaded = Recipe.from_toml(path)
    assert choice.recipe is not None
    assert loaded.realignment.pairs_per_language == 20
    own = Recipe.model_validate(dict(choice.recipe))
    assert loaded.model_copy(update={"realignment": own.realignment}) == own
    text = path.read_text(encoding="utf-8")
    assert '["afr", "swh"], seed=seed' in text
    assert "realign-core run FILE --languages afr,swh --seeds 17,23 --targets" in text


def test_a_level_is_an_upper_limit_and_the_recipes_own_number_exact(choice: Choice, tmp_path: Path) -> None:
    cut = Recipe.from_toml(export(choice, "realign", tmp_path / "cut.toml")[0]).realignment
    assert (cut.pairs_per_language, cut.all_if_fewer) == (20, True)
    assert choice.recipe is not None
    own = {**choice.recipe, "realignment": {**choice.recipe["realignment"], "pairs_per_language": 20}}
    exact = export(replace(choice, recipe=own), "realign", tmp_path / "exact.toml")[0]
    assert Recipe.from_toml(exact) == Recipe.model_validate(own)


def test_default_recipe_without_a_study(tmp_path: Path) -> None:
    pytest.importorskip("polib", reason="the default corpus needs the extra 'offline'")
    pytest.importorskip("django", reason="the default corpus needs the extra 'offline'")
    path = export(choice_from_languages(["sw"]), "realign", tmp_path / "recipe.toml")[0]
    assert Recipe.from_toml(path) == Recipe()


def test_corpus_that_is_not_here(choice: Choice, tmp_path: Path) -> None:
    elsewhere: dict[str, Any] = {
        **(choice.recipe or {}),
        "parallel": {"format": "folder", "path": "/not/here"},
    }
    path = export(replace(choice, recipe=elsewhere), "realign", tmp_path / "recipe.toml")[0]
    assert Recipe.from_toml(path).parallel.format == "folder"
    assert '["afr_Latn", "swh_Latn"]' in path.read_text(encoding="utf-8")


def test_language_that_the_corpus_lacks(choice: Choice, tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="no parallel text of wol_Latn"):
        export(
            replace(choice, row=replace(choice.row, subset=Subset(frozenset({"wol_Latn"})))),
            "realign",
            tmp_path / "recipe.toml",
        )


def test_invalid_recipe(choice: Choice, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="recipe of the choice is not valid"):
        export(replace(choice, recipe={"encoder": {"nam": "x"}}), "realign", tmp_path / "recipe.toml")


def test_the_call_in_its_head_runs(tiny_recipe: dict[str, Any], tmp_path: Path) -> None:
    """Follow the comment to the letter, with the tiny encoder and real language codes for the toy corpus."""
    folder = Path(tiny_recipe["parallel"]["path"])
    pos = Path(tiny_recipe["task"]["train"]["path"])
    copy = tmp_path / "parallel"
    copy.mkdir()
    for code, toy in {"eng": "eng", "afr": "xx", "swh": "yy"}.items():
        (copy / f"{code}.txt").write_bytes((folder / f"{toy}.txt").read_bytes())
    for code, toy in {"en": "en", "wo": "xx", "yo": "yy", "zu": "ww"}.items():
        shutil.copytree(pos / toy, tmp_path / "pos" / code)
    task = {"kind": "pos", "train": {"format": "conll", "path": str(tmp_path / "pos")}}
    recipe = tiny_recipe | {"parallel": {"format": "folder", "path": str(copy)}, "task": task}
    choice = Choice(
        # more pairs than there are, as for the small languages of a subset
        FrontRow(Subset(frozenset({"afr_Latn", "swh_Latn"}), 100_000), 0.0, "pairs"),
        recipe=recipe,
        planned_seeds=(3,),
        targets=("wol_Latn", "zul_Latn"),
        held_out=("zul_Latn",),
        note="held-out targets stay in the pool",
    )
    path = export(choice, "realign", tmp_path / "recipe.toml")[0]
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#   ")]
    code = "\n".join(line.removeprefix("#   ") for line in head).replace("THIS FILE", str(path))
    code = re.sub(r"^    +run", "    result = run", code, flags=re.MULTILINE)
    found: dict[str, Any] = {}
    exec(code, found)
    assert found["result"].languages == ("afr", "swh")
    assert found["result"].seed == 3
    assert set(found["result"].scores) == {"wo", "zu"}
    assert found["result"].mean == found["result"].scores["wo"]  # what is held out is in a mean of its own
    assert "# held-out targets stay in the pool" in path.read_text(encoding="utf-8")
