"""The tables by target: design, rows that survive a kill, split of variance, pages."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.common import page_of
from benchmarks.tables import __main__ as command
from benchmarks.tables import plan as plan_module
from benchmarks.tables import tasks as tasks_module
from benchmarks.tables.agreement import finetuning_share, ratio, run_noise, with_noise
from benchmarks.tables.components import Estimates, components, effects, simulate
from benchmarks.tables.cost import PART, extra_share, part_of
from benchmarks.tables.design import SIZES, design, split_design
from benchmarks.tables.load import read_published, read_table
from benchmarks.tables.measure import Unit, designed_row, fields, unit_rows
from benchmarks.tables.plan import RECORDED, UNITS, Plan, missing_runs, missing_units, units
from benchmarks.tables.report import affordable, planned, write_pages
from benchmarks.tables.rows import append, whole_rows
from benchmarks.tables.seeds import read_seeds
from benchmarks.tables.tasks import (
    FINETUNING_SEEDS,
    REALIGNMENT_SEEDS,
    REPEATED_SEEDS,
    SEARCH_SEEDS,
    SEEDS,
    TASKS,
    TRUTH_SEEDS,
    Prepared,
    TableTask,
    halved,
)
from realign_core.recipe import Recipe
from realign_core.runs.running.run import run_splits
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.seeds import Seeds
from realign_core.support.settings.config import validate_config
from subsetsearch.problem.pool import Pool, Targets

Content = dict[str, Any]

KEYS = (
    *("amh_Ethi", "cym_Latn", "deu_Latn", "ell_Grek", "eus_Latn", "fin_Latn", "hin_Deva", "jpn_Jpan"),
    *("khm_Khmr", "mar_Deva", "rus_Cyrl", "swh_Latn", "tam_Taml", "tel_Telu", "tur_Latn", "yor_Latn"),
    *("zul_Latn", "nld_Latn", "ita_Latn", "fra_Latn", "spa_Latn", "por_Latn", "pol_Latn", "ces_Latn"),
)


def test_seeds_of_the_truth_are_nobody_elses() -> None:
    assert set(SEEDS) == {*SEARCH_SEEDS, *TRUTH_SEEDS}
    groups = [SEARCH_SEEDS, TRUTH_SEEDS, REALIGNMENT_SEEDS, FINETUNING_SEEDS, REPEATED_SEEDS]
    every = [seed for group in groups for seed in group]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("known", [[], [("deu_Latn",), ("amh_Ethi", "cym_Latn")]])
def test_a_design_has_every_size(known: list[tuple[str, ...]]) -> None:
    drawn = design(KEYS, 6, known)
    assert drawn[0] == ()
    assert drawn[-1] == tuple(sorted(KEYS))
    assert set(known) <= set(drawn)
    assert len(set(drawn)) == len(drawn)
    counts = Counter(map(len, drawn))
    assert {size: counts[size] for size in SIZES} == dict.fromkeys(SIZES, 6)
    assert drawn == design(KEYS, 6, known)


def test_a_design_has_kin_and_diverse_sets() -> None:
    pairs = [set(subset) for subset in design(KEYS, 20) if len(subset) == 2]
    assert any(pair <= {"ces_Latn", "pol_Latn", "rus_Cyrl"} for pair in pairs)
    assert [len(s) for s in split_design(KEYS)] == list(SIZES)


CELL = st.text("abc äß,\"'", max_size=8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), st.integers(0, 60))
def test_rows_survive_a_cut_at_any_byte(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], cut: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "table.csv"
    rows = [{"a": left, "b": right} for left, right in cells]
    for row in rows:
        append(path, ["a", "b"], row)
    assert whole_rows(path) == rows
    path.write_bytes(path.read_bytes()[: max(0, path.stat().st_size - cut)])
    kept = whole_rows(path)
    assert kept == rows[: len(kept)]
    for row in rows[len(kept) :]:
        append(path, ["a", "b"], row)
    assert whole_rows(path) == rows


def test_a_table_of_other_columns_is_refused(tmp_path: Path) -> None:
    append(tmp_path / "t.csv", ["a"], {"a": 1})
    with pytest.raises(ValueError, match="has other columns"):
        append(tmp_path / "t.csv", ["a", "b"], {"a": 1, "b": 2})


# -- variances ------------------------------------------------------------------------------------------------


def test_two_factors_by_hand() -> None:
    table = np.array([[1.0, 2.0], [3.0, 8.0]])
    # Means of rows 1.5 and 5.5, of columns 2 and 5: mean squares 16, 9 and, for what is left, 4.
    found = components(table)
    assert found == pytest.approx({(0,): (16 - 4) / 2, (1,): (9 - 4) / 2, (0, 1): 4.0})


@pytest.mark.parametrize("shape", [(5, 3), (6, 3, 3)])
def test_estimates_are_right_on_average(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    truth = {effect: 0.3 + 0.4 * number for number, effect in enumerate(effects(len(shape)))}
    drawn = [components(simulate(truth, shape, rng)) for _ in range(3000)]
    for effect, variance in truth.items():
        values = np.array([found[effect] for found in drawn])
        assert abs(values.mean() - variance) < 4 * values.std() / np.sqrt(len(values))


def test_a_constant_table_has_no_variance_and_a_hole_is_refused() -> None:
    assert components(np.ones((3, 2, 2))) == pytest.approx(dict.fromkeys(effects(3), 0.0))
    with pytest.raises(ValueError, match="a whole table of two levels"):
        components(np.ones((3, 1)))
    with pytest.raises(ValueError, match="a whole table of two levels"):
        components(np.array([[1.0, np.nan], [1.0, 2.0]]))


def test_intervals_hold_the_truth_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.tables.components.SIMULATIONS", 60)
    rng = np.random.default_rng(1)
    truth = dict.fromkeys(effects(2), 1.0)
    hits = 0
    for _ in range(60):
        low, high = Estimates.of(simulate(truth, (20, 4), rng)).interval((0, 1))
        hits += low <= 1.0 <= high
    assert hits >= 48


SPLIT = {(0,): 2.0, (1,): 9.0, (2,): 9.0, (0, 1): 1.0, (0, 2): 0.5, (1, 2): 9.0, (0, 1, 2): 0.5}


def test_agreement_follows_from_the_variances() -> None:
    assert run_noise(SPLIT) == pytest.approx(2.0)
    assert finetuning_share(SPLIT) == pytest.approx(0.5)
    two = with_noise(0.5, run_noise(SPLIT, 2) / run_noise(SPLIT))  # 0.5: that of single runs of these
    assert two == pytest.approx(2 / 3.5)
    rng = np.random.default_rng(2)
    alike = []
    for _ in range(300):
        table = simulate(SPLIT, (60, 2, 4), rng)
        alike.append(np.corrcoef(table[:, 0, :2].mean(axis=1), table[:, 1, 2:].mean(axis=1))[0, 1])
    assert np.mean(alike) == pytest.approx(two, abs=0.03)


def test_the_noise_of_runs_made_in_another_way_by_hand() -> None:
    table = simulate(SPLIT, (6, 3, 3), np.random.default_rng(3))
    found = components(table)
    assert min(found[0, 1], found[0, 2], found[0, 1, 2]) > 0  # so nothing is taken as 0
    single = Estimates.of(table)
    half, low, high = ratio(single, single, 2)
    finetuned = found[0, 2] + found[0, 1, 2]
    assert half == pytest.approx((found[0, 1] + finetuned / 2) / (found[0, 1] + finetuned))
    assert 0.5 <= low <= half <= high <= 1
    assert ratio(single, Estimates.of(table / 3), 1) == pytest.approx((1 / 9, 1 / 9, 1 / 9))  # the same draws


def test_what_the_goal_allows_by_hand() -> None:
    assert affordable(0.5, 0.15) == (
        "1.3 times the cost allows 3 of them. If all noise were that of fine-tuning, they would reach 0.67 with 2 "
        "(1.15 times the cost), 0.75 with 3 (1.30 times the cost), 0.80 with 4 (1.45 times the cost), 0.83 with 5 "
        "(1.60 times the cost); less, if not."
    )
    assert affordable(0.5, 0.4).startswith("1.3 times the cost allows no second one. If")


# -- measuring ------------------------------------------------------------------------------------------------


@pytest.fixture
def prepared(tiny_recipe: Content) -> Prepared:
    return prepare_tiny(tiny_recipe)


def prepare_tiny(content: Content, **finetuning: object) -> Prepared:
    merged = content | {"finetuning": content["finetuning"] | finetuning}
    space = prepare(validate_config(Recipe, merged), ["xx", "yy"], splits=("dev", "test"))
    codes = list(space.evaluation["test"])
    pool = Pool({f"key_{code}": code for code in ("xx", "yy")}, {})
    return Prepared(pool, Targets({f"target_{code}": code for code in codes}, frozenset()), space)


def test_a_designed_row_has_both_splits_of_every_target(prepared: Prepared) -> None:
    row = designed_row(prepared, ("key_xx",), 3)
    result = run_splits(prepared.workspace, ["xx"], seed=3, splits=("dev", "test"))
    assert set(fields([*prepared.codes], "seed", "languages", "pairs")) <= set(row)
    for split in ("dev", "test"):
        for key, code in prepared.codes.items():
            assert row[f"{split}_{key}"] == result[split].scores[code]  # type: ignore[index]


@pytest.mark.parametrize("freezing", [{}, {"freeze": [0, 2], "freeze_embeddings": True}])
def test_a_unit_has_what_the_engine_finds(
    tiny_recipe: Content, freezing: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.tables.measure.AVERAGED", 3)
    unit = Unit("split", ("key_xx",), 5, 6, (1, 2))
    rows = [*unit_rows(prepare_tiny(tiny_recipe, **freezing), unit)]
    assert [(row["finetuning"], row["averaged"]) for row in rows] == [(1, 1), (1, 3), (2, 1), (2, 3)]
    for row in rows:
        whole = prepare_tiny(tiny_recipe, **freezing, average_last=row["averaged"])
        seeds = Seeds(5, 6, *(2 * (row["finetuning"],)))  # type: ignore[arg-type]
        expected = run_splits(whole.workspace, ["xx"], seed=seeds, splits=("test",))["test"]
        for key, code in whole.codes.items():
            assert row[f"test_{key}"] == pytest.approx(expected.scores[code], abs=0.05)


def test_stages_are_timed_on_an_eighth(prepared: Prepared) -> None:
    part = part_of(prepared.workspace)
    assert part.recipe.realignment.steps == 2
    assert len(part.train) == len(prepared.workspace.train) // PART
    times = {"realignment": 4.0, "trunk": 2.0, "finetuning": 3.0, "evaluation": 1.0}
    assert extra_share({f"seconds_{name}": value for name, value in times.items()}) == pytest.approx(0.4)


def test_halves_of_test_data_share_no_sentence(prepared: Prepared) -> None:
    whole: Workspace = prepared.workspace
    cut = halved(whole)
    for code, features in whole.evaluation["test"].items():
        dev, test = cut.evaluation["dev"][code], cut.evaluation["test"][code]
        assert len(dev) + len(test) == len(features)
        assert [ids.tolist() for ids in dev.ids] == [ids.tolist() for ids in features.ids[::2]]
        assert [ids.tolist() for ids in test.ids] == [ids.tolist() for ids in features.ids[1::2]]


# -- what is missing ------------------------------------------------------------------------------------------


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TableTask:
    monkeypatch.setattr(tasks_module, "results_of", lambda _: tmp_path)
    return TableTask("small", tmp_path / "none.toml", 6)


def test_what_is_there_is_not_run_again_and_seeds_come_one_after_the_other(
    task: TableTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_module, "REPEATED", 4)
    subsets = tuple(design(KEYS, 6))
    made = Plan(None, None, subsets, tuple(units(split_design(KEYS), subsets)))  # type: ignore[arg-type]
    todo = missing_runs(task, made)
    assert [seed for _, seed in todo] == [seed for seed in SEEDS for _ in subsets]
    columns = fields(["t"], "seed", "languages", "kernel", "pairs", "seconds")
    for languages, seed in (todo[0], todo[5]):
        row = {"seed": seed, "languages": " ".join(languages), "kernel": "k", "pairs": 1, "seconds": 2}
        append(task.path, columns, row | {"dev_t": 0.5, "test_t": 0.25})
    assert missing_runs(task, made) == [run for run in todo if run not in (todo[0], todo[5])]
    assert read_table(task).runs[todo[5]].scores == {"dev": {"t": 0.5}, "test": {"t": 0.25}}
    assert read_table(task).searched() == {todo[i][0]: {101: {"t": 0.5}} for i in (0, 5)}
    assert read_table(task).truth() == {}
    first, *others = missing_units(task, made)
    columns = fields(["t"], "part", "realignment", "drawn", "finetuning", "averaged", "languages")
    for number, seed in enumerate(first.finetuning):
        for averaged in (1, 4):
            assert missing_units(task, made)[0] == replace(first, finetuning=first.finetuning[number:])
            about = {"finetuning": seed, "averaged": averaged, "languages": " ".join(first.languages)}
            about |= {"part": "split", "realignment": first.realignment, "drawn": first.drawn}
            append(task.split_path, columns, about | {"dev_t": 0.5, "test_t": 0.25})
    assert missing_units(task, made) == others


def test_the_block_of_a_table_is_its_largest_whole_one(task: TableTask) -> None:
    columns = fields(["t", "u"], "seed", "languages", "kernel", "pairs", "seconds")
    found = [("", 201), ("", 202), *((s, 201) for s in "abcd"), *((s, 202) for s in "abc"), ("a", 203)]
    assert read_table(task).block("test") is None
    for number, (languages, seed) in enumerate(found):
        row = {"seed": seed, "languages": languages, "kernel": "k", "pairs": 1, "seconds": 2}
        scores = {"dev_t": 0.1, "dev_u": 0.1, "test_t": 0.01 * number, "test_u": 0.5}
        append(task.path, columns, row | scores)
    block = read_table(task).block("test")
    assert block is not None
    assert block[..., 0] == pytest.approx(np.array([[2, 6], [3, 7], [4, 8]]))
    assert block[..., 1] == pytest.approx(np.full((3, 2), 50))


def test_a_model_sees_no_run_of_the_truth(task: TableTask) -> None:
    columns = fields(["t"], "seed", "languages", "kernel", "pairs", "seconds")
    for number, seed in enumerate(SEEDS):
        row = {"seed": seed, "languages": "xx_Latn", "kernel": "k", "pairs": 1, "seconds": 2}
        append(task.path, columns, row | {"dev_t": 0.1 * number, "test_t": 0.2 * number})
    table = read_table(task)
    assert table.searched() == {("xx_Latn",): {101: {"t": 0.0}}}
    assert table.truth() == {("xx_Latn",): {"t": pytest.approx(0.2 * (1 + 2) / 2)}}


def test_the_split_of_a_cut_table_is_its_whole_block(task: TableTask) -> None:
    subsets = split_design(KEYS)
    made = units(subsets, [])
    assert len([*units(subsets, design(KEYS, 6))]) == UNITS
    columns = fields(["t"], *("part", "realignment", "drawn", "finetuning", "averaged", "languages"))
    rng = np.random.default_rng(0)
    assert read_seeds(task).block("test") is None
    for count, shape in (
        (3, None),
        (4, (2, 2, 3, 1)),
        (12, (6, 2, 3, 1)),
        (14, (6, 2, 3, 1)),
        (18, (6, 3, 3, 1)),
    ):
        task.split_path.unlink(missing_ok=True)
        for unit in made[:count]:
            for seed in unit.finetuning:
                about = {"part": unit.part, "realignment": unit.realignment, "drawn": unit.drawn}
                about |= {"finetuning": seed, "averaged": 1, "languages": " ".join(unit.languages)}
                append(task.split_path, columns, about | {"dev_t": 0.5, "test_t": float(rng.random())})
        block = read_seeds(task).block("test")
        assert (None if block is None else block.shape) == shape


class KilledError(Exception):
    pass


def test_the_command_goes_on_where_it_stopped(
    task: TableTask, tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = prepare_tiny(tiny_recipe)
    study = SimpleNamespace(recipe=small.workspace.recipe)
    unit = Unit("split", ("key_xx",), 301, 301, (311,))
    made = Plan(study, small.pool, ((), ("key_xx",), ("key_yy",)), (unit,))  # type: ignore[arg-type]
    monkeypatch.setattr(command, "plan", lambda _: made)
    monkeypatch.setattr(command, "prepare_task", lambda *_: small)
    monkeypatch.setitem(TASKS, "small", task)
    begun: list[tuple[object, ...]] = []

    def dying(prepared: Prepared, languages: tuple[str, ...], seed: int) -> dict[str, object]:
        begun.append((languages, seed))
        if len(begun) == 3:
            raise KilledError
        return designed_row(prepared, languages, seed)

    monkeypatch.setattr(command, "designed_row", dying)
    with pytest.raises(KilledError):
        command.main(["small", "--seeds", "201", "101"])
    assert len(whole_rows(task.split_path)) == 2
    assert [(row["languages"], row["seed"]) for row in whole_rows(task.path)] == [
        ("", "201"),
        ("key_xx", "201"),
    ]
    command.main(["small", "--seeds", "201", "101"])
    assert begun[2:] == [
        (("key_yy",), 201),
        (("key_yy",), 201),
        ((), 101),
        (("key_xx",), 101),
        (("key_yy",), 101),
    ]
    assert missing_units(task, made) == missing_runs(task, made, [201, 101]) == []
    command.main(["small", "--seeds", "203", "--minutes", "0"])
    assert len(begun) == 7  # no time, no run
    study.recipe = validate_config(Recipe, tiny_recipe | {"finetuning": {"epochs": 9}})
    with pytest.raises(SystemExit, match="put its settings back, or begin a new table"):
        command.main(["small"])


def test_workers_share_the_plan_whatever_is_done(task: TableTask) -> None:
    subsets = tuple(design(KEYS, 6))
    made = Plan(None, None, subsets, tuple(units(split_design(KEYS), subsets)))  # type: ignore[arg-type]
    whole = missing_runs(task, made)
    shares = [missing_runs(task, made, SEEDS, (number, 3)) for number in range(3)]
    columns = fields(["t"], "seed", "languages", "kernel", "pairs", "seconds")
    row = {"seed": 201, "languages": "", "kernel": "k", "pairs": 1, "seconds": 2, "dev_t": 0.5, "test_t": 0.5}
    append(task.path, columns, row)
    assert missing_runs(task, made, SEEDS, (1, 3)) == shares[1]
    assert sorted(run for share in shares for run in share) == sorted(whole)
    assert sum(len(missing_units(task, made, (number, 3))) for number in range(3)) == len(made.units)


# -- what is committed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TASKS)
def test_committed_rows_are_fractions_and_there_once(name: str) -> None:
    task = TASKS[name]
    rows = [(row["languages"], row["seed"]) for row in whole_rows(task.path)]
    assert len(set(rows)) == len(rows)
    assert len(rows) <= planned(task) * len(SEEDS)
    for run in read_table(task).runs.values():
        assert all(0 <= score <= 1 for scores in run.scores.values() for score in scores.values())


@pytest.mark.parametrize("name", TASKS)
def test_committed_rows_are_of_one_recipe(name: str) -> None:
    rows = [*whole_rows(TASKS[name].path), *whole_rows(TASKS[name].split_path)]
    assert len({row["recipe"] for row in rows if row.get("kernel") != RECORDED}) <= 1


def test_the_pages_have_the_figures_of_the_tables(tmp_path: Path) -> None:
    pages = {name: tmp_path / f"{name}.md" for name in ("tables", "calibration")}
    for name, page in pages.items():
        page.write_text(page_of(name).read_text(encoding="utf-8"), encoding="utf-8")
    write_pages(pages["tables"], pages["calibration"])
    for name, page in pages.items():
        assert page.read_text(encoding="utf-8") == page_of(name).read_text(encoding="utf-8")


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["african-pos", "ud-pos"])
def test_a_plan_has_as_many_subsets_as_the_page_says(name: str, corpora: Path) -> None:
    made = plan_module.plan(TASKS[name])
    assert len(made.subsets) == planned(TASKS[name])
    known = {row["languages"] for row in whole_rows(TASKS[name].path)}
    assert known <= {" ".join(subset) for subset in made.subsets}


@pytest.mark.paper
def test_published_results_are_one_more_table(paper: Path) -> None:
    tables = read_published(paper)
    scores = tables["xlm-roberta-base"]
    assert (len(scores), {len(by_target) for by_target in scores.values()}) == (31, {31})
    assert () not in scores
    with (paper / "xnli_per_language.csv").open(encoding="utf-8") as file:
        (row,) = [
            row
            for row in csv.DictReader(file)
            if (row["model"], row["strategy"], row["language"])
            == ("xlm-roberta-base", "least_family_en_5", "amh")
        ]
    assert float(row["mean_allseeds"]) in {by_target["amh"] for by_target in scores.values()}
