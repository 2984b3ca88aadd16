"""The defaults of a kind of task are the settings that were chosen, and the pages say what the table has."""

from __future__ import annotations

import pytest

from benchmarks.common import ROOT, page_of, read_rows, results_of
from benchmarks.recipes.settings import FINETUNINGS, PLAN, REALIGNMENTS, asked_of
from benchmarks.recipes.table import OLD, gains_of, markdown, rows_of, summary
from benchmarks.recipes.tasks import ARITHMETIC, TASKS
from realign_core.recipes import DEFAULTS, over

TABLE = read_rows(results_of("recipes") / "recipes.csv")


@pytest.mark.parametrize("name", TASKS)
def test_the_chosen_settings_are_the_defaults_of_the_kind(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In all keys: what the benchmark spells out is what a recipe takes that says nothing."""
    monkeypatch.setenv("REALIGN_DATA", "/somewhere")
    task = TASKS[name]
    chosen = over({"realignment": REALIGNMENTS[task.realigned]}, FINETUNINGS[task.default])
    assert task.recipe(chosen) == task.recipe()
    assert task.recipe().task.kind == task.kind
    assert task.kind in DEFAULTS


def test_no_language_that_realigns_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, task in TASKS.items():
        judged = {
            target.partition("=")[0]
            for row in TABLE
            if row["task"] == name
            for target in row["targets"].split()
        }
        assert judged
        assert not {code.partition("_")[0] for code in judged} & set(task.languages)


def test_the_table_is_the_plan() -> None:
    assert [asked_of(row) for row in TABLE] == list(PLAN)


def test_the_mean_is_that_of_the_targets() -> None:
    for row in TABLE:
        scores = [float(target.partition("=")[2]) for target in row["targets"].split()]
        assert 100 * float(row["mean"]) == pytest.approx(sum(scores) / len(scores), abs=0.01)


def test_pages_show_the_table() -> None:
    page = page_of("recipes").read_text(encoding="utf-8")
    assert all(part in page for part in markdown(TABLE))
    (lines,) = summary(TABLE)
    assert lines in (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def _run(realignment: str, finetuning: str, seed: int, mean: float, arithmetic: str) -> dict[str, str]:
    settings = {"realignment": realignment, "finetuning": finetuning, "seed": str(seed)}
    return {"task": "pos", **settings, "arithmetic": arithmetic, "mean": str(mean)}


def test_differences_are_seed_by_seed() -> None:
    runs = [("none", "old", 1, 0.5), ("none", "old", 2, 0.6), ("a", "b", 2, 0.7), ("a", "b", 3, 0.1)]
    old, other = rows_of("pos", [_run(*run, ARITHMETIC) for run in runs])
    assert (old.realignment, old.finetuning) == OLD
    assert other.differences == {2: pytest.approx(10)}
    assert other.scores == {2: pytest.approx(70), 3: pytest.approx(10)}


def test_gains_are_over_the_same_fine_tuning_seed_and_arithmetic() -> None:
    table = [
        _run("none", "b", 1, 0.5, ARITHMETIC),
        _run("a", "b", 1, 0.6, ARITHMETIC),
        _run("a", "c", 1, 0.9, ARITHMETIC),
        _run("none", "b", 1, 0.7, "float32/sdpa"),
        _run("a", "b", 1, 0.6, "float32/sdpa"),
        _run("a", "b", 2, 0.6, "float32/sdpa"),
    ]
    first, second = gains_of("pos", table)
    assert first.differences == {1: pytest.approx(10)}
    assert second.differences == {1: pytest.approx(-10)}
    assert [*second.scores] == [1, 2]
