"""What a study's runs let one expect of subsets, run or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import subsetsearch as ss
from subsetsearch.analysis.subsets.expect import interval
from subsetsearch.errors import LanguageError, SelectionError
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.study import Study
from subsetsearch.subset import NONE, Subset

BASE = {"swh_Latn": 0.50, "yor_Latn": 0.60, "wol_Latn": 0.40}
GAIN = {"tel_Telu": 0.08, "khk_Cyrl": 0.06, "zul_Latn": 0.01, "swh_Latn": 0.00}


def run(study: Study, subset: Subset, seed: int, split: str) -> Measurement:
    """A run whose gain is the mean of its languages', half as much for Yoruba."""
    gain = float(np.mean([GAIN[key] for key in subset.languages])) if subset.languages else 0.0
    luck = 0.01 * np.random.default_rng(seed).normal()
    scores = {
        key: base + gain * (0.5 if key == "yor_Latn" else 1.0) + luck + 0.02 * (split == "test")
        for key, base in BASE.items()
        if split == "test" or key != "wol_Latn"
    }
    held_out = frozenset({"wol_Latn"} & scores.keys())
    return Measurement(
        study.config.fingerprint(), f"r{seed}", subset, 3, split, seed, "accuracy", scores, held_out=held_out
    )


@pytest.fixture
def study(toy_file: Path, tmp_path: Path) -> Study:
    """Singles and pairs: runs on development data, and of two subsets on test data."""
    study = ss.load(toy_file, {"search.top_rung": 3, "proxy.full.seeds": [1]}, runs=tmp_path / "runs")
    names = [
        (),
        ("tel_Telu",),
        ("zul_Latn",),
        ("swh_Latn",),
        ("tel_Telu", "zul_Latn"),
        ("swh_Latn", "zul_Latn"),
    ]
    subsets = [Subset(frozenset(name)) for name in names]
    runs = [run(study, subset, 1, "dev") for subset in subsets]
    runs += [run(study, subset, seed, "test") for subset in subsets[:2] for seed in (2, 3)]
    open_store(study.config, study.folder).add(runs)
    return study


def test_what_was_not_run_is_expected_too(study: Study) -> None:
    found = study.expect(["mn", "te", "zu"])
    assert [row.subset.name for row in found] == ["tel_Telu", "khk_Cyrl", "zul_Latn"]  # by other scripts
    assert [row.runs for row in found] == [3, 0, 1]
    assert found[0].gain == pytest.approx(0.06, abs=0.025)
    assert found[0].sd < found[1].sd
    assert found[0].better > 0.8
    assert 0.99 < sum(row.best for row in found) <= 1.0
    assert found[0].regret <= found[1].regret
    low, high = found[0].interval
    assert low < found[0].gain < high
    assert "from 10 full runs of 5 subsets" in found.basis


def test_a_group_of_targets_may_be_asked_about(study: Study) -> None:
    whole, yoruba = study.expect(["te"]), study.expect(["te"], targets="Yoruba")
    assert yoruba.targets == ("yor_Latn",)
    assert yoruba[0].gain == pytest.approx(whole[0].by_target["yor_Latn"][0])
    frame = whole.by_target().set_index("target")
    assert set(frame.index) == {"swh_Latn", "yor_Latn"}
    assert frame.loc["swh_Latn", "gain"] > frame.loc["yor_Latn", "gain"]


def test_a_target_that_not_every_run_has_is_refused(study: Study) -> None:
    with pytest.raises(SelectionError, match="2 subsets with a full run"):  # on test data, where it is scored
        study.expect(["te"], targets="wol")
    with pytest.raises(LanguageError, match="no target"):
        study.expect(["te"], targets="fra")


def test_by_default_everything_scored_and_every_language_is_asked_about(study: Study) -> None:
    found = study.expect()
    asked = {row.subset for row in found}
    assert NONE not in asked
    assert Subset(frozenset({"tel_Telu", "zul_Latn"})) in asked
    assert Subset(frozenset({"khk_Cyrl"})) in asked
    frame = found.to_frame()
    assert list(frame["gain"]) == sorted(frame["gain"], reverse=True)
    assert {"languages", "cost", "gain", "low", "high", "better_than_none", "best", "n_runs"} <= set(frame)


def test_too_few_runs_say_what_to_do(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(toy_file, {"search.top_rung": 3}, runs=tmp_path / "runs")
    open_store(study.config, study.folder).add([run(study, NONE, 1, "test")])
    with pytest.raises(SelectionError, match="top_rung = 3"):
        study.expect()


def test_nine_in_ten_lie_in_the_interval() -> None:
    low, high = interval(0.1, 0.02)
    drawn = np.random.default_rng(0).normal(0.1, 0.02, 20_000)
    assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(0.9, abs=0.01)


def test_one_subset_needs_no_list(study: Study) -> None:
    assert [row.subset.name for row in study.expect("te,zu")] == ["tel_Telu zul_Latn"]


@pytest.mark.parametrize("subsets", [[], ["none"], [NONE]])
def test_nothing_to_ask_about_is_refused(study: Study, subsets: list[str | Subset]) -> None:
    with pytest.raises(SelectionError, match="no subset besides no realignment is asked about"):
        study.expect(subsets)


def test_a_subset_outside_the_pool_is_named(study: Study) -> None:
    outside = Subset(frozenset({"deu_Latn"}))
    with pytest.raises(LanguageError, match="not in the pool: deu_Latn"):
        study.expect([outside])
    with pytest.raises(LanguageError, match="not in the pool: deu_Latn"):
        study.compare("none", outside)


def test_gains_need_runs_without_realignment(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(toy_file, runs=tmp_path / "alone")
    subsets = [Subset(frozenset({key})) for key in ("tel_Telu", "khk_Cyrl", "zul_Latn")]
    runs = [run(study, subset, seed, "test") for subset in subsets for seed in (1, 2)]
    open_store(study.config, study.folder).add(runs)
    with pytest.raises(SelectionError, match="no realignment was never run"):
        study.expect(["te"])


def equal_runs(study: Study, scores: dict[str, dict[str, float]]) -> list[Measurement]:
    """Three seeds each of no realignment and two languages, with scores that do not move."""
    return [
        Measurement(
            study.config.fingerprint(),
            f"r{seed}",
            Subset(frozenset(names.split())),
            3,
            "test",
            seed,
            "accuracy",
            of,
        )
        for names, of in scores.items()
        for seed in (1, 2, 3)
    ]


def test_equal_scores_are_no_certainty(toy_file: Path, tmp_path: Path) -> None:
    """Nor are they where targets differ, and sums of equal numbers are rounded."""
    study = ss.load(toy_file, runs=tmp_path / "equal")
    same = {"swh_Latn": 0.5, "yor_Latn": 0.6}
    open_store(study.config, study.folder).add(
        equal_runs(study, dict.fromkeys(("", "tel_Telu", "zul_Latn"), same))
    )
    with pytest.raises(SelectionError, match="all full runs have the same scores"):
        study.expect(["te"])


def test_two_levels_are_no_difference(toy_file: Path, tmp_path: Path) -> None:
    """All runs on development data are equal, and all on test data, at another level."""
    study = ss.load(toy_file, runs=tmp_path / "levels")
    parts = {"dev": 0.15, "test": 0.0}
    for split, level in parts.items():
        same = {names: {"swh_Latn": level, "yor_Latn": level} for names in ("", "tel_Telu", "zul_Latn")}
        runs = [replace(run, split=split) for run in equal_runs(study, same)]
        open_store(study.config, study.folder).add(runs)
    with pytest.raises(SelectionError, match="all full runs have the same scores"):
        study.expect(["te"])
    assert len(study.front().rows) == 3


def test_runs_that_share_no_target_are_not_called_too_few(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(toy_file, runs=tmp_path / "apart")
    scores = {"": {"swh_Latn": 0.5}, "tel_Telu": {"yor_Latn": 0.6}, "zul_Latn": {"swh_Latn": 0.4}}
    open_store(study.config, study.folder).add(equal_runs(study, scores))
    with pytest.raises(SelectionError, match="no target has a score in every full run"):
        study.expect(["te"])
