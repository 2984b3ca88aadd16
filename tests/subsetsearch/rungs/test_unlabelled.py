"""Targets without labels in the search: what they are scored by, and on which scale."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from realign_core.support.progress import NoProgress
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import ConfigError
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_record import first_scored, read_trials
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.linear_rung import ProbeRung
from subsetsearch.rungs.measured import Measured
from subsetsearch.rungs.shared import SharedData
from subsetsearch.rungs.unlabelled import gain_scale, spread_subsets, stored_gain_scale
from subsetsearch.subset import NONE, Subset

MIXED = {
    "targets.unlabelled": ["zul"],
    "proxy.retrieval.pairs": 12,
    "proxy.retrieval.subsets": 2,
    "proxy.linear.pairs": 16,
    "proxy.short.pairs": 16,
}
NO_LABELS = MIXED | {
    "targets.languages": [],
    "targets.held_out": [],
    "targets.held_out_in_pool": False,
    "proxy.retrieval.pairs": 20,
}
Opens = Callable[[Mapping[str, object]], Ladder]


def test_a_study_with_an_unlabelled_target_scores_both_kinds(opened: Opens) -> None:
    ladder = opened(MIXED)
    subset = Subset(frozenset(ladder.problem.pool.keys[:3]))
    for rung, scores, measured in (
        (ladder.first.score, ladder.first.scores, ladder.first.measure),
        (ladder.top.score, ladder.top.scores, ladder.top.measure),
    ):
        found = scores(subset)
        assert set(found) == {"swh_Latn", "yor_Latn", "zul_Latn"}
        assert rung(subset) == pytest.approx(np.mean(list(found.values())))
        raw = measured(subset)
        assert set(raw.labelled) == {"swh_Latn", "yor_Latn"}
        assert set(raw.retrieval) == {"zul_Latn"}  # 12 held-out pairs of others are too few to learn from
        # Without realignment it is expected where the labelled ones are.
        none = scores(NONE)
        assert none["zul_Latn"] == pytest.approx((none["swh_Latn"] + none["yor_Latn"]) / 2)
    assert describe_plan(ladder)["unlabelled"] == ["zul_Latn"]


def test_an_unlabelled_target_is_scored_at_every_level(opened: Opens) -> None:
    pairs = {"search.pairs_per_language": [5, "all"]}
    ladder = opened(MIXED | pairs)
    some = frozenset(ladder.problem.pool.keys[:3])
    few, everything = (ladder.first.scores(Subset(some, pairs)) for pairs in (5, None))
    assert set(few) == {"swh_Latn", "yor_Latn", "zul_Latn"}
    assert few["zul_Latn"] != everything["zul_Latn"]
    assert set(ladder.top.scores(Subset(some, 5))) == set(few)


def test_labelled_targets_with_the_same_sources_tell_the_scale(opened: Opens) -> None:
    overrides = MIXED | {"proxy.retrieval.pairs": 20}
    ladder = opened(overrides)
    subsets = spread_subsets(ladder.problem.space, 2)
    none, some = ladder.first.measure(NONE), [ladder.first.measure(subset) for subset in subsets]
    assert set(none.retrieval) == {"swh_Latn", "yor_Latn", "zul_Latn"}
    ladder.first.score(subsets[0])
    (stored,) = ladder.folder.cache.glob("scale-*.json")
    assert json.loads(stored.read_text(encoding="utf-8"))["content"]["slope"] >= 0
    assert gain_scale(none, some).start == none.retrieval


def test_a_search_without_any_label_runs_and_cannot_be_fully_run(opened: Opens) -> None:
    ladder = opened(NO_LABELS)
    assert run_search(ladder, 6).after == 6
    stored = require_stored(ladder.problem.config, ladder.folder)
    trials = first_scored(read_trials(stored)).values()
    measured = ladder.store.read(ladder.problem.config.fingerprint())
    assert {(run.rung, *run.scores) for run in measured} == {(1, "zul_Latn"), (2, "zul_Latn")}
    none = next(trial for trial in trials if trial.subset == NONE)
    # With nothing to convert to, a target is shown by its retrieval itself.
    assert none.value == pytest.approx(ladder.top.measure(NONE).retrieval["zul_Latn"])
    assert len({trial.value for trial in trials}) > 2
    with pytest.raises(ConfigError, match=r"targets\.unlabelled: a full run is scored by labels.*trial=N"):
        FullRuns(ladder.problem.on("test"), ladder.store)


def test_the_probe_reads_out_without_labels_too(opened: Opens) -> None:
    ladder = opened(NO_LABELS | {"proxy.short.readout": "probe"})
    subset = Subset(frozenset(ladder.problem.pool.keys[:2]))
    assert 0 < ladder.top.measure(subset).retrieval["zul_Latn"] <= 1
    assert ladder.top.measure(subset).labelled == {}


def test_held_out_pairs_are_in_no_rungs_data(opened: Opens) -> None:
    ladder = opened(MIXED)
    held = ladder.problem.pool.held_out["zul_Latn"]
    for text in ladder.first.data.workspace.parallel.values():
        assert not set(text.source) & set(held.source)
        assert not set(text.target) & set(held.target) or text.language != "zul"
    assert ladder.problem.cost(Subset(frozenset({"zul_Latn"}))) == 40 - 12


def test_labels_in_turn_leave_the_studys_own_scores_alone(toy_study: StudyConfig, tmp_path: Path) -> None:
    study = toy_study.model_copy(
        update={
            "proxy": toy_study.proxy.model_copy(
                update={"retrieval": toy_study.proxy.retrieval.model_copy(update={"pairs": 12})}
            )
        }
    )
    problem = Problem.build(study, hold_out_labelled=True)
    assert set(problem.pool.held_out) == {"swh_Latn", "yor_Latn"}  # the held-out target is not looked at
    rung = ProbeRung(SharedData(problem, tmp_path / "cache", NoProgress()))
    assert set(rung.scores(Subset(frozenset(problem.pool.keys[:2])))) == {"swh_Latn", "yor_Latn"}


@pytest.fixture
def space() -> SearchSpace:
    keys = tuple(f"l{n:02d}" for n in range(20))
    return SearchSpace(keys, lambda subset: 10.0 * len(subset.languages), max_size=12, budget=80)


def test_spread_subsets_differ_fit_and_nest(space: SearchSpace) -> None:
    found = spread_subsets(space, 30)
    assert len(set(found)) == len(found) == 30
    assert all(map(space.allows, found))
    assert spread_subsets(space, 10) == found[:10]
    assert {len(subset.languages) for subset in found} >= {1, 2, 4}
    assert max(len(subset.languages) for subset in found) <= 8


def measured(retrieval: dict[str, float], **labelled: float) -> Measured:
    return Measured(labelled, retrieval)


def test_the_scale_is_learnt_by_leaving_languages_out_in_turn() -> None:
    none = measured({"a": 0.2, "b": 0.3, "c": 0.1, "u": 0.5}, a=0.4, b=0.6, c=0.2)
    first = measured({"a": 0.3, "b": 0.5, "c": 0.1, "u": 0.6}, a=0.45, b=0.8, c=0.2)
    second = measured({"a": 0.1, "b": 0.4, "c": 0.4, "u": 0.7}, a=0.4, b=0.65, c=0.5)
    scale = gain_scale(none, [first, second])
    over = under = 0.0
    for found in (first, second):
        da = {key: found.retrieval[key] - none.retrieval[key] for key in "abc"}
        dy = {key: found.labelled[key] - none.labelled[key] for key in "abc"}
        for left in "abc":
            x = da[left] - np.mean([da[key] for key in "abc" if key != left])
            y = dy[left] - np.mean([dy[key] for key in "abc" if key != left])
            over, under = over + x * y, under + x * x
    assert scale.slope == pytest.approx(over / under)
    # Where the labelled ones are, moved by what is particular to it.
    usual = (0.1 + 0.2 + 0.0) / 3
    assert scale(first, ("u",)) == pytest.approx({"u": (0.45 + 0.8 + 0.2) / 3 + scale.slope * (0.1 - usual)})


def test_what_cannot_be_learnt_is_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    none, some = measured({"u": 0.5}), measured({"u": 0.7})
    assert gain_scale(none, [some])(some, ("u",)) == pytest.approx({"u": 0.7})
    assert not caplog.records  # without labels there is nothing to convert to
    alone = gain_scale(measured({"u": 0.5}, a=0.4), [measured({"u": 0.7}, a=0.45)])
    assert alone.slope == 1.0
    assert alone(measured({"u": 0.7}, a=0.45), ("u",)) == pytest.approx({"u": 0.65})
    assert "taken as equal" in caplog.text
    start = measured({"a": 0.1, "b": 0.1, "u": 0.5}, a=0.5, b=0.5)
    against = gain_scale(start, [measured({"a": 0.2, "b": 0.1, "u": 0.9}, a=0.4, b=0.5)])
    assert against.slope == 0.0
    assert against(measured({"a": 0.3, "b": 0.3, "u": 0.9}, a=0.4, b=0.6), ("u",)) == {"u": 0.5}
    assert "follow the labelled ones alone" in caplog.text


def test_a_scale_is_learnt_once(tmp_path: Path) -> None:
    calls: list[Subset] = []

    def measure(subset: Subset) -> Measured:
        calls.append(subset)
        size = len(subset.languages)
        return measured({"a": 0.1 * size, "b": 0.0, "u": 0.3}, a=0.2 * size, b=0.0)

    place = tmp_path / "scale.json"
    subsets = [Subset(frozenset("x")), Subset(frozenset("xy"))]
    first = stored_gain_scale(place, measure, subsets)
    assert stored_gain_scale(place, measure, subsets) == first
    assert len(calls) == 3
    assert first.slope == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"targets.unlabelled": ["swa"]}, "targets.unlabelled: the task has labels for swh_Latn"),
        ({"targets.unlabelled": ["wol"]}, "targets.unlabelled: wol_Latn cannot be in targets.held_out"),
        ({"targets.unlabelled": ["deu"]}, "targets.unlabelled: no parallel data for deu_Latn"),
        ({"targets.unlabelled": ["zul"]}, "targets.unlabelled: zul_Latn has 40 different sentence pairs"),
        ({"targets.unlabelled": ["zul", "zu"]}, "zul"),
        (MIXED | {"pool.languages": ["zul", "swa"], "pool.min_pairs": 30}, "28 sentence pairs left"),
    ],
)
def test_mistakes_are_told_before_any_work(
    tmp_path: Path, overrides: dict[str, object], message: str, opened: Opens
) -> None:
    from subsetsearch.errors import RealignError

    with pytest.raises(RealignError, match=message.replace(".", r"\.")):
        opened(overrides)
    assert not (tmp_path / "runs").exists()


def test_the_toy_study_has_none(toy_study: StudyConfig, edited: Callable[[str, str], Path]) -> None:
    base = toy_study.fingerprint()
    off = load_study(edited("[proxy.linear]", "[proxy.retrieval]\npairs = 33\n\n[proxy.linear]"))
    assert off.fingerprint() == base  # decides nothing without an unlabelled target
