"""Rows: what does not belong to a plan is refused, and changes no number in silence."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.study.entries import Plan
from benchmarks.study.files.kept import rounded
from benchmarks.study.files.plan_file import read_plan
from benchmarks.study.files.rows import read_repeated_rows, read_rows
from benchmarks.study.tasks import TASKS
from subsetsearch.errors import StudyError
from subsetsearch.results.measurements.measurement import TEST
from subsetsearch.results.tables.run_table import read_runs

UD = TASKS["ud-pos"]
THAI = "final_eval_tha_Thai_accuracy"

Row = dict[str, str]


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = read_plan(UD.plan)
    assert found is not None
    return found


def damaged(path: Path, damage: Callable[[list[Row]], object]) -> Path:
    """The committed table with a fault."""
    with UD.test.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = [*rows[0]]
    damage(rows)
    new = {name: None for row in rows for name in row if name not in fields}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*fields, *new], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_committed_rows_are_those_of_the_plans(task: object) -> None:
    assert isinstance(task, type(UD))
    plan = read_plan(task.plan)
    assert plan is not None
    rows = read_rows(task.test, plan)
    assert rows == (read_runs(task.test, split=TEST) if task.test.is_file() else [])
    for path in task.repeated.values():
        assert read_repeated_rows(path, plan)


DAMAGE: dict[str, tuple[Callable[[list[Row]], object], str, int]] = {
    "a row twice": (lambda rows: rows.insert(4, rows[3]), "is already in line 5", 6),
    "a row twice, scored otherwise": (
        lambda rows: rows.append(rows[0] | {THAI: "0.9"}),
        "is already in line 2",
        len(read_runs(UD.test, split=TEST)) + 2,
    ),
    "another study file": (
        lambda rows: rows[3].update(study_fingerprint="0123"),
        "a row of another version of the study file (0123",
        5,
    ),
    "another recipe": (lambda rows: rows[3].update(recipe_hash="0123"), "are of two kinds", 0),
    "a score is missing": (lambda rows: rows[3].update({THAI: ""}), "no score of tha_Thai", 5),
    "a score too many": (
        lambda rows: rows[3].update(final_eval_xxx_Latn_accuracy="0.5"),
        "a score of no target: xxx_Latn",
        5,
    ),
    "another machine": (lambda rows: rows[3].update(kernel="bfloat16/eager"), "the machine was changed", 0),
    "another metric": (
        lambda rows: (
            [rows[3].update({name.replace("accuracy", "f1"): rows[3].pop(name)}) for name in [*rows[3]]]
            and rows[3].update(metric="f1")
        ),
        "the scores are f1, those of the plan accuracy",
        5,
    ),
    "a mean that the scores do not give": (lambda rows: rows[3].update(mean="0.9"), "'mean' is 0.9, but", 5),
    "a score that was changed": (lambda rows: rows[3].update({THAI: "0.1"}), "but the other cells give", 5),
    "another number of languages": (
        lambda rows: rows[3].update(n_languages="7"),
        "'n_languages' is 7, but",
        5,
    ),
    "a target that is no longer held out": (
        lambda rows: [
            row.update(final_eval_deu_Latn_accuracy=row.pop("unseen_final_eval_deu_Latn_accuracy"))
            for row in rows
        ],
        "deu_Latn is held out by the plan, not in the row",
        2,
    ),
    "an unknown seed": (lambda rows: rows[3].update(seed="17"), "the plan has no seed 17", 5),
    "an unknown language": (
        lambda rows: rows[3].update(realignment_langs="xxx_Latn"),
        "the plan has no set xxx_Latn",
        5,
    ),
    "not fresh": (lambda rows: rows[3].update(fresh="0"), "not marked as one with a fresh seed", 5),
    "emptied": (lambda rows: rows.clear(), "a table without rows", 0),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_rows_that_do_not_belong_to_the_plan_are_named(name: str, plan: Plan, tmp_path: Path) -> None:
    damage, told, line = DAMAGE[name]
    path = damaged(tmp_path / "rows.csv", damage)
    with pytest.raises(StudyError) as caught:
        read_rows(path, plan)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert len(str(caught.value)) < 600  # long sets are counted, not listed


def test_rows_of_another_machine_may_be_of_another_encoder(plan: Plan, tmp_path: Path) -> None:
    def other(rows: list[Row]) -> None:
        for row in rows:
            row.update(study_fingerprint="0123", recipe_hash="4567")

    assert read_repeated_rows(damaged(tmp_path / "other.csv", other), plan)
    with pytest.raises(StudyError, match="no score of tha_Thai"):
        read_repeated_rows(damaged(tmp_path / "again.csv", DAMAGE["a score is missing"][0]), plan)


def test_no_table_has_no_rows(plan: Plan, tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv", plan) == []
    shutil.copy(UD.dev, tmp_path / "dev.csv")
    with pytest.raises(StudyError, match="split is 'dev'"):
        read_rows(tmp_path / "dev.csv", plan)


@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=13))
def test_a_row_that_was_written_is_written_again_alike(scores: list[float]) -> None:
    run = read_runs(UD.test, split=TEST)[0]
    keys = [*run.scores]
    given_scores = dict(zip(keys, scores, strict=False))
    once = rounded(replace(run, scores=given_scores, held_out=run.held_out & given_scores.keys(), value=0.0))
    assert rounded(once) == once
    counted = [*once.counted_scores.values()]
    assert once.mean == pytest.approx(sum(counted) / len(counted), abs=6e-6)
