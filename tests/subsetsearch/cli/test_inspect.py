"""status, explain and compare: on a measured study, an empty one, one of failures, and without one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest

from subsetsearch.config import StudyConfig
from subsetsearch.results.folder import StudyFolder
from subsetsearch.results.storage import create_or_open

Cli = Callable[..., Any]


def test_status_counts_trials_and_runs(cli: Cli, measured: Any) -> None:
    done = cli("status", *measured.args, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["states"] == {
        "waiting": 0,  # half of the planned trials are warm starts
        "running": 0,
        "complete": 8,
        "failed": 0,
    }
    assert sum(found["rungs"].values()) == 8 - found["duplicates"]
    assert found["planned"] == 12
    assert found["full_runs"] == 9
    assert found["full_runs_planned"] == (2 + 2) * 2
    assert found["seconds_left"] == pytest.approx(60 * 4 / found["rate"])
    rows = json.loads(cli("pareto", *measured.args, "--json").out)
    best = max((r for r in rows if r["accuracy"] is not None), key=lambda r: r["accuracy"])
    assert found["best_run"]["accuracy"] == pytest.approx(best["accuracy"])

    text = cli("status", *measured.args).out
    assert "8 of 12 complete" in text
    assert "time left" in text
    assert "next: subsetsearch run" in text


def test_status_reads_no_corpora(cli: Cli, measured: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("status reads corpora")

    monkeypatch.setattr("subsetsearch.problem.pool.build_pool", read)
    assert cli("status", *measured.args).code == 0
    with pytest.raises(AssertionError, match="reads corpora"):
        cli("explain", *measured.args)


def test_status_of_a_study_of_failures_says_so(
    cli: Cli, toy_file: Path, toy_study: StudyConfig, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "runs" / "toy")
    stored = create_or_open(toy_study, folder, None, optuna.samplers.RandomSampler(seed=0))
    for _ in range(2):
        stored.tell(stored.ask(), state=optuna.trial.TrialState.FAIL)
    done = cli("status", toy_file, "--dir", tmp_path / "runs")
    assert done.code == 0, done.err
    assert "0 of 12 complete; 2 failed" in done.out
    assert json.loads(cli("status", toy_file, "--dir", tmp_path / "runs", "--json").out)["best"] is None
    explained = cli("explain", toy_file, "--dir", tmp_path / "runs")
    assert explained.code == 0, explained.err
    assert "no subset has been fully evaluated on test data yet" in " ".join(explained.out.split())
    assert cli("explain", toy_file, "--dir", tmp_path / "runs", "--pick", "best").code == 1
    assert cli("compare", "none", "all", "--study", toy_file, "--dir", tmp_path / "runs").code == 0


def test_a_study_from_a_newer_version_is_left_alone(cli: Cli, measured_copy: Any) -> None:
    database = measured_copy.runs / "measured" / "study.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE study_user_attributes SET value_json = '99' WHERE key = 'schema'")
    for command in (("status",), ("explain",), ("compare", "none", "all", "--study")):
        done = cli(*command, *measured_copy.args)
        assert done.code == 1
        assert "newer version" in done.err


def test_explain_shows_what_each_rule_chooses(cli: Cli, measured: Any) -> None:
    done = cli("explain", *measured.args, "--json")
    assert done.code == 0, done.err
    choices = {c["rule"]: c for c in json.loads(done.out)}
    assert set(choices) == {"recommended", "best", "knee", "within=0.99", "within=0.97"}
    picked = json.loads(cli("pareto", *measured.args, "--pick", "best", "--json").out)[0]
    assert choices["best"]["row"] == picked
    assert "knee" in cli("explain", *measured.args).out


def test_explain_a_choice(cli: Cli, measured: Any) -> None:
    done = cli("explain", *measured.args, "--pick", "best", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    row = found["row"]
    assert [m["key"] for m in found["members"]] == row["languages"]
    assert sum(m["cost"] for m in found["members"]) == row["cost"]
    assert all(m["nearest"] != m["key"] for m in found["members"])
    served = [t for m in found["members"] for t in m["near_targets"]]
    assert len(served) == len(set(served))
    by_name = {c["name"]: c for c in found["contrasts"]}
    if row["label"] != "none":
        rows = {r["label"]: r for r in json.loads(cli("pareto", *measured.args, "--json").out) if r["label"]}
        against = by_name["none"]["accuracy"]
        assert against["seeds"] == [1, 2, 3]
        assert against["mean"] == pytest.approx(row["accuracy"] - rows["none"]["accuracy"])
        assert against["low"] <= against["mean"] <= against["high"]
    assert set(found["gains"]) == {"swh_Latn", "yor_Latn", "wol_Latn"}
    assert list(found["gains"].values()) == sorted(found["gains"].values(), reverse=True)
    assert found["held_out"] == ["wol_Latn"]
    text = cli("explain", *measured.args, "--pick", "best").out
    assert "why: the highest measured accuracy" in text
    assert "Wolof (held out)" in " ".join(text.split())


def test_rules_are_described_without_a_study(cli: Cli) -> None:
    done = cli("explain", "--pick", "cost<=2000")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("cost<=X")
    assert set(json.loads(cli("explain", "--json").out)) == {
        "recommended", "knee", "best", "cost<=X", "accuracy>=Y", "within=S", "trial=N",
    }  # fmt: skip
    assert set(json.loads(cli("explain", "--pick", " within = 0.98", "--json").out)) == {"within=S"}


def test_compare_subsets_of_a_study(cli: Cli, measured: Any) -> None:
    done = cli("compare", "none", "all", "best", "swa,yor", "--study", *measured.args, "--json")
    assert done.code == 0, done.err
    none, everything, best, own = json.loads(done.out)
    assert none["n_seeds"] == 3
    assert none["difference"] is None
    assert everything["difference"]["mean"] == pytest.approx(everything["accuracy"] - none["accuracy"])
    assert everything["better"] + everything["worse"] <= 3
    assert own["languages"] == ["swh_Latn", "yor_Latn"]
    assert own["accuracy"] is None
    assert own["difference"] is None
    assert best["shared"] == 0
    text = cli("compare", "none", "swa,yor", "--study", *measured.args).out
    assert "not measured yet: swa,yor" in text


def test_compare_bare_subsets(cli: Cli) -> None:
    done = cli("compare", "sw,te,mn", "wol,zul,uig", "most_uriel_en_5", "sw", "--json")
    assert done.code == 0, done.err
    first, second, published, single = json.loads(done.out)
    assert first["shared"] == 3
    assert second["shared"] == 0
    assert sum(second["families"].values()) == 3
    assert published["n_languages"] == 5
    assert single["mean_distance"] is None
    assert cli("compare", "sw,te,mn", "wol,zul,uig").code == 0


def test_compare_studies(cli: Cli, measured: Any, measured_copy: Any) -> None:
    text = measured_copy.file.read_text(encoding="utf-8")
    measured_copy.file.write_text(text.replace("trials = 12", "trials = 14"), encoding="utf-8")
    shared = ("--dir", measured.runs)
    done = cli("compare", measured.file, measured_copy.file, *shared, "--json")
    assert done.code == 0, done.err
    first, second = json.loads(done.out)
    assert first["settings"] == {"search.trials": 12}
    assert second["settings"] == {"search.trials": 14}
    assert first["gain"]["seeds"] == [1, 2, 3]
    assert first["best"]["accuracy"] == second["best"]["accuracy"]
    assert "search.trials" in cli("compare", measured.file, measured_copy.file, *shared).out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("explain", "{study}", "--pick", "trial=99"), "the nearest is trial="),
        (("explain", "{study}", "--pick", "cost<=0.5"), "the nearest is"),
        (("compare", "sw", "sw"), "given twice"),
        (("compare", "none", "sw"), "add --study"),
        (("compare", "sw", "qqq"), "qqq"),
        (("compare", "sw", "<b>'\"/\n[red]"), "red"),
        (("compare", "x.toml", "sw"), "studies and subsets"),
        (("compare", "x.toml", "y.toml"), "no such file"),
        (("compare", "none", "deu", "--study", "{study}"), "not in the pool"),
        (("compare", "none", "trial=99", "--study", "{study}"), "the nearest is trial="),
    ],
)
def test_mistakes(cli: Cli, measured: Any, args: tuple[str, ...], message: str) -> None:
    filled = [str(measured.file) if arg == "{study}" else arg for arg in args]
    runs = ["--dir", str(measured.runs)]
    done = cli(*filled, *runs)
    assert done.code == 1
    assert done.out == ""
    assert message in done.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("explain", "--pick", "nicest"), "no rule of choice"),
        (("explain", "{study}", "--pick", "nicest"), "no rule of choice"),
        (("compare", "sw"), "one thing cannot be compared"),
        (("compare", "{study}", "x.toml", "--study", "{study}"), "is for comparing subsets"),
    ],
)
def test_wrong_usage(cli: Cli, measured: Any, args: tuple[str, ...], message: str) -> None:
    filled = [str(measured.file) if arg == "{study}" else arg for arg in args]
    done = cli(*filled, "--dir", measured.runs)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_the_next_command_is_complete(cli: Cli, measured: Any) -> None:
    for command in (["status"], ["explain"], ["explain", "--pick", "best"], ["pareto"]):
        text = cli(command[0], *measured.args, *command[1:], "--set", "search.trials=8").out
        assert f"{measured.file} --dir {measured.runs} --set search.trials=8" in text, command


@pytest.mark.parametrize("command", ["status", "explain"])
def test_a_study_without_results(cli: Cli, toy_file: Path, tmp_path: Path, command: str) -> None:
    done = cli(command, toy_file, "--dir", tmp_path / "runs")
    assert done.code == 1
    assert "has no results yet" in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("command", ["status", "explain", "compare"])
def test_help_has_examples(cli: Cli, command: str) -> None:
    done = cli(command, "--help")
    assert done.code == 0
    assert f"subsetsearch {command}" in done.out


def test_a_database_that_cannot_be_opened(cli: Cli, measured_copy: Any) -> None:
    database = measured_copy.runs / "measured" / "study.db"
    with sqlite3.connect(database) as connection:
        connection.execute("update alembic_version set version_num = 'v99.0.0.a'")
        connection.execute("update version_info set schema_version = 99")
    connection.close()
    done = cli("status", *measured_copy.args)
    assert (done.code, done.out) == (1, "")
    assert "written by another version of optuna" in done.err
    for rest in ("-wal", "-shm"):
        Path(f"{database}{rest}").unlink(missing_ok=True)
    database.write_text("no database at all" * 100, encoding="utf-8")
    done = cli("status", *measured_copy.args)
    assert (done.code, done.out) == (1, "")
    assert "cannot be opened (file is not a database)" in done.err
