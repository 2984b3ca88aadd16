"""A study for a group of its targets: means by hand, names, errors, what the search saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.analysis.study.target_group import known_on
from subsetsearch.analysis.subsets.who_is_helped import gains_by_target
from subsetsearch.errors import LanguageError, SelectionError
from subsetsearch.results.measurements.measurement import Measurement, on_targets
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.study import Study
from subsetsearch.subset import NONE, Subset

SWAHILI, BOTH = Subset(frozenset({"swh_Latn"})), Subset(frozenset({"swh_Latn", "tel_Telu"}))
SCORES = {
    NONE: {"swh_Latn": 0.50, "yor_Latn": 0.60, "wol_Latn": 0.40},
    SWAHILI: {"swh_Latn": 0.70, "yor_Latn": 0.55, "wol_Latn": 0.30},
    BOTH: {"swh_Latn": 0.65, "yor_Latn": 0.70, "wol_Latn": 0.403},
}
NOISE = ((0.006, -0.008, 0.002), (-0.005, 0.007, -0.002), (-0.001, 0.001, 0.0))


def stored(study: Study, subset: Subset, seed: int, *, split: str = "test") -> Measurement:
    """One full run: seeds move all, and each subset a little."""
    luck = {1: 0.010, 2: -0.010, 3: 0.004}[seed] + NOISE[len(subset.languages)][seed - 1]
    scores = {
        key: score + luck for key, score in SCORES[subset].items() if split == "test" or key != "wol_Latn"
    }
    return Measurement(
        study.config.fingerprint(), f"r{seed}", subset, 3, split, seed, "accuracy", scores,
        held_out=frozenset({"wol_Latn"} & scores.keys()),
    )  # fmt: skip


@pytest.fixture
def study(toy_file: Path, tmp_path: Path) -> Study:
    """Three subsets, three seeds each, as imported; and what the search saw of two of them."""
    study = ss.load(toy_file, {"search.top_rung": 3, "proxy.full.seeds": [1]}, runs=tmp_path / "runs")
    runs = [stored(study, subset, seed) for subset in SCORES for seed in (1, 2, 3)]
    runs += [stored(study, subset, 1, split="dev") for subset in (NONE, BOTH)]
    open_store(study.config, study.folder).add(runs)
    return study


def accuracy(study: Study, subset: Subset, targets: object = None) -> float:
    row = study.front(targets).find(subset)  # type: ignore[arg-type]
    assert row is not None
    assert row.accuracy is not None
    return row.accuracy


def test_accuracies_are_means_over_the_group(study: Study) -> None:
    luck = sum(stored(study, BOTH, seed).scores["yor_Latn"] for seed in (1, 2, 3)) / 3 - 0.70
    assert accuracy(study, BOTH) == pytest.approx((0.65 + 0.70) / 2 + luck)  # Wolof is held out
    assert accuracy(study, BOTH, ["yor"]) == pytest.approx(0.70 + luck)
    assert accuracy(study, BOTH, "wolof,Yoruba") == pytest.approx((0.70 + 0.403) / 2 + luck)
    assert accuracy(study, BOTH, ("swa", "yor_Latn", "wol")) == pytest.approx(
        (0.65 + 0.70 + 0.403) / 3 + luck
    )


def test_ties_front_and_choice_are_those_of_the_group(study: Study) -> None:
    assert study.pick(targets="swh").languages == ("swh_Latn",)
    assert study.pick(targets=["yor"]).languages == ("swh_Latn", "tel_Telu")
    front = study.front("wol")
    assert front.pick("recommended").row.subset == NONE
    worse = front.find(SWAHILI)
    assert worse is not None
    assert worse.worse_than == NONE
    assert not worse.on_front
    assert front.targets == ("wol_Latn",)
    assert front.note.startswith(
        "for Wolof: 1 of 3 targets; held out, so that no proxy has seen them: Wolof; held-out targets stay"
    )
    assert {record["targets"][0] for record in front.to_dicts()} == {"wol_Latn"}
    assert set(front.to_frame()["targets"]) == {"wol_Latn"}
    assert "targets" not in study.front().to_frame()
    assert "for Wolof" in repr(front)


def test_what_the_search_saw_is_of_the_group_too(study: Study) -> None:
    whole, group = study.front().find(BOTH), study.front("yor").find(BOTH)
    assert whole is not None
    assert group is not None
    dev = stored(study, BOTH, 1, split="dev")
    assert whole.proxy == pytest.approx(dev.mean)
    assert group.proxy == pytest.approx(dev.scores["yor_Latn"])
    held = study.front("wol").find(BOTH)
    assert held is not None
    assert held.proxy is None
    alone = study.front("yor").find(SWAHILI)
    assert alone is not None
    assert alone.proxy is None


def test_every_reading_takes_a_group(study: Study) -> None:
    assert study.compare("none", "all", targets="yor")[0].row.accuracy == accuracy(study, NONE, "yor")
    assert study.explain("best", targets="yor").picked.row.subset == BOTH
    assert {found.rule: found.row for found in study.choices("wol")}["recommended"] == study.front(
        "wol"
    ).find(NONE)
    choice = study.pick("best", "yor")
    assert choice.eval_languages == ("yor_Latn",)
    assert study.explain(choice, "swh").picked.row.subset == BOTH
    assert study.trust("yor").sentences


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (["yor", "Wolff"], r"targets: 'Wolff' is no target of the study.*did you mean Wolof \(wol_Latn\)"),
        (["yoru"], r"did you mean Yoruba \(yor_Latn\)"),
        (["swedish"], r"Swedish \(swe_Latn\) is no target of the study; its targets are "),
        (["tel"], r"Telugu \(tel_Telu\) is no target of the study"),
        (["eng"], r"English \(eng_Latn\) is no target of the study"),
        ("qqqqqq", r"its targets are swh_Latn, wol_Latn, yor_Latn"),
        (["yor", "Yoruba"], "'yor' and 'Yoruba' are one target"),
        ([], "no targets are named"),
    ],
)
def test_what_is_no_target_is_named_with_the_nearest(study: Study, targets: object, message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        study.front(targets)  # type: ignore[arg-type]


def test_gains_are_a_table_by_target(study: Study) -> None:
    frame = study.gains("swh,tel")
    assert list(frame["target"]) == ["swh_Latn", "yor_Latn", "wol_Latn"]
    assert list(frame["verdict"]) == ["helped", "helped", "not shown"]
    assert list(frame["own"]) == [True, False, False]
    assert list(frame["held_out"]) == [False, False, True]
    assert list(frame["n_seeds"]) == [3, 3, 3]
    assert set(frame["subset"]) == {"swh_Latn tel_Telu"}
    first = frame.iloc[0]
    assert first["low"] < first["gain"] < first["high"]
    harmed = study.gains(SWAHILI, targets=["wol", "yor"])
    assert list(harmed["verdict"]) == ["harmed", "harmed"]
    assert (harmed["p"] < study.gains(SWAHILI)["p"].max() + 1e-12).all()


def test_where_nothing_is_recommended_the_most_accurate_subset_is_shown(study: Study) -> None:
    found = study.by_target(targets="wol")
    assert found.row.subset == BOTH
    assert found.summary.startswith(
        "recommended is no realignment; with Swahili, Telugu, the most accurate subset besides it: Wolof (held out) +"
    )
    assert (
        "besides it, 2 of 3 targets are shown to be helped and none to be harmed ("
        in replace(study.by_target("best"), instead="x").summary
    )
    assert (
        "with Swahili, Telugu, 2 of 3 targets are shown to be helped and none to be harmed"
        in study.by_target("best").summary
    )
    assert "harmed: 2 of 3: Wolof (held out) -10" in repr(study.by_target("swh"))


@pytest.mark.parametrize(
    ("what", "message"), [("none", "gains nothing over itself"), ("tel", "no full runs")]
)
def test_what_was_not_run_has_no_gains(study: Study, what: str, message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        study.gains(what)


def test_runs_that_lack_a_target_are_left_out_of_its_group(study: Study) -> None:
    known = study._known
    whole = [run for run in known.evaluations if run.subset == BOTH]
    assert on_targets(whole, ["wol_Latn"])[0].mean == whole[0].scores["wol_Latn"]
    assert on_targets([stored(study, BOTH, 1, split="dev")], ["wol_Latn", "yor_Latn"]) == []
    row = known.front.find(BOTH)
    assert row is not None
    assert len(gains_by_target(row, known)) == 3


def test_each_target_by_itself_may_need_another_subset(study: Study) -> None:
    found = study.by_target()
    assert {row.subset: keys for row, keys in found.alone} == {
        SWAHILI: ("swh_Latn",), BOTH: ("yor_Latn",), NONE: ("wol_Latn",),
    }  # fmt: skip
    assert "no realignment for 1 target (Wolof)" in dict(found.lines())["each alone"]
    assert study.by_target(targets="yor").alone == ()


def test_of_a_target_asked_about_alone_no_less_is_known(study: Study) -> None:
    every = {row.key: row.gain for row in study.by_target("swh,tel")}
    assert study.by_target("swh,tel", targets="yor")[0].gain == every["yor_Latn"]
    known = known_on(study._known, ["yor", "wol"])
    assert known.gains.noise(["yor_Latn"]) == study._known.gains.noise(["yor_Latn"])
    assert known_on(known, "yor").whole is study._known.evaluations
