"""The command `calibrate`: what it measures, reports and does not repeat."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from subsetsearch.results.measurements.store import MeasurementStore

Cli = Callable[..., Any]


def rows_of(cli: Cli, args: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(cli("pareto", *args, "--json").out)
    return rows


def test_a_calibration_is_measured_reported_and_not_repeated(cli: Cli, measured_copy: Any) -> None:
    args = measured_copy.args
    before = json.loads(cli("calibrate", *args, "--no-run", "--json").out)
    assert before["measured_subsets"] == 1
    *unknown, noise = before["sentences"]
    assert all("share 1 subset besides none and all, too few to say" in sentence for sentence in unknown)
    assert "measure more, with two seeds each" in noise

    done = cli("calibrate", *args, "--subsets", 6, "--seeds", "1,2")
    assert done.code == 0, done.err
    assert "12 full runs to do (6 subsets of 1 and 4 languages and none, 2 seeds)" in done.err
    assert "within equal sizes" in done.out
    assert "regret of its top 3" in done.out
    assert "ceiling of any rung" in done.out
    assert "- linear proxy (rung 1)" in done.out
    again = cli("calibrate", *args, "--subsets", 6, "--seeds", "1,2", "--json")
    assert "0 full runs to do" in again.err
    found = json.loads(again.out)
    assert found["measured_subsets"] >= 6
    for rung in found["rungs"]:
        assert rung["overall"]["n"] == found["measured_subsets"]
        assert rung["within"]["groups"] >= 2

    store = MeasurementStore(f"sqlite:///{measured_copy.runs / 'measured' / 'study.db'}")
    origins = {run.origin for run in store.read(rung=1)}
    assert {"low", "random", "high", "strategy"} <= origins
    assert any(sentence.startswith("linear proxy") for sentence in found["sentences"])
    assert found["sentences"][2] in " ".join(cli("status", *args).out.split())
    assert found["sentences"][0] in cli("pareto", *args).out
    page = measured_copy.runs / "report.md"
    assert cli("report", *args, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "within equal sizes (2 sizes)" in text
    assert "## Published strategies at the same cost" in text
    # Calibrated subsets are rows like any other, with what the rungs said of them.
    assert sum(row["accuracy"] is not None and row["proxy"] is not None for row in rows_of(cli, args)) >= 8


def test_nothing_to_report_is_said(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("calibrate", toy_file, "--dir", tmp_path / "runs", "--no-run")
    assert done.code == 1
    assert "has no results yet" in done.err
    assert cli("calibrate", toy_file, "--subsets", 2).code == 2


IN_TURN = (
    "--set",
    "targets.held_out=[]",
    "--set",
    "targets.held_out_in_pool=false",
    "--set",
    "proxy.retrieval.pairs=12",
    "--set",
    "proxy.linear.pairs=16",
)


def test_labelled_targets_are_taken_for_unlabelled_ones(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    weak = ("--set", "proxy.linear.ridge=0.01", "--set", "proxy.linear.dev_examples=20")
    args = ("calibrate", toy_file, "--dir", tmp_path / "runs", *IN_TURN, *weak, "--without-labels", 12)
    done = cli(*args)
    assert done.code == 0, done.err
    assert "taken for unlabelled" in done.out
    assert "- against rung 1's own accuracy on development data, retrieval ranks subsets" in done.out
    (found,) = json.loads(cli(*args, "--json").out)
    assert found["subsets"] == 12
    assert [row["language"] for row in found["languages"]] == ["swh_Latn", "wol_Latn", "yor_Latn"]
    assert -1 <= found["retrieval"]["low"] <= found["retrieval"]["value"] <= found["retrieval"]["high"] <= 1
    assert "has no results yet" in cli("status", toy_file, "--dir", tmp_path / "runs", *IN_TURN, *weak).err
    few = cli("calibrate", toy_file, "--dir", tmp_path / "runs", "--without-labels", 12)
    assert few.code == 2
    assert "--without-labels: no labelled target has 200 sentence pairs" in few.err


def test_full_runs_of_a_study_without_labels_are_refused(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    none = ("--set", "targets.languages=[]", "--set", 'targets.unlabelled=["zul"]', *IN_TURN)
    args = (toy_file, "--dir", tmp_path / "runs", *none)
    plan = json.loads(cli("run", *args, "--dry-run", "--json").out)
    assert (plan["targets"], plan["unlabelled"]) == (0, ["zul_Latn"])
    ran = cli("run", *args, "--trials", 3)
    assert ran.code == 0, ran.err
    assert "next: subsetsearch pareto" in " ".join(ran.out.split())
    assert len(rows_of(cli, args)) == 3
    chosen = cli("export", *args, "--pick", "trial=2", "-o", tmp_path / "subset.json")
    assert chosen.code == 0, chosen.err
    done = cli("evaluate", *args, "--languages", "sw")
    assert done.code == 1
    assert "targets.unlabelled: a full run is scored by labels" in done.err
    assert [line.startswith("error:") for line in done.err.strip().splitlines()] == [False, True]
