"""Rung 1 by the gap between translations, as a study uses it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from optuna.trial import TrialState

from subsetsearch.candidate import NONE, Candidate
from subsetsearch.search.ladder import Ladder, open_ladder
from subsetsearch.search.plan import describe_plan
from subsetsearch.search.runner import run_search
from subsetsearch.search.storage import require_stored
from subsetsearch.study import StudyFolder, load_study
from subsetsearch.study.config import LinearProxyConfig

GAP = {"proxy.linear.measure": "gap"}


def ladder_of(file: Path, folder: Path, **overrides: object) -> Ladder:
    return open_ladder(load_study(file, GAP | overrides), StudyFolder(folder / "runs" / "toy"))


def test_it_is_the_default() -> None:
    assert LinearProxyConfig().measure == "gap"


def test_the_rung_is_the_mean_over_targets(toy_file: Path, tmp_path: Path) -> None:
    ladder = ladder_of(toy_file, tmp_path)
    some = Candidate(frozenset(ladder.pool.keys[:3]))
    found = ladder.rung1_scores(some)
    assert set(found) == {"swh_Latn", "yor_Latn"}
    assert ladder.rung1(some) == pytest.approx(np.mean(list(found.values())))
    assert ladder.rung1(NONE) == pytest.approx(0, abs=1e-9)
    assert len({round(score, 9) for score in found.values()}) == 2  # both are in the pool: each has its own


def test_targets_without_labels_need_no_scale(toy_file: Path, tmp_path: Path) -> None:
    held_out = {"targets.unlabelled": ["zul"], "proxy.alignment.pairs": 12}
    ladder = ladder_of(toy_file, tmp_path, **held_out, **{"proxy.linear.pairs": 16})
    found = ladder.rung1_scores(Candidate(frozenset(ladder.pool.keys[:3])))
    assert set(found) == {"swh_Latn", "yor_Latn", "zul_Latn"}
    assert not list(ladder.folder.cache.glob("scale-*"))


def test_a_level_changes_the_score(toy_file: Path, tmp_path: Path) -> None:
    ladder = ladder_of(toy_file, tmp_path, **{"search.pairs_per_language": [5, "all"]})
    some = frozenset(ladder.pool.keys[:3])
    assert ladder.rung1(Candidate(some, 5)) != ladder.rung1(Candidate(some))


def test_a_search_goes_by_it(toy_file: Path, tmp_path: Path) -> None:
    ladder = ladder_of(toy_file, tmp_path)
    run_search(ladder, 12)
    stored = require_stored(ladder.study, ladder.folder, None)
    for trial in stored.get_trials(states=(TrialState.COMPLETE,)):
        chosen = Candidate(ladder.space.subset(trial.params))
        assert trial.user_attrs["rung1"] == pytest.approx(ladder.rung1(chosen), abs=1e-9)
    assert describe_plan(ladder)["rung1_seconds"] > 0


def test_both_measures_share_what_is_encoded_but_not_their_numbers(toy_file: Path, tmp_path: Path) -> None:
    gap = ladder_of(toy_file, tmp_path)
    _ = gap.linear
    before = sorted(path.name for path in gap.folder.cache.iterdir())
    probe = open_ladder(load_study(toy_file, {"proxy.linear.measure": "probe"}), gap.folder)
    _ = probe.linear
    assert sorted(path.name for path in gap.folder.cache.iterdir()) == before
    assert gap.study.fingerprint() != probe.study.fingerprint()
