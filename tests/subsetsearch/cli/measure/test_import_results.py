"""Results made elsewhere: the published layout, our own, and every way to get it wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
RESULTS = Path(__file__).parents[4] / "studies" / "results"
HEADER = "seed,model,task,method,realignment_langs,final_eval_sw_accuracy,final_eval_yor_accuracy,final_eval_wo_accuracy"


@pytest.fixture
def model(tiny_encoder: Path) -> str:
    return f"someone/{tiny_encoder.name}"


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_published_results_join_the_front(cli: Cli, toy_file: Path, tmp_path: Path, model: str) -> None:
    runs = tmp_path / "runs"
    table = write(
        tmp_path / "published.csv",
        f"17,{model},text,baseline,,0.25,0.5,0.1",
        f"17,{model},text,before_noaligner,sw yor,0.5,0.75,0.2",
        f'23,{model},text,before_noaligner,"[\'swh_Latn\', \'yo\']",0.75,0.75,0.3',
        header=HEADER + ",final_eval_avg_accuracy,final_eval_deu_accuracy",
    )  # fmt: skip
    text = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([text[0], *(line + ",0.4,0.9" for line in text[1:])]), encoding="utf-8")

    done = cli("import", toy_file, table, "--dir", runs, "--dry-run")
    assert done.code == 0, done.err
    assert "3 runs to take; nothing was stored" in done.out
    assert not runs.exists()

    done = cli("import", toy_file, table, "--dir", runs, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out) == {
        "runs": 3, "added": 3, "skipped": 0,
        "ignored_columns": ["final_eval_avg_accuracy", "final_eval_deu_accuracy"],
    }  # fmt: skip
    rows = {row["label"]: row for row in json.loads(cli("pareto", toy_file, "--dir", runs, "--json").out)}
    assert rows["none"]["accuracy"] == pytest.approx((0.25 + 0.5) / 2)
    assert rows[""]["languages"] == ["swh_Latn", "yor_Latn"]
    assert rows[""]["accuracy"] == pytest.approx((0.625 + 0.75) / 2)
    assert rows[""]["n_seeds"] == 2
    assert rows[""]["held_out_accuracy"] == pytest.approx(0.25)

    again = cli("import", toy_file, table, "--dir", runs)
    assert "0 full runs taken, 3 were there already" in again.out
    assert cli("status", toy_file, "--dir", runs).code == 0


def test_a_stored_run_is_never_replaced(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    args = ("--dir", tmp_path / "runs", "--languages", "sw")
    header = "seed,final_eval_sw_accuracy,final_eval_yo_accuracy,final_eval_wo_accuracy"
    first = write(tmp_path / "a.csv", "1,0.5,0.5,0.5", header=header)
    other = write(tmp_path / "b.csv", "2,0.5,0.5,0.5", "1,0.5,0.6,0.5", header=header)
    assert cli("import", toy_file, first, *args).code == 0
    stored = (tmp_path / "runs" / "toy" / "evaluations.csv").read_bytes()
    done = cli("import", toy_file, other, *args)
    assert done.code == 1
    assert "seed 1 of swh_Latn is there with a mean of 0.5000, not 0.5500" in done.err
    assert (tmp_path / "runs" / "toy" / "evaluations.csv").read_bytes() == stored


def test_our_own_table_moves_between_machines(
    cli: Cli, measured: Any, measured_copy: Any, tmp_path: Path
) -> None:
    table = measured.runs / "measured" / "evaluations.csv"
    for name in ("evaluations.csv", "study.db"):
        (measured_copy.runs / "measured" / name).unlink()
    done = cli("import", measured_copy.file, table, "--dir", measured_copy.runs, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["added"] == 9
    first = sorted(row[:-1] for row in csv.reader(table.read_text(encoding="utf-8").splitlines()))
    copied = (measured_copy.runs / "measured" / "evaluations.csv").read_text(encoding="utf-8")
    assert sorted(csv.reader(io.StringIO(copied))) == first  # which data a run is of, only its own study says


def test_rows_of_other_settings_can_be_left_aside(
    cli: Cli, toy_file: Path, tmp_path: Path, model: str
) -> None:
    table = write(
        tmp_path / "mixed.csv",
        f"1,{model},text,before_noaligner,sw,0.1,0.2,0.3",
        f"1,{model},text,before_dico,sw,0.1,0.2,0.3",
        "1,xlm-roberta-base,text,before_dico,sw,0.1,0.2,0.3",
        f"1,{model},xnli,before_dico,sw,0.1,0.2,0.3",
        f"1,{model},text,during_dico,sw,0.1,0.2,0.3",
    )
    done = cli("import", toy_file, table, "--dir", tmp_path / "runs", "--skip-others", "--json")
    assert (json.loads(done.out)["added"], json.loads(done.out)["skipped"]) == (1, 4)


def test_runs_of_other_data_do_not_join_the_study_s_own(cli: Cli, measured_copy: Any, tmp_path: Path) -> None:
    """The hash of a set's runs names recipe, data and encoder: seeds of another hash are other numbers."""
    own = measured_copy.runs / "measured" / "evaluations.csv"
    rows = list(csv.DictReader(own.read_text(encoding="utf-8").splitlines()))
    other = dict(rows[-1], seed="901", recipe_hash="0123456789abcdef")
    table = tmp_path / "other.csv"
    table.write_text("\n".join([",".join(other), ",".join(other.values())]) + "\n", encoding="utf-8")
    args = ("import", measured_copy.file, table, "--dir", measured_copy.runs)
    refused = cli(*args)
    assert refused.code == 1
    assert "other.csv:2: the recipe_hash is '0123456789abcdef', but the study's own runs of" in refused.err
    same = dict(other, recipe_hash=rows[-1]["recipe_hash"])
    table.write_text("\n".join([",".join(same), ",".join(same.values())]) + "\n", encoding="utf-8")
    assert cli(*args, "--dry-run").code == 0


ROW = "1,MODEL,text,before,sw,0.1,0.2,0.3"


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (HEADER, [ROW.replace("MODEL", "xlm-roberta-base")], "csv:2: the model is 'xlm-roberta-base'"),
        (HEADER, [ROW, ROW.replace("text", "wikiann")], "csv:3: the task is 'wikiann'"),
        (HEADER, [ROW.replace("before", "during_dico")], "csv:2: the method is 'during_dico'"),
        (HEADER, [ROW.replace("before", "before_dico")], "csv:2: the aligner is 'dictionary'"),
        ("split," + HEADER, ["test," + ROW, "dev," + ROW], "csv:3: the split is 'dev'"),
        (HEADER, [ROW.replace("sw", "sw deu")], "csv:2: not in the pool: deu_Latn"),
        (HEADER, [ROW.replace(",sw,", ",,")], "csv:2: no languages, but the method 'before'"),
        (HEADER, [ROW.replace("before,sw,", ",,")], "csv:2: no languages, and no method"),
        (HEADER, [ROW.replace("1,", "-1,", 1)], "csv:2: 'seed' is -1, not 0 or more"),
        (HEADER, [ROW.replace("1,", "4294967296,", 1)], "csv:2: 'seed' is 4294967296, not 4294967295 or less"),
        (HEADER, [ROW.replace("sw", "<b>\"x\"/y")], "csv:2:"),
        (HEADER, [ROW.replace("0.2", "")], "'final_eval_yor_accuracy' is '', no number"),
        (HEADER, [ROW.replace("0.2", "nan")], "not in [0, 1]"),
        (HEADER, [ROW.replace("0.2", "20.5")], "write shares, not per cent"),
        (HEADER, [ROW.replace("1,M", "1.5,M", 1)], "no whole number"),
        (HEADER, [ROW.replace("1,M", "x,M", 1)], "no whole number"),
        (HEADER, [ROW + ",7"], "8 fields expected, but got 9"),
        (HEADER, [ROW, ROW.replace("0.2", "0.9")], "csv:3: seed 1 of swh_Latn is there twice: line 2 has other scores"),
        (HEADER, [ROW, ROW], "csv:3: seed 1 of swh_Latn is there twice: line 2 has the same scores"),
        (HEADER, [], "no results in it"),
        (HEADER.replace("seed", "sed"), [ROW], "no column 'seed'"),
        (HEADER.replace("realignment_langs", "langs"), [ROW], "name the languages of all rows with --languages"),
        (HEADER.replace("_wo_", "_zu_"), [ROW], "no scores for wol_Latn"),
        (HEADER.replace("_wo_", "_swa_"), [ROW], "are both of swh_Latn"),
        (HEADER.replace("_wo_", "_sw_"), [ROW], "appears twice"),
        ("fresh," + HEADER, ["0," + ROW, "yes," + ROW], "csv:3: 'fresh' is 'yes', not 0 or 1"),
        ("seconds," + HEADER, ["," + ROW, "0:12," + ROW], "csv:3: 'seconds' is '0:12', no number"),
        ("study_fingerprint," + HEADER, ["0123," + ROW], "the study_fingerprint is '0123'"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused_and_nothing_is_stored(
    cli: Cli, toy_file: Path, tmp_path: Path, model: str, header: str, rows: list[str], message: str
) -> None:
    table = write(tmp_path / "t.csv", *(row.replace("MODEL", model) for row in rows), header=header)
    done = cli("import", toy_file, table, "--dir", tmp_path / "runs")
    assert done.code == 1
    assert done.out == ""
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_what_is_no_table(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00seed")
    (tmp_path / "quote.csv").write_text('seed,"a\n', encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    for name in ("nothing.csv", "binary.csv", "quote.csv", "empty.csv", "."):
        done = cli("import", toy_file, tmp_path / name, "--dir", tmp_path / "runs")
        assert done.code == 1, name
        assert done.err.startswith("error: ")
    assert cli("import", "--help").code == 0


def test_columns_of_another_metric_are_named(cli: Cli, toy_file: Path, tmp_path: Path, model: str) -> None:
    header = HEADER + ",final_eval_sw_f1,final_eval_sw_exact_match"
    table = write(tmp_path / "two.csv", ROW.replace("MODEL", model) + ",0.3,0.2", header=header)
    done = cli("import", toy_file, table, "--dir", tmp_path / "runs", "--dry-run", "--json")
    assert json.loads(done.out)["ignored_columns"] == ["final_eval_sw_f1", "final_eval_sw_exact_match"]


def test_development_runs_of_ours_are_never_test_runs(cli: Cli, measured_copy: Any, tmp_path: Path) -> None:
    own = measured_copy.runs / "measured" / "evaluations.csv"
    rows = list(csv.DictReader(own.read_text(encoding="utf-8").splitlines()))
    assert {row["split"] for row in rows} == {"test"}

    def taken(name: str, row: dict[str, str]) -> Any:
        table = tmp_path / name
        table.write_text("\n".join([",".join(row), ",".join(row.values())]) + "\n", encoding="utf-8")
        return cli("import", measured_copy.file, table, "--dir", measured_copy.runs, "--dry-run")

    row = dict(rows[-1], seed="901")
    assert taken("own-dev.csv", row).code == 0  # its rows say what they are
    refused = taken("own.csv", row | {"split": "dev"})
    assert refused.code == 1
    assert "own.csv:2: the split is 'dev', but the study's is 'test'" in refused.err
    del row["split"]
    refused = taken("own-full-dev.csv", row)  # as it was written before
    assert refused.code == 1
    assert "own-full-dev.csv:1: its name says that its runs are of development data" in refused.err
    assert taken("own-full-evaluations.csv", row).code == 0


@pytest.mark.parametrize("table", sorted(RESULTS.glob("*-full-dev.csv")), ids=lambda path: path.stem)
def test_recorded_development_runs_say_so(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        assert {row["split"] for row in csv.DictReader(file)} == {"dev"}
