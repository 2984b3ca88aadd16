"""Which subsets get full runs on test data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import subsetsearch as ss
from subsetsearch.analysis.study.study_results import read_known
from subsetsearch.analysis.subsets.shortlist import expected_by_dev, shortlist
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.study import Study
from subsetsearch.subset import NONE, Subset

DEV = {
    "": 0.50,
    "tel_Telu": 0.58,
    "khk_Cyrl": 0.52,
    "zul_Latn": 0.51,
    "khk_Cyrl tel_Telu": 0.57,
    "fin_Latn": 0.50,
}


def run(study: Study, languages: str, split: str, seed: int, score: float, scale: float = 1.0) -> Measurement:
    subset = Subset(frozenset(languages.split()))
    scores = {"swh_Latn": score, "yor_Latn": score + 0.01}
    fingerprint = study.config.fingerprint()
    return Measurement(fingerprint, "r", subset, 3, split, seed, "accuracy", scores, scale=scale)


@pytest.fixture
def study(toy_file: Path, tmp_path: Path) -> Study:
    """Six subsets with three runs on development data; one run of Zulu was very lucky."""
    study = ss.load(toy_file, {"search.top_rung": 3, "proxy.full.seeds": [1]}, runs=tmp_path / "runs")
    noise = np.random.default_rng(1)
    runs = [
        run(
            study,
            name,
            "dev",
            seed,
            score + 0.003 * noise.normal() + 0.12 * (name == "zul_Latn" and seed == 1),
        )
        for name, score in DEV.items()
        for seed in (1, 2, 3)
    ]
    open_store(study.config, study.folder).add([*runs, run(study, "", "test", 9, 0.5)])
    return study


def test_they_are_chosen_by_what_all_runs_on_development_data_let_expect(study: Study) -> None:
    known = read_known(study.config, study.folder)
    expected = expected_by_dev(known)
    assert expected is not None
    assert NONE not in expected
    # Of the search's first seed alone, the lucky one is far ahead; it is not among all runs.
    lucky = Subset(frozenset({"zul_Latn"}))
    assert max(known.scores[3], key=lambda subset: known.scores[3][subset]) == lucky
    assert max(expected, key=lambda subset: expected[subset]) != lucky


def test_no_label_of_the_test_data_has_a_say(study: Study) -> None:
    store, languages = open_store(study.config, study.folder), list(DEV)
    store.add([run(study, name, "test", 7, 0.5) for name in languages])
    before = shortlist(read_known(study.config, study.folder), 3)
    assert len(before) == 4
    store.add([run(study, name, "test", 8, 0.9 - score) for name, score in DEV.items()])
    known = read_known(study.config, study.folder)
    assert known.models.counted.runs.parts.count("test") == 2 * len(DEV) + 1
    assert shortlist(known, 3) == before


def test_small_scale_runs_count_for_what_they_tell(study: Study) -> None:
    known = read_known(study.config, study.folder)
    assert known.models.small_scale == ""
    store = open_store(study.config, study.folder)
    store.add([run(study, name, "dev", 1, score - 0.1, scale=0.1) for name, score in DEV.items()])
    known = read_known(study.config, study.folder)
    assert "6; each tells of a subset's mean as much as" in known.models.small_scale
    assert "25 full runs" not in known.front.decision.basis  # type: ignore[union-attr]
    assert "19 full runs and 6 small-scale runs" in known.front.decision.basis  # type: ignore[union-attr]
    assert study.status().small_scale == known.models.small_scale
