"""What stands under a recipe's own keys: the defaults of its kind, or a preset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from realign_core.data.parallel import FolderParallel, PairFilters
from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import FinetuningConfig, RealignmentConfig, Recipe, TaskConfig, TaskKind
from realign_core.recipes import DEFAULTS, Defaults, Settings, over
from realign_core.support.settings.config import flatten

MODELS = {"task": TaskConfig, "realignment": RealignmentConfig, "finetuning": FinetuningConfig}
KINDS = pytest.mark.parametrize("kind", list(TaskKind))


def settings(recipe: Recipe, defaults: Defaults) -> dict[str, dict[str, Any]]:
    """Return the recipe's values of the keys that have defaults of their own."""
    return {
        name: {key: getattr(getattr(recipe, name), key) for key in keys}
        for name, keys in defaults.tables.items()
    }


def test_every_kind_has_defaults_that_a_file_can_state() -> None:
    assert set(DEFAULTS) == {kind.value for kind in TaskKind}
    for defaults in DEFAULTS.values():
        assert set(defaults.tables) <= set(MODELS)
        for name, keys in defaults.tables.items():
            assert set(keys) <= set(MODELS[name].model_fields)
            assert None not in keys.values()  # TOML has no null: a file could not take it back


@KINDS
def test_a_recipe_that_says_nothing_takes_the_defaults_of_its_kind(kind: TaskKind) -> None:
    by_object, by_content = (
        Recipe(task=TaskConfig(kind=kind)),
        Recipe.model_validate({"task": {"kind": kind}}),
    )
    assert by_object == by_content
    assert settings(by_object, DEFAULTS[kind]) == DEFAULTS[kind].content()
    assert Recipe() == Recipe(task=TaskConfig())


@KINDS
@pytest.mark.parametrize("model", [False, True])
def test_own_keys_stand_over_the_defaults(kind: TaskKind, model: bool) -> None:
    tuned: Any = FinetuningConfig(epochs=9) if model else {"epochs": 9}
    recipe = Recipe.model_validate({"task": {"kind": kind}, "finetuning": tuned})
    expected = DEFAULTS[kind].content()
    expected["finetuning"] = {**expected["finetuning"], "epochs": 9}
    assert settings(recipe, DEFAULTS[kind]) == expected


@KINDS
def test_another_encoder_learns_at_published_rates(kind: TaskKind) -> None:
    recipe = Recipe(task=TaskConfig(kind=kind), encoder=EncoderConfig(name="xlm-roberta-base"))
    assert (recipe.realignment.learning_rate, recipe.finetuning.learning_rate) == (2e-5, 2e-5)
    assert settings(recipe, DEFAULTS[kind]) == DEFAULTS[kind].content("xlm-roberta-base")


def test_sides_without_a_letter_are_left_out_unless_a_recipe_keeps_them() -> None:
    corpus = FolderParallel(path=Path("corpus"))
    kept = PairFilters(drop_letterless=False, max_chars=9)
    recipes = {
        True: [{}, {"parallel": corpus}, {"parallel": {"format": "gettext", "filters": {"max_chars": 9}}}],
        False: [
            {"preset": "aacl2025"},
            {"preset": "aacl2025", "parallel": corpus},
            {"parallel": {"format": "gettext", "filters": kept}},
            {"parallel": corpus.model_copy(update={"filters": kept})},
            {"parallel": Recipe.model_validate({"preset": "aacl2025"}).parallel},
        ],
    }
    for left_out, contents in recipes.items():
        for content in contents:
            recipe = Recipe.model_validate(content)
            assert recipe.parallel.filters.drop_letterless is left_out, content
            assert Recipe.model_validate(recipe.model_dump(mode="json")) == recipe
    assert not corpus.filters.drop_letterless  # what was given is not changed
    for wrong in (3, {"format": "gettext", "filters": 3}):
        with pytest.raises(ValueError, match="parallel"):
            Recipe.model_validate({"parallel": wrong})


def test_a_stored_recipe_is_complete() -> None:
    """Other defaults of a later version, or of another kind, do not touch it."""
    stored = Recipe(task=TaskConfig(kind=TaskKind.POS)).model_dump(mode="json")
    assert set(stored["realignment"]) == set(RealignmentConfig.model_fields)
    stored["task"] |= {"kind": "text", "long_sentences": "cut"}
    again = Recipe.model_validate(stored)
    expected = DEFAULTS["pos"].content() | {"task": {"long_sentences": "cut"}}
    assert settings(again, DEFAULTS["pos"]) == expected


def test_tables_of_a_recipe_are_taken_over_whole() -> None:
    published = Recipe.model_validate({"preset": "aacl2025"})
    other = Recipe(realignment=published.realignment, finetuning=published.finetuning)
    assert (other.realignment, other.finetuning) == (published.realignment, published.finetuning)


def test_the_defaults_are_part_of_the_hash() -> None:
    """So no version has to be raised when one moves: what a recipe does not say is hashed as well."""
    names = {Recipe(task=TaskConfig(kind=kind)).hash() for kind in TaskKind}
    plain = {"realignment": RealignmentConfig().model_dump(), "finetuning": FinetuningConfig().model_dump()}
    assert len(names | {Recipe.model_validate(plain).hash()}) == len(names) + 1
    assert len(names) == len(TaskKind)


@pytest.mark.parametrize("task", [3, {"kind": 3}, {"kind": "tags"}])
def test_a_kind_that_does_not_exist_is_the_fields_own_error(task: object, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="task"):
        Recipe.model_validate({"task": task})


def test_what_a_recipe_has_of_its_own_is_told_apart() -> None:
    recipe = Recipe.model_validate({"task": {"kind": "pos"}, "realignment": {"steps": 7, "layer": 3}})
    found = Settings.of(dict(recipe))
    assert (found.kind, found.own) == ("pos", ("realignment.steps",))
    assert found.values == flatten(over(DEFAULTS["pos"].content(), {"realignment": {"steps": 7}}))
    assert found == Settings.of(recipe.model_dump())
    assert str(found).startswith("own: realignment.steps 7; default of 'pos': realignment.pairs_per_batch ")
