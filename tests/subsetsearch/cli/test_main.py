"""The program: what it loads, its help, and mistakes as one line with the right exit status."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.cli.main import _LANGUAGES as LANGUAGES
from subsetsearch.cli.main import _STUDIES as STUDIES
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import Subset

Cli = Callable[..., Any]


def check(done: Any, message: str) -> None:
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("args", [("run", "--dry-run"), ("run",), ("evaluate",), ("calibrate",)])
def test_results_cannot_go_into_a_file(
    cli: Cli, toy_file: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    place = tmp_path / "file"
    place.touch()
    check(cli(args[0], toy_file, *args[1:], "--dir", place), "a file, where a folder is needed")


def test_a_file_that_cannot_be_written_is_named(
    cli: Cli, measured_copy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr(
        "realign_core.support.files.writing.tempfile.mkdtemp", lambda dir, **_: refuse(str(dir))
    )
    done = cli("report", *measured_copy.args, "-o", tmp_path / "report.md")
    check(done, f"{tmp_path}/report.md: cannot write here: Permission denied; check the path")


def test_results_with_a_language_that_the_pool_has_not_are_refused(cli: Cli, measured_copy: Any) -> None:
    store = MeasurementStore(f"sqlite:///{measured_copy.runs / 'measured' / 'study.db'}")
    run = store.read(rung=3, split="test")[0]
    store.add([replace(run, subset=Subset(frozenset({"deu_Latn"})))])
    check(cli("pareto", *measured_copy.args), "the stored results have deu_Latn, which the pool lacks")


def test_the_version_is_told(cli: Cli) -> None:
    done = cli("--version")
    assert done.code == 0
    assert done.out.startswith("subsetsearch 0.")


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
            ("status", "{toy}", "--storage", "nosuch://user@host/x"),
            "no driver for 'nosuch' is installed",
        ),
        (
            ("status", "{toy}", "--storage", "postgresql://user:secret@host/x"),
            "a password on the command line can be read by everybody",
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


@pytest.mark.parametrize(
    "args", [("runn",), ("run",), ("run", "x.toml", "--trials", "0"), ("pareto", "--nope")]
)
def test_wrong_usage_is_status_2(cli: Cli, args: tuple[str, ...]) -> None:
    assert cli(*args).code == 2


@pytest.mark.parametrize("command", [*STUDIES, *LANGUAGES])
def test_help_has_examples(cli: Cli, command: str) -> None:
    done = cli(command, "--help")
    assert done.code == 0
    assert f"subsetsearch {command}" in done.out
    assert "Example" in done.out


def loaded_by(*args: object) -> set[str]:
    """Run a command in a process of its own, and say which heavy libraries it has loaded."""
    code = (
        "import sys\nfrom subsetsearch.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print('loaded', *({'torch', 'transformers', 'optuna', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "args", [("--help",), ("run", "--help"), ("languages", "sw"), ("explain", "--pick", "knee")]
)
def test_help_and_facts_load_no_heavy_library(args: tuple[str, ...]) -> None:
    assert loaded_by(*args) == set()


def test_reading_commands_load_no_torch_and_no_optuna(measured: Any) -> None:
    for command in (
        ["status"],
        ["pareto"],
        ["explain", "--pick", "best"],
        ["export", "--pick", "best", "-o", "-"],
    ):
        found = loaded_by(command[0], *measured.args, *command[1:])
        assert not {"torch", "transformers", "optuna", "pandas"} & found
    assert "optuna" not in loaded_by("select", "--k", "5", "--exact")


def test_quiet_prints_results_alone(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    args = ("-q", "evaluate", toy_file, "--dir", tmp_path / "runs", "--languages", "sw", "--seeds", 1)
    done = cli(*args, "--json")
    assert (done.code, done.err) == (0, "")
    assert len(json.loads(done.out)) == 1
    wrong = cli(*args, "--top", 1)
    assert wrong.code == 2
    assert "--languages: cannot be combined with --top" in wrong.err


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


@pytest.mark.parametrize(
    "command", [("run",), ("evaluate", "--top", 1), ("calibrate",), ("realign", "--pick", "best", "-o", "x")]
)
def test_another_programs_file_is_refused(
    cli: Cli, toy_file: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    database = tmp_path / "runs" / "toy" / "study.db"
    database.parent.mkdir(parents=True)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE studies (a)")
    connection.close()
    before = database.read_bytes()
    done = cli(command[0], toy_file, "--dir", tmp_path / "runs", *command[1:])
    assert done.code == 1
    assert "not one of a study: it has the table studies; nothing was written" in done.err
    assert "Traceback" not in done.err
    assert database.read_bytes() == before


def test_a_study_from_a_newer_version_is_left_alone(cli: Cli, measured_copy: Any) -> None:
    database = measured_copy.runs / "measured" / "study.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE study_user_attributes SET value_json = '99' WHERE key = 'schema'")
    for command in (("status",), ("explain",), ("compare", "none", "all", "--study")):
        done = cli(*command, *measured_copy.args)
        assert done.code == 1
        assert "newer version" in done.err


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
