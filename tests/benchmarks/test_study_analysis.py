"""What the rows of the real study are taken to say: rows of a known truth, and rows that are missing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.study import page as page_module
from benchmarks.study.calibrate import calibration
from benchmarks.study.compare import beside, by_target, over_untouched
from benchmarks.study.entries import (
    ENDS,
    OURS,
    PUBLISHED,
    RANDOM,
    UNTOUCHED,
    Entry,
    Expected,
    Plan,
    Spent,
    TargetFacts,
    read_plan,
    write_plan,
)
from benchmarks.study.goals import GOALS, MET, MISSED, NOT_RUN, Goal, Verdict, verdicts
from benchmarks.study.measured import Measured
from benchmarks.study.page import parts, write_all
from benchmarks.study.summary import read_measured, summary
from benchmarks.study.tasks import PAGE, PEERS, SUMMARY, TASKS, StudyTask
from subsetsearch.config.rungs import FULL
from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.tables.run_table import write_runs

SEEDS = (2001, 2002, 2003, 2004)
TARGETS = {
    "bam_Latn": TargetFacts("Bambara", "Mande", "Latn", seen=False, held_out=False),
    "ewe_Latn": TargetFacts("Ewe", "Atlantic-Congo", "Latn", seen=False, held_out=True),
    "hau_Latn": TargetFacts("Hausa", "Afro-Asiatic", "Latn", seen=True, held_out=False),
    "tir_Ethi": TargetFacts("Tigrinya", "Afro-Asiatic", "Ethi", seen=False, held_out=True),
}
ENTRIES = (
    UNTOUCHED,
    Entry(ENDS, "all", ("fra_Latn", "hin_Deva", "jpn_Jpan", "khm_Khmr"), cost=400.0),
    Entry(OURS, "recommended", ("khm_Khmr",), cost=30.0, expected=Expected(0.05, 0.01, 0.002)),
    Entry(
        *(OURS, "routed", ("khm_Khmr",)),
        cost=30.0,
        route={"bam_Latn": True, "ewe_Latn": True, "hau_Latn": False, "tir_Ethi": True},
    ),
    Entry(PUBLISHED, "one, two", ("fra_Latn",), cost=100.0, expected=Expected(0.02, 0.01, 0.002)),
    Entry(RANDOM, "1 languages, draw 1", ("hin_Deva",), cost=100.0),
    Entry(OURS, "for family Mande", ("jpn_Jpan",), cost=100.0, targets=("bam_Latn",)),
)
TRUTH: Mapping[str, Mapping[str, float]] = {
    "": {},
    "fra_Latn hin_Deva jpn_Jpan khm_Khmr": {"bam_Latn": 0.03, "ewe_Latn": 0.03, "tir_Ethi": 0.03},
    "khm_Khmr": {"bam_Latn": 0.1, "ewe_Latn": 0.1, "tir_Ethi": 0.1, "hau_Latn": -0.1},
    "fra_Latn": {"bam_Latn": 0.01, "ewe_Latn": 0.01, "tir_Ethi": 0.01, "hau_Latn": 0.05},
    "hin_Deva": {},
    "jpn_Jpan": {"bam_Latn": 0.12},
}
"""Subset to what it truly gains each target."""


def plan_of(entries: tuple[Entry, ...] = ENTRIES, minutes: float = 1.0) -> Plan:
    peers = {name: Spent(10, 9.0) for name in PEERS}
    return Plan("toy", "f", "accuracy", SEEDS, 45.0, Spent(10, minutes), TARGETS, entries, peers)


def rows_of(plan: Plan, seeds: tuple[int, ...] = SEEDS) -> list[Measurement]:
    """Truth, luck of the seed that all share, and a little noise."""
    rng, found = np.random.default_rng(1), []
    for seed in seeds:
        luck = 0.05 * rng.standard_normal()
        for subset in dict.fromkeys(entry.subset for entry in plan.entries):
            gains = TRUTH[" ".join(sorted(subset.languages))]
            scores = {k: 0.5 + luck + gains.get(k, 0.0) + 0.002 * rng.standard_normal() for k in TARGETS}
            found.append(
                Measurement(
                    *("f", "r", subset, FULL.number, TEST, seed, "accuracy", scores),
                    held_out=frozenset(k for k, fact in TARGETS.items() if fact.held_out),
                    seconds=60.0,
                    fresh=True,
                )
            )
    return found


@pytest.fixture(scope="module")
def measured() -> Measured:
    plan = plan_of()
    return Measured.of(plan, rows_of(plan))


@pytest.fixture
def task(tmp_path: Path) -> StudyTask:
    """A task with all its rows."""
    found = StudyTask("toy", tmp_path / "toy.toml", tmp_path / "results")
    write_plan(found.plan, plan_of())
    write_runs(found.test, rows_of(plan_of()))
    return found


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.json", plan_of())
    assert read_plan(tmp_path / "plan.json") == plan_of()
    assert read_plan(tmp_path / "none.json") is None


def test_what_is_cut_off_is_of_use() -> None:
    runs = plan_of().runs()
    assert len(set(runs)) == len(runs) == 6 * len(SEEDS)
    random = [number for number, (subset, _) in enumerate(runs) if subset.languages == {"hin_Deva"}]
    assert random == [*range(len(runs) - len(SEEDS), len(runs))]
    first = [seed for _, seed in runs[:4]]
    assert first == [SEEDS[0]] * 4  # a whole seed of what matters most
    published = [number for number, (subset, _) in enumerate(runs) if subset.languages == {"fra_Latn"}]
    assert min(published) == 4 * len(SEEDS)  # then all seeds of it, then published strategies


def test_gains_are_those_of_the_truth(measured: Measured) -> None:
    found = {one.entry.label: one for one in over_untouched(measured, ["bam_Latn"])}
    assert found["ours: recommended"].difference is not None
    assert found["ours: recommended"].difference.mean == pytest.approx(0.1, abs=0.005)
    assert found["ours: recommended"].shown == 1
    assert found["random: 1 languages, draw 1"].shown == 0
    assert "ours: for family Mande" in found
    assert "ours: for family Mande" not in {
        one.entry.label for one in over_untouched(measured, ["bam_Latn", "ewe_Latn"])
    }
    means = [one.score.mean for one in over_untouched(measured, [*TARGETS])]
    assert means == sorted(means)


def test_wins_and_losses_are_by_target(measured: Measured) -> None:
    tally = by_target(measured, measured.recommended, UNTOUCHED, [*TARGETS])
    assert tally is not None
    assert set(tally.wins) == {"bam_Latn", "ewe_Latn", "tir_Ethi"}
    assert tally.losses == ("hau_Latn",)
    back = by_target(measured, UNTOUCHED, measured.recommended, [*TARGETS])
    assert back is not None
    assert (back.wins, set(back.losses), back.ties) == (tally.losses, set(tally.wins), tally.ties)


def test_a_routed_choice_leaves_a_target_untouched(measured: Measured) -> None:
    entry = measured.plan.entry("ours: routed")
    own, none = measured.scores(measured.recommended), measured.scores(UNTOUCHED)
    for seed, scores in measured.scores(entry).items():
        assert scores == {**own[seed], "hau_Latn": none[seed]["hau_Latn"]}


def test_groups_are_of_seen_and_held_out_targets(measured: Measured) -> None:
    assert measured.groups["held out"] == ("ewe_Latn", "tir_Ethi")
    assert measured.groups["seen by the search"] == ("bam_Latn", "hau_Latn")
    assert measured.groups["seen in pre-training"] == ("hau_Latn",)
    assert measured.groups["family Afro-Asiatic"] == ("hau_Latn", "tir_Ethi")
    assert "script Ethi" not in measured.groups


def test_calibration_counts_what_intervals_hold(measured: Measured) -> None:
    model = calibration(measured)
    assert model is not None
    truth = {"khm_Khmr": 0.0, "fra_Latn": 0.03}
    for one in model.forecasts:
        assert one.measured == pytest.approx(truth[next(iter(one.subset.languages))], abs=0.005)
    assert model.coverage == 0.5
    assert model.bias == pytest.approx((0.05 - 0.01) / 2, abs=0.005)
    assert model.rank is None


def test_goals_are_met_or_missed_by_so_much(measured: Measured) -> None:
    found = verdicts(measured)
    assert found["all"].state == MET
    assert found["routed"].state == MET
    assert found["search"].state == MISSED  # 1 of 4 minutes
    assert found["search"].by == pytest.approx(0.15)
    assert found["published"].state == MISSED  # the strategy is better where the search saw the targets
    assert "one, two (seen by the search)" in found["published"].detail
    assert found["regret"].state == MISSED
    assert found["regret"].by == pytest.approx(0.025 - 0.005, abs=0.005)  # to what is routed


def test_a_goal_needs_its_rows() -> None:
    plan = plan_of()
    rows = [row for row in rows_of(plan) if row.subset.languages != {"hin_Deva"}]
    found = verdicts(Measured.of(plan, rows))
    assert found["regret"] == Verdict(NOT_RUN)
    assert found["all"].state == MET
    assert {verdict.state for verdict in verdicts(Measured.of(plan, [])).values()} == {NOT_RUN}


def test_rows_of_another_plan_are_left_aside() -> None:
    plan = plan_of()
    strange = [replace(row, fingerprint="other") for row in rows_of(plan)]
    assert not Measured.of(plan, strange).runs
    other_seed = rows_of(plan, (17,))
    assert not Measured.of(plan, other_seed).runs


states = st.lists(st.sampled_from([MET, MISSED, NOT_RUN]), min_size=1, max_size=5)


@given(states=states, tasks=st.one_of(st.none(), st.integers(1, 5)))
def test_a_goal_is_decided_once_no_row_can_change_it(states: list[str], tasks: int | None) -> None:
    needed = len(states) if tasks is None else tasks
    found = Goal("x", tasks).over_tasks([Verdict(state) for state in states])
    met, open_ = states.count(MET), states.count(NOT_RUN)
    assert (found == MET) == (met >= needed)
    assert (found == NOT_RUN) == (met < needed <= met + open_)


def test_a_summary_has_what_was_measured(task: StudyTask) -> None:
    found = summary([task])
    of_task = found["tasks"]["toy"]
    assert of_task["state"] == "whole"
    assert of_task["runs"] == of_task["runs_planned"] == 24
    group = of_task["groups"]["held out"]
    ours = group["entries"]["ours: recommended"]
    assert ours["n"] == 4
    assert ours["gain"] == pytest.approx(0.1, abs=0.005)
    assert group["best_published"] == "published: one, two"
    assert group["recommended_against"]["all"]["wins"] == 2
    assert group["random"]["1"]["draws"] == 1
    assert json.loads(json.dumps(found)) == found


def test_what_is_not_run_is_said(task: StudyTask) -> None:
    missing = StudyTask("else", task.file, task.results)
    found = summary([task, missing])
    assert found["tasks"]["else"] == {"state": NOT_RUN}
    assert found["goals"]["published"]["by_task"]["else"] == {"state": NOT_RUN}
    text = "\n\n".join(parts(found))
    assert "Not run yet: `make reproduce STUDY=else`" in text
    assert text.index("### Losses") < text.index("### Goals") < text.index("### toy")
    assert "our pick loses to none on 1 targets (hau_Latn)" in text
    assert "missed by 15.00 % of it: 1 of 4 minutes" in text
    none = [StudyTask(name, task.file, task.results) for name in ("x", "y", "z")]
    only = "\n\n".join(parts(summary(none)))
    assert "nothing is known: no task was run yet" in only
    assert [line for line in only.splitlines() if "missed" in line or re.search(r"\d\.\d", line)] == []


def test_everything_is_written(task: StudyTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "README.md"
    page.write_text(
        "Before.\n\n<!-- figures: written by python -m benchmarks.study -->\n\n<!-- end of figures -->\nAfter.\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(page_module, "TASKS", {"toy": task})
    write_all(page, tmp_path / "summary.json", tmp_path / "figures")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "### toy" in text
    assert (tmp_path / "figures" / "toy.png").stat().st_size > 1000
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["tasks"]["toy"]["runs"] == 24


def test_the_committed_page_and_summary_are_those_of_the_rows() -> None:
    found = summary(tuple(TASKS.values()))
    assert json.loads(SUMMARY.read_text(encoding="utf-8")) == found
    assert "\n\n".join(parts(found)) in PAGE.read_text(encoding="utf-8")
    for name, of_task in found["tasks"].items():
        if of_task["state"] != NOT_RUN and of_task["runs"]:
            assert (PAGE.parent / "results" / "figures" / f"{name}.png").is_file()


def test_no_task_without_a_plan_has_rows() -> None:
    for task in TASKS.values():
        if read_measured(task) is None:
            assert not task.test.is_file()


def test_every_entry_is_beside_our_pick(measured: Measured) -> None:
    ours = measured.recommended
    found = beside(measured, ours, measured.plan.entries, [*TARGETS])
    assert {one.entry.label for one in found} == {entry.label for entry in measured.plan.entries}
    assert next(one for one in found if one.entry == ours).difference is None
    assert set(GOALS) == set(verdicts(measured))
