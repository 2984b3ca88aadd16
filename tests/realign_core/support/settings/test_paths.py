"""Relative paths in files of settings are relative to the file."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import Recipe
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import Config, validate_config
from realign_core.support.settings.paths import ExpandedPath

RECIPE = """
[encoder]
name = "encoders/mine"

[parallel]
format = "tsv"
path = "parallel"

[task]
train = { format = "conll", files = { en = { train = ["train.tsv"] } } }

[realignment]
aligner = { kind = "dictionary", path = "../words" }
"""


class Place(Config):
    path: ExpandedPath
    prices: ExpandedPath | None = None


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "encoders" / "mine").mkdir(parents=True)
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return folder / "recipe.toml"


def test_every_path_of_a_recipe_is_relative_to_its_file(recipe_file: Path) -> None:
    recipe, folder = Recipe.from_toml(recipe_file), recipe_file.parent
    content = recipe.portable()
    assert content["parallel"]["path"] == str(folder / "parallel")
    assert content["task"]["train"]["files"]["en"]["train"] == [str(folder / "train.tsv")]
    assert content["realignment"]["aligner"]["path"] == str(folder / "../words")
    assert content["encoder"]["name"] == recipe.encoder.source == str(folder / "encoders" / "mine")
    with pytest.raises(DataError, match=f"{folder}/parallel: "):
        recipe.parallel.languages()


def test_hash_and_stored_settings_do_not_depend_on_where_the_file_lies(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe.from_toml(recipe_file)
    monkeypatch.chdir(tmp_path)
    again = Recipe.from_toml(Path("project/recipe.toml"))
    assert again == recipe
    assert again.hash() == recipe.hash()
    recipe_file.parent.rename(tmp_path / "moved")
    moved = Recipe.from_toml(tmp_path / "moved" / "recipe.toml")
    assert moved.hash() == recipe.hash()
    assert moved.model_dump(mode="json") == recipe.model_dump(mode="json")
    assert moved.portable() != recipe.portable()


def test_settings_survive_json_and_pickle(recipe_file: Path) -> None:
    recipe = Recipe.from_toml(recipe_file)
    folder = recipe_file.parent
    assert validate_config(Recipe, recipe.model_dump(mode="json"), folder=folder) == recipe
    for other in (pickle.loads(pickle.dumps(recipe)), copy.deepcopy(recipe)):
        assert other == recipe
        assert other.hash() == recipe.hash()
    assert Recipe.model_validate(recipe.portable()).portable() == recipe.portable()


def test_variables_and_home_are_replaced_and_absolute_paths_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CORPORA", str(tmp_path / "corpora"))
    content = {"path": "$CORPORA/a", "prices": "~/b.csv"}
    place = validate_config(Place, content, folder=Path("/elsewhere"))
    assert (place.path, place.prices) == (tmp_path / "corpora/a", tmp_path / "home/b.csv")
    assert place.model_dump(mode="json") == {"path": f"{tmp_path}/corpora/a", "prices": "~/b.csv"}
    with pytest.raises(ConfigError, match="'path': the environment variable NOT_SET is not set"):
        validate_config(Place, {"path": "$NOT_SET/a"})
    with pytest.raises(ConfigError, match="'encoder.name': the environment variable NOT_SET is not set"):
        validate_config(Recipe, {"encoder": {"name": "$NOT_SET/a"}})


def test_a_variable_is_relative_to_the_working_folder_as_in_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "encoder").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CORPORA", "data")
    folder = Path("/elsewhere")
    place = validate_config(Place, {"path": "$CORPORA/a", "prices": "b.csv"}, folder=folder)
    assert (place.path, place.prices) == (tmp_path / "data/a", folder / "b.csv")
    encoder = validate_config(EncoderConfig, {"name": "$CORPORA/encoder"}, folder=folder)
    assert encoder.source == str(tmp_path / "data/encoder")
    monkeypatch.chdir("/")
    assert validate_config(Place, place.model_dump(mode="json"), folder=folder).path == tmp_path / "data/a"


def test_without_a_file_paths_are_relative_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Place(path=Path("data")).path == tmp_path / "data"
    assert EncoderConfig(name="./mine").source == str(tmp_path / "mine")
    assert EncoderConfig(name="intfloat/multilingual-e5-small").source == "intfloat/multilingual-e5-small"


names = st.lists(st.sampled_from(["a", "b c", "..", ".", "\u00e9"]), min_size=1, max_size=4).map("/".join)


@given(names, st.sampled_from(["/here", "/there/too"]))
def test_any_relative_path_is_below_its_folder_and_stored_as_written(text: str, folder: str) -> None:
    place = validate_config(Place, {"path": text}, folder=Path(folder))
    assert place.path == Path(folder) / text
    stored = place.model_dump(mode="json")
    assert stored["path"] == str(Path(text))
    assert validate_config(Place, stored, folder=Path(folder)) == place
    assert Place.model_validate(place.portable()).path == place.path


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("a." * 3000, "so long"),
        ("a" * 256, "so long"),
        ("a/" * 2000, "so long"),
        ("á" * 128, "so long"),
        ("a\0b", "a NUL"),
        ("~no-such-user-/x", "home directory"),
    ],
)
def test_names_that_no_file_can_have_are_refused(path: str, told: str) -> None:
    """The system's own error came through; found by ``benchmarks/fuzz``."""
    with pytest.raises(ConfigError, match=rf"'encoder.name': .*{told}"):
        validate_config(Recipe, {"encoder": {"name": path}})
    with pytest.raises(ConfigError, match=rf"'path': .*{told}"):
        validate_config(Place, {"path": path})
