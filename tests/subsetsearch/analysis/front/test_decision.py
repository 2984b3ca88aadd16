"""Which subset is recommended, by the model of all runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import subsetsearch as ss
from subsetsearch.analysis.front.build_front import decided
from subsetsearch.analysis.front.decision import Decision, mark_decision
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.front.recommendation import doubts
from subsetsearch.analysis.model.aims import AIMS
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.model.question import PLAIN, Question
from subsetsearch.analysis.model.reading_options import Over
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.study import Study
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.effects.judge import Judgement

KEYS = ("tel_Telu", "khk_Cyrl", "zul_Latn", "swh_Latn")
BASE = {"swh_Latn": 0.50, "yor_Latn": 0.60}
GAIN = {
    (): (0.0, 0.0),
    ("tel_Telu",): (0.10, -0.03),
    ("khk_Cyrl",): (0.02, 0.02),
    ("tel_Telu", "khk_Cyrl"): (0.10, 0.00),
    ("zul_Latn",): (-0.02, -0.02),
}
"""Subset to what each target gains."""


def study_of(
    file: Path, folder: Path, gains: Mapping[tuple[str, ...], tuple[float, float]], splits: str = "test"
) -> Study:
    """A study with three runs a subset that hardly scatter."""
    study = ss.load(file, {"search.top_rung": 3}, runs=folder)
    noise = np.random.default_rng(3)
    runs = [
        Measurement(
            study.config.fingerprint(),
            f"r{seed}",
            Subset(frozenset(keys)),
            3,
            split,
            seed,
            "accuracy",
            {t: b + g + 0.001 * noise.normal() for (t, b), g in zip(BASE.items(), gain, strict=True)},
        )
        for keys, gain in gains.items()
        for seed in (1, 2, 3)
        for split in splits.split()
    ]
    open_store(study.config, study.folder).add(runs)
    return study


@pytest.fixture
def study(toy_file: Path, tmp_path: Path) -> Study:
    return study_of(toy_file, tmp_path / "runs", GAIN)


@pytest.mark.parametrize(
    ("over", "tolerance", "languages"),
    [
        ("mean", None, {"tel_Telu", "khk_Cyrl"}),
        ("mean", 0.02, {"tel_Telu"}),
        ("mean", 0.2, set()),
        ("worst", None, {"khk_Cyrl"}),
        ("helped", None, {"khk_Cyrl"}),
        ("routed", None, {"tel_Telu"}),
    ],
)
def test_what_is_recommended_follows_the_question(
    study: Study, over: Over, tolerance: float | None, languages: set[str]
) -> None:
    choice = study.pick(over=over, tolerance=tolerance)
    assert set(choice.languages) == languages
    front = study.front(over=over, tolerance=tolerance)
    assert [row.subset.languages for row in front if row.recommended] == [frozenset(languages)]


def test_a_target_alone_gets_its_own_answer(study: Study) -> None:
    assert study.pick(targets="swh").languages == ("tel_Telu",)
    assert study.pick(targets="yor").languages == ("khk_Cyrl",)


def test_the_reason_says_how_sure_it_is(study: Study) -> None:
    reason = study.pick().reason
    assert reason.startswith("the highest expected gain: +5.1 [")
    assert "it is better than that with a probability of over 99 %" in reason
    assert "by the gain of the target that gains least" in study.pick(over="worst").reason
    assert study.pick(tolerance=0.2).reason.startswith("buy nothing: the best subset")


def test_nothing_is_bought_where_nothing_gains(toy_file: Path, tmp_path: Path) -> None:
    gains = {keys: (min(0.0, a), min(0.0, b)) for keys, (a, b) in GAIN.items()}
    study = study_of(toy_file, tmp_path / "runs", gains)
    assert study.pick().languages == ()
    assert study.pick().reason.startswith("buy nothing")


def test_development_data_alone_recommend_too(toy_file: Path, tmp_path: Path) -> None:
    study = study_of(toy_file, tmp_path / "runs", GAIN, "dev")
    runs = open_store(study.config, study.folder).read(study.config.fingerprint(), split="dev")
    models = StudyModels(study.config, KEYS, dict.fromkeys(KEYS, 100), runs)
    rows = [FrontRow(Subset(frozenset(keys)), float(len(keys)), "languages") for keys in GAIN]
    front = decided(Front(tuple(rows)), models, PLAIN)
    assert front.pick("recommended").row.subset.languages == {"tel_Telu", "khk_Cyrl"}


def test_without_a_model_what_was_measured_decides(toy_file: Path, tmp_path: Path) -> None:
    study = study_of(toy_file, tmp_path / "runs", {(): (0.0, 0.0), ("tel_Telu",): (0.1, 0.1)})
    front = study.front()
    assert front.decision is None
    assert "needs 3" in front.undecided
    assert [row.subset.languages for row in front if row.recommended] == [frozenset({"tel_Telu"})]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"over": "best"}, "'best' is nothing to choose by; write mean, worst, helped, routed"),
        ({"tolerance": 1.5}, "a tolerance is a fraction from 0 to below 1"),
        ({"tolerance": -0.1}, "a tolerance is a fraction from 0 to below 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(study: Study, asked: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        study.front(**asked)  # type: ignore[arg-type]


worths = st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=8)


@given(worths, st.data())
def test_the_recommended_row_is_the_cheapest_within_the_tolerance(
    worth: list[float], data: st.DataObject
) -> None:
    costs = [float(data.draw(st.integers(1, 5))) for _ in worth]
    tolerance = data.draw(st.floats(0, 0.1))
    rows, decision = decided_rows(worth, costs, tolerance)
    marked = mark_decision(rows, decision)
    chosen = [row for row in marked if row.recommended]
    assert len(chosen) == 1
    best = max([0.0, *worth])
    fitting = [row.cost for row in marked if row.expected and best - row.expected.worth <= tolerance + 1e-12]
    assert chosen[0].cost == min(fitting)
    on_front = [(row.cost, row.expected.worth) for row in marked if row.on_front and row.expected]
    assert not any(a != b and a[0] <= b[0] and a[1] >= b[1] for a in on_front for b in on_front), (
        "rows of the front do not dominate each other"
    )


def decided_rows(worth: list[float], costs: list[float], tolerance: float) -> tuple[list[FrontRow], Decision]:
    """Rows whose worth is certain."""
    subsets = [Subset(frozenset({f"l{i}"})) for i in range(len(worth))]
    found = Judgement.of(np.tile(worth, (4, 1)))
    best = max([0.0, *worth])
    values = dict(zip([*subsets, NONE], [*worth, 0.0], strict=True))
    judged = {s: Judged(v, 0.0, float(v > 0), 0.0, 0.0, best - v, 1) for s, v in values.items()}
    order = {subset: i for i, subset in enumerate(judged)}
    decision = Decision(Question(AIMS["mean"], tolerance), judged, order, found.chances(), 9, 9)
    full = FullRuns(0.5)
    rows = [FrontRow(s, c, "pairs", full=full) for s, c in zip(subsets, costs, strict=True)]
    return sorted([FrontRow(NONE, 0.0, "pairs", full=full), *rows], key=lambda row: row.cost), decision


def test_a_costlier_row_that_is_certainly_worse_says_so() -> None:
    rows, decision = decided_rows([0.05, 0.02], [1.0, 2.0], 0.0)
    none, first, second = mark_decision(rows, decision)
    assert (none.tied_with, first.tied_with, first.worse_than) == (None, None, None)
    assert second.worse_than == first.subset
    assert first.ties_best
    assert not second.ties_best
    told = doubts(second, (none, first, second))
    assert told.startswith(f"; the model of all full runs has shown it to be worse than {first.name}")


def test_every_aim_of_no_realignment_is_nothing() -> None:
    for aim in AIMS.values():
        assert aim.worth(np.zeros(5), np.ones(5)) == 0.0


def test_once_something_ran_on_test_data_only_that_is_recommended() -> None:
    rows, decision = decided_rows([0.05, 0.09], [1.0, 2.0], 0.005)
    none, first, second = rows
    dev = replace(second, full=None)
    front = Front(tuple(mark_decision([none, first, dev], decision)), decision=decision)
    picked = front.pick("recommended")
    assert picked.row.subset == first.subset
    assert picked.reason.startswith("the highest expected gain: +5.0 ")
    assert "run on development data alone, is expected to be 4.0 points better" in picked.reason
    searched = [none, replace(first, full=None), dev]
    front = Front(tuple(mark_decision(searched, decision)), decision=decision)
    assert front.pick("recommended").row.subset == second.subset
    assert "development data alone" not in front.pick("recommended").reason


def test_what_needs_a_model_is_refused_without_one(toy_file: Path, tmp_path: Path) -> None:
    study = study_of(toy_file, tmp_path / "runs", {(): (0.0, 0.0), ("tel_Telu",): (0.1, 0.1)})
    assert study.pick().languages == ("tel_Telu",)
    for asked in ({"over": "worst"}, {"tolerance": 0.05}):
        with pytest.raises(SelectionError, match=r"needs a model of all runs, and there is none: 2 subsets"):
            study.front(**asked)  # type: ignore[arg-type]


def test_expectations_are_those_of_the_front(study: Study) -> None:
    for over in AIMS:
        front = study.front(over=over)  # type: ignore[arg-type]
        for row in study.expect(["te", "mn", "te,mn", "zu"], over=over):  # type: ignore[arg-type]
            judged = next(other.expected for other in front if other.subset == row.subset)
            assert judged is not None
            near = 1e-12 if over == "mean" else 0.02
            assert (row.gain, row.sd) == pytest.approx((judged.worth, judged.sd), abs=near)
            assert row.better == pytest.approx(judged.better, abs=near)


def test_only_no_realignment_was_run(toy_file: Path, tmp_path: Path) -> None:
    study = study_of(toy_file, tmp_path / "runs", {(): (0.0, 0.0)})
    assert study.pick().reason.startswith("nothing but no realignment was fully run yet")


def test_without_no_realignment_gains_say_why_they_are_not_known(toy_file: Path, tmp_path: Path) -> None:
    gains = {keys: gain for keys, gain in GAIN.items() if keys}
    found = study_of(toy_file, tmp_path / "runs", gains).by_target("best")
    assert found.summary.endswith("it is not known who is helped or harmed, as no realignment was never run")
    assert found.alone == ()


def test_the_best_by_another_aim_says_by_which(study: Study) -> None:
    assert study.pick("best", over="worst").reason.startswith(
        "the best by the gain of the target that gains least: +1.7 ["
    )
    assert "% of the targets over no realignment" in study.pick(over="helped").reason
    assert study.explain("best", over="worst").reasons == {}


def test_of_very_many_runs_the_subsets_are_judged_all_the_same(
    toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subsetsearch.analysis.model.effects.MOST_RUNS", 12)
    front = study_of(toy_file, tmp_path / "runs", GAIN).front()
    assert front.decision is not None
    assert front.decision.basis == "12 of 15 full runs"
    assert sum(row.expected.best for row in front if row.expected) == pytest.approx(1.0)
    assert all(row.expected for row in front)


def test_a_comparison_follows_the_question(study: Study) -> None:
    none, mean, other = study.compare("none", "recommended", "zul,te")
    assert none.expected is None
    assert set(mean.row.languages) == {"tel_Telu", "khk_Cyrl"}
    assert mean.expected is not None
    assert mean.expected.gain == pytest.approx(0.05, abs=0.01)
    assert mean.expected.to_dict() == mean.to_dict()["expected"]
    assert other.row.full is None  # it was never run, and yet something is expected
    assert other.expected is not None
    assert other.expected.runs == 0
    _, worst = study.compare("none", "recommended", over="worst")
    assert worst.row.languages == ("khk_Cyrl",)
    assert worst.expected is not None
    assert worst.expected.gain == pytest.approx(0.02, abs=0.01)
    _, cheap = study.compare("none", "recommended", tolerance=0.02)
    assert cheap.row.languages == ("tel_Telu",)
    assert cheap.difference == study.compare("none", "te")[1].difference


def test_gains_are_those_of_the_subset_that_the_question_chooses(study: Study) -> None:
    assert set(study.gains(over="worst")["subset"]) == set(study.gains("khk")["subset"])
    assert set(study.gains(tolerance=0.02)["subset"]) == set(study.gains("te")["subset"])


@pytest.mark.parametrize(
    ("call", "arguments", "asked"),
    [
        ("gains", ("te",), {"over": "worst"}),
        ("by_target", ("best",), {"tolerance": 0.01}),
        ("by_target", ("te",), {"tolerance": 0.01}),
        ("compare", ("none", "best"), {"tolerance": 0.01}),
        ("trust", (), {"over": "helped"}),
        ("trust", (), {"tolerance": 0.01}),
    ],
)
def test_what_has_no_effect_is_refused(
    study: Study, call: str, arguments: tuple[str, ...], asked: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(asked))}: has no effect here: .*leave it out"):
        getattr(study, call)(*arguments, **asked)
