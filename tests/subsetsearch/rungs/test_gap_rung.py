"""Rung 1 by the gap between translations, as a study uses it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.trial import TrialState

from realign_core.support.arrays import Float
from realign_core.training.evaluation import encode_units
from subsetsearch.config import load_study
from subsetsearch.config.proxy import LinearProxyConfig
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs import cache as stored
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.rungs.linear import gap as gap_module
from subsetsearch.rungs.linear import probe as probe_module
from subsetsearch.rungs.linear.probe import LinearProbe
from subsetsearch.rungs.measured import mean_score
from subsetsearch.subset import NONE, Subset

GAP = {"proxy.linear.measure": "gap"}
Opens = Callable[[Mapping[str, object]], Ladder]


def test_it_is_the_default() -> None:
    assert LinearProxyConfig().measure == "gap"


def test_the_rung_is_the_mean_over_targets(opened: Opens) -> None:
    ladder = opened(GAP)
    some = Subset(frozenset(ladder.problem.pool.keys[:3]))
    found = ladder.first.scores(some)
    assert set(found) == {"swh_Latn", "yor_Latn"}
    assert ladder.first.score(some) == pytest.approx(np.mean(list(found.values())))
    assert ladder.first.score(NONE) == pytest.approx(0, abs=1e-9)
    assert len({round(score, 9) for score in found.values()}) == 2  # both are in the pool: each has its own


def test_targets_without_labels_need_no_scale(opened: Opens) -> None:
    held_out = {"targets.unlabelled": ["zul"], "proxy.retrieval.pairs": 12}
    ladder = opened(GAP | held_out | {"proxy.linear.pairs": 16})
    found = ladder.first.scores(Subset(frozenset(ladder.problem.pool.keys[:3])))
    assert set(found) == {"swh_Latn", "yor_Latn", "zul_Latn"}
    assert not list(ladder.folder.cache.glob("scale-*"))


def test_a_level_changes_the_score(opened: Opens) -> None:
    ladder = opened(GAP | {"search.pairs_per_language": [5, "all"]})
    some = frozenset(ladder.problem.pool.keys[:3])
    assert ladder.first.score(Subset(some, 5)) != ladder.first.score(Subset(some))


def test_a_search_goes_by_it(opened: Opens) -> None:
    ladder = opened(GAP)
    run_search(ladder, 12)
    found = require_stored(ladder.problem.config, ladder.folder)
    for trial in found.get_trials(states=(TrialState.COMPLETE,)):
        chosen = ladder.problem.space.subset(trial.params)
        assert trial.user_attrs["rung1"] == pytest.approx(ladder.first.score(chosen), abs=1e-9)
    assert describe_plan(ladder)["rung1_seconds"] > 0


def test_both_measures_share_what_is_encoded_but_not_their_numbers(
    toy_file: Path, monkeypatch: pytest.MonkeyPatch, opened: Opens
) -> None:
    encoded: list[str] = []

    def counted(kind: str) -> Callable[..., Float]:
        def encode(*args: Any, **options: Any) -> Float:
            encoded.append(kind)
            return encode_units(*args, **options)

        return encode

    monkeypatch.setattr(stored, "encode_units", counted("pairs"))
    monkeypatch.setattr(probe_module, "encode_units", counted("task"))
    gap = opened(GAP | {"proxy.linear.depth": 1})  # the probe is always asked there
    some = Subset(frozenset(gap.problem.pool.keys[:2]))
    assert gap.first.score(some) == pytest.approx(np.mean(list(gap.first.scores(some).values())))
    assert encoded == ["pairs"]  # no label was needed
    assert [path.name.partition("-")[0] for path in gap.folder.cache.glob("*/")] == ["statistics"]
    assert describe_plan(gap)["rung1_seconds"] > 0
    probe = open_ladder(load_study(toy_file, {"proxy.linear.measure": "probe"}), gap.folder)
    assert describe_plan(probe)["rung1_seconds"] is None
    assert 0 <= probe.first.score(some) <= 1
    assert encoded == ["pairs", "task", "task"]
    assert describe_plan(probe)["rung1_seconds"] > 0
    again = open_ladder(probe.problem.config, gap.folder)
    assert again.first.scores(some) == probe.first.scores(some)
    assert len(encoded) == 3
    assert gap.problem.config.fingerprint() != probe.problem.config.fingerprint()


@pytest.mark.parametrize("measure", ["gap", "probe"])
def test_a_shortlist_is_not_computed_again(
    monkeypatch: pytest.MonkeyPatch, measure: str, opened: Opens
) -> None:
    ladder = opened(GAP | {"proxy.linear.measure": measure})
    shortlist = [Subset(frozenset(ladder.problem.pool.keys[n : n + 3])) for n in range(4)]
    scores = [ladder.first.score(candidate) for candidate in shortlist]

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(gap_module, "subset_map", refuse)
    monkeypatch.setattr(LinearProbe, "scores", refuse)
    assert [ladder.first.score(candidate) for candidate in shortlist] == scores
    assert mean_score(ladder.first.scores(shortlist[1])) == pytest.approx(scores[1])
    with pytest.raises(AssertionError, match="computed again"):
        ladder.first.score(Subset(frozenset(ladder.problem.pool.keys[:5])))


def test_the_gap_goes_to_another_process(opened: Opens) -> None:
    ladder = opened(GAP)
    gap, codes = ladder.first.gap, sorted(ladder.problem.pool.codes.values())[:2]
    copy = pickle.loads(pickle.dumps(gap))
    assert copy.score(codes) == gap.score(codes)
