"""What is read of the hub is named by its commit, or said not to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.revision import cached_commit, is_commit, of_hub, pinned
from realign_core.recipe import Recipe
from realign_core.runs.dry_run.checks import DATA_CHECKS
from realign_core.runs.dry_run.revisions import unpinned

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HUB_SET = {"dataset": "Helsinki-NLP/opus-100", "format": "hub"}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the hub that has one encoder."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    place = tmp_path / "models--org--enc"
    (place / "snapshots" / COMMIT).mkdir(parents=True)
    (place / "snapshots" / COMMIT / "config.json").write_text("{}", encoding="utf-8")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    return tmp_path


def test_an_encoder_of_the_hub_is_pinned_to_the_commit_that_is_here(hub: Path) -> None:
    config = EncoderConfig(name="org/enc")
    assert cached_commit(config) == COMMIT
    assert pinned(config) == EncoderConfig(name="org/enc", revision=COMMIT)
    assert pinned(pinned(config)) == pinned(config)
    fixed = EncoderConfig(name="org/enc", revision="f" * 40)
    assert pinned(fixed) == fixed
    other = EncoderConfig(name="org/other")
    assert pinned(other) == other
    assert cached_commit(EncoderConfig(name="no name of the hub!")) is None


def test_other_encoders_stay_as_they_are(tiny_encoder: Path) -> None:
    for name in ("bundled", str(tiny_encoder)):
        config = EncoderConfig(name=name)
        assert not of_hub(config)
        assert pinned(config) == config


@pytest.mark.parametrize(
    ("revision", "whole"), [("main", False), (None, False), ("v1", False), (COMMIT, True)]
)
def test_a_commit_is_no_branch_and_no_tag(revision: str | None, whole: bool) -> None:
    assert is_commit(revision) == whole


def test_what_is_not_pinned_is_said(hub: Path, tiny_recipe: dict[str, Any]) -> None:
    recipe = Recipe.model_validate(tiny_recipe)
    assert not [*unpinned(recipe)]
    open_ = Recipe.model_validate(tiny_recipe | {"encoder": {"name": "org/enc"}, "parallel": HUB_SET})
    said = [str(remark) for remark in unpinned(open_)]
    assert said == [
        "encoder.revision: no commit of 'org/enc' is named, so that another one may be read tomorrow; "
        f"set it to {COMMIT}, which is on this machine",
        "parallel.revision: no commit of 'Helsinki-NLP/opus-100' is named, so that another one may be read "
        "tomorrow; set it to the commit that is meant",
    ]
    named = {"encoder": {"name": "org/enc", "revision": COMMIT}, "parallel": HUB_SET | {"revision": COMMIT}}
    assert not [*unpinned(Recipe.model_validate(tiny_recipe | named))]
    assert "revisions" in DATA_CHECKS


def test_a_recipe_that_is_handed_over_names_the_commit(hub: Path, tiny_recipe: dict[str, Any]) -> None:
    from subsetsearch.analysis.front.front_row import FrontRow
    from subsetsearch.export import Choice, render
    from subsetsearch.subset import Subset

    elsewhere = {"format": "folder", "path": str(hub / "none")}
    recipe = Recipe.model_validate(tiny_recipe | {"encoder": {"name": "org/enc"}, "parallel": elsewhere})
    row = FrontRow(Subset(frozenset({"swh_Latn"})), 1.0, "pairs")
    choice = Choice(row, "small", "", recipe=recipe.portable())
    assert f'revision = "{COMMIT}"' in render(choice, "realign")
