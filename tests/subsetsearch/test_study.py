"""The front door: what it loads, and a study that was measured elsewhere from its file to an exported choice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import subsetsearch as ss
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.report._markdown import plain

ROOT = Path(__file__).resolve().parents[2]
LINES = """
import sys, json
def heavy():
    return sorted({"torch", "transformers", "optuna", "pandas", "sklearn"} & set(sys.modules))
import subsetsearch as ss
seen = {"import": heavy()}
ss.resolve("sw"), ss.score(["wol", "zul"]), ss.__version__, ss.Subset, ss.Choice
seen["facts"] = heavy()
study = ss.load(sys.argv[1], {"search.trials": 40}, runs="runs", storage=None)
seen["load"] = heavy()
study.import_results(sys.argv[2])
study.status()
study.front()
choice = study.pick("within=0.99")
study.explain(choice)
study.compare("none", "best")
study.trust()
study.report("front.html")
study.export_results("results.csv")
seen["read"] = heavy()
print(json.dumps(seen))
"""


@pytest.mark.offline
def test_reading_loads_no_torch(tmp_path: Path) -> None:
    results = ROOT / "studies" / "results" / "quickstart-evaluations.csv"
    command = [sys.executable, "-c", LINES, str(ROOT / "studies" / "quickstart.toml"), str(results)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["import"] == []
    assert seen["facts"] == []
    assert seen["load"] == []
    assert not {"torch", "transformers"} & set(seen["read"])
    assert (tmp_path / "front.html").stat().st_size > 1000
    written, published = pd.read_csv(tmp_path / "results.csv"), pd.read_csv(results)
    assert len(written) == len(published)
    assert sorted(written["mean"]) == pytest.approx(sorted(published["mean"]))


def test_names_are_found_and_others_are_not() -> None:
    assert set(ss.__all__) == set(dir(ss))
    for name in ss.__all__:
        assert getattr(ss, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        _ = ss.nope  # type: ignore[attr-defined]


def test_a_study_names_itself_and_what_comes_next(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(str(toy_file), {"search.trials": 9, "pool.exclude": ["wol"]}, runs=tmp_path / "r")
    assert repr(study) == f"Study('toy', file='{toy_file}', results='{tmp_path / 'r' / 'toy'}')"
    assert study.command("pareto").startswith(f"subsetsearch pareto {toy_file} --dir {tmp_path / 'r'} --set ")
    assert "--set search.trials=9 --set 'pool.exclude=[\"wol\"]'" in study.command("run")
    assert study.config.search.trials == 9


def test_results_are_read_as_sentences_and_in_a_notebook(toy_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    table = tmp_path / "t.csv"
    head = "seed,realignment_langs,final_eval_sw_accuracy,final_eval_yo_accuracy,final_eval_wo_accuracy"
    rows = ["1,,0.5,0.5,0.5", "1,sw te,0.75,0.5,0.25", "2,,0.5,0.5,0.5", "2,sw te,0.75,0.75,0.25"]
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    study = ss.load(toy_file, runs=folder)
    assert study.import_results(table).added == 4
    status, explanation = study.status(), study.explain("best")
    assert "4 stored" in repr(status)
    assert "best accuracy" in repr(status)
    assert "68.8 % (test, 2 seeds): Swahili and Telugu" in repr(status)
    assert explanation.title == "2 languages, 80 sentence pairs"
    assert "against none" in repr(explanation)
    assert "accuracy +18.8 points" in repr(explanation)
    for shown in (status, explanation, study.front()):
        assert "<table" in shown._repr_html_()
    assert {row.accuracy for row in study.front()} == {0.5, 0.6875}


def test_what_does_not_fit_is_one_plain_line(toy_file: Path, tmp_path: Path) -> None:
    table, file = tmp_path / "t.csv", tmp_path / "file"
    head = "seed,realignment_langs,final_eval_sw_accuracy,final_eval_yo_accuracy,final_eval_wo_accuracy"
    table.write_text(f"{head}\n1,,0.5,0.5,0.5\n1,sw te,0.75,0.5,0.25", encoding="utf-8")
    file.write_text("", encoding="utf-8")
    study = ss.load(toy_file, runs=tmp_path / "runs")
    study.import_results(table)
    calls: list[Callable[[], object]] = [
        lambda: ss.load(toy_file, runs=file).import_results(table),
        *(partial(study.export_results, place) for place in (file / "x.csv", tmp_path)),
        lambda: study.report(file / "x.html"),
        lambda: study.export_results(""),
        *(partial(study.pick, rule) for rule in ("", "nope", None, 3)),
        lambda: study.explain(3),  # type: ignore[arg-type]
        study.compare,
        *(partial(study.compare, "none", name) for name in ("", 3, ["sw"])),
        *(partial(study.evaluate, seeds=seeds) for seeds in ("a", [1.5], [-1])),
        *(partial(study.evaluate, top=top) for top in (-1, "x", 2.5)),
        *(partial(study.evaluate, **wrong) for wrong in ({"workers": -1}, {"fresh_seeds": 0})),
        *(partial(study.run, **{key: 0}) for key in ("workers", "trials", "more")),
        *(partial(study.calibrate, **wrong) for wrong in ({"workers": -1}, {"subsets": 0})),
        *(partial(ss.select, k=size) for size in (0, -1, 2.5, "5", 1000)),
        *(partial(ss.score, languages) for languages in ("sw", [3], [""])),
        *(partial(ss.resolve, name) for name in ("", None, 3)),
    ]
    for call in calls:
        with pytest.raises(ss.RealignError) as caught:
            call()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) > 20
    assert study.status().full_runs == 2
    assert repr(study.front().rows[0]).startswith("<no realignment: 0 sentence pairs, 50.0 %; on the front")
    assert repr(study.choices()[0]).startswith("<recommended: Swahili, Telugu; the highest")


def test_what_was_read_is_remembered_until_something_changes(toy_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    head = "seed,final_eval_sw_accuracy,final_eval_yo_accuracy,final_eval_wo_accuracy"
    table.write_text(f"{head}\n1,0.5,0.5,0.5", encoding="utf-8")
    study, other = (ss.load(toy_file, runs=tmp_path / "runs") for _ in range(2))
    study.import_results(table, languages="sw")
    front = study.front()
    assert study.front() is front
    other.import_results(table, languages=["te"])
    assert study.front() is front
    study.reload()
    assert len(study.front()) == 2
    study.import_results(table, languages="yo")
    assert len(study.front()) == 3


def test_who_only_reads_need_not_repeat_settings(
    toy_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs = tmp_path / "runs"
    settings = {"search.top_rung": 1, "search.trials": 4, "proxy.linear.ridge": 50.0}
    searched = ss.load(toy_file, settings, runs=runs)
    assert searched.run().after == 4
    plain = ss.load(toy_file, runs=runs)
    assert plain.status().planned == 4
    assert [row.proxy for row in plain.front()] == [row.proxy for row in searched.front()]
    (said,) = {record.getMessage() for record in caplog.records if record.levelname == "WARNING"}
    assert (
        "toy.toml differs from the stored study, which is read: proxy.linear.ridge is 50.0 there, 100.0"
        in said
    )
    assert ss.load(toy_file, {"search.trials": 9}, runs=runs).status().planned == 9
    with pytest.raises(ss.RealignError, match="no trial of the study 'toy' ends at rung 2"):
        ss.load(toy_file, {"search.top_rung": 2}, runs=runs).front()
    with pytest.raises(ss.RealignError, match="has no results yet|ends at rung 2"):
        plain.evaluate(top=1)  # what measures takes the file as it is


@pytest.mark.slow
def test_a_study_from_plan_to_export(
    toy_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    study = ss.load(toy_file, {"search.trials": 5}, runs=tmp_path / "runs", tell=said.append)
    with pytest.raises(ss.RealignError, match="has no results yet"):
        study.status()
    assert study.plan()["trials"] == 5
    assert study.run().after == 5
    assert study.status().states["complete"] == 5
    assert not any(row.accuracy for row in study.front())
    runs = study.evaluate(languages=["sw", "te"], seeds=[1])
    assert runs["n_languages"].tolist() == [2]
    assert [line for line in said if not line.endswith("...")] == ["1 full run to do (1 subset, 1 seed)"]
    assert runs["mean"].between(0, 1).all()
    assert len(study.evaluate(top=1, seeds=[1], fresh_seeds=None)) >= 3
    choice = study.pick("best")
    assert (
        study.explain(choice).picked.row.languages
        == choice.languages
        == study.explain("best").picked.row.languages
    )
    assert [column.name for column in study.compare("none", "sw,te", ss.Subset(frozenset({"yor_Latn"})))] == [
        "none", "sw,te", "yor_Latn",
    ]  # fmt: skip
    path = study.report(tmp_path / "front.md")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("# toy")
    assert study.status().trust == study.trust().sentences
    assert all(plain(sentence) in page for sentence in study.trust().sentences)
    assert capsys.readouterr().err == ""  # quiet where nobody looks


def test_wrong_things_given_in_python_are_our_errors(toy_file: Path, tmp_path: Path) -> None:
    for wrong in (None, 5, ["a"]):
        with pytest.raises(ConfigError, match="is no path; give one as text"):
            ss.load(wrong)  # type: ignore[arg-type]
    study = ss.load(toy_file, runs=tmp_path)
    with pytest.raises(ConfigError, match="an empty list of seeds"):
        study.evaluate(seeds=[])
    with pytest.raises(ConfigError, match="7 is no choice; give a rule"):
        study.realign(7, tmp_path / "encoder")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="folder: None is no path"):
        study.realign("best", None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="seeds: '1' is no seed, a whole number"):
        study.realign(["sw"], tmp_path / "encoder", seeds="17")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="file: 5 is no path"):
        study.import_results(5)  # type: ignore[arg-type]
    with pytest.raises(
        ConfigError, match=r"--set: unknown key 'realignment'; did you mean 'recipe.realignment'"
    ):
        ss.load(toy_file, {"realignment.steps": 4})


def test_a_choice_is_compared_and_runs_of_other_settings_are_named(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(toy_file, runs=tmp_path)
    table = tmp_path / "runs.csv"
    table.write_text(
        "seed,method,realignment_langs,final_eval_swa_accuracy,final_eval_yor_accuracy,final_eval_wol_accuracy\n"
        "1,baseline,,0.5,0.5,0.5\n1,before_noaligner,fin,0.6,0.6,0.6\n",
        encoding="utf-8",
    )
    study.import_results(table)
    _, best = study.compare("none", study.pick("best"))
    assert best.row.languages == ("fin_Latn",)
    assert best.difference is not None
    with pytest.raises(StudyError, match="2 full runs there, all with other settings"):
        ss.load(toy_file, {"recipe.realignment.steps": 9}, runs=tmp_path).front()
