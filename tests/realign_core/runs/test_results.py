from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from realign_core.recipe import RealignmentConfig, Recipe
from realign_core.runs.comparison import average, compare, holm
from realign_core.runs.result import Result
from realign_core.runs.table import add_rows, method_name, read_table, result_row
from realign_core.support.config import validate_config
from realign_core.support.errors import DataError


def result(
    seed: int = 1, scores: dict[str, float] | None = None, languages: tuple[str, ...] = ("sw",)
) -> Result:
    return Result(
        recipe_hash="h",
        seed=seed,
        languages=languages,
        split="test",
        metric="f1",
        scores=scores or {"aa": 0.5, "bb": 0.7},
        seconds={"evaluation": 1.0},
        tokens_per_second={},
        losses={"finetuning": 0.1},
        pairs=16,
        environment={},
        details={"aa": {"recall": 0.2}, "bb": {"recall": 0.4}},
    )


def test_a_row_has_the_published_layout() -> None:
    content = {"groups": {"seen": ["bb"]}, "realignment": {"freeze_embeddings": False}}
    row = result_row(result(), validate_config(Recipe, content))
    assert list(row)[:5] == ["seed", "model", "task", "method", "realignment_langs"]
    assert row["method"] == "before_noaligner"
    assert row["final_eval_aa_f1"] == 0.5
    assert row["final_eval_avg_f1"] == pytest.approx(0.6)
    assert row["final_eval_seen_f1"] == 0.7
    assert row["final_eval_avg_recall"] == pytest.approx(0.3)


def test_the_group_held_out_is_in_no_other_average() -> None:
    run = replace(result(), held_out=("bb",))
    row = result_row(run, validate_config(Recipe, {"groups": {"held_out": ["bb"]}}))
    assert run.mean == row["final_eval_avg_f1"] == 0.5
    assert row["final_eval_held_out_f1"] == 0.7
    assert row["final_eval_avg_recall"] == 0.2
    assert "50.0 % over 1 target (test)" in repr(run)


def test_a_group_of_strangers_is_named() -> None:
    with pytest.raises(DataError, match=r"groups\.seen: not evaluated: zz; evaluated are aa, bb"):
        result_row(result(), validate_config(Recipe, {"groups": {"seen": ["aa", "zz"]}}))


def test_a_group_with_the_source_language_is_refused() -> None:
    recipe = validate_config(Recipe, {"groups": {"seen": ["aa", "eng_Latn"]}})
    with pytest.raises(DataError, match=r"groups\.seen: the task is learnt in 'eng_Latn'"):
        result_row(result(), recipe)


@pytest.mark.parametrize(
    ("content", "languages", "name"),
    [
        ({}, [], "baseline"),
        ({"strategy": "baseline"}, ["a"], "baseline"),
        ({"strategy": "during"}, ["a"], "during_noaligner"),
        ({"aligner": {"kind": "dictionary", "path": "."}}, ["a"], "before_dico"),
        ({"aligner": {"kind": "encoder"}, "freeze": "front"}, ["a"], "before_encoder_freeze-front"),
        (
            {"freeze": [2, 5], "loss": "l2", "strong": False},
            ["a"],
            "before_noaligner_l2_weak_freeze-2-5",
        ),
    ],
)
def test_methods_have_published_names(content: dict[str, Any], languages: list[str], name: str) -> None:
    assert method_name(validate_config(RealignmentConfig, content), languages) == name


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_tables_grow_and_replace(tmp_path: Path, ending: str) -> None:
    if ending == ".parquet":
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    path = tmp_path / f"runs{ending}"
    recipe = Recipe()
    add_rows(path, [result_row(result(1), recipe), result_row(result(2), recipe)])
    add_rows(path, [result_row(result(2, {"aa": 0.9, "bb": 0.9}), recipe)])
    table = add_rows(path, [result_row(result(2, languages=()), recipe)])
    assert len(table) == 3
    again = read_table(path)
    assert again["realignment_langs"].tolist() == ["sw", "sw", ""]
    assert again[again["method"] != "baseline"]["final_eval_avg_f1"].tolist() == pytest.approx([0.6, 0.9])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_averages_by_hand() -> None:
    rows = [result_row(result(seed, {"aa": 0.1 * seed}), Recipe()) for seed in (1, 2, 3)]
    (mean,) = average(pd.DataFrame(rows)).to_dict("records")
    assert mean["n_seeds"] == 3
    assert mean["final_eval_aa_f1"] == pytest.approx(0.2)
    assert mean["final_eval_aa_f1_std"] == pytest.approx(0.1)


def table(**methods: list[float]) -> pd.DataFrame:
    rows = [
        {"seed": seed, "model": "m", "task": "t", "method": name, "realignment_langs": "", "x": value}
        for name, values in methods.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def test_compares_seed_by_seed() -> None:
    base, ours, other = [0.1, 0.5, 0.3, 0.2], [0.2, 0.55, 0.42, 0.33], [0.0, 0.6, 0.3, 0.1]
    found = {c.method: c for c in compare(table(base=base, ours=ours, other=other), "x", method="base").rows}
    assert set(found) == {"ours", "other"}
    expected = stats.ttest_rel(ours, base).pvalue
    assert found["ours"].p_value == pytest.approx(expected)
    assert found["ours"].p_holm == pytest.approx(2 * expected)
    assert found["ours"].difference == pytest.approx(0.1)
    assert found["other"].p_holm == pytest.approx(found["other"].p_value)


def test_few_seeds_and_equal_scores() -> None:
    found = compare(
        table(base=[0.1, 0.2], same=[0.1, 0.2], shifted=[0.2, 0.3], single=[0.9]), "x", method="base"
    ).rows
    p = {c.method: c.p_value for c in found}
    assert p["same"] == 1.0
    assert p["shifted"] < 1e-6
    assert np.isnan(p["single"])
    assert {c.method: c.n_seeds for c in found}["single"] == 1


def test_a_reference_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="0 sets of runs are named 'all'.*methods are base, ours"):
        compare(table(base=[1, 2], ours=[1, 2]), "x", method="all")
    with pytest.raises(DataError, match="no column 'y'"):
        compare(table(base=[1, 2]), "y", method="base")


def test_unreadable_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column method, seed; is it a result table"):
        read_table(tmp_path / "odd.csv")


p_values = st.lists(st.floats(0, 1), max_size=8)


@given(p_values)
def test_holm_properties(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(p <= a <= 1 for p, a in zip(values, adjusted, strict=True))
    assert all(a <= min(1, p * len(values)) + 1e-12 for p, a in zip(values, adjusted, strict=True))
    order = np.argsort(values, kind="stable")
    assert [adjusted[i] for i in order] == sorted(adjusted)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, float("nan")])[:3] == pytest.approx([0.03, 0.06, 0.06])
