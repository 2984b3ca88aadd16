from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from realign_core.recipe import RealignmentConfig, Recipe
from realign_core.runs.tables.comparison import average, compare, holm
from realign_core.runs.tables.result import Result
from realign_core.runs.tables.table import add_rows, method_name, read_table, result_row, write_table
from realign_core.support.errors import DataError
from realign_core.support.settings.config import validate_config


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
    assert np.isnan(p["shifted"])  # no noise is seen: nothing to hold the difference against
    assert np.isnan(p["single"])
    assert {c.method: c.n_seeds for c in found}["single"] == 1
    assert {c.method: c.unpaired for c in found} == {"same": (), "shifted": (), "single": (1,)}


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


HEAD = "seed,model,task,method,realignment_langs,split,recipe_hash,final_eval_avg_accuracy\n"


def _csv(folder: Path, *rows: str) -> Path:
    path = folder / "runs.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("column", [1, 2, 5], ids=["model", "task", "split"])
def test_runs_of_several_settings_are_not_compared(tmp_path: Path, column: int) -> None:
    rows = [
        f"{seed},A,t,{m},,test,a,0.{n * n}"
        for n, (seed, m) in enumerate(product((1, 2), ("baseline", "x")), 1)
    ]
    others = [
        ",".join("other" if i == column else cell for i, cell in enumerate(row.split(","))) for row in rows
    ]
    path = _csv(tmp_path, *rows, *others)
    name = HEAD.split(",")[column]
    with pytest.raises(
        DataError, match=rf"runs\.csv: runs of several values of '{name}' cannot be compared.*--only {name}="
    ):
        compare(path)
    assert compare(path, only={name: rows[0].split(",")[column]}) == compare(_csv(tmp_path, *rows))
    with pytest.raises(DataError, match=f"no row has {name} = 'none'"):
        compare(path, only={name: "none"})


def test_runs_of_several_recipes_or_one_seed_twice_are_not_compared(tmp_path: Path) -> None:
    base = "17,A,t,baseline,,test,a,0.4"
    with pytest.raises(DataError, match=r"runs\.csv: the runs of 'x sw' are of 2 recipes: b, c"):
        compare(_csv(tmp_path, base, "17,A,t,x,sw,test,b,0.5", "23,A,t,x,sw,test,c,0.5"))
    with pytest.raises(DataError, match=r"runs\.csv: two rows of 'x sw te' have the seed 17"):
        compare(_csv(tmp_path, base, "17,A,t,x,sw te,test,b,0.5", "17,A,t,x,te sw,test,b,0.6"))


@pytest.mark.parametrize(
    ("column", "cells", "what"),
    [
        ("method", ("baseline", ""), "a row has no method"),
        ("final_eval_avg_accuracy", ("0.4", "-5"), "runs.csv:4: .* is -5, not a share"),
        ("final_eval_avg_accuracy", ("0.4", "45"), "runs.csv:4: .* is 45, where .* has shares and per cent"),
        (
            "pairs_per_language",
            ("100", "900"),
            "the runs of 'x sw' differ in 'pairs_per_language': 100.*, 900",
        ),
    ],
)
def test_rows_that_are_not_alike_are_not_compared(
    tmp_path: Path, column: str, cells: tuple[str, str], what: str
) -> None:
    head = ["seed", "method", "realignment_langs", "pairs_per_language", "final_eval_avg_accuracy"]
    rows = [["1", "baseline", "", "", "0.4"], ["1", "x", "sw", "5", "0.5"], ["2", "x", "sw", "5", "0.6"]]
    for row, cell in zip(rows[1:], cells, strict=True):
        row[head.index(column)] = cell
    (tmp_path / "runs.csv").write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
    with pytest.raises(DataError, match=what):
        compare(tmp_path / "runs.csv")


def test_no_cell_is_guessed(tmp_path: Path) -> None:
    path = _csv(tmp_path, "17,007,t,x,nan,test,12e4567890123456,0.5", "23,007,t,x,NA te,test,0001,")
    found = read_table(path)
    assert found["realignment_langs"].tolist() == ["nan", "NA te"]
    assert found["recipe_hash"].tolist() == ["12e4567890123456", "0001"]
    assert found["model"].tolist() == ["007", "007"]
    assert found["seed"].tolist() == [17, 23]
    assert np.isnan(found["final_eval_avg_accuracy"][1])


languages = st.lists(
    st.sampled_from(["nan", "na", "no", "NA", "null", "1e5", "true", "zh_Hant"]), unique=True
)


@given(codes=languages, name=st.sampled_from(["12e4567890123456", "0000000000000001", "inf", "abc"]))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, codes: list[str], name: str
) -> None:
    path = tmp_path_factory.mktemp("table") / "runs.csv"
    row = result_row(result(7, languages=tuple(codes)), Recipe()) | {"recipe_hash": name, "model": name}
    write_table(pd.DataFrame([row]), path)
    (again,) = read_table(path).to_dict("records")
    assert (again["recipe_hash"], again["model"], again["seed"]) == (name, name, row["seed"])
    assert again["realignment_langs"].split() == sorted(codes)
    assert again["final_eval_avg_f1"] == pytest.approx(row["final_eval_avg_f1"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "seed,method\n17,baseline\n99999999999999999999999,x\n",
            r"runs.csv:3: 'seed' is 9+, not from 0 to 4294967295",
        ),
        ("seed,method\n-1,baseline\n", r"runs.csv:2: 'seed' is -1"),
        (
            "seed,method,final_eval_avg_f1\n17,x,0.5\n18,x,7.5\n",
            r"runs.csv:3: .* is 7.5, where .*shares and per cent",
        ),
        ("seed,method,final_eval_avg_f1\n17,x,0.5\n18,x,-5\n", r"runs.csv:3: .* is -5, not a share"),
        ("seed,method,final_eval_avg_f1\n17,x,0.5\n18,x,1e400\n", r"runs.csv:3: .* is 1e400, not a share"),
        ("seed,method,train_loss_realignment\n17,x,1e400\n", r"runs.csv:2: .* is 1e400, not a finite"),
        (
            "seed," + ",".join(f"a{n}" for n in range(200_000)) + "\n" + "1," * 200_000 + "\n",
            r"runs.csv:1: 200001 columns, but 25000 at most are read",
        ),
        ("seed;method\n17;baseline\n", "runs.csv:1: .*semicolons?|put commas between cells"),
        (
            'seed,method,final_eval_avg_f1\n17,baseline,"0,4"\n',
            r"runs.csv:2: .*'0,4', no number; write a decimal",
        ),
        ("seed,method\n17\n", "runs.csv:2: 2 fields are needed, but got 1; mend the row"),
        ('seed,method\n17,"un\n', "runs.csv:2: broken quoting.*mend the row"),
    ],
)
def test_wrong_cells_are_named_by_line(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "runs.csv").write_text(text)
    with pytest.raises(DataError, match=what):
        read_table(tmp_path / "runs.csv")


def test_gaps_are_no_seeds(tmp_path: Path) -> None:
    path = _csv(
        tmp_path,
        "17,A,t,baseline,,test,a,0.4",
        "23,A,t,baseline,,test,a,",
        "17,A,t,x,sw,test,b,0.5",
        "23,A,t,x,sw,test,b,0.6",
    )
    (row,) = compare(path).rows
    assert (row.n_seeds, row.mean) == (1, 0.5)


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
