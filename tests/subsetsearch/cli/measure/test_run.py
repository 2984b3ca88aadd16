"""The command `run`: searches, their workers, and the plan of one."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.run.planning.plan_sheet import big

Cli = Callable[..., Any]


COLUMNS = (
    "trial", "languages", "n_languages", "cost", "cost_unit", "proxy", "accuracy", "accuracy_std", "diversity",
    "on_front",
)  # fmt: skip


def test_from_study_file_to_choice(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    done = cli("run", toy_file, "--dir", runs, "--trials", 8, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["trials"] == 8
    assert "left" in done.err

    done = cli("pareto", toy_file, "--dir", runs, "--pick", "best")
    assert (done.code, done.out) == (1, "")
    assert "no subset has been fully evaluated on test data yet" in done.err

    done = cli("evaluate", toy_file, "--dir", runs, "--top", 1, "--json")
    assert done.code == 0, done.err
    assert {row["seed"] for row in json.loads(done.out)} == {1, 2}

    done = cli("pareto", toy_file, "--dir", runs, "--json")
    rows = json.loads(done.out)
    assert tuple(rows[0])[: len(COLUMNS)] == COLUMNS
    assert {row["label"] for row in rows} == {"none", "all", ""}
    assert sum(row["accuracy"] is not None for row in rows) == 3
    best = max(
        (r for r in rows if r["accuracy"] is not None and r["label"] != "none"), key=lambda r: r["accuracy"]
    )

    done = cli("pareto", toy_file, "--dir", runs, "--csv")
    assert len(list(csv.DictReader(io.StringIO(done.out)))) == len(rows)

    done = cli("pareto", toy_file, "--dir", runs)
    assert "(test)" in done.out
    assert "none" in done.out

    chosen = tmp_path / "chosen.json"
    done = cli("export", toy_file, "--dir", runs, "--pick", "best", "--to", "json", "-o", chosen)
    assert done.code == 0, done.err
    assert "best: the highest measured accuracy" in done.err
    exported = json.dumps(json.loads(chosen.read_text(encoding="utf-8")))
    assert all(key in exported for key in best["languages"])

    page = tmp_path / "report.html"
    done = cli("report", toy_file, "--dir", runs, "-o", page)
    assert done.code == 0, done.err
    assert "toy" in page.read_text(encoding="utf-8")

    done = cli("run", toy_file, "--dir", runs, "--trials", 8)
    assert "the study has its 8 trials; --more adds some" in " ".join(done.err.split())
    done = cli("run", toy_file, "--dir", runs, "--more", 2, "--json")
    assert json.loads(done.out)["trials_before"] == 8
    assert json.loads(done.out)["trials"] == 10
    assert "give one" in cli("run", toy_file, "--dir", runs, "--more", 2, "--trials", 9).err


def test_two_workers_share_a_study(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--trials", 6, "--workers", 2, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["trials"] == 6


def test_a_dry_run_writes_nothing(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--dry-run", "--json")
    assert json.loads(done.out)["subsets_of_allowed_sizes"] == 8 + 28 + 56 + 70
    assert not (tmp_path / "runs").exists()


def test_more_layers_than_the_encoder_has_stop_before_a_study_is_made(
    cli: Cli, toy_file: Path, tmp_path: Path
) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--set", "proxy.short.layers=4")
    assert done.code == 1
    assert "proxy.short.layers: 4 layers are to be trained, but the encoder has 4" in done.err
    assert "write 3 or fewer" in done.err
    assert "has no results yet" in cli("status", toy_file, "--dir", tmp_path / "runs").err


def test_a_search_by_rung_1_says_that_full_runs_choose(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    study = (
        toy_file,
        "--dir",
        tmp_path / "runs",
        "--set",
        "search.top_rung=1",
        "--set",
        "proxy.linear.measure=gap",
    )
    plan = json.loads(cli("run", *study, "--dry-run", "--json").out)
    assert plan["measured_by"] == "linear proxy (rung 1)"
    assert not [name for name in plan if name.startswith(("rung2", "rung3"))]
    done = cli("run", *study, "--trials", 6)
    assert "full runs (evaluate) choose among its front" in done.out
    assert "next: subsetsearch evaluate" in done.out
    shown = cli("pareto", *study).out
    assert "closed" in shown
    assert "no accuracy" in shown
    assert "~" not in shown
    assert all(not row["proxy_estimated"] for row in json.loads(cli("pareto", *study, "--json").out))
    assert "best gap closed" in cli("status", *study).out
    assert re.search(r"gap closed \(pairs\) +-?\d+\.\d %", cli("explain", *study, "--pick", "trial=1").out)
    chosen = json.loads(cli("export", *study, "--pick", "trial=1", "--to", "json", "-o", "-").out)
    assert chosen["proxy_measure"] == "gap closed (pairs), linear proxy (rung 1)"
    page = tmp_path / "page.md"
    assert cli("report", *study, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "gap closed (pairs), %" in text
    assert "short run" not in text
    # Who only reads need not name the rung again; a search at another one has trials of its own.
    other = (toy_file, "--dir", tmp_path / "runs")
    read = cli("pareto", *other, "--json")
    assert json.loads(read.out) == json.loads(cli("pareto", *study, "--json").out)
    assert "search.top_rung is 1 there, 2 in the file" in " ".join(read.err.split())
    asked = cli("pareto", *other, "--set", "search.top_rung=2")
    assert asked.code == 1
    assert "6 end at rung 1" in " ".join(asked.err.split())


def test_a_search_by_full_runs_never_calls_them_short(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    study = (toy_file, "--dir", tmp_path / "runs", "--set", "search.top_rung=3")
    plan = json.loads(cli("run", *study, "--dry-run", "--json").out)
    assert plan["rung3_steps"] == 4
    done = cli("run", *study, "--trials", 3)
    assert "evaluate measures the front on test data" in done.out
    assert "(dev)" in cli("pareto", *study).out
    assert "(full run on dev)" in cli("status", *study).out
    assert re.search(r"full run on dev \d+\.\d %", cli("explain", *study, "--pick", "trial=1").out)
    chosen = json.loads(cli("export", *study, "--pick", "trial=1", "--to", "json", "-o", "-").out)
    assert chosen["proxy_measure"] == "accuracy (dev), full runs on dev (rung 3)"
    assert chosen["accuracy"] is None
    page = tmp_path / "page.md"
    assert cli("report", *study, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "accuracy (dev), %" in text
    assert "nothing has been measured on test data yet" in text
    assert "short run" not in text
    found = json.loads(cli("calibrate", *study, "--subsets", 3, "--seeds", "1", "--json").out)
    assert [rung["rung"] for rung in found["rungs"]] == [1, 3]
    assert found["rungs"][1]["overall"]["n"] == 3


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (57371.0, "57,371"), (999_999_999, "999,999,999"), (47481377856192363, "4.7e16")],
)
def test_large_counts_lose_their_digits(number: float, written: str) -> None:
    assert big(number) == written


def test_a_plan_says_what_a_run_adds(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--trials", 40, "--dry-run", "--no-timing")
    assert done.code == 0, done.err
    assert "162 of 1 to 4 languages" in done.out
    assert "40; sampler subset, measured by short runs (rung 2)" in done.out
    assert re.search(r"about 22 subsets of 3 steps *\n", done.out)
    assert "all in all  unknown: nothing was timed yet" in done.out
    assert "at most 8 to do, of 4 realignment steps" in done.out
    assert "held out: Wolof" in done.out
    assert "_seconds" not in done.out
    assert "timing a few steps" not in done.err


def test_a_plan_for_another_machine_says_so(
    cli: Cli, toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    args = ("run", toy_file, "--dir", tmp_path / "runs", "--set", "recipe.compute.device=cuda", "--dry-run")
    done = cli(*args)
    assert done.code == 0
    assert "a run would stop here: compute.device: no CUDA device here" in done.err
    assert "all in all" in done.out


def test_a_dry_run_ends_with_what_would_stop_full_runs(
    cli: Cli, toy_file: Path, toy_root: Path, tmp_path: Path
) -> None:
    topics = shutil.copytree(toy_root / "topics", tmp_path / "topics")
    args = ("run", toy_file, "--dir", tmp_path / "runs", "--dry-run", "--no-timing")
    args += ("--set", f"recipe.task.train.path={topics}")
    with (topics / "wol_Latn" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("99\tmusic\tu\n")
    done = cli(*args)
    assert done.code == 0  # the search itself would do its work
    assert "full runs (evaluate) would stop here" in done.err
    assert done.out.splitlines()[-1].startswith("1 problem: full runs would stop")
    assert "no problems found" not in done.out
    for name in ("wol_Latn", "swh_Latn"):
        shutil.copy(topics / name / "dev.tsv", topics / name / "test.tsv")
    done = cli(*args)
    assert done.out.splitlines()[-1].startswith("no problems found; ")
    assert "warning" in done.out.splitlines()[-1]


def test_a_plan_names_limits_and_what_is_there(cli: Cli, measured: Any) -> None:
    limits = ("search.budget=100", "search.max_per_family=1", 'search.must_include=["sw"]')
    options = [word for limit in limits for word in ("--set", limit)]
    done = cli("run", *measured.args, *options, "--dry-run", "--more", 5)
    assert done.code == 0, done.err
    assert "5 to add to the 8 that are finished" in done.out
    assert "100 sentence pairs (not counted" in done.out
    assert "of a family  at most 1" in done.out
    assert "always with  Swahili" in done.out
    assert "(9 are stored)" in done.out
    assert "unknown" not in done.out
