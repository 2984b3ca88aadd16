"""The command line on the toy study: results on stdout, errors as one line, exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
    assert "accuracy (test)" in done.out
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

    done = cli("run", toy_file, "--dir", runs, "--trials", 2, "--json")
    assert json.loads(done.out)["trials_before"] == 8
    assert json.loads(done.out)["trials"] == 10


def test_a_subset_of_ones_own_is_evaluated(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    done = cli("evaluate", toy_file, "--dir", runs, "--languages", "sw,yor", "--seeds", "5", "--json")
    assert done.code == 0, done.err
    (row,) = json.loads(done.out)
    assert row["realignment_langs"] == "swh_Latn yor_Latn"
    again = cli("evaluate", toy_file, "--dir", runs, "--languages", "yor,sw", "--seeds", "5", "--json")
    assert "0 full runs to do" in again.err


def test_two_workers_share_a_study(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--trials", 6, "--workers", 2, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["trials"] == 6


def test_a_dry_run_writes_nothing(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--dry-run", "--json")
    assert json.loads(done.out)["subsets_of_allowed_sizes"] == 8 + 28 + 56 + 70
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("run", "{missing}"), "no such file"),
        (("pareto", "{toy}"), "has no results yet"),
        (("report", "{toy}"), "has no results yet"),
        (("evaluate", "{toy}", "--languages", "qqq"), "qqq"),
    ],
)
def test_mistakes_are_one_line_and_status_1(
    cli: Cli, toy_file: Path, tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    names = {"{toy}": str(toy_file), "{missing}": str(tmp_path / "nothing.toml")}
    extra = [] if args[0] == "export" else ["--dir", str(tmp_path / "runs")]
    done = cli(*[names.get(arg, arg) for arg in args], *extra)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("evaluate", "{toy}", "--languages", "sw", "--seeds", "x"), "no list of seeds"),
        (("run", "{toy}", "--set", "search.trials"), "not key=value"),
        (("run", "{toy}", "--set", "search.tirals=3"), "did you mean 'search.trials'"),
        (("run", "{toy}", "--set", "search.trials=many"), "'search.trials': input should be a valid integer"),
        (
            ("run", "{toy}", "--set", "evaluate.seeds=1,2"),
            "'evaluate.seeds': should be a list, as in [17, 23]",
        ),
        (("status", "{toy}", "--storage", "nowhere"), "this is no database URL"),
        (
            ("status", "{toy}", "--storage", "nosuch://user:secret@host/x"),
            "no driver for 'nosuch' is installed",
        ),
        (("pareto", "{toy}", "--pick", "accuracy>=54"), "write accuracy>=54% for 54 %"),
        (("export", "--to", "json"), "nothing to export"),
        (("export", "--languages", "sw", "--to", "jsn"), "json"),
        (("export", "--languages", "sw", "--pick", "best"), "nothing to pick from"),
        (("report", "{toy}", "-o", "report.txt"), "give --format html, md or png"),
    ],
)
def test_a_wrong_option_is_one_line_and_status_2(
    cli: Cli, toy_file: Path, tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    extra = [] if args[0] == "export" else ["--dir", str(tmp_path / "runs")]
    done = cli(*[str(toy_file) if arg == "{toy}" else arg for arg in args], *extra)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: --")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_formats_are_listed_and_printed(cli: Cli, tmp_path: Path) -> None:
    listed = json.loads(cli("export", "--list", "--json").out)
    assert {"json", "mtdata", "realign"} <= set(listed)
    assert "opus_read" in cli("export", "--list").out
    assert cli("export", "--languages", "sw,yo", "--to", "txt", "-o", "-").out == "swh_Latn\nyor_Latn\n"
    path = tmp_path / "odd [red] name.csv"
    done = cli("export", "--languages", "sw", "--to", "csv", "-o", path, "--json")
    assert json.loads(done.out) == {"format": "csv", "languages": ["swh_Latn"], "files": [str(path)]}
    assert cli("export", "--languages", "sw", "--to", "csv", "-o", path).out.strip() == str(path)


@pytest.mark.parametrize(
    "args", [("runn",), ("run",), ("run", "x.toml", "--trials", "0"), ("pareto", "--nope")]
)
def test_wrong_usage_is_status_2(cli: Cli, args: tuple[str, ...]) -> None:
    assert cli(*args).code == 2


@pytest.mark.parametrize(
    "command", ["run", "evaluate", "pareto", "report", "export", "score", "languages", "select"]
)
def test_help_has_examples(cli: Cli, command: str) -> None:
    done = cli(command, "--help")
    assert done.code == 0
    assert f"subsetsearch {command}" in done.out
    assert "Example" in done.out


def test_reading_commands_do_not_load_torch() -> None:
    import subprocess

    code = "import sys, subsetsearch.cli.main; print('torch' in sys.modules, 'optuna' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
