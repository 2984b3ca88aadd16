"""The benchmark of scale: its trials are like real ones, and its results are those that its page tells."""

from __future__ import annotations

import json
from collections.abc import Iterator

import optuna
import pytest

from benchmarks.common import results_of
from benchmarks.scale import made
from benchmarks.scale.fill import fill
from benchmarks.scale.made import MadeRuns, open_made, write_study
from subsetsearch.config import load_study
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_record import read_trials
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.full_rung import FullRung
from subsetsearch.rungs.ladder import Ladder

CANDIDATES = 140


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    """A filled study of a pool that is large enough to be written sparsely."""
    root = tmp_path_factory.mktemp("scale")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "TARGETS", 12)
        patch.setenv("REALIGN_CACHE", str(root / "cache"))
        config = load_study(write_study(root / "study", CANDIDATES))
        ladder = open_made(config, StudyFolder(root / "runs" / config.name))
        run_search(ladder, 4)
        assert isinstance(ladder.top, FullRung)
        assert isinstance(ladder.top.full, MadeRuns)
        stored = require_stored(config, ladder.folder)
        fill(stored, ladder.problem, ladder.store, ladder.top.full.world, 30)
        yield ladder


def test_filled_trials_are_like_real_ones(ladder: Ladder) -> None:
    study = require_stored(ladder.problem.config, ladder.folder)
    real, filled = study.trials[3], study.trials[20]
    assert real.user_attrs.keys() == filled.user_attrs.keys()
    assert real.system_attrs.keys() == filled.system_attrs.keys()
    assert len(real.params) == len(real.user_attrs["languages"]) + 1
    assert len(filled.params) == len(filled.user_attrs["languages"]) + 1
    assert filled.params == filled.system_attrs["subsetsearch:proposed"]
    measured = ladder.store.read(ladder.problem.fingerprint, split=DEV)
    told = {trial.subset: trial.value for trial in read_trials(study)}
    assert {run.subset: run.value for run in measured} == pytest.approx(told)


def test_a_search_goes_on_after_filled_trials(ladder: Ladder) -> None:
    summary = run_search(ladder, 2)
    assert (summary.before, summary.after) == (30, 32)


def test_plain_rows_make_the_trials_that_optuna_makes(ladder: Ladder) -> None:
    ours = require_stored(ladder.problem.config, ladder.folder)
    theirs = optuna.load_study(study_name=ours.study_name, storage=ladder.folder.database)
    assert ours.trials == theirs.trials
    some = ours.trials[5]
    assert ours._storage.get_trial(some._trial_id) == theirs._storage.get_trial(some._trial_id)


def test_the_recorded_numbers_are_complete() -> None:
    cases = json.loads((results_of("scale") / "scale.json").read_text(encoding="utf-8"))["cases"]
    assert set(cases) == {"sqlite", "postgresql"}
    trials = {
        (storage, size)
        for storage, by_size in cases.items()
        for size, by_trials in by_size.items()
        if all(by_trials.get(n, {}).get("ms_per_trial", 0) > 0 for n in ("100", "1000", "10000"))
    }
    assert trials >= {("sqlite", "200"), ("sqlite", "2000"), ("postgresql", "200")}
    for by_size in cases.values():
        for size in ("200", "2000"):
            for count in ("100", "10000"):
                assert {"status", "pareto", "report"} <= by_size[size][count].keys()
