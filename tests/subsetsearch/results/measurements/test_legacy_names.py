"""What older versions stored is recognised: their fingerprints are pinned here as they were written."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import optuna
import pytest

from realign_core.recipes import over
from realign_core.support.files.keys import content_key
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import legacy_fingerprint, legacy_recipe_hash
from subsetsearch.results.trials.stored_study import create_or_open, load_stored, require_stored

STUDIES = Path(__file__).parents[4] / "studies"
OLD_DEFAULTS = {
    "parallel": {"format": "gettext", "filters": {"drop_letterless": False}},
    "task": {"pooling": "mean", "long_sentences": "cut"},
    "realignment": {
        **{"steps": 100, "pairs_per_batch": 32, "learning_rate": 5e-5},
        **{"freeze": "none", "freeze_embeddings": False},
    },
    "finetuning": {
        **{"epochs": 3, "batch_size": 32, "learning_rate": 5e-5},
        **{"freeze": "none", "freeze_embeddings": False},
    },
}
"""What a recipe took where it said nothing, before it depended on the kind of task."""

PROBE = {"proxy": {"linear": {"measure": "probe"}, "full": {"warm": 5}}}


@pytest.mark.parametrize(
    ("changes", "fingerprint"),
    [
        (PROBE, "dd994e76a4188721"),
        ({}, "f310de94cf3335aa"),
        ({"recipe": {"realignment": {"schedule": "constant"}}}, "1fefc121ed64712d"),
        ({"targets": {"unlabelled": ["xho"]}}, "4bfcfc74f0be9645"),
        (
            {"recipe": {"compute": {"precision": "float32"}, "task": {"max_evaluation": 9}}},
            "2abfe9b2aa6e3b97",
        ),
    ],
)
def test_studies_have_the_fingerprints_of_before(changes: Mapping[str, object], fingerprint: str) -> None:
    study = StudyConfig.model_validate(over({"name": "pinned", "recipe": OLD_DEFAULTS}, changes))
    assert legacy_fingerprint(study) == fingerprint
    assert study.fingerprint() != fingerprint


@pytest.mark.parametrize(
    ("file", "measure"),
    [("quickstart-evaluations.csv", "probe"), ("quickstart-gap-evaluations.csv", "gap")],
)
def test_recorded_results_are_of_the_shipped_study(file: str, measure: str) -> None:
    with (STUDIES / "results" / file).open(encoding="utf-8", newline="") as rows:
        (recorded,) = {row["study_fingerprint"] for row in csv.DictReader(rows)}
    study = load_study(STUDIES / "quickstart.toml", {"proxy.linear.measure": measure})
    assert legacy_fingerprint(study) == recorded


def test_the_recipe_of_before_had_all_its_keys(toy_file: Path) -> None:
    recipe = load_study(toy_file, {"recipe.parallel.filters.drop_letterless": False}).recipe
    old = recipe.model_dump(mode="json")
    old["realignment"]["objective"] = old["realignment"].pop("loss")
    del old["realignment"]["schedule"], old["realignment"]["all_if_fewer"]
    del (
        old["task"]["max_evaluation"],
        old["task"]["pooling"],
        old["task"]["long_sentences"],
        old["groups"],
        old["preset"],
    )
    del old["finetuning"]["repeats"], old["finetuning"]["average_last"]
    del old["parallel"]["filters"]["drop_letterless"], old["task"]["train"]["parts"]
    for key in ("device", "eval_tokens", "micro_batch", "gradient_checkpointing", "checkpoint_steps"):
        del old["compute"][key]
    assert legacy_recipe_hash(recipe) == content_key(old)


def test_a_stored_study_of_before_opens_and_takes_its_present_name(
    toy_study: StudyConfig, toy_file: Path, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "runs" / "toy")
    stored = create_or_open(toy_study, folder, optuna.samplers.RandomSampler(seed=0))
    stored.set_user_attr("fingerprint", legacy_fingerprint(toy_study))
    with pytest.raises(StudyError, match=r"recipe\.realignment\.steps changed"):
        load_stored(load_study(toy_file, {"recipe.realignment.steps": 9}), folder)
    assert require_stored(toy_study, folder).user_attrs["fingerprint"] == toy_study.fingerprint()
    assert load_stored(toy_study, folder) is not None
